mod killed;
mod replacement;
mod transfer;

use std::time::Duration;

use mohor_shared::approve::{ASK, Ask, Decision, Display, Reason};
use mohor_shared::dpop::{self, Call};
use mohor_shared::jws;
use mohor_shared::wire::{ENROLLED, Enrolled};

use super::testing::*;
use super::*;
use crate::adapters::keystore_software::SoftwareKeyStore;
use crate::attempt::TooMany;
use crate::kernel::error::Fault as _;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::PersonId;
use crate::testkit::{Bench, bench, keys};

const IC: &str = "900423105484";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A person whom an agency has registered, with an address that nobody has proved.
async fn aina() -> (Bench, SoftwareKeyStore, PersonId) {
    let (bench, keys) = (bench().await, keys());
    let person = person(&bench.work(), &keys, IC, "aina@example.test").await;
    (bench, keys, person)
}

/// The same with a bound phone.
async fn bound() -> (Bench, SoftwareKeyStore, PersonId, TestPhone) {
    let (bench, keys, person) = aina().await;
    let phone = bind(&bench, &keys, &person, IC).await;
    (bench, keys, person, phone)
}

#[tokio::test]
async fn a_phone_is_bound_and_the_address_is_proved_by_it() {
    let (bench, keys, person, phone) = bound().await;
    assert_eq!((phone.done.state.as_str(), phone.done.cool_until), ("active", None));
    let platform = platform::keys(&keys).await.expect("keys")[0].key().expect("a key");
    let said: Enrolled = jws::verify(&phone.done.srv, ENROLLED, &platform).expect("signed by the platform");
    assert_eq!((said.account.as_str(), said.att_result.as_str()), (person.as_str(), "absent"));
    let found = crate::person::by_id(&bench.work(), &person).await.expect("reads").expect("is there");
    assert!(found.email.expect("an address").proven_at.is_some());
    let device = phone.call(&bench.work(), &keys).await;
    assert_eq!((device.person(), device.device().assurance), (&person, Assurance::A0));
    assert!(device.may_sign());
}

#[tokio::test]
async fn unknown_number_wrong_password_and_wrong_code_get_one_answer() {
    let (bench, keys, person) = aina().await;
    let work = bench.work();
    let (_, code) = invited(&work, &keys, &person).await;
    let mut wrong_password = start_request(IC, &code);
    wrong_password.activation_password = "lain-sekali".into();
    let wrong_code = start_request(IC, "00000000");
    let stranger = start_request("850101145555", &code);
    for request in [wrong_password, wrong_code, stranger] {
        let refused = start(&work, &keys, &request).await.expect_err("refused");
        assert_eq!(refused.code(), "enrol-mismatch");
    }
    let refused = start(&work, &keys, &start_request("901323105484", &code)).await.expect_err("refused");
    assert_eq!(refused.code(), "enrol-number-unfit");
}

#[tokio::test]
async fn five_tries_an_hour_and_no_more() {
    let (bench, keys, person) = aina().await;
    let (_, code) = invited(&bench.work(), &keys, &person).await;
    for _ in 0..5 {
        start(&bench.work(), &keys, &start_request(IC, "00000000")).await.expect_err("wrong");
    }
    let refused = start(&bench.work(), &keys, &start_request(IC, &code)).await.expect_err("too many");
    assert!(matches!(refused, StartRefused::TooMany(TooMany::Later { .. })));
    bench.clock.advance(Duration::from_secs(3601));
    start(&bench.work(), &keys, &start_request(IC, &code)).await.expect("an hour later");
}

#[tokio::test]
async fn a_verification_code_lives_a_day_and_a_newer_one_ends_it() {
    let (bench, keys, person) = aina().await;
    let (token, code) = invited(&bench.work(), &keys, &person).await;
    bench.clock.advance(DAY);
    start(&bench.work(), &keys, &start_request(IC, &code)).await.expect_err("too old");
    resend_code(&bench.work(), &keys, &token).await.expect("sends");
    start(&bench.work(), &keys, &start_request(IC, &code)).await.expect_err("superseded");
    let id = invitation(&bench.work(), &keys, &token).await.expect("open").id;
    let newest = code_of(&bench.work(), &keys, &id).await;
    start(&bench.work(), &keys, &start_request(IC, &newest)).await.expect("the newest");
}

#[tokio::test]
async fn a_replayed_enrolment_finds_the_challenge_spent() {
    let (bench, keys, person) = aina().await;
    let work = bench.work();
    let (_, code) = invited(&work, &keys, &person).await;
    let challenge = start(&work, &keys, &start_request(IC, &code)).await.expect("starts");
    let request = finish_request(&work, &fresh_key(), &challenge, IC);
    finish(&work, &keys, ORIGIN, &request).await.expect("binds");
    let replayed = finish(&work, &keys, ORIGIN, &request).await.expect_err("spent");
    assert!(matches!(replayed, FinishRefused::Over));
}

#[tokio::test]
async fn a_failed_proof_burns_the_challenge() {
    let (bench, keys, person) = aina().await;
    let work = bench.work();
    let (_, code) = invited(&work, &keys, &person).await;
    let challenge = start(&work, &keys, &start_request(IC, &code)).await.expect("starts");
    let key = fresh_key();
    let stolen = finish_request(&work, &key, &challenge, "850101145555");
    assert!(matches!(finish(&work, &keys, ORIGIN, &stolen).await, Err(FinishRefused::Proof)));
    let honest = finish_request(&work, &key, &challenge, IC);
    assert!(matches!(finish(&work, &keys, ORIGIN, &honest).await, Err(FinishRefused::Over)));
    let again = start(&work, &keys, &start_request(IC, &code)).await.expect("starts again");
    let elsewhere = finish_request(&work, &key, &again, IC);
    let refused = finish(&work, &keys, "https://evil.example.test", &elsewhere).await;
    assert!(matches!(refused, Err(FinishRefused::Proof)));
}

#[tokio::test]
async fn of_two_phones_with_one_activation_one_wins() {
    let (bench, keys, person) = aina().await;
    let work = bench.work();
    let (_, code) = invited(&work, &keys, &person).await;
    let mut requests = Vec::new();
    for _ in 0..2 {
        let challenge = start(&work, &keys, &start_request(IC, &code)).await.expect("starts");
        requests.push(finish_request(&work, &fresh_key(), &challenge, IC));
    }
    let (one, two) =
        tokio::join!(finish(&work, &keys, ORIGIN, &requests[0]), finish(&work, &keys, ORIGIN, &requests[1]));
    assert!(one.is_ok() ^ two.is_ok(), "exactly one wins");
    let lost = one.err().or(two.err()).expect("one lost");
    assert_eq!(lost.code(), "enrol-claimed");
    assert!(current(&work, &person).await.expect("reads").is_some());
}

#[tokio::test]
async fn a_proof_counts_once_for_its_call_with_a_young_nonce() {
    let (bench, keys, _, phone) = bound().await;
    let call = Call { method: "GET", url: "https://mohor.example.test/m/v1/me", body: b"" };
    let work = bench.work();
    let nonce = nonce(&work, &keys).await.expect("a nonce");
    let proof = dpop::prove(&phone.key, call, &nonce, [7; 16], work.now.seconds()).expect("signs");
    prove(&work, &keys, &proof, call).await.expect("fresh");
    assert!(matches!(prove(&work, &keys, &proof, call).await, Err(ProofRefused::Replayed)));
    let other = Call { url: "https://mohor.example.test/m/v1/notices", ..call };
    assert!(matches!(prove(&work, &keys, &proof, other).await, Err(ProofRefused::Proof(_))));
    let forged = dpop::prove(&phone.key, call, "AAAA", [8; 16], work.now.seconds()).expect("signs");
    assert!(matches!(prove(&work, &keys, &forged, call).await, Err(ProofRefused::Nonce)));
    let stranger = dpop::prove(&fresh_key(), call, &nonce, [9; 16], work.now.seconds()).expect("signs");
    assert!(matches!(prove(&work, &keys, &stranger, call).await, Err(ProofRefused::Unbound)));
    bench.clock.advance(Duration::from_secs(60));
    let late = dpop::prove(&phone.key, call, &nonce, [10; 16], work.now.seconds()).expect("signs");
    assert!(matches!(prove(&bench.work(), &keys, &late, call).await, Err(ProofRefused::Nonce)));
}

#[tokio::test]
async fn a_revoked_phone_is_nobody() {
    let (bench, keys, _, phone) = bound().await;
    let id = phone.device();
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    assert!(revoke(&work, &mut tx, &id).await.expect("revokes"));
    assert!(!revoke(&work, &mut tx, &id).await.expect("once"));
    tx.commit().await.expect("commits");
    assert!(matches!(phone.try_call(&work, &keys).await, Err(ProofRefused::Unbound)));
}

async fn put(work: &Work, person: &PersonId) -> ApprovalId {
    let display = Display {
        lang: "ms".into(),
        title: "Jana sijil digital".into(),
        facts: vec![("Nama".into(), "Aina binti Omar".into())],
        requester: "HIMS".into(),
    };
    let life = Duration::from_secs(600);
    let (kind, subject) = ("certificate-issue", [5; 32]);
    let question = Question { person: person.clone(), kind, reference: "R1".into(), subject, display, life };
    let mut tx = work.write().await.expect("begins");
    let id = ask(work, &mut tx, &question).await.expect("asks");
    tx.commit().await.expect("commits");
    id
}

async fn read(work: &Work, keys: &dyn KeyStore, phone: &TestPhone, id: &ApprovalId) -> Ask {
    let device = phone.call(work, keys).await;
    let jws = question(work, keys, ORIGIN, &device, id).await.expect("the question");
    let key = platform::keys(keys).await.expect("keys")[0].key().expect("a key");
    jws::verify(&jws, ASK, &key).expect("signed by the platform")
}

#[tokio::test]
async fn an_approval_is_signed_on_the_phone_and_serves_once() {
    let (bench, keys, person, phone) = bound().await;
    let work = bench.work();
    let id = put(&work, &person).await;
    let device = phone.call(&work, &keys).await;
    assert_eq!(waiting(&work, &device).await.expect("lists").len(), 1);
    let asked = read(&work, &keys, &phone, &id).await;
    let jws = phone.answer(&work, &asked, Decision::Approve, None);
    assert_eq!(answer(&work, ORIGIN, &device, &id, &jws).await.expect("counts"), Decision::Approve);
    let replayed = answer(&work, ORIGIN, &device, &id, &jws).await.expect_err("once");
    assert_eq!(replayed.code(), "approval-over");

    let mut tx = work.write().await.expect("begins");
    assert!(take(&work, &mut tx, &id, "pin-reset").await.expect("asks").is_none(), "of another kind");
    let approved = take(&work, &mut tx, &id, "certificate-issue").await.expect("takes").expect("approved");
    assert!(take(&work, &mut tx, &id, "certificate-issue").await.expect("asks").is_none(), "used");
    tx.commit().await.expect("commits");
    assert_eq!((approved.subject(), approved.reference(), approved.person()), (&[5; 32], "R1", &person));
    assert_eq!(approved.evidence(), jws);
}

#[tokio::test]
async fn an_answer_to_another_display_subject_or_person_is_refused() {
    let (bench, keys, one, phone) = bound().await;
    let work = bench.work();
    let id = put(&work, &one).await;
    let device = phone.call(&work, &keys).await;
    let asked = read(&work, &keys, &phone, &id).await;
    let mut other_display = asked.clone();
    other_display.display = jws::b64(b"{}");
    let mut other_subject = asked.clone();
    other_subject.subject_h = jws::b64(&[6; 32]);
    let mut other_origin = asked.clone();
    other_origin.rp = "https://evil.example.test".into();
    for forged in [other_display, other_subject, other_origin] {
        let jws = phone.answer(&work, &forged, Decision::Approve, None);
        let refused = answer(&work, ORIGIN, &device, &id, &jws).await.expect_err("refused");
        assert_eq!(refused.code(), "approval-mismatch");
    }
    let two = person(&work, &keys, "850101145555", "badrul@example.test").await;
    let stranger = bind(&bench, &keys, &two, "850101145555").await;
    let jws = stranger.answer(&work, &asked, Decision::Approve, None);
    let refused = answer(&work, ORIGIN, &stranger.call(&work, &keys).await, &id, &jws).await.expect_err("refused");
    assert_eq!(refused.code(), "approval-missing");
    bench.clock.advance(Duration::from_secs(601));
    let late = bench.work();
    let jws = phone.answer(&late, &asked, Decision::Approve, None);
    let refused = answer(&late, ORIGIN, &device, &id, &jws).await.expect_err("late");
    assert_eq!(refused.code(), "approval-over");
}

#[tokio::test]
async fn not_me_declines_and_freezes_signing() {
    let (bench, keys, person, phone) = bound().await;
    let work = bench.work();
    let id = put(&work, &person).await;
    let device = phone.call(&work, &keys).await;
    let asked = read(&work, &keys, &phone, &id).await;
    let jws = phone.answer(&work, &asked, Decision::Decline, Some(Reason::NotMe));
    answer(&work, ORIGIN, &device, &id, &jws).await.expect("counts");
    let next = put(&work, &person).await;
    let asked = read(&work, &keys, &phone, &next).await;
    let jws = phone.answer(&work, &asked, Decision::Approve, None);
    let refused = answer(&work, ORIGIN, &device, &next, &jws).await.expect_err("frozen");
    assert_eq!(refused.code(), "signing-frozen");
    bench.clock.advance(Duration::from_secs(901));
    let later = bench.work();
    let next = put(&later, &person).await;
    let asked = read(&later, &keys, &phone, &next).await;
    let jws = phone.answer(&later, &asked, Decision::Approve, None);
    answer(&later, ORIGIN, &device, &next, &jws).await.expect("thawed");
}

#[tokio::test]
async fn a_link_of_ours_is_needed_and_looking_changes_nothing() {
    let (bench, keys, person) = aina().await;
    let work = bench.work();
    let (token, _) = invited(&work, &keys, &person).await;
    for _ in 0..3 {
        assert!(invitation(&work, &keys, &token).await.expect("ours").password_set);
    }
    let mut forged = token.clone();
    forged.pop();
    forged.push('!');
    for wrong in [forged.as_str(), "", "01J.x"] {
        assert!(matches!(invitation(&work, &keys, wrong).await, Err(InviteRefused::Link)), "{wrong}");
    }
    assert!(matches!(set_password(&work, &keys, &token, "short").await, Err(InviteRefused::Password)));
    bench.clock.advance(Duration::from_secs(15 * 24 * 3600));
    assert!(matches!(invitation(&bench.work(), &keys, &token).await, Err(InviteRefused::Link)));
}
