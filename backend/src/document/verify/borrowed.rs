//! Signed content by another name: a later revision names an object that a signed page hangs on from a place that may
//! change (validation data, extensions, metadata, a field, an annotation list) and writes it again under that name.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::super::increment::Increment;
use super::super::reader::Reader;
use super::super::testing::*;
use super::super::*;
use super::audit::Level;
use super::tampered::{Scene, alter, field, is, page};
use super::*;

const ALL: [&str; 4] = ["Cert0", "Party1", "Party2", "Party3"];

/// What was written in the stead of signed content.
fn other() -> Stream {
    Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        b"BT /F1 24 Tf 72 700 Td (RM 1) Tj ET".to_vec(),
    )
}

/// The content stream of the page with the QR code.
fn content(bytes: &[u8]) -> ObjectId {
    let reader = Reader::open(bytes).unwrap();
    let Object::Dictionary(page) = reader.get(page(bytes, "QR")).unwrap() else { panic!() };
    page.get(b"Contents").unwrap().as_reference().unwrap()
}

fn catalog<'i>(change: &'i mut Increment<'_, '_>) -> &'i mut Dictionary {
    let (root, _) = change.head().catalog().unwrap();
    change.change(root).unwrap()
}

fn of_catalog(change: &Increment<'_, '_>, key: &[u8]) -> ObjectId {
    let (_, catalog) = change.head().catalog().unwrap();
    catalog.get(key).unwrap().as_reference().unwrap()
}

fn store<'i>(change: &'i mut Increment<'_, '_>) -> &'i mut Dictionary {
    let id = of_catalog(change, b"DSS");
    change.change(id).unwrap()
}

fn entry(change: &mut Increment<'_, '_>, entry: impl Into<Object>) {
    let index = store(change).get_mut(b"VRI").unwrap().as_dict_mut().unwrap();
    index.set("A".repeat(40), entry);
}

fn widget<'i>(change: &'i mut Increment<'_, '_>, name: &str) -> &'i mut Dictionary {
    let id = field(change.head().bytes(), name);
    change.change(id).unwrap()
}

fn form<'i>(change: &'i mut Increment<'_, '_>) -> &'i mut Dictionary {
    let id = of_catalog(change, b"AcroForm");
    change.change(id).unwrap()
}

/// An invisible field, as a document time stamp brings it, whose page is `page`.
fn invisible(change: &mut Increment<'_, '_>, page: ObjectId) -> ObjectId {
    let stamp = change.add(dictionary! { "Type" => "DocTimeStamp" });
    let field = change.add(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Arkib9"), "V" => stamp,
        "Rect" => vec![Object::Integer(0); 4], "F" => 132, "P" => page,
    });
    form(change).get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(field.into());
    field
}

/// A place that may change, and how an object is named from there.
type Place = (&'static str, fn(&mut Increment<'_, '_>, ObjectId));

/// Every place from which a revision after the last signature may name something.
const PLACES: [Place; 26] = [
    ("/OCSPs", |change, id| store(change).set("OCSPs", id)),
    ("an item of /Certs", |change, id| {
        store(change).get_mut(b"Certs").unwrap().as_array_mut().unwrap().push(id.into());
    }),
    ("an item of /OCSPs", |change, id| store(change).set("OCSPs", vec![Object::Reference(id)])),
    ("/Certs", |change, id| store(change).set("Certs", id)),
    ("/VRI", |change, id| store(change).set("VRI", id)),
    ("an entry of /VRI", |change, id| entry(change, id)),
    ("/Cert of an entry", |change, id| entry(change, dictionary! { "Cert" => id })),
    ("/CRL of an entry", |change, id| entry(change, dictionary! { "CRL" => id })),
    ("/OCSP of an entry", |change, id| entry(change, dictionary! { "OCSP" => vec![Object::Reference(id)] })),
    ("/TS of an entry", |change, id| entry(change, dictionary! { "TS" => id })),
    ("/TU of an entry", |change, id| entry(change, dictionary! { "TU" => id })),
    ("/DSS", |change, id| catalog(change).set("DSS", id)),
    ("/Extensions", |change, id| catalog(change).set("Extensions", id)),
    ("a developer of /Extensions", |change, id| catalog(change).set("Extensions", dictionary! { "ESIC" => id })),
    ("a level of /Extensions", |change, id| {
        catalog(change).set("Extensions", dictionary! { "ESIC" => dictionary! { "ExtensionLevel" => id } });
    }),
    ("/Metadata", |change, id| catalog(change).set("Metadata", id)),
    ("/Version", |change, id| catalog(change).set("Version", id)),
    ("/AcroForm", |change, id| catalog(change).set("AcroForm", id)),
    ("/Fields", |change, id| form(change).set("Fields", id)),
    ("an item of /Fields", |change, id| {
        form(change).get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(id.into());
    }),
    ("/V", |change, id| widget(change, "Party4").set("V", id)),
    ("/AP", |change, id| widget(change, "Party4").set("AP", id)),
    ("/N of /AP", |change, id| widget(change, "Party4").set("AP", dictionary! { "N" => id })),
    ("/Kids", |change, id| widget(change, "Party4").set("Kids", vec![Object::Reference(id)])),
    ("/P of a new field", |change, id| _ = invisible(change, id)),
    ("/Annots", |change, id| {
        let sheet = page(change.head().bytes(), "QR");
        let field = invisible(change, sheet);
        let Object::Dictionary(old) = change.head().get(sheet).unwrap() else { panic!() };
        let mut items = change.head().value(&old, "Annots").unwrap().as_array().cloned().unwrap();
        items.push(field.into());
        change.change(sheet).unwrap().set("Annots", id);
        change.put(id, items);
    }),
];

/// A base whose pages keep apart what may be kept apart: two content streams in a list, resources, a font, a box.
fn rich() -> Vec<u8> {
    alter(&base(false), |change| {
        let sheet = page(change.head().bytes(), "QR");
        let first = content(change.head().bytes());
        let second = change.add(Stream::new(Dictionary::new(), b"BT /F1 9 Tf (SPESIMEN) Tj ET".to_vec()));
        let list = change.add(vec![Object::Reference(first), Object::Reference(second)]);
        let font = change.add(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
        let resources = change.add(dictionary! { "Font" => dictionary! { "F1" => font } });
        let size = change.add([0, 0, 595, 842].map(Object::Integer).to_vec());
        let annotations = change.change(sheet).unwrap().get(b"Annots").unwrap().clone();
        let annotations = change.add(annotations);
        let sheet = change.change(sheet).unwrap();
        sheet.set("Contents", list);
        sheet.set("Resources", resources);
        sheet.set("MediaBox", size);
        sheet.set("Annots", annotations);
    })
}

/// Certified, then signed by the one party that is also the last: nothing but validation data may follow.
fn completed() -> Vec<u8> {
    let world = World::new();
    let certified = world.sign(&rich(), &request("Cert0", SignatureRole::Certify), &world.person("Meterai", 10));
    let mut last = request("Party3", SignatureRole::Last);
    last.fills = fills();
    world.sign(&certified, &last, &world.person("Pihak", 13))
}

/// Everything that the pages hang on, and the pages themselves.
fn reached(bytes: &[u8]) -> BTreeSet<ObjectId> {
    let reader = Reader::open(bytes).unwrap();
    let (_, catalog) = reader.catalog().unwrap();
    let mut waiting = vec![catalog.get(b"Pages").unwrap().as_reference().unwrap()];
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let object = reader.get(id).unwrap();
            structure::references(&object, &mut |id| waiting.push(id));
        }
    }
    reached
}

/// `object` with something else in it, and of its own kind, so that it may serve where it is named.
fn replaced(change: &mut Increment<'_, '_>, object: &Object) -> Object {
    match object {
        Object::Array(items) => {
            let more = change.add(other());
            Object::Array(items.iter().cloned().chain([more.into()]).collect())
        }
        Object::Dictionary(entries) => {
            let mut entries = entries.clone();
            entries.set("BaseFont", "ZapfDingbats");
            Object::Dictionary(entries)
        }
        _ => other().into(),
    }
}

/// Whether the newest revisions, from `since` on, went no further than what may follow the last signature. Nothing but
/// the changes is judged: no signature is checked.
fn passes(bytes: &[u8], since: usize) -> bool {
    let judged = || -> Result<bool, Finding> {
        let reader = Reader::open(bytes)?;
        let (revisions, _) = structure::revisions(&reader)?;
        let found = signatures::collect(&reader, &revisions)?;
        let changes = changes_of(&reader, &revisions, &found)?;
        let fine = |change: &Change| change.faults.is_empty() && change.covers.is_empty();
        Ok(changes[since..].iter().all(|change| fine(change) && change.level == Level::Archive))
    };
    judged().unwrap_or(false)
}

/// Names `id` from a place and writes it again: in one revision, or in a second one that only keeps the name.
fn borrowed(head: &[u8], (_, name): Place, id: ObjectId, at_once: bool) -> Vec<u8> {
    let object = Reader::open(head).unwrap().get(id).unwrap();
    let write = |change: &mut Increment<'_, '_>| {
        let new = replaced(change, &object);
        change.put(id, new);
    };
    if at_once {
        return alter(head, |change| {
            write(change);
            name(change, id);
        });
    }
    let named = alter(head, |change| name(change, id));
    alter(&named, write)
}

fn never_passes(at_once: bool) {
    let head = completed();
    let since = Reader::open(&head).unwrap().revisions();
    let all = reached(&head);
    assert!(all.len() > 30 && passes(&head, since), "{all:?}");
    for place in PLACES {
        for &id in &all {
            let forged = borrowed(&head, place, id, at_once);
            assert!(!passes(&forged, since), "object {} is written again by way of {}", id.0, place.0);
        }
    }
}

#[test]
fn no_place_that_may_change_gives_signed_content_another_body() {
    never_passes(true);
}

#[test]
fn no_name_taken_in_one_revision_gives_signed_content_another_body_in_the_next() {
    never_passes(false);
}

#[test]
fn a_content_stream_named_as_validation_data_and_written_again() {
    let scene = Scene::new();
    let content = content(scene.last());
    let ways: [fn(&mut Increment<'_, '_>, ObjectId); 4] = [
        |change, id| entry(change, dictionary! { "Cert" => id }),
        |change, id| store(change).set("OCSPs", id),
        |change, id| store(change).set("VRI", id),
        |change, id| catalog(change).set("Extensions", dictionary! { "ESIC" => id }),
    ];
    for way in ways {
        let forged = alter(scene.last(), |change| {
            change.put(content, other());
            way(change, content);
        });
        for field in ALL {
            assert_eq!(scene.verdict(&forged, field), is(Status::Modified, "changed-afterwards"));
        }
    }
}

#[test]
fn a_content_stream_that_became_the_metadata_and_was_written_again_later() {
    let scene = Scene::new();
    let content = content(scene.last());
    let named = alter(scene.last(), |change| catalog(change).set("Metadata", content));
    let forged = alter(&named, |change| change.put(content, other()));
    for bytes in [named, forged] {
        assert_eq!(scene.verdict(&bytes, "Party3"), is(Status::Modified, "changed-afterwards"));
    }
}

#[test]
fn metadata_that_is_a_content_stream_too_may_not_change() {
    // The trap was set before the first signature: the catalog and a page name the same stream.
    let scene = Scene::new();
    let trap = alter(&base(false), |change| {
        let content = content(change.head().bytes());
        change.put(content, Stream::new(other().dict, b"BT /F1 24 Tf 72 700 Td (RM 500000) Tj ET".to_vec()));
        catalog(change).set("Metadata", content);
    });
    let steps = scene.world.agreement(&trap);
    assert!(verify(&steps[3], &scene.world.trust()).status.is_valid());
    let forged = alter(&steps[3], |change| change.put(content(&steps[3]), other()));
    assert_eq!(scene.verdict(&forged, "Party3"), is(Status::Modified, "changed-afterwards"));
}

#[test]
fn a_number_given_up_before_the_first_signature_is_not_fresh_after_it() {
    // The base mentions object 400 and gives it up; a later revision would bring it back under a page.
    let scene = Scene::new();
    let written = alter(&base(false), |change| {
        let page = page(change.head().bytes(), "QR");
        let resources = change.change(page).unwrap().get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
        resources.set("XObject", dictionary! { "Kelak" => Object::Reference((400, 0)) });
        change.put((400, 0), Stream::new(dictionary! { "Subtype" => "Form" }, Vec::new()));
    });
    let base = given_up(&written, 400);
    let seal = scene.world.person("Meterai", 10);
    let signed = scene.world.sign(&base, &request("Cert0", SignatureRole::Certify), &seal);
    let forged = alter(&signed, |change| {
        change.put((400, 0), other());
        entry(change, dictionary! { "TS" => Object::Reference((400, 0)) });
    });
    assert_eq!(scene.verdict(&signed, "Cert0").0, Status::ValidExtended);
    assert_eq!(scene.verdict(&forged, "Cert0"), is(Status::Modified, "changed-afterwards"));
}

/// `head` with a revision that does nothing but give up the object `id`.
fn given_up(head: &[u8], id: i64) -> Vec<u8> {
    let reader = Reader::open(head).unwrap();
    let mut trailer = reader.trailer().clone();
    trailer.set("Type", "XRef");
    trailer.set("Size", id + 2);
    trailer.set("Prev", reader.sections()[0].offset as i64);
    trailer.set("W", [1, 4, 2].map(Object::Integer).to_vec());
    trailer.set("Index", [id, 1].map(Object::Integer).to_vec());
    let mut bytes = head.to_vec();
    bytes.extend_from_slice(format!("{} 0 obj\n", id + 1).as_bytes());
    increment::write_plain(&mut bytes, &Stream::new(trailer, vec![0, 0, 0, 0, 0, 0, 1]).into()).unwrap();
    bytes.extend_from_slice(format!("\nendobj\nstartxref\n{}\n%%EOF\n", head.len()).as_bytes());
    bytes
}

#[test]
fn a_page_written_again_under_another_generation_is_not_the_same() {
    // The page tree names `n 0 R`; once `n 1 obj` is in its place, a strict reader finds nothing there.
    let scene = Scene::new();
    let content = content(scene.last());
    let forged = alter(scene.last(), |change| {
        let same = change.head().get(content).unwrap();
        change.put((content.0, 1), same);
    });
    assert_eq!(scene.verdict(&forged, "Party3"), is(Status::Modified, "changed-afterwards"));
}

#[test]
fn a_new_field_whose_rectangle_is_kept_elsewhere_is_not_invisible() {
    let scene = Scene::new();
    let signed =
        scene.world.sign(&rich(), &request("Cert0", SignatureRole::Certify), &scene.world.person("Meterai", 10));
    let sheet = page(&signed, "QR");
    let Object::Dictionary(old) = Reader::open(&signed).unwrap().get(sheet).unwrap() else { panic!() };
    let size = old.get(b"MediaBox").unwrap().clone();
    let forged = alter(&signed, |change| {
        let field = change.add(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Arkib9"),
            "Rect" => size, "F" => 132, "P" => sheet,
        });
        form(change).get_mut(b"Fields").unwrap().as_array_mut().unwrap().push(field.into());
        let list = old.get(b"Annots").unwrap().as_reference().unwrap();
        let mut items = change.head().get(list).unwrap().as_array().cloned().unwrap();
        items.push(field.into());
        change.put(list, items);
    });
    assert_eq!(scene.verdict(&forged, "Cert0").0, Status::Modified);
}

#[test]
fn what_may_follow_still_follows_when_lists_are_objects_of_their_own() {
    // The store of other tools: every list an object, written again with each revision.
    let scene = Scene::new();
    let apart = alter(scene.last(), |change| {
        for key in ["Certs", "CRLs", "VRI"] {
            let list = store(change).get(key.as_bytes()).unwrap().clone();
            let list = change.add(list);
            store(change).set(key, list);
        }
        let level = dictionary! { "BaseVersion" => "1.7", "ExtensionLevel" => 1 };
        catalog(change).set("Extensions", dictionary! { "ESIC" => level });
        let metadata = change.add(other());
        catalog(change).set("Metadata", metadata);
    });
    assert!(verify(&apart, &scene.world.trust()).status.is_valid(), "{:#?}", verify(&apart, &scene.world.trust()));
    let again = alter(&apart, |change| {
        let certs = store(change).get(b"Certs").unwrap().as_reference().unwrap();
        let mut list = change.head().get(certs).unwrap().as_array().cloned().unwrap();
        let cert = change.add(Stream::new(Dictionary::new(), scene.world.person("Lain", 14).der()));
        list.push(cert.into());
        change.put(certs, list);
        let metadata = of_catalog(change, b"Metadata");
        change.put(metadata, other());
        let index = store(change).get(b"VRI").unwrap().as_reference().unwrap();
        let stamp = change.add(Stream::new(Dictionary::new(), b"cap".to_vec()));
        change.change(index).unwrap().set("B".repeat(40), dictionary! { "TS" => stamp });
    });
    assert!(verify(&again, &scene.world.trust()).status.is_valid(), "{:#?}", verify(&again, &scene.world.trust()));
}
