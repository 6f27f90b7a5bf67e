//! Writing signatures, seen from outside the writer.

use proptest::prelude::*;

use super::increment::Increment;
use super::reader::Reader;
use super::testing::*;
use super::verify::{Status, verify};
use super::*;

#[test]
fn the_head_is_never_touched() {
    let world = World::new();
    for modern in [false, true] {
        let base = base(modern);
        let steps = world.agreement(&base);
        let mut head = base.as_slice();
        for step in &steps {
            assert!(step.starts_with(head) && step.ends_with(b"%%EOF\n"));
            head = step;
        }
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let mut request = request("Party1", SignatureRole::First { locks: locks() });
    request.fills = fills();
    let base = base(true);
    assert_eq!(prepare(&base, &request).unwrap(), prepare(&base, &request).unwrap());
}

#[test]
fn another_time_gives_another_digest_and_another_document_identity() {
    let base = base(false);
    let first = prepare(&base, &request("Party1", SignatureRole::Middle)).unwrap();
    let later = SignatureRequest { time: NOW.plus(DAY), ..request("Party1", SignatureRole::Middle) };
    let second = prepare(&base, &later).unwrap();
    assert_ne!(first.digest, second.digest);
    assert_eq!(first.increment().len(), second.increment().len());
}

#[test]
fn a_field_is_signed_once() {
    let world = World::new();
    let person = world.person("Siti", 11);
    let signed = world.sign(&base(false), &request("Party1", SignatureRole::Middle), &person);
    let again = prepare(&signed, &request("Party1", SignatureRole::Middle));
    assert_eq!(again.unwrap_err(), PrepareError::Filled("Party1".into()));
}

#[test]
fn a_field_that_is_not_there_or_not_for_that_is_refused() {
    let base = base(true);
    let refusal = |field| prepare(&base, &request(field, SignatureRole::Middle)).unwrap_err();
    assert_eq!(refusal("Party13"), PrepareError::NoField("Party13".into()));
    assert_eq!(refusal("QR"), PrepareError::Unfit("QR".into()));
    let mut wrong = request("Party1", SignatureRole::Middle);
    wrong.fills = vec![Fill { field: "Party2".into(), value: None, appearance: appearance("x") }];
    assert_eq!(prepare(&base, &wrong).unwrap_err(), PrepareError::Unfit("Party2".into()));
}

#[test]
fn an_appearance_that_does_not_bring_what_it_needs_is_refused() {
    let mut request = request("Party1", SignatureRole::Middle);
    request.appearance.as_mut().unwrap().objects.clear();
    assert!(matches!(prepare(&base(false), &request), Err(PrepareError::Unreadable(_))));
}

#[test]
fn a_signature_larger_than_its_room_is_refused_and_never_cut() {
    let prepared = prepare(&base(false), &request("Party1", SignatureRole::Middle)).unwrap();
    let kept = prepared.contents.len() / 2 - 1;
    assert_eq!(embed(prepared, &vec![1; kept + 1]).unwrap_err(), EmbedError::TooLarge { needed: kept + 1, kept });
}

#[test]
fn five_hundred_serial_numbers_share_one_font() {
    let base = base(false);
    let reader = Reader::open(&base).unwrap();
    let mut change = Increment::new(&reader).unwrap();
    let first = change.graft(&appearance("1")).unwrap();
    let second = change.graft(&appearance("2")).unwrap();
    assert_eq!(second.0, first.0 + 1, "one form more, and no second font");
}

#[test]
fn what_the_store_holds_is_not_stored_again() {
    let world = World::new();
    let person = world.person("Siti", 11);
    let once = world.sign(&base(false), &request("Party1", SignatureRole::Middle), &person);
    let twice = extend::dss(&once, &world.revocation(&person)).unwrap();
    assert!(twice.len() < once.len() + 600, "{} after {}", twice.len(), once.len());
    assert_eq!(verify(&twice, &world.trust()).status, Status::ValidExtended);
}

#[test]
fn rsa_signatures_are_assembled_as_well() {
    use rsa::pkcs1v15::SigningKey;
    use rsa::signature::{SignatureEncoding as _, Signer as _};
    let world = World::new();
    let private = rsa::RsaPrivateKey::new(&mut rand::rng(), 2048).unwrap();
    let key = SigningKey::<sha2::Sha256>::new(private);
    let spki = spki::SubjectPublicKeyInfoOwned::from_key(&signature::Keypair::verifying_key(&key)).unwrap();
    let leaf = world.issuing.issue("Siti RSA", 71, Use::Person, spki, NOW.minus(DAY), 30);
    let leaf = der::Encode::to_der(&leaf).unwrap();
    let prepared = prepare(&base(true), &request("Party1", SignatureRole::Middle)).unwrap();
    let attributes = cms::signed_attributes(&prepared.digest, &leaf).unwrap();
    let signature = key.sign(&attributes.der).to_vec();
    let chain = [leaf, world.issuing.der()];
    let cms = cms::assemble(&attributes, &signature, cms::Algorithm::RsaPkcs1Sha256, &chain, None).unwrap();
    let signed = embed(prepared, &cms).unwrap();
    let crls = vec![world.issuing.crl(NOW, 7, &[]), world.root.crl(NOW, 60, &[])];
    let report = verify(&signed, &verify::Trust { crls, ..world.trust() });
    assert_eq!(report.status, Status::Valid, "{report:#?}");
    assert_eq!(report.signatures[0].level, "B-B");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_mutation_makes_the_reader_or_the_verifier_panic(
        modern: bool,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in 1usize..=100,
    ) {
        static DOCUMENTS: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
        let documents = DOCUMENTS.get_or_init(|| {
            let world = World::new();
            [false, true].map(|modern| world.agreement(&base(modern)).remove(1))
        });
        let mut bytes = documents[usize::from(modern)].clone();
        bytes.truncate(bytes.len() * keep.max(100 - keep) / 100);
        for (place, byte) in cuts {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        let report = verify(&bytes, &verify::Trust::default());
        prop_assert!(!report.status.is_valid(), "nobody is trusted here");
        _ = prepare(&bytes, &request("Party2", SignatureRole::Middle));
        _ = extend::dss(&bytes, &RevocationData::default());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        _ = syntax::Parser::new(&text, 0).object();
    }
}
