//! Genuine documents: at once, years later, and with something missing.

use super::super::testing::*;
use super::super::*;
use super::*;
use crate::kernel::words::Lang;

fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The certified base, signed by one person with the validation data of `add`.
fn signed_with(world: &World, add: impl Fn(&Holder) -> RevocationData) -> (Holder, Vec<u8>) {
    let person = world.person("Siti", 21);
    let certified = world.sign(&base(false), &request("Cert0", SignatureRole::Certify), &world.person("Meterai", 20));
    let signed = world.sign_only(&certified, &request("Party1", SignatureRole::Middle), &person);
    let bytes = extend::dss(&signed, &add(&person)).unwrap();
    (person, bytes)
}

#[test]
fn every_step_of_the_golden_flow_is_valid() {
    let world = World::new();
    for modern in [false, true] {
        for (step, bytes) in world.agreement(&base(modern)).iter().enumerate() {
            let report = verify(bytes, &world.trust());
            assert!(report.status.is_valid(), "modern {modern}, step {step}: {report:#?}");
            assert_eq!(report.signatures.len(), step + 1);
            assert!(report.signatures.iter().all(|verdict| verdict.level == "B-LT"), "{report:#?}");
        }
    }
}

#[test]
fn what_each_signature_promises_is_told() {
    let world = World::new();
    let report = verify(world.agreement(&base(true)).last().unwrap(), &world.trust());
    let permissions: Vec<_> = report.signatures.iter().map(|verdict| verdict.permission).collect();
    assert_eq!(permissions, [Some(2), None, None, Some(1)]);
    assert_eq!(report.signatures[0].class, Class::Certification);
    assert_eq!(report.signatures[1].locks, locks());
    assert_eq!(report.signatures[1].name.as_deref(), Some("Siti binti Ahmad (敏)"));
    assert_eq!(report.signatures[1].stamped_millis, Some(NOW.millis()));
}

#[test]
fn a_signature_stays_valid_when_its_certificate_has_ended() {
    let world = World::new();
    let bytes = world.agreement(&base(false)).pop().unwrap();
    for years in [1, 2, 9] {
        let trust = Trust { at: Some(NOW.plus(DAY * 365 * years)), ..world.trust() };
        let report = verify(&bytes, &trust);
        assert!(report.status.is_valid(), "after {years} years: {report:#?}");
        let noted = |code: &str| report.signatures[1].notes.iter().any(|note| note.code == code);
        assert!(noted("certificate-ended-since"));
        // The authority of time has 900 days; nothing in the file keeps it beyond them.
        assert_eq!(noted("timestamp-authority-ended"), years == 9);
    }
}

#[test]
fn without_revocation_data_nothing_is_decided() {
    let world = World::new();
    let bytes = world.sign_only(&base(false), &request("Cert0", SignatureRole::Certify), &world.person("Meterai", 20));
    let report = verify(&bytes, &world.trust());
    assert_eq!(report.status, Status::Indeterminate);
    assert!(codes(&report.signatures[0]).contains(&"revocation-unknown"));
    let crls = world.revocation(&world.person("Meterai", 20)).crls;
    let report = verify(&bytes, &Trust { crls, ..world.trust() });
    assert_eq!(report.status, Status::Valid, "{report:#?}");
    assert_eq!(report.signatures[0].level, "B-T");
}

#[test]
fn a_revocation_after_the_time_stamp_changes_nothing_and_one_before_it_ends_everything() {
    let world = World::new();
    let (_, bytes) = signed_with(&world, |person| world.revocation_at(person, NOW.plus(DAY), &[(21, NOW.plus(DAY))]));
    let late = Trust { at: Some(NOW.plus(DAY * 2)), ..world.trust() };
    assert!(verify(&bytes, &late).status.is_valid(), "{:#?}", verify(&bytes, &late));
    let (_, bytes) = signed_with(&world, |person| world.revocation_at(person, NOW, &[(21, NOW.minus(DAY))]));
    let report = verify(&bytes, &late);
    assert_eq!(codes(&report.signatures[1]), ["certificate-revoked"]);
    assert_eq!(report.signatures[0].status, Status::ValidExtended, "the others are judged by themselves");
}

#[test]
fn a_list_of_today_tells_what_the_lists_in_the_document_could_not_know() {
    let world = World::new();
    let (_, bytes) = signed_with(&world, |person| world.revocation(person));
    let today = |revoked: crate::kernel::clock::Timestamp| {
        let crls = vec![world.issuing.crl(NOW.plus(DAY), 7, &[(21, revoked)])];
        verify(&bytes, &Trust { crls, ..world.trust() })
    };
    assert!(today(NOW.plus(DAY)).status.is_valid(), "revoked after it was used");
    let report = today(NOW.minus(DAY));
    assert_eq!((report.status, codes(&report.signatures[1])), (Status::Invalid, vec!["certificate-revoked"]));
}

#[test]
fn a_revocation_list_that_had_run_out_says_nothing() {
    let world = World::new();
    let (_, bytes) = signed_with(&world, |person| world.revocation_at(person, NOW.minus(DAY * 20), &[]));
    // The list of the certified base (issued at NOW) still speaks; without it only the old one is left.
    let person = world.person("Siti", 21);
    let alone = world.sign_only(&base(false), &request("Party1", SignatureRole::Middle), &person);
    let alone = extend::dss(&alone, &world.revocation_at(&person, NOW.minus(DAY * 20), &[])).unwrap();
    assert!(verify(&bytes, &world.trust()).status.is_valid());
    assert_eq!(verify(&alone, &world.trust()).status, Status::Indeterminate);
}

#[test]
fn by_a_strange_root_nothing_is_decided_and_nothing_is_proved() {
    let world = World::new();
    let bytes = world.agreement(&base(false)).pop().unwrap();
    let bytes = archived(&world, &bytes, NOW);
    let stranger = world.root.grow("Akar Lain", 77, Use::Root, NOW.minus(DAY), 100).der();
    for roots in [vec![stranger.clone()], Vec::new()] {
        let report = verify(&bytes, &Trust { roots, ..world.trust() });
        assert_eq!(report.status, Status::Indeterminate, "{report:#?}");
        for verdict in &report.signatures[..4] {
            assert_eq!(codes(verdict), ["timestamp-not-trusted", "chain-not-trusted"]);
            assert_eq!((verdict.stamped_millis, verdict.level.as_str()), (None, "B-B"));
        }
        assert_eq!(codes(&report.signatures[4]), ["timestamp-not-trusted"]);
    }
    // Whoever is asked about two authorities is given two roots; what was tampered with is so by any root.
    let both = Trust { roots: vec![stranger.clone(), world.root.der()], ..world.trust() };
    assert!(verify(&bytes, &both).status.is_valid());
    let at = bytes.windows(8).position(|window| window == b"SPESIMEN").unwrap();
    let tampered = [&bytes[..at], b"X", &bytes[at + 1..]].concat();
    assert_eq!(verify(&tampered, &Trust { roots: vec![stranger], ..world.trust() }).status, Status::Invalid);
}

#[test]
fn a_document_without_a_signature_is_not_judged() {
    let report = verify(&base(true), &World::new().trust());
    assert_eq!(report.status, Status::Indeterminate);
    assert_eq!(report.findings[0].code, "no-signature");
}

#[test]
fn every_finding_has_words_in_both_languages() {
    for lang in Lang::ALL {
        for code in CODES {
            assert!(lang.try_say(&format!("finding-{code}"), &[]).is_some(), "{code} in {lang}");
        }
        for status in ["valid", "valid-extended", "indeterminate", "modified", "invalid"] {
            assert!(lang.try_say(&format!("status-{status}"), &[]).is_some(), "{status} in {lang}");
        }
    }
}

#[test]
fn a_report_survives_its_json() {
    let world = World::new();
    let report = verify(world.agreement(&base(false)).last().unwrap(), &world.trust());
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains("\"VALID_EXTENDED\""));
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}

#[test]
fn an_answer_of_the_authority_serves_as_well_as_a_list() {
    let world = World::new();
    let person = world.person("Siti", 21);
    let answer = |by: &Holder, about: &Holder, revoked| ocsp(by, &world.issuing, about, NOW, revoked);
    let judged = |by: &Holder, revoked| {
        let signed = world.sign_only(&base(true), &request("Party1", SignatureRole::Middle), &person);
        let data = RevocationData {
            crls: vec![world.root.crl(NOW, 60, &[])],
            ocsps: vec![answer(by, &person, revoked), answer(by, &world.tsa, None)],
            certs: Vec::new(),
        };
        let report = verify(&extend::dss(&signed, &data).unwrap(), &world.trust());
        (report.status, report.signatures[0].level.clone())
    };
    let responder = world.issuing.grow("OCSP Ujian", 41, Use::Responder, NOW.minus(DAY), 30);
    let stranger = world.root.grow("OCSP Lain", 42, Use::Responder, NOW.minus(DAY), 30);
    assert_eq!(judged(&world.issuing, None), (Status::ValidExtended, "B-LT".to_owned()));
    assert_eq!(judged(&responder, None), (Status::ValidExtended, "B-LT".to_owned()));
    assert_eq!(judged(&responder, Some(NOW.minus(DAY))).0, Status::Invalid);
    assert_eq!(judged(&stranger, None).0, Status::Indeterminate);
    assert_eq!(judged(&person, None).0, Status::Indeterminate);
}

/// `bytes` with a document time stamp, and the validation data of a later one where there is any.
fn archived(world: &World, bytes: &[u8], at: crate::kernel::clock::Timestamp) -> Vec<u8> {
    let prepared = prepare_stamp(bytes).unwrap();
    let token = world.stamp(&prepared.digest, at);
    embed(prepared, &token).unwrap()
}

#[test]
fn a_document_time_stamp_makes_every_signature_b_lta_and_may_be_repeated() {
    let world = World::new();
    for modern in [false, true] {
        let complete = world.agreement(&base(modern)).pop().unwrap();
        let kept = archived(&world, &complete, NOW);
        assert!(kept.starts_with(&complete));
        let report = verify(&kept, &world.trust());
        assert!(report.status.is_valid(), "{report:#?}");
        let levels: Vec<_> = report.signatures.iter().map(|verdict| verdict.level.as_str()).collect();
        assert_eq!(levels, ["B-LTA", "B-LTA", "B-LTA", "B-LTA", "DTS"]);
        let stamp = report.signatures.last().unwrap();
        assert_eq!((stamp.field.as_str(), stamp.class), ("Arkib1", Class::DocumentTimestamp));
        assert_eq!((stamp.status, stamp.stamped_millis), (Status::Valid, Some(NOW.millis())));

        // Before the authority of time ends, its successor stamps everything again.
        let later = NOW.plus(DAY * 365);
        let data = world.revocation_at(&world.person("Siti", 21), later, &[]);
        let twice = archived(&world, &extend::dss(&kept, &data).unwrap(), later);
        let report = verify(&twice, &Trust { at: Some(later.plus(DAY)), ..world.trust() });
        assert!(report.status.is_valid() && report.signatures.len() == 6, "{report:#?}");
        assert_eq!(report.signatures[5].field, "Arkib2");
        let late = verify(&kept, &Trust { at: Some(NOW.plus(DAY * 1000)), ..world.trust() });
        let noted = |verdict: &Verdict| verdict.notes.iter().any(|note| note.code == "timestamp-authority-ended");
        let noted: Vec<_> = late.signatures.iter().map(noted).collect();
        assert_eq!(noted, [false, false, false, false, true], "it is the newest stamp that must be renewed");
    }
}

#[test]
fn a_document_time_stamp_of_another_document_is_refused_and_leaves_the_signatures_alone() {
    let world = World::new();
    let complete = world.agreement(&base(false)).pop().unwrap();
    let other = prepare_stamp(&world.agreement(&base(true)).pop().unwrap()).unwrap();
    let forged = embed(prepare_stamp(&complete).unwrap(), &world.stamp(&other.digest, NOW)).unwrap();
    let report = verify(&forged, &world.trust());
    assert_eq!((report.status, codes(&report.signatures[4])), (Status::Invalid, vec!["timestamp-wrong"]));
    assert!(report.signatures[..4].iter().all(|verdict| verdict.status.is_valid() && verdict.level == "B-LT"));
    assert!(prepare_stamp(b"%PDF-1.7").is_err());
}
