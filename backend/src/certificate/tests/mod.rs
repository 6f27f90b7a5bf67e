//! Issuing, refusing, replaying, racing, crashing, revoking: on both engines.

mod ceremony;
mod status;
mod wish;

use std::sync::Arc;
use std::time::Duration;

use der::Decode as _;
use mohor_shared::approve::Decision;
use mohor_shared::jws;
use p256::ecdsa::SigningKey;
use x509_cert::Certificate;
use x509_cert::crl::CertificateList;

use super::testing::{DEVICE, answer, approved, check, issued, phone, point, token};
use super::*;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::keystore::{Custody, KeySpec, KeyStore};
use crate::person::{PersonId, PersonName};
use crate::testkit::{self, Bench};

const DAY: Duration = Duration::from_secs(86_400);

async fn spki(spec: KeySpec) -> Vec<u8> {
    testkit::keys().generate(spec, Custody::Session).await.expect("a key").spki
}

async fn request_for(bench: &Bench, name: &str, spec: KeySpec, term: Term) -> IssueRequest {
    let subject = Subject { person: PersonId::new(&bench.work()), name: PersonName::parse(name).expect("a name") };
    IssueRequest::new(subject, spki(spec).await, term, IssueReason::First).expect("a request")
}

async fn request(bench: &Bench) -> IssueRequest {
    request_for(bench, "AMINAH BINTI SPESIMEN", KeySpec::P256, Term::Year).await
}

#[tokio::test]
async fn an_approved_request_becomes_a_certificate_under_the_root() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let request = request(&bench).await;
    let leaf = issued(&bench.work(), &authority, &request).await.expect("issued");

    let parsed = Certificate::from_der(&leaf.der).expect("a certificate");
    assert_eq!(parsed.tbs_certificate().serial_number().as_bytes(), hex::decode(&leaf.serial).expect("hex"));
    assert_eq!(
        parsed.tbs_certificate().validity().not_after.to_unix_duration().as_secs() as i64,
        leaf.not_after.seconds()
    );
    assert!(!leaf.der.windows(2).any(|two| two == b"@"), "no address in a subject");
    let person = &request.subject().person;
    assert_eq!(current_for(&bench.work(), person).await.expect("reads"), Some(leaf.clone()));
    assert_eq!(status(&bench.work(), &leaf.serial).await.expect("reads"), Status::Good);
    let trail = crate::audit::trail(&bench.work(), &leaf.serial).await.expect("reads");
    // Both entries are of one instant on the clock that stands still: their order is not told.
    let kinds: std::collections::BTreeSet<_> = trail.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["certificate.intended", "certificate.issued"].into());
    let notices = crate::outbox::notices_for(&bench.work(), person.as_str()).await.expect("reads");
    assert_eq!(notices.len(), 1, "the person is told");
}

#[tokio::test]
async fn an_approval_of_something_else_authorises_nothing() {
    let bench = testkit::bench().await;
    let request = request(&bench).await;
    let token_ok = approved(&bench.work(), &request);

    let other_key =
        IssueRequest::new(request.subject().clone(), spki(KeySpec::P256).await, request.term(), request.reason())
            .expect("a request");
    let other_term =
        IssueRequest::new(request.subject().clone(), request.spki().to_vec(), Term::Month, request.reason())
            .expect("a request");
    let other_reason =
        IssueRequest::new(request.subject().clone(), request.spki().to_vec(), request.term(), IssueReason::PinReset)
            .expect("a request");
    for other in [other_key, other_term, other_reason] {
        assert_eq!(check(&bench.work(), &other, &token_ok).err(), Some(AuthoriseError::Subject));
    }

    let stranger = SigningKey::from_slice(&[8; 32]).expect("a key");
    let by_stranger = Approver::Phone { device: DEVICE, key: &point(&stranger) };
    let refused = authorise(bench.work().now, &request, by_stranger, &token_ok);
    assert_eq!(refused.err(), Some(AuthoriseError::Signature));
    let elsewhere = Approver::Phone { device: "01JOTHER", key: &point(&phone()) };
    let refused = authorise(bench.work().now, &request, elsewhere, &token_ok);
    assert_eq!(refused.err(), Some(AuthoriseError::Approver));
    let as_officer = Approver::Officer { account: DEVICE, key: &point(&phone()) };
    let refused = authorise(bench.work().now, &request, as_officer, &token_ok);
    assert_eq!(refused.err(), Some(AuthoriseError::Signature), "a phone's answer is no officer's answer");

    let declined = token(&answer(&bench.work(), &request, Decision::Decline));
    assert_eq!(check(&bench.work(), &request, &declined).err(), Some(AuthoriseError::Declined));
    bench.clock.advance(Duration::from_secs(3601));
    assert_eq!(check(&bench.work(), &request, &token_ok).err(), Some(AuthoriseError::Time));
}

#[tokio::test]
async fn an_authorisation_does_not_carry_another_linted_certificate() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let (mine, theirs) = (request(&bench).await, request(&bench).await);
    let authorised = check(&bench.work(), &mine, &approved(&bench.work(), &mine)).expect("authorised");
    let linted = prepare(&bench.work(), &authority, &theirs).expect("linted");
    let refused = issue(&bench.work(), &authority, authorised, linted).await;
    assert!(matches!(refused, Err(IssueError::NotAuthorised)));
    assert_eq!(all_for(&bench.work(), &theirs.subject().person).await.expect("reads"), []);
}

#[tokio::test]
async fn a_replayed_approval_gives_no_second_certificate() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let request = request(&bench).await;
    let token = approved(&bench.work(), &request);
    let work = bench.work();
    for round in 0..2 {
        let authorised = check(&bench.work(), &request, &token).expect("authorised");
        let linted = prepare(&work, &authority, &request).expect("linted");
        let outcome = issue(&work, &authority, authorised, linted).await;
        assert_eq!(outcome.is_ok(), round == 0);
    }
    // The other valid spelling of the same signature (n - s) is the same approval.
    let (input, signature) = token.rsplit_once('.').expect("a signature");
    let raw = p256::ecdsa::Signature::from_slice(&jws::unb64(signature).expect("b64")).expect("a signature");
    let (r, s) = raw.split_scalars();
    let turned = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).expect("a signature");
    let turned = jws::assemble(input, &turned.to_bytes().into());
    let authorised = check(&bench.work(), &request, &turned).expect("verifies as well");
    let linted = prepare(&work, &authority, &request).expect("linted");
    let outcome = issue(&work, &authority, authorised, linted).await;
    assert!(matches!(outcome, Err(IssueError::ApprovalUsed | IssueError::KeyKnown)));
    assert_eq!(all_for(&work, &request.subject().person).await.expect("reads").len(), 1);
}

#[tokio::test]
async fn of_eight_issues_racing_for_one_approval_exactly_one_wins() {
    let bench = testkit::bench().await;
    let authority = Arc::new(testkit::authority(&bench).await);
    let request = request(&bench).await;
    let token = approved(&bench.work(), &request);
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let authorised = check(&bench.work(), &request, &token).expect("authorised");
        let linted = prepare(&bench.work(), &authority, &request).expect("linted");
        let (work, authority) = (bench.work(), Arc::clone(&authority));
        racers.spawn(async move { issue(&work, &authority, authorised, linted).await });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(all_for(&bench.work(), &request.subject().person).await.expect("reads").len(), 1);
}

#[tokio::test]
async fn a_crash_after_the_intent_is_finished_and_can_be_revoked_before() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let mut serials = Vec::new();
    for _ in 0..2 {
        let request = request(&bench).await;
        let authorised = check(&bench.work(), &request, &approved(&bench.work(), &request)).expect("authorised");
        let linted = prepare(&bench.work(), &authority, &request).expect("linted");
        issue::intend(&bench.work(), &authorised, &linted).await.expect("stored");
        serials.push((linted.serial.clone(), linted.tbs().to_vec()));
    }
    assert_eq!(status(&bench.work(), &serials[0].0).await.expect("reads"), Status::Unknown);
    assert_eq!(recover(&bench.work(), &authority).await.expect("runs"), [], "a running request has a minute");
    revoke(&bench.work(), &authority, &serials[1].0, RevocationReason::KeyCompromise).await.expect("revoked");
    bench.clock.advance(Duration::from_secs(61));
    let finished = recover(&bench.work(), &authority).await.expect("runs");
    assert_eq!(finished.len(), 1);
    assert_eq!(finished[0].serial, serials[0].0);
    assert!(
        finished[0].der.windows(serials[0].1.len()).any(|part| part == serials[0].1),
        "the stored bytes were signed"
    );
    assert_eq!(recover(&bench.work(), &authority).await.expect("runs"), []);
    assert!(matches!(status(&bench.work(), &serials[1].0).await.expect("reads"), Status::Revoked(_)));
}

#[tokio::test]
async fn the_lints_refuse_what_the_practice_forbids() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let work = bench.work();
    let subject = |name: &str| Subject { person: PersonId::new(&work), name: PersonName::parse(name).expect("a name") };
    let broken = |request: Result<IssueRequest, RequestError>| {
        prepare(&work, &authority, &request.expect("a request")).expect_err("refused").to_string()
    };
    let good = spki(KeySpec::P256).await;
    let too_long = Term::Until(work.now.plus(DAY * 400).millis());
    assert!(broken(IssueRequest::new(subject("A"), good.clone(), too_long, IssueReason::First)).contains("cps-term"));
    let backwards = Term::Until(work.now.minus(DAY).millis());
    assert!(broken(IssueRequest::new(subject("A"), good.clone(), backwards, IssueReason::First)).contains("cps-term"));
    let authority_key = authority.issuing().spki().to_vec();
    assert!(
        broken(IssueRequest::new(subject("A"), authority_key, Term::Year, IssueReason::First))
            .contains("cps-key-is-not-the-authority's")
    );
    let mut off_curve = good.clone();
    *off_curve.last_mut().expect("bytes") ^= 1;
    assert!(
        broken(IssueRequest::new(subject("A"), off_curve, Term::Year, IssueReason::First)).contains("cps-public-key")
    );
    for name in ["A 900423-14-5678 B", "A 900423145678"] {
        assert!(
            broken(IssueRequest::new(subject(name), good.clone(), Term::Year, IssueReason::First))
                .contains("cps-no-identity-number")
        );
    }
}

#[tokio::test]
async fn a_month_is_a_calendar_month_and_the_newest_certificate_is_current() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let first = request_for(&bench, "A", KeySpec::P256, Term::Month).await;
    let one = issued(&bench.work(), &authority, &first).await.expect("issued");
    // 20 November 09:00 MYT to 20 December 08:59:59 MYT.
    assert_eq!(one.not_after.rfc3339(), "2026-12-20T00:59:59.000Z");
    let rest = IssueRequest::new(
        first.subject().clone(),
        spki(KeySpec::P256).await,
        Term::Until(one.not_after.millis()),
        IssueReason::PinReset,
    )
    .expect("a request");
    let two = issued(&bench.work(), &authority, &rest).await.expect("issued");
    assert_eq!(two.not_after, one.not_after);
    let person = &first.subject().person;
    assert_eq!(current_for(&bench.work(), person).await.expect("reads"), Some(two));
    assert_eq!(status(&bench.work(), &one.serial).await.expect("reads"), Status::Good, "a reset revokes nothing");
    bench.clock.advance(DAY * 31);
    assert_eq!(current_for(&bench.work(), person).await.expect("reads"), None);
}

#[tokio::test]
async fn a_key_is_certified_for_one_person_only() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let first = request(&bench).await;
    issued(&bench.work(), &authority, &first).await.expect("issued");
    let thief = Subject { person: PersonId::new(&bench.work()), name: PersonName::parse("B").expect("a name") };
    let stolen = IssueRequest::new(thief, first.spki().to_vec(), Term::Year, IssueReason::First).expect("a request");
    assert!(matches!(issued(&bench.work(), &authority, &stolen).await, Err(IssueError::KeyKnown)));
}
