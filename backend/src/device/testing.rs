//! A phone for the tests of rooms: it speaks the real messages, with a key in memory.

use std::sync::atomic::{AtomicU8, Ordering};

use mohor_shared::approve::{ANSWER, Answer, Ask, Decision, Reason};
use mohor_shared::dpop::{self, Call};
use mohor_shared::ic::IdNumber;
use mohor_shared::jws::{self, Header, Jwk, b64};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    App, Attestation, ENROL, EnrolChallenge, EnrolDone, EnrolFinish, EnrolProof, EnrolStart, Push, mykad_hash,
};
use p256::ecdsa::SigningKey;

use super::*;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::{self, Email, NewPerson, PersonId, PersonName};
use crate::testkit::Bench;

pub(crate) const ORIGIN: &str = "https://mohor.example.test";
pub(crate) const PASSWORD: &str = "kata-laluan-ujian";
const CALL: Call<'static> = Call { method: "GET", url: "https://mohor.example.test/m/v1/me", body: b"" };

/// A phone that was bound.
pub(crate) struct TestPhone {
    pub(crate) key: SigningKey,
    pub(crate) id: String,
    pub(crate) person: PersonId,
    pub(crate) done: EnrolDone,
}

impl TestPhone {
    /// Its name at the server.
    pub(crate) fn device(&self) -> DeviceId {
        DeviceId::parse(&self.id).expect("an id")
    }

    /// A call of this phone, proved.
    pub(crate) async fn call(&self, work: &Work, keys: &dyn KeyStore) -> BoundDevice {
        self.try_call(work, keys).await.expect("proves")
    }

    pub(crate) async fn try_call(&self, work: &Work, keys: &dyn KeyStore) -> Result<BoundDevice, ProofRefused> {
        let nonce = nonce(work, keys).await.expect("a nonce");
        let proof = dpop::prove(&self.key, CALL, &nonce, work.rng().bytes(), work.now.seconds()).expect("signs");
        prove(work, keys, &proof, CALL).await
    }

    /// Answers a question as the phone would after showing it.
    pub(crate) fn answer(&self, work: &Work, asked: &Ask, decision: Decision, reason: Option<Reason>) -> String {
        let shown = jws::unb64(&asked.display).expect("base64");
        let answer = Answer {
            aud: asked.rp.clone(),
            device_id: self.id.clone(),
            sid: asked.sid.clone(),
            nonce: asked.nonce.clone(),
            binding: asked.binding.clone(),
            subject_h: asked.subject_h.clone(),
            decision,
            reason,
            display_h: mohor_shared::approve::display_hash(&shown),
            uv: "pin".into(),
            app_rand: b64(&work.rng().bytes::<32>()),
            iat: work.now.seconds(),
            exp: work.now.seconds() + 60,
            jti: b64(&work.rng().bytes::<16>()),
        };
        jws::sign(&self.key, &Header::by(ANSWER, &self.done.jkt), &answer).expect("signs")
    }
}

pub(crate) fn app() -> App {
    App {
        ver: "0.1.0".into(),
        build: "1".into(),
        platform: "linux".into(),
        os: "12".into(),
        model: "Telefon Ujian".into(),
        lang: "ms".into(),
    }
}

/// Registers a person with a proposed e-mail address.
pub(crate) async fn person(work: &Work, keys: &dyn KeyStore, number: &str, email: &str) -> PersonId {
    let name = PersonName::parse("Aina binti Omar").expect("a name");
    let id = IdNumber::parse(number).expect("a number");
    let new = person::prepare(work, keys, NewPerson { name, id, lang: Lang::Ms }).await.expect("seals");
    let mut tx = work.write().await.expect("begins");
    let person = person::register(work, &mut tx, &new).await.expect("registers");
    let email = Email::parse(email).expect("an address");
    person::propose_contact(work, &mut tx, &person, email).await.expect("proposes");
    tx.commit().await.expect("commits");
    person
}

/// Invites a person and sets the password; the link's token and the mailed code.
pub(crate) async fn invited(work: &Work, keys: &dyn KeyStore, person: &PersonId) -> (String, String) {
    let mut tx = work.write().await.expect("begins");
    let id = invite(work, &mut tx, person).await.expect("invites");
    tx.commit().await.expect("commits");
    let token = link(keys, &id).await.expect("derives");
    set_password(work, keys, &token, PASSWORD).await.expect("sets");
    (token, code_of(work, keys, &id).await)
}

/// The newest verification code of an invitation, as the mail says it.
pub(crate) async fn code_of(work: &Work, keys: &dyn KeyStore, id: &InvitationId) -> String {
    let mut tx = work.read().await.expect("begins");
    let row = tx.one(store::INVITATION, crate::args![id]).await.expect("the invitation");
    let generation = row.int("generation").expect("a generation");
    invite::verification_code(keys, id.as_str(), generation).await.expect("derives").expose().clone()
}

pub(crate) fn start_request(number: &str, code: &str) -> EnrolStart {
    EnrolStart {
        mykad: number.into(),
        activation_password: PASSWORD.into(),
        verification_code: code.into(),
        app: app(),
    }
}

pub(crate) fn finish_request(work: &Work, key: &SigningKey, challenge: &EnrolChallenge, number: &str) -> EnrolFinish {
    let iat = work.now.seconds();
    let proof = EnrolProof {
        iss: "device".into(),
        aud: ORIGIN.into(),
        enrol_id: challenge.enrol_id.clone(),
        challenge: challenge.challenge.clone(),
        jti: b64(&work.rng().bytes::<16>()),
        iat,
        exp: iat + 120,
        mykad_h: b64(&mykad_hash(&challenge.enrol_id, number)),
        storage: "software".into(),
        unlock: "pin6".into(),
        app: app(),
        att_h: b64(&sha256(b"")),
    };
    let header = Header::with_key(ENROL, Jwk::of(key.verifying_key()));
    EnrolFinish {
        proof: jws::sign(key, &header, &proof).expect("signs"),
        attestation: Attestation { fmt: "none".into(), data: String::new() },
        push: Push { kind: "none".into(), token: String::new(), sender: String::new() },
    }
}

pub(crate) fn fresh_key() -> SigningKey {
    static SEED: AtomicU8 = AtomicU8::new(1);
    SigningKey::from_slice(&[SEED.fetch_add(1, Ordering::Relaxed); 32]).expect("a scalar")
}

/// Binds a phone to a person from beginning to end.
pub(crate) async fn bind(bench: &Bench, keys: &dyn KeyStore, person: &PersonId, number: &str) -> TestPhone {
    let work = bench.work();
    let (_, code) = invited(&work, keys, person).await;
    let challenge = start(&work, keys, &start_request(number, &code)).await.expect("starts");
    let key = fresh_key();
    let request = finish_request(&work, &key, &challenge, number);
    let done = finish(&work, keys, ORIGIN, &request).await.expect("binds");
    TestPhone { key, id: done.device_id.clone(), person: person.clone(), done }
}
