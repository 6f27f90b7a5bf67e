//! Tampered copies, one kind per test: each is refused, and for the right reason.

use lopdf::{Dictionary, Object, Stream, dictionary};
use sha2::{Digest as _, Sha256};

use super::super::increment::Increment;
use super::super::reader::Reader;
use super::super::testing::*;
use super::super::*;
use super::*;

pub(super) struct Scene {
    pub(super) world: World,
    /// Certified and signed by three parties, each step with its validation data.
    steps: Vec<Vec<u8>>,
}

impl Scene {
    pub(super) fn new() -> Self {
        let world = World::new();
        let steps = world.agreement(&base(false));
        Self { world, steps }
    }

    /// Certified, and signed by the first party.
    pub(super) fn first(&self) -> &[u8] {
        &self.steps[1]
    }

    pub(super) fn last(&self) -> &[u8] {
        &self.steps[3]
    }

    fn judge(&self, bytes: &[u8]) -> Report {
        verify(bytes, &self.world.trust())
    }

    /// The status and the first finding of the signature in `field`.
    pub(super) fn verdict(&self, bytes: &[u8], field: &str) -> (Status, String) {
        let report = self.judge(bytes);
        let verdict = report.signatures.iter().find(|verdict| verdict.field == field);
        let verdict = verdict.unwrap_or_else(|| panic!("no verdict on {field}: {report:#?}"));
        (verdict.status, verdict.findings.first().map(|finding| finding.code.clone()).unwrap_or_default())
    }

    fn document(&self, bytes: &[u8]) -> (Status, String) {
        let report = self.judge(bytes);
        (report.status, report.findings.first().map(|finding| finding.code.clone()).unwrap_or_default())
    }
}

pub(super) fn is(status: Status, code: &str) -> (Status, String) {
    (status, code.to_owned())
}

/// `head` with one more revision, written by somebody who knows how.
pub(super) fn alter(head: &[u8], deed: impl FnOnce(&mut Increment<'_, '_>)) -> Vec<u8> {
    let reader = Reader::open(head).unwrap();
    let mut change = Increment::new(&reader).unwrap();
    deed(&mut change);
    let tail = change.write(None).unwrap();
    [head, &tail.bytes].concat()
}

/// The number of the field called `name`.
pub(super) fn field(bytes: &[u8], name: &str) -> lopdf::ObjectId {
    let reader = Reader::open(bytes).unwrap();
    let (_, catalog) = reader.catalog().unwrap();
    let (_, form) = fields::form(&reader, &catalog).unwrap();
    let mut id = (0, 0);
    fields::walk(&reader, &form, &mut |field| {
        if field.name == name {
            id = field.id;
        }
        true
    })
    .unwrap();
    id
}

pub(super) fn page(bytes: &[u8], name: &str) -> lopdf::ObjectId {
    let reader = Reader::open(bytes).unwrap();
    let Object::Dictionary(widget) = reader.get(field(bytes, name)).unwrap() else { panic!() };
    widget.get(b"P").unwrap().as_reference().unwrap()
}

fn find(bytes: &[u8], text: &[u8]) -> usize {
    bytes.windows(text.len()).position(|window| window == text).expect("the text is there")
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = find(bytes, from);
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn a_word_of_a_page_exchanged() {
    let scene = Scene::new();
    let forged = replace(scene.last(), b"SPESIMEN 1", b"SPESIMEN 9");
    for field in ["Cert0", "Party1", "Party2", "Party3"] {
        assert_eq!(scene.verdict(&forged, field), is(Status::Invalid, "digest-wrong"));
    }
}

#[test]
fn the_claimed_name_exchanged() {
    let scene = Scene::new();
    let forged = replace(scene.last(), b"/Reason(Setuju)", b"/Reason(Tidak!)");
    assert_eq!(scene.verdict(&forged, "Cert0"), is(Status::Invalid, "digest-wrong"));
}

#[test]
fn a_bit_of_the_signature_flipped() {
    let scene = Scene::new();
    // Far into the CMS of the certification: inside a certificate or the signature value.
    let at = find(scene.first(), b"/Contents<") + 1800;
    let mut forged = scene.first().to_vec();
    forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
    assert_eq!(scene.verdict(&forged, "Cert0").0, Status::Invalid);
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "digest-wrong"));
}

#[test]
fn a_byte_range_that_leaves_more_out() {
    let scene = Scene::new();
    let person = scene.world.person("Siti", 11);
    let prepared = prepare(&base(false), &request("Party1", SignatureRole::Middle)).unwrap();
    let start = find(&prepared.bytes, b"/ByteRange[0 ") + 13;
    let second = prepared.contents.end + 40;
    let rest = prepared.bytes.len() - second;
    let mut bytes = prepared.bytes.clone();
    bytes[start..start + 32]
        .copy_from_slice(format!("{:<10} {:<10} {:<10}", prepared.contents.start, second, rest).as_bytes());
    let mut hash = Sha256::new();
    hash.update(&bytes[..prepared.contents.start]);
    hash.update(&bytes[second..]);
    let forged = Prepared { bytes, digest: hash.finalize().into(), ..prepared };
    let cms = scene.world.cms(&forged, &person, NOW);
    let forged = embed(forged, &cms).unwrap();
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "byte-range-wrong"));
}

#[test]
fn something_attached_at_the_end() {
    let scene = Scene::new();
    // Whoever signed is still told: all of them, before it was attached.
    for attached in [b"1 0 obj\n<<>>\nendobj\n".to_vec(), vec![b'x'; 100_000]] {
        let forged = [scene.last(), &attached].concat();
        assert_eq!(scene.document(&forged), is(Status::Modified, "trailing-bytes"));
        for field in ["Cert0", "Party1", "Party2", "Party3"] {
            assert_eq!(scene.verdict(&forged, field), is(Status::Modified, "trailing-bytes"));
        }
    }
}

#[test]
fn bytes_hidden_between_two_objects() {
    let scene = Scene::new();
    let reader = Reader::open(scene.first()).unwrap();
    let mut change = Increment::new(&reader).unwrap();
    let id = change.number();
    // One body that closes its object early, so that the rest belongs to none.
    let tail = change.write(Some((id, b"<<>>\nendobj\n99 0 obj\n<</Hidden true>>".as_slice()))).unwrap();
    let forged = [scene.first(), &tail.bytes].concat();
    assert_eq!(scene.document(&forged), is(Status::Invalid, "hidden-bytes"));
}

#[test]
fn an_entry_that_points_at_another_object() {
    let scene = Scene::new();
    let forged = replace(scene.first(), b"\n1 0 obj", b"\n9 0 obj");
    assert_eq!(scene.document(&forged).0, Status::Invalid);
}

#[test]
fn an_encrypted_trailer_is_not_judged() {
    let scene = Scene::new();
    let base = base(false);
    let start = find(&base, b"/ID[");
    let length = find(&base[start..], b"]") + 1;
    let forged = replace(&base, &base[start..start + length], format!("{:<length$}", "/Encrypt 1 0 R").as_bytes());
    assert_eq!(scene.document(&forged), is(Status::Indeterminate, "not-supported"));
}

#[test]
fn a_page_drawn_anew_by_a_later_revision() {
    let scene = Scene::new();
    let page = page(scene.last(), "QR");
    let forged = alter(scene.last(), |change| {
        let content = change.add(Stream::new(Dictionary::new(), b"BT (RM 1) Tj ET".to_vec()));
        change.change(page).unwrap().set("Contents", content);
    });
    for field in ["Cert0", "Party1", "Party2", "Party3"] {
        assert_eq!(scene.verdict(&forged, field), is(Status::Modified, "changed-afterwards"));
    }
}

#[test]
fn a_content_stream_written_again() {
    let scene = Scene::new();
    let reader = Reader::open(scene.last()).unwrap();
    let Object::Dictionary(dictionary) = reader.get(page(scene.last(), "QR")).unwrap() else { panic!() };
    let content = dictionary.get(b"Contents").unwrap().as_reference().unwrap();
    let forged = alter(scene.last(), |change| change.put(content, Stream::new(Dictionary::new(), b"BT ET".to_vec())));
    assert_eq!(scene.verdict(&forged, "Party3"), is(Status::Modified, "changed-afterwards"));
}

#[test]
fn an_annotation_laid_over_a_page() {
    let scene = Scene::new();
    let page = page(scene.last(), "QR");
    let forged = alter(scene.last(), |change| {
        let note = change.add(dictionary! { "Type" => "Annot", "Subtype" => "FreeText" });
        let page = change.change(page).unwrap();
        page.get_mut(b"Annots").unwrap().as_array_mut().unwrap().push(note.into());
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Modified, "changed-afterwards"));
}

#[test]
fn a_locked_field_filled_again_breaks_the_lock_and_nothing_else() {
    let scene = Scene::new();
    let qr = field(scene.first(), "QR");
    let forged = alter(scene.first(), |change| {
        let form = change.graft(&appearance("lain")).unwrap();
        change.change(qr).unwrap().set("AP", dictionary! { "N" => form });
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Modified, "lock-broken"));
    assert_eq!(scene.verdict(&forged, "Cert0"), is(Status::ValidExtended, ""));
}

#[test]
fn one_signature_more_after_the_last() {
    let scene = Scene::new();
    let person = scene.world.person("Orang Kelima", 31);
    let forged = scene.world.sign(scene.last(), &request("Party4", SignatureRole::Middle), &person);
    assert_eq!(scene.verdict(&forged, "Party3"), is(Status::Modified, "permission-exceeded"));
    assert_eq!(scene.verdict(&forged, "Party2"), is(Status::ValidExtended, ""));
}

#[test]
fn a_signature_taken_out() {
    let scene = Scene::new();
    let party = field(scene.first(), "Party1");
    let forged = alter(scene.first(), |change| _ = change.change(party).unwrap().remove(b"V"));
    assert_eq!(scene.verdict(&forged, "Party1").0, Status::Modified);
}

#[test]
fn a_signature_written_again() {
    let scene = Scene::new();
    let reader = Reader::open(scene.first()).unwrap();
    let Object::Dictionary(widget) = reader.get(field(scene.first(), "Party1")).unwrap() else { panic!() };
    let value = widget.get(b"V").unwrap().as_reference().unwrap();
    let forged = alter(scene.first(), |change| change.change(value).unwrap().set("Name", Object::string_literal("X")));
    assert_eq!(scene.verdict(&forged, "Cert0").0, Status::Modified);
    assert_eq!(scene.verdict(&forged, "Party1").0, Status::Modified);
}

#[test]
fn a_visible_field_added() {
    let scene = Scene::new();
    let forged = alter(scene.first(), |change| {
        let (root, catalog) = change.head().catalog().unwrap();
        let form = catalog.get(b"AcroForm").unwrap().as_reference().unwrap();
        let rect = vec![0.into(), 0.into(), 500.into(), 500.into()];
        let field = change.add(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Baru"), "Rect" => rect,
        });
        change.change(form).unwrap().get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(field.into());
        assert!(root.0 > 0);
    });
    assert_eq!(scene.verdict(&forged, "Cert0"), is(Status::Modified, "block-covered"));
}

/// A rectangle that meets the block of `name`.
fn over(bytes: &[u8], name: &str) -> Object {
    let Object::Dictionary(block) = Reader::open(bytes).unwrap().get(field(bytes, name)).unwrap() else { panic!() };
    block.get(b"Rect").unwrap().clone()
}

#[test]
fn an_annotation_laid_over_a_signed_block_is_named() {
    let scene = Scene::new();
    let (page, rect) = (page(scene.first(), "Party1"), over(scene.first(), "Party1"));
    for own in [true, false] {
        // As an object of its own, and inside the list of the page.
        let note = dictionary! { "Type" => "Annot", "Subtype" => "FreeText", "Rect" => rect.clone() };
        let forged = alter(scene.first(), |change| {
            let note: Object = if own { change.add(note).into() } else { note.into() };
            change.change(page).unwrap().get_mut(b"Annots").unwrap().as_array_mut().unwrap().push(note);
        });
        for field in ["Cert0", "Party1"] {
            assert_eq!(scene.verdict(&forged, field), is(Status::Modified, "block-covered"), "{own}");
        }
    }
}

#[test]
fn a_waiting_field_moved_over_a_signed_block_is_named() {
    let scene = Scene::new();
    let rect = over(scene.first(), "Party1");
    let waiting = field(scene.first(), "Party2");
    let forged = alter(scene.first(), |change| change.change(waiting).unwrap().set("Rect", rect));
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Modified, "block-covered"));
}

#[test]
fn a_field_that_was_made_to_lie_over_another_covers_it_when_it_is_signed() {
    // Nothing is changed but what is allowed: the trap was set in the base, before the first signature.
    let scene = Scene::new();
    let base = base(false);
    let rect = over(&base, "Party1");
    let waiting = field(&base, "Party2");
    let trap = alter(&base, |change| change.change(waiting).unwrap().set("Rect", rect));
    let steps = scene.world.agreement(&trap);
    assert!(scene.judge(&steps[1]).status.is_valid(), "an empty field covers nothing yet");
    assert_eq!(scene.verdict(&steps[2], "Party1"), is(Status::Modified, "block-covered"));
    assert_eq!(scene.verdict(&steps[2], "Party2").0, Status::ValidExtended, "who covers is not covered");
}

#[test]
fn an_invisible_field_with_a_script() {
    let scene = Scene::new();
    let forged = alter(scene.first(), |change| {
        let (_, catalog) = change.head().catalog().unwrap();
        let form = catalog.get(b"AcroForm").unwrap().as_reference().unwrap();
        let action = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        let field = change.add(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Baru"),
            "Rect" => vec![Object::Integer(0); 4], "AA" => dictionary! { "PO" => action },
        });
        change.change(form).unwrap().get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(field.into());
    });
    assert_eq!(scene.verdict(&forged, "Cert0"), is(Status::Modified, "changed-afterwards"));
}

#[test]
fn an_appearance_borrowed_from_another_field() {
    let scene = Scene::new();
    let (from, to) = (field(scene.first(), "QR"), field(scene.first(), "Party4"));
    let forged = alter(scene.first(), |change| {
        let borrowed = change.change(from).unwrap().get(b"AP").unwrap().clone();
        change.change(to).unwrap().set("AP", borrowed);
    });
    assert_eq!(scene.verdict(&forged, "Party1").0, Status::Modified);
}

#[test]
fn a_reference_prepared_before_signing_and_filled_afterwards() {
    // A shadow attack: the signed page mentions an object that does not exist yet.
    let scene = Scene::new();
    let base = alter(&base(false), |change| {
        let page = page(change.head().bytes(), "QR");
        let resources = change.change(page).unwrap().get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
        resources.set("XObject", dictionary! { "Kelak" => Object::Reference((40, 0)) });
    });
    let seal = scene.world.person("Meterai", 10);
    let signed = scene.world.sign(&base, &request("Cert0", SignatureRole::Certify), &seal);
    let party = field(&signed, "Party1");
    let forged = alter(&signed, |change| {
        change.put((40, 0), Stream::new(dictionary! { "Subtype" => "Form" }, b"BT (RM 1) Tj ET".to_vec()));
        change.change(party).unwrap().set("AP", dictionary! { "N" => Object::Reference((40, 0)) });
    });
    assert_eq!(scene.verdict(&signed, "Cert0").0, Status::ValidExtended);
    assert_eq!(scene.verdict(&forged, "Cert0").0, Status::Modified);
}

#[test]
fn validation_data_thrown_away_or_changed() {
    let scene = Scene::new();
    let reader = Reader::open(scene.first()).unwrap();
    let (root, catalog) = reader.catalog().unwrap();
    let store = catalog.get(b"DSS").unwrap().as_reference().unwrap();
    let gone = alter(scene.first(), |change| _ = change.change(root).unwrap().remove(b"DSS"));
    assert_eq!(scene.verdict(&gone, "Party1").0, Status::Modified);
    let fewer = alter(scene.first(), |change| {
        _ = change.change(store).unwrap().get_mut(b"Certs").unwrap().as_array_mut().unwrap().pop();
    });
    assert_eq!(scene.verdict(&fewer, "Cert0").0, Status::Modified);
    let other = alter(scene.first(), |change| {
        let empty = change.add(Dictionary::new());
        let index = change.change(store).unwrap().get_mut(b"VRI").unwrap().as_dict_mut().unwrap();
        let key = index.iter().next().unwrap().0.clone();
        index.set(key, empty);
    });
    assert_eq!(scene.verdict(&other, "Cert0").0, Status::Modified);
}

#[test]
fn a_script_added_to_the_catalog() {
    let scene = Scene::new();
    let forged = alter(scene.first(), |change| {
        let (root, _) = change.head().catalog().unwrap();
        let action = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        change.change(root).unwrap().set("OpenAction", action);
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Modified, "changed-afterwards"));
}
