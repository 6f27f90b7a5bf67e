//! Files made to be hard work: each is given up with a finding, after work that is counted, not timed.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::super::budget::Budget;
use super::super::increment::Increment;
use super::super::reader::Reader;
use super::super::testing::*;
use super::super::*;
use super::revocation::{Standing, standing};
use super::tampered::{Scene, alter, field, page};
use super::*;

fn root(change: &Increment<'_, '_>) -> (ObjectId, Dictionary) {
    change.head().catalog().unwrap()
}

fn store(change: &Increment<'_, '_>) -> ObjectId {
    root(change).1.get(b"DSS").unwrap().as_reference().unwrap()
}

/// The report on `bytes`, the part of the work that was taken, and the bytes kept.
fn counted(scene: &Scene, bytes: &[u8]) -> (Report, f64, usize) {
    let budget = Rc::<Budget>::default();
    let report = judge_within(bytes, &scene.world.trust(), Rc::clone(&budget));
    let (work, kept) = budget.spent();
    (report, work, kept)
}

fn code(report: &Report) -> &str {
    report.findings.first().map(|finding| finding.code.as_str()).unwrap_or_default()
}

/// A tree of `levels` levels below `leaf`: on each level one node that names its only child a hundred times.
fn bush(change: &mut Increment<'_, '_>, leaf: ObjectId, levels: usize, node: &Dictionary) -> ObjectId {
    (0..levels).fold(leaf, |child, _| {
        let mut node = node.clone();
        node.set("Kids", vec![Object::Reference(child); 100]);
        change.add(node)
    })
}

#[test]
fn a_child_named_a_hundred_times_on_each_level_is_met_once() {
    let scene = Scene::new();
    let form = alter(scene.first(), |change| {
        let form = root(change).1.get(b"AcroForm").unwrap().as_reference().unwrap();
        let leaf = change.add(dictionary! { "FT" => "Tx", "T" => Object::string_literal("a") });
        let bush = bush(change, leaf, 7, &dictionary! { "T" => Object::string_literal("b") });
        change.change(form).unwrap().set("Fields", vec![Object::Reference(bush)]);
    });
    let pages = alter(scene.first(), |change| {
        let (root, _) = root(change);
        let sheet = page(change.head().bytes(), "QR");
        let bush = bush(change, sheet, 14, &dictionary! { "Type" => "Pages" });
        change.change(root).unwrap().set("Pages", bush);
        // Something is drawn, so that the pages are looked at.
        let qr = field(change.head().bytes(), "QR");
        let drawn = change.graft(&appearance("lain")).unwrap();
        change.change(qr).unwrap().set("AP", dictionary! { "N" => drawn });
    });
    for forged in [form, pages] {
        let (report, work, _) = counted(&scene, &forged);
        assert_eq!((report.status, code(&report)), (Status::Invalid, "structure-broken"), "{report:#?}");
        assert!(work < 0.05, "{work}");
    }
}

#[test]
fn authorities_that_certify_each_other_are_given_up() {
    // Sixty authorities of one name and one key: each is an issuer of each, and none leads to a root.
    let scene = Scene::new();
    let stranger = scene.world.root.grow("Rakan", 77, Use::Root, NOW.minus(DAY), 100);
    let certs = (0..60).map(|serial| {
        let certificate = stranger.issue("Rakan", 1000 + serial, Use::Root, spki(&stranger.key), NOW.minus(DAY), 100);
        der::Encode::to_der(&certificate).unwrap()
    });
    let certs: Vec<_> = certs.collect();
    let leaf = stranger.grow("Siti", 78, Use::Person, NOW.minus(DAY), 30);
    let signed = scene.world.sign_only(&base(false), &request("Party1", SignatureRole::Middle), &leaf);
    let data = RevocationData { certs, ..RevocationData::default() };
    let (report, work, _) = counted(&scene, &extend::dss(&signed, &data).unwrap());
    assert_eq!((report.status, code(&report)), (Status::Indeterminate, "too-much-work"), "{report:#?}");
    assert!(report.signatures.is_empty() && work > 0.9, "{work}");
}

/// A cross-reference stream or a certificate that unfolds to `size` zeros.
fn packed(dictionary: Dictionary, size: usize) -> Stream {
    let mut stream = Stream::new(dictionary, vec![0; size]);
    stream.compress().unwrap();
    stream
}

#[test]
fn streams_that_unfold_to_more_than_memory_are_given_up() {
    let scene = Scene::new();
    let forged = alter(scene.last(), |change| {
        let id = store(change);
        let bomb = packed(Dictionary::new(), 10 << 20);
        let bombs: Vec<Object> = (0..8).map(|_| change.add(bomb.clone()).into()).collect();
        change.change(id).unwrap().get_mut(b"Certs").unwrap().as_array_mut().unwrap().extend(bombs);
    });
    assert!(forged.len() < scene.last().len() + (1 << 20));
    let (report, _, kept) = counted(&scene, &forged);
    assert_eq!((report.status, code(&report)), (Status::Indeterminate, "too-much-work"), "{report:#?}");
    assert!(kept <= 64 << 20, "{kept}");
}

#[test]
fn cross_reference_streams_that_unfold_to_more_than_memory_are_given_up() {
    let scene = Scene::new();
    let mut bytes = base(true);
    for number in 0..20 {
        let previous = Reader::open(&base(true)).unwrap().sections()[0].offset;
        let previous = if number == 0 { previous } else { last_offset(&bytes) };
        let root = Reader::open(&base(true)).unwrap().catalog().unwrap().0;
        let dictionary = dictionary! {
            "Type" => "XRef", "Size" => 900, "Root" => root, "Prev" => previous as i64,
            "W" => vec![1.into(), 8.into(), 8.into()], "Index" => vec![Object::Integer(800 + number), Object::Integer(0)],
        };
        let stream = packed(dictionary, 10 << 20);
        let at = bytes.len();
        bytes.extend_from_slice(format!("{} 0 obj\n", 800 + number).as_bytes());
        increment::write_plain(&mut bytes, &stream.into()).unwrap();
        bytes.extend_from_slice(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes());
    }
    let (report, _, kept) = counted(&scene, &bytes);
    assert_eq!((report.status, code(&report)), (Status::Indeterminate, "too-much-work"), "{report:#?}");
    assert!(kept <= 64 << 20, "{kept}");
}

fn last_offset(bytes: &[u8]) -> usize {
    let at = bytes.windows(9).rposition(|window| window == b"startxref").unwrap();
    String::from_utf8_lossy(&bytes[at + 10..]).lines().next().unwrap().parse().unwrap()
}

#[test]
fn a_judgement_that_nobody_waits_for_ends() {
    let scene = Scene::new();
    let halt = Arc::new(AtomicBool::new(true));
    let report = verify_until(scene.last(), &scene.world.trust(), halt);
    assert_eq!((report.status, code(&report)), (Status::Indeterminate, "too-much-work"));
    let going = Arc::new(AtomicBool::new(false));
    assert!(verify_until(scene.last(), &scene.world.trust(), going).status.is_valid());
}

#[test]
fn a_check_remembered_of_one_key_says_nothing_of_another() {
    let (ours, theirs) = (World::new(), World::of(101));
    let person = ours.person("Siti", 20);
    let cert = |holder: &Holder| Cert::parse(&holder.der()).unwrap();
    let (right, wrong) = (cert(&ours.issuing), cert(&theirs.issuing));
    for order in [[&right, &wrong], [&wrong, &right]] {
        let (leaf, budget) = (cert(&person), Budget::default());
        let ask = || order.map(|issuer| leaf.signed_by(issuer, &budget) == Rc::ptr_eq(issuer, &right));
        assert_eq!(ask(), [true; 2]);
        let asked = budget.spent();
        assert_eq!((ask(), budget.spent()), ([true; 2], asked));
    }
    assert!(!cert(&person).signed_by(&right, &Budget::until(Arc::new(AtomicBool::new(true)))));
}

#[test]
fn a_list_remembered_of_a_key_is_still_refused_of_who_may_not_make_lists() {
    let (ours, theirs) = (World::new(), World::of(101));
    let key = spki(&ours.issuing.key);
    // The same name and the same key, for signing documents only.
    let person = ours.root.issue("CA Pengeluar Ujian", 90, Use::Person, key, NOW.minus(DAY), 100);
    let person = Cert::parse(&der::Encode::to_der(&person).unwrap()).unwrap();
    let [right, wrong] = [&ours, &theirs].map(|world| Cert::parse(&world.issuing.der()).unwrap());
    let leaf = Cert::parse(&ours.person("Siti", 20).der()).unwrap();
    for first in [&right, &person, &wrong] {
        let mut pool = Pool::default();
        pool.lists.add_list(&ours.issuing.crl(NOW, 7, &[]), true);
        for issuer in [first, &right, &person, &wrong, &right] {
            let good = matches!(standing(&pool, &leaf, issuer, NOW, Some(NOW)), Standing::Good { .. });
            assert_eq!(good, Rc::ptr_eq(issuer, &right), "{:?}", issuer.serial());
        }
    }
}

/// A base of `pages` pages with `bytes` bytes on all of them, and `parties` fields to sign.
fn large(pages: usize, bytes: usize, parties: usize) -> Vec<u8> {
    alter(&base(true), |change| {
        let (_, catalog) = change.head().catalog().unwrap();
        let tree = catalog.get(b"Pages").unwrap().as_reference().unwrap();
        let form = catalog.get(b"AcroForm").unwrap().as_reference().unwrap();
        let mut fields = Vec::new();
        let mut kids = Vec::new();
        for number in 0..pages {
            let sheet = change.number();
            let content = change.add(Stream::new(Dictionary::new(), vec![b' '; bytes / pages]));
            let serial = change.add(dictionary! {
                "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "F" => 4, "P" => sheet, "Ff" => 1,
                "T" => Object::string_literal(format!("Nombor{number}")), "Rect" => [40, 20, 300, 36].map(Object::Integer).to_vec(),
            });
            fields.push(Object::Reference(serial));
            kids.push(Object::Reference(sheet));
            change.put(sheet, dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Annots" => vec![Object::Reference(serial)],
                "MediaBox" => [0, 0, 595, 842].map(Object::Integer).to_vec(),
            });
        }
        for number in 0..parties {
            let row = i64::try_from(number).unwrap() * 10;
            fields.push(
                change
                    .add(dictionary! {
                        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "F" => 132,
                        "T" => Object::string_literal(format!("Pihak{number}")),
                        "Rect" => [300, row, 400, row + 9].map(Object::Integer).to_vec(),
                    })
                    .into(),
            );
        }
        change.change(tree).unwrap().get_mut(b"Kids").unwrap().as_array_mut().unwrap().extend(kids);
        change.change(form).unwrap().get_mut(b"Fields").unwrap().as_array_mut().unwrap().extend(fields);
    })
}

/// The part of the work that a document takes which everybody has signed.
fn honest(scene: &Scene, pages: usize, bytes: usize, parties: usize) -> f64 {
    let mut file = large(pages, bytes, parties);
    let seal = scene.world.person("Meterai", 10);
    file = scene.world.sign(&file, &request("Cert0", SignatureRole::Certify), &seal);
    for number in 0..parties {
        let person = scene.world.person(&format!("Pihak {number}"), 100 + u8::try_from(number).unwrap());
        let at = NOW.plus(std::time::Duration::from_secs(60 * number as u64));
        let signed = scene.world.sign_only(&file, &request(&format!("Pihak{number}"), SignatureRole::Middle), &person);
        // Every signature brings lists of its own.
        file = extend::dss(&signed, &scene.world.revocation_at(&person, at, &[])).unwrap();
    }
    let (report, work, kept) = counted(scene, &file);
    assert!(report.status.is_valid() && report.signatures.len() == parties + 1, "{:#?}", report.findings);
    println!("{pages} pages, {} KB, {parties} parties: {work:.4} of the work, {kept} bytes kept", file.len() >> 10);
    work
}

#[test]
fn an_honest_document_takes_a_small_part_of_the_work() {
    let scene = Scene::new();
    assert!(honest(&scene, 40, 1 << 20, 4) < 0.02);
    // Each of the forty brings a list of its own, which every other signature looks at, and checks once.
    assert!(honest(&scene, 4, 1 << 16, 40) < 0.2);
}

#[test]
fn the_largest_honest_document_leaves_half_of_the_work() {
    assert!(honest(&Scene::new(), 500, 20 << 20, 40) < 0.5);
}

/// The newest revision brings a chain of a hundred thousand objects, each naming the next, by way of `place`.
fn chain(head: &[u8], place: impl FnOnce(&mut Increment<'_, '_>, ObjectId)) -> Vec<u8> {
    alter(head, |change| {
        let first = change.number();
        (1..100_000).fold(first, |from, _| {
            let to = change.number();
            change.put(from, dictionary! { "Next" => to });
            to
        });
        place(change, first);
    })
}

#[test]
fn a_hundred_thousand_links_are_followed_on_a_small_stack() {
    let scene = Scene::new();
    let stamp = chain(scene.last(), |change, first| {
        let stamp = change.add(Stream::new(dictionary! { "Next" => first }, Vec::new()));
        let store = store(change);
        let index = change.change(store).unwrap().get_mut(b"VRI").unwrap().as_dict_mut().unwrap();
        index.set("A".repeat(40), dictionary! { "TS" => stamp });
    });
    let extensions = chain(scene.last(), |change, first| {
        let (root, _) = root(change);
        change.change(root).unwrap().set("Extensions", first);
    });
    for (forged, status) in [(stamp, Status::ValidExtended), (extensions, Status::Modified)] {
        let trust = scene.world.trust();
        let judging = std::thread::Builder::new().stack_size(2 << 20).spawn(move || verify(&forged, &trust)).unwrap();
        assert_eq!(judging.join().unwrap().status, status);
    }
}
