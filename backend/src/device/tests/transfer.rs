//! The old phone is there: it signs for the new one.

use mohor_shared::jws::{Header, Jwk, b64};
use mohor_shared::wire::{EnrolChallenge, TRANSFER, Transfer, TransferStart};
use p256::ecdsa::SigningKey;

use super::*;
use crate::keystore::KeyStore;

/// A new phone that waits to be signed for.
struct New {
    key: SigningKey,
    jkt: String,
    challenge: EnrolChallenge,
}

impl New {
    async fn asks(bench: &Bench, keys: &dyn KeyStore) -> Self {
        let key = fresh_key();
        let jkt = Jwk::of(key.verifying_key()).thumbprint();
        let start = TransferStart { jkt: jkt.clone(), app: app() };
        let challenge = request_transfer(&bench.work(), keys, &start).await.expect("asks");
        Self { key, jkt, challenge }
    }

    fn id(&self) -> TransferId {
        TransferId::parse(&self.challenge.enrol_id).expect("an id")
    }

    async fn finishes(&self, bench: &Bench, keys: &dyn KeyStore, number: &str) -> Result<TestPhone, FinishRefused> {
        let work = bench.work();
        let request = finish_request(&work, &self.key, &self.challenge, number);
        let done = finish(&work, keys, ORIGIN, &request).await?;
        let said: Enrolled = jws::verify(&done.srv, ENROLLED, &self.platform()).expect("signed by the platform");
        let person = PersonId::parse(&said.account).expect("an id");
        Ok(TestPhone { key: self.key.clone(), id: done.device_id.clone(), person, done })
    }

    fn platform(&self) -> p256::ecdsa::VerifyingKey {
        self.challenge.server_jwks[0].key().expect("a key")
    }
}

/// What the old phone signs for `new`.
fn claims(work: &Work, old: &TestPhone, new: &New) -> Transfer {
    let iat = work.now.seconds();
    Transfer {
        aud: ORIGIN.into(),
        device_id: old.id.clone(),
        transfer_id: new.challenge.enrol_id.clone(),
        new_jkt: new.jkt.clone(),
        challenge: new.challenge.challenge.clone(),
        iat,
        exp: iat + 60,
        jti: b64(&work.rng().bytes::<16>()),
    }
}

async fn signs(bench: &Bench, keys: &dyn KeyStore, old: &TestPhone, new: &New) -> Result<(), TransferRefused> {
    let work = bench.work();
    let said = claims(&work, old, new);
    signs_that(bench, keys, old, new, &said).await
}

async fn signs_that(
    bench: &Bench,
    keys: &dyn KeyStore,
    old: &TestPhone,
    new: &New,
    said: &Transfer,
) -> Result<(), TransferRefused> {
    let work = bench.work();
    let token = jws::sign(&old.key, &Header::by(TRANSFER, &old.done.jkt), said).expect("signs");
    sign_transfer(&work, ORIGIN, &old.call(&work, keys).await, &new.id(), &token).await
}

#[tokio::test]
async fn the_old_phone_signs_and_the_new_one_may_sign_at_once() {
    let (bench, keys, person, old) = bound().await;
    let new = New::asks(&bench, &keys).await;
    let facts = transfer_facts(&bench.work(), &new.id()).await.expect("is told");
    assert_eq!((facts.jkt.as_str(), facts.model.as_str()), (new.jkt.as_str(), "Telefon Ujian"));
    let early = new.finishes(&bench, &keys, IC).await.err().expect("refused");
    assert_eq!(early.code(), "transfer-waiting");
    signs(&bench, &keys, &old, &new).await.expect("signs");
    let phone = new.finishes(&bench, &keys, IC).await.expect("binds");
    assert_eq!((phone.done.state.as_str(), phone.done.vouching, &phone.person), ("active", false, &person));
    assert!(phone.call(&bench.work(), &keys).await.may_sign());
    assert!(matches!(old.try_call(&bench.work(), &keys).await, Err(ProofRefused::Unbound)), "the old one has ended");
    let told = crate::outbox::notices_for(&bench.work(), person.as_str()).await.expect("reads");
    assert!(told.iter().any(|notice| notice.template == "device-transferred"));
}

#[tokio::test]
async fn what_was_signed_serves_once() {
    let (bench, keys, _, old) = bound().await;
    let new = New::asks(&bench, &keys).await;
    signs(&bench, &keys, &old, &new).await.expect("signs");
    assert!(signs(&bench, &keys, &old, &new).await.is_err(), "signed already");
    new.finishes(&bench, &keys, IC).await.expect("binds");
    let replayed = new.finishes(&bench, &keys, IC).await.err().expect("spent");
    assert_eq!(replayed.code(), "enrol-over");
}

#[tokio::test]
async fn only_the_key_that_was_signed_for_is_bound() {
    let (bench, keys, _, old) = bound().await;
    let new = New::asks(&bench, &keys).await;
    signs(&bench, &keys, &old, &new).await.expect("signs");
    let thief = New { key: fresh_key(), jkt: String::new(), challenge: new.challenge.clone() };
    assert_eq!(thief.finishes(&bench, &keys, IC).await.err().expect("refused").code(), "enrol-over");
    new.finishes(&bench, &keys, IC).await.expect("the thief has spent nothing");
}

#[tokio::test]
async fn nobody_pulls_a_stranger_s_new_phone_to_their_own_account() {
    let (bench, keys, person, old) = bound().await;
    let other = super::person(&bench.work(), &keys, "850101145555", "badrul@example.test").await;
    let stranger = bind(&bench, &keys, &other, "850101145555").await;
    // Aina's new phone shows its ticket; a stranger reads it first.
    let new = New::asks(&bench, &keys).await;
    signs(&bench, &keys, &stranger, &new).await.expect("signs");
    let refused = new.finishes(&bench, &keys, IC).await.err().expect("refused");
    assert_eq!(refused.code(), "enrol-proof-invalid", "the number typed is not the stranger's");
    let kept = current(&bench.work(), &person).await.expect("reads").expect("a phone");
    assert_eq!(kept.id.as_str(), old.id);
    assert!(stranger.call(&bench.work(), &keys).await.may_sign(), "and nothing else changed either");
}

#[tokio::test]
async fn an_old_phone_signs_for_what_it_has_read_and_nothing_else() {
    let (bench, keys, _, old) = bound().await;
    let (new, other) = (New::asks(&bench, &keys).await, New::asks(&bench, &keys).await);
    let right = claims(&bench.work(), &old, &new);
    let mut forged = vec![right.clone(); 6];
    forged[0].new_jkt.clone_from(&other.jkt);
    forged[1].challenge.clone_from(&other.challenge.challenge);
    forged[2].aud = "https://evil.example.test".into();
    forged[3].transfer_id.clone_from(&other.challenge.enrol_id);
    forged[4].iat -= 600;
    forged[4].exp -= 600;
    forged[5].exp += 3600;
    for said in &forged {
        let refused = signs_that(&bench, &keys, &old, &new, said).await.expect_err("refused");
        assert_eq!(refused.code(), "transfer-mismatch", "{said:?}");
    }
    bench.clock.advance(Duration::from_secs(600));
    let late = signs(&bench, &keys, &old, &new).await.expect_err("ten minutes");
    assert_eq!(late.code(), "transfer-over");
}

#[tokio::test]
async fn of_two_new_phones_signed_for_by_one_old_one_exactly_one_is_bound() {
    let (bench, keys, person, old) = bound().await;
    let (one, two) = (New::asks(&bench, &keys).await, New::asks(&bench, &keys).await);
    signs(&bench, &keys, &old, &one).await.expect("signs");
    signs(&bench, &keys, &old, &two).await.expect("signs");
    let (a, b) = tokio::join!(one.finishes(&bench, &keys, IC), two.finishes(&bench, &keys, IC));
    assert!(a.is_ok() ^ b.is_ok());
    let lost = a.err().or(b.err()).expect("one lost");
    assert_eq!(lost.code(), "enrol-claimed");
    assert!(current(&bench.work(), &person).await.expect("reads").expect("a phone").may_sign());
}

#[tokio::test]
async fn a_phone_that_cannot_sign_yet_or_any_more_signs_for_nobody() {
    let (bench, keys, person, old) = bound().await;
    let cooling = bind(&bench, &keys, &person, IC).await;
    let new = New::asks(&bench, &keys).await;
    for phone in [&cooling, &old] {
        let refused = signs(&bench, &keys, phone, &new).await.expect_err("refused");
        assert_eq!(refused.code(), "phone-cooling");
    }
}

#[tokio::test]
async fn a_freeze_stops_a_move_before_and_after_the_signature() {
    let (bench, keys, _, old) = bound().await;
    let (one, two) = (New::asks(&bench, &keys).await, New::asks(&bench, &keys).await);
    signs(&bench, &keys, &old, &one).await.expect("signs");
    not_me(&bench.work(), &old.call(&bench.work(), &keys).await).await.expect("is heard");
    assert_eq!(one.finishes(&bench, &keys, IC).await.err().expect("frozen").code(), "signing-frozen");
    assert_eq!(signs(&bench, &keys, &old, &two).await.expect_err("frozen").code(), "signing-frozen");
    assert!(old.call(&bench.work(), &keys).await.may_sign(), "the old phone stays");
}
