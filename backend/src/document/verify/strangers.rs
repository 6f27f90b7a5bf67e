//! People and authorities who call themselves what they like: never believed, and never called forgers where only the
//! root may be the wrong one (ADR 0041).

use p256::ecdsa::DerSignature;
use signature::Signer as _;
use x509_cert::ext::pkix::CrlReason;

use super::super::cms::{self, Algorithm};
use super::super::testing::*;
use super::super::*;
use super::tampered::is;
use super::*;
use crate::kernel::clock::Timestamp;

fn verdicts(report: &Report) -> Vec<(Status, String)> {
    let first = |verdict: &Verdict| verdict.findings.first().map(|one| one.code.clone()).unwrap_or_default();
    report.signatures.iter().map(|verdict| (verdict.status, first(verdict))).collect()
}

/// The CMS of `signer`, whom `signers` know, with a time stamp of `stampers`.
fn cms_between(signers: &World, stampers: &World, prepared: &Prepared, signer: &Holder, at: Timestamp) -> Vec<u8> {
    let attributes = cms::signed_attributes(&prepared.digest, &signer.der()).unwrap();
    let signature: DerSignature = signer.key.sign(&attributes.der);
    let token = stampers.stamp(&Sha256::digest(signature.as_bytes()).into(), at);
    let chain = [signer.der(), signers.issuing.der()];
    cms::assemble(&attributes, signature.as_bytes(), Algorithm::EcdsaP256Sha256, &chain, Some(&token)).unwrap()
}

/// `head` signed by `signer` of `signers` in `field`, stamped by the authority of `stampers`.
fn signed(head: &[u8], field: &str, signers: &World, stampers: &World, signer: &Holder, at: Timestamp) -> Vec<u8> {
    let role = if field == "Cert0" { SignatureRole::Certify } else { SignatureRole::Middle };
    let prepared = prepare(head, &request(field, role)).unwrap();
    let cms = cms_between(signers, stampers, &prepared, signer, at);
    let bytes = embed(prepared, &cms).unwrap();
    let [mut data, more] = [signers, stampers].map(|world| world.revocation(signer));
    data.crls.extend(more.crls);
    data.certs.extend(more.certs);
    extend::dss(&bytes, &data).unwrap()
}

#[test]
fn a_world_of_the_same_names_is_not_ours_and_not_called_a_forgery() {
    let (ours, theirs) = (World::new(), World::of(101));
    let report = verify(&theirs.agreement(&base(false)).pop().unwrap(), &ours.trust());
    assert_eq!(report.status, Status::Indeterminate);
    assert!(report.signatures.iter().all(|verdict| !verdict.status.is_valid() && verdict.stamped_millis.is_none()));
}

#[test]
fn a_stranger_who_signs_beside_people_who_are_trusted_is_refused() {
    let (ours, theirs) = (World::new(), World::of(101));
    let certified = signed(&base(false), "Cert0", &ours, &ours, &ours.person("Meterai", 20), NOW);
    // An authority of the same name, a certificate in the name of the party; even with our time stamp.
    for stampers in [&theirs, &ours] {
        let forged = signed(&certified, "Party1", &theirs, stampers, &theirs.person("Siti", 21), NOW);
        let report = verify(&forged, &ours.trust());
        let told = verdicts(&report);
        assert_eq!((report.status, &told[0]), (Status::Invalid, &is(Status::ValidExtended, "")));
        assert_eq!(told[1].0, Status::Invalid);
        assert!(report.signatures[1].findings.iter().any(|one| one.code == "stranger-among-trusted"), "{told:?}");
        let both = Trust { roots: vec![ours.root.der(), theirs.root.der()], ..ours.trust() };
        assert!(verify(&forged, &both).status.is_valid(), "who gives both roots trusts both");
    }
}

#[test]
fn a_time_stamp_of_a_strange_authority_proves_nothing() {
    let (ours, theirs) = (World::new(), World::of(101));
    let seal = ours.person("Meterai", 20);
    let bytes = signed(&base(true), "Cert0", &ours, &theirs, &seal, NOW);
    let judged = |at| {
        let report = verify(&bytes, &Trust { at: Some(at), ..ours.trust() });
        let codes: Vec<_> = report.signatures[0].findings.iter().map(|one| one.code.clone()).collect();
        (report.status, codes, report.signatures[0].stamped_millis)
    };
    assert_eq!(judged(NOW), (Status::Indeterminate, vec!["timestamp-not-trusted".to_owned()], None));
    // A key that outlived its certificate, in the hands of somebody who stamps the past with a clock of their own.
    let late = judged(NOW.plus(DAY * 30));
    let open = ["timestamp-not-trusted", "time-unknown"].map(str::to_owned);
    assert_eq!(late, (Status::Indeterminate, open.to_vec(), None));
}

/// The agreement, and what is said of it once the authority of time is revoked, a day after it stamped.
fn with_a_revoked_authority(world: &World, bytes: &[u8], reason: Option<CrlReason>) -> Vec<(Status, String)> {
    let list = world.issuing.crl_because(NOW.plus(DAY * 2), 30, &[(3, NOW.plus(DAY))], reason);
    let trust = Trust { crls: vec![list], at: Some(NOW.plus(DAY * 3)), ..world.trust() };
    verdicts(&verify(bytes, &trust))
}

#[test]
fn the_stamps_of_a_stolen_authority_prove_nothing_and_those_of_a_retired_one_stand() {
    let world = World::new();
    let bytes = world.agreement(&base(false)).remove(0);
    for reason in [CrlReason::Superseded, CrlReason::CessationOfOperation, CrlReason::AffiliationChanged] {
        assert_eq!(with_a_revoked_authority(&world, &bytes, Some(reason)), [is(Status::ValidExtended, "")]);
    }
    // Whoever has the key writes whatever time they like (RFC 3161 section 4: no reason counts as the worst).
    for reason in [None, Some(CrlReason::KeyCompromise), Some(CrlReason::CaCompromise)] {
        let told = with_a_revoked_authority(&world, &bytes, reason);
        assert_eq!(told, [is(Status::Indeterminate, "timestamp-authority-stolen")], "{reason:?}");
    }
    // The certificate of the signer has ended by now: when it was used is open again.
    let list = world.issuing.crl(NOW.plus(DAY * 39), 30, &[(3, NOW.plus(DAY))]);
    let report = verify(&bytes, &Trust { crls: vec![list], at: Some(NOW.plus(DAY * 40)), ..world.trust() });
    let codes: Vec<_> = report.signatures[0].findings.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(
        (report.status, &codes[..]),
        (Status::Indeterminate, &["timestamp-authority-stolen", "time-unknown"][..])
    );
}

#[test]
fn what_a_later_authority_stamped_before_the_theft_stands() {
    let world = World::new();
    let successor = world.issuing.grow("TSA Pengganti", 4, Use::Stamping, NOW.minus(DAY), 900);
    let complete = world.agreement(&base(true)).pop().unwrap();
    let archived = |at: Timestamp| {
        let prepared = prepare_stamp(&complete).unwrap();
        let token = stamp_by(&successor, &[successor.der(), world.issuing.der()], &prepared.digest, at);
        embed(prepared, &token).unwrap()
    };
    let told = with_a_revoked_authority(&world, &archived(NOW), None);
    assert!(told.iter().all(|(status, _)| status.is_valid()), "{told:?}");
    let told = with_a_revoked_authority(&world, &archived(NOW.plus(DAY + DAY / 2)), None);
    assert!(told[..4].iter().all(|one| *one == is(Status::Indeterminate, "timestamp-authority-stolen")), "{told:?}");
    assert!(told[4].0.is_valid(), "{told:?}");
}

#[test]
fn a_revoked_key_is_not_saved_by_a_time_stamp_of_ones_own() {
    let (ours, theirs) = (World::new(), World::of(101));
    let thief = ours.person("Siti", 21);
    let prepared = prepare(&base(false), &request("Party1", SignatureRole::Middle)).unwrap();
    let cms = cms_between(&ours, &theirs, &prepared, &thief, NOW.minus(DAY));
    let bytes = embed(prepared, &cms).unwrap();
    let revoked = ours.revocation_at(&thief, NOW.plus(DAY), &[(21, NOW)]);
    let bytes = extend::dss(&bytes, &revoked).unwrap();
    let report = verify(&bytes, &Trust { at: Some(NOW.plus(DAY * 2)), ..ours.trust() });
    assert_eq!(report.status, Status::Invalid, "{report:#?}");
    assert!(report.signatures[0].findings.iter().any(|one| one.code == "certificate-revoked"), "{report:#?}");
}
