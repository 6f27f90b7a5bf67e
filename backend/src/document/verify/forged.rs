//! Forged signatures: the bytes are in order, the people or the certificates are not.

use const_oid::ObjectIdentifier;
use p256::ecdsa::DerSignature;
use sha2::{Digest as _, Sha256};
use signature::Signer as _;

use super::super::cms::{self, Algorithm};
use super::super::testing::*;
use super::super::*;
use super::tampered::{Scene, is};
use super::*;

/// The certified base with a CMS of the forger's making.
fn forged_cms(scene: &Scene, make: impl FnOnce(&Prepared, &Holder) -> Vec<u8>) -> Vec<u8> {
    let person = scene.world.person("Siti", 11);
    let prepared = prepare(&base(false), &request("Party1", SignatureRole::Middle)).unwrap();
    let cms = make(&prepared, &person);
    let signed = embed(prepared, &cms).unwrap();
    extend::dss(&signed, &scene.world.revocation(&person)).unwrap()
}

fn cms_of(
    scene: &Scene,
    prepared: &Prepared,
    key: &Holder,
    chain: &[Vec<u8>],
    bound: &[u8],
    stamped: &[u8],
) -> Vec<u8> {
    let attributes = cms::signed_attributes(&prepared.digest, bound).unwrap();
    let signature: DerSignature = key.key.sign(&attributes.der);
    let imprint = if stamped.is_empty() { signature.as_bytes() } else { stamped };
    let token = scene.world.stamp(&Sha256::digest(imprint).into(), NOW);
    cms::assemble(&attributes, signature.as_bytes(), Algorithm::EcdsaP256Sha256, chain, Some(&token)).unwrap()
}

#[test]
fn a_certificate_exchanged_for_another_of_the_same_key() {
    let scene = Scene::new();
    let forged = forged_cms(&scene, |prepared, person| {
        let other = scene.world.issuing.issue("Orang Lain", 99, Use::Person, spki(&person.key), NOW.minus(DAY), 30);
        let chain = [der::Encode::to_der(&other).unwrap(), scene.world.issuing.der()];
        cms_of(&scene, prepared, person, &chain, &person.der(), &[])
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "signing-certificate-mismatch"));
}

#[test]
fn a_signature_by_another_key() {
    let scene = Scene::new();
    let thief = scene.world.person("Pencuri", 55);
    let forged = forged_cms(&scene, |prepared, person| {
        cms_of(&scene, prepared, &thief, &[person.der(), scene.world.issuing.der()], &person.der(), &[])
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "signature-wrong"));
}

#[test]
fn a_time_stamp_of_another_signature() {
    let scene = Scene::new();
    let forged = forged_cms(&scene, |prepared, person| {
        cms_of(&scene, prepared, person, &[person.der(), scene.world.issuing.der()], &person.der(), b"lain")
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "timestamp-wrong"));
}

#[test]
fn a_time_stamp_by_somebody_who_is_no_authority_of_time() {
    let scene = Scene::new();
    let forged = forged_cms(&scene, |prepared, person| {
        let attributes = cms::signed_attributes(&prepared.digest, &person.der()).unwrap();
        let signature: DerSignature = person.key.sign(&attributes.der);
        let imprint = Sha256::digest(signature.as_bytes()).into();
        let token = stamp_by(person, &[person.der(), scene.world.issuing.der()], &imprint, NOW);
        let chain = [person.der(), scene.world.issuing.der()];
        cms::assemble(&attributes, signature.as_bytes(), Algorithm::EcdsaP256Sha256, &chain, Some(&token)).unwrap()
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "timestamp-wrong"));
}

#[test]
fn a_signature_of_another_document() {
    let scene = Scene::new();
    let person = scene.world.person("Siti", 11);
    let other = prepare(&base(true), &request("Party1", SignatureRole::Middle)).unwrap();
    let forged = forged_cms(&scene, |_, _| scene.world.cms(&other, &person, NOW));
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "digest-wrong"));
}

#[test]
fn something_hidden_in_the_room_of_the_signature() {
    let scene = Scene::new();
    let forged = forged_cms(&scene, |prepared, person| {
        let mut cms = scene.world.cms(prepared, person, NOW);
        cms.extend_from_slice(b"rahsia");
        cms
    });
    assert_eq!(scene.verdict(&forged, "Party1"), is(Status::Invalid, "signature-unreadable"));
}

/// The verdict on a signature whose certificate is `leaf`, issued by `issuer`.
fn with_leaf(scene: &Scene, leaf: &Holder, issuers: &[&Holder]) -> (Status, String) {
    let chain: Vec<_> = std::iter::once(leaf).chain(issuers.iter().copied()).map(Holder::der).collect();
    let forged = forged_cms(scene, |prepared, _| cms_of(scene, prepared, leaf, &chain, &leaf.der(), &[]));
    let crls = issuers.iter().map(|issuer| issuer.crl(NOW, 7, &[])).collect();
    let report = verify(&forged, &Trust { crls, ..scene.world.trust() });
    let verdict = &report.signatures[0];
    (verdict.status, verdict.findings.first().map(|finding| finding.code.clone()).unwrap_or_default())
}

#[test]
fn a_certificate_issued_by_a_person() {
    let scene = Scene::new();
    let person = scene.world.person("Siti", 11);
    let child = person.grow("Anak", 61, Use::Person, NOW.minus(DAY), 10);
    assert_eq!(with_leaf(&scene, &child, &[&person, &scene.world.issuing]), is(Status::Invalid, "certificate-unfit"));
}

#[test]
fn an_authority_below_one_that_may_have_none() {
    let scene = Scene::new();
    let below = scene.world.issuing.grow("CA Bawahan", 62, Use::Issuing, NOW.minus(DAY), 10);
    let leaf = below.grow("Anak", 63, Use::Person, NOW.minus(DAY), 10);
    assert_eq!(with_leaf(&scene, &leaf, &[&below, &scene.world.issuing]), is(Status::Invalid, "certificate-unfit"));
}

#[test]
fn a_certificate_that_had_ended_or_not_begun() {
    let scene = Scene::new();
    for from in [NOW.minus(DAY * 40), NOW.plus(DAY)] {
        let leaf = scene.world.issuing.grow("Lama", 64, Use::Person, from, 30);
        let verdict = with_leaf(&scene, &leaf, &[&scene.world.issuing]);
        assert_eq!(verdict, is(Status::Invalid, "certificate-not-valid-then"));
    }
}

#[test]
fn a_critical_extension_nobody_understands() {
    let scene = Scene::new();
    let key = scene.world.person("Siti", 11).key;
    let mut all = extensions(Use::Person);
    all.push(extension(ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.9"), true, &der::asn1::Null));
    let certificate = scene.world.issuing.issue_with("Pelik", 65, all, spki(&key), NOW.minus(DAY), 30);
    let leaf = Holder { key, certificate };
    assert_eq!(with_leaf(&scene, &leaf, &[&scene.world.issuing]), is(Status::Invalid, "certificate-unfit"));
}

#[test]
fn a_certificate_for_machines() {
    let scene = Scene::new();
    let leaf = scene.world.issuing.grow("Pelayan", 66, Use::Stamping, NOW.minus(DAY), 30);
    assert_eq!(with_leaf(&scene, &leaf, &[&scene.world.issuing]), is(Status::Invalid, "certificate-unfit"));
}

/// An issuing authority of the scene with name constraints.
fn constrained(scene: &Scene, permitted: &[&str], excluded: &[&str]) -> Holder {
    use x509_cert::ext::pkix::NameConstraints;
    use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
    use x509_cert::ext::pkix::name::GeneralName;
    let subtrees = |names: &[&str]| {
        let base = |name: &&str| match name.parse() {
            Ok(name) => GeneralName::DirectoryName(name),
            Err(_) => GeneralName::Rfc822Name(der::asn1::Ia5String::new(name).unwrap()),
        };
        let all: Vec<_> =
            names.iter().map(|name| GeneralSubtree { base: base(name), minimum: 0, maximum: None }).collect();
        (!all.is_empty()).then_some(all)
    };
    let constraints =
        NameConstraints { permitted_subtrees: subtrees(permitted), excluded_subtrees: subtrees(excluded) };
    let key = scene.world.person("CA Berkekangan", 70).key;
    let mut all = extensions(Use::Issuing);
    all.push(extension(const_oid::db::rfc5280::ID_CE_NAME_CONSTRAINTS, true, &constraints));
    let certificate = scene.world.root.issue_with("CA Berkekangan", 70, all, spki(&key), NOW.minus(DAY), 100);
    Holder { key, certificate }
}

#[test]
fn an_authority_names_only_whom_its_constraints_admit() {
    let scene = Scene::new();
    let verdict = |permitted: &[&str], excluded: &[&str]| {
        let issuing = constrained(&scene, permitted, excluded);
        let leaf = issuing.grow("Siti", 71, Use::Person, NOW.minus(DAY), 30);
        with_leaf(&scene, &leaf, &[&issuing])
    };
    // Every name of the tests ends in O=Contoh Sdn Bhd,C=MY.
    assert_eq!(verdict(&["O=Contoh Sdn Bhd,C=MY"], &[]).0, Status::ValidExtended);
    assert_eq!(verdict(&["contoh.test"], &["O=Lain,C=MY"]).0, Status::ValidExtended, "a person without an address");
    let unfit = is(Status::Invalid, "certificate-unfit");
    assert_eq!(verdict(&["C=SG"], &[]), unfit);
    assert_eq!(verdict(&["C=MY"], &["O=contoh SDN bhd,C=MY"]), unfit, "however it is written");
}
