//! One activation binds one phone, and what was said once counts once (SEC-2, ACT-8).

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::world::{PASSWORD, SIGNEES};
use mohor::kernel::rng::{OsRng, Rng};
use mohor_phone::PhoneError;
use mohor_shared::jws::{self, Header, KeyPair as _, b64};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{
    App, Attestation, ENROL, EnrolChallenge, EnrolFinish, EnrolProof, EnrolStart, Push, mykad_hash,
};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use p256::ecdsa::SigningKey;
use serde::Serialize;

/// A bare client of the phone API: it can say the same thing twice.
struct Wire {
    base: String,
    http: reqwest::Client,
}

impl Wire {
    fn to(scene: &Scene) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build();
        Self { base: scene.server.base.clone(), http: http.expect("a client") }
    }

    /// Status, and `code` of the problem or the whole answer.
    async fn post(&self, path: &str, body: &impl Serialize) -> (u16, String) {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        let problem: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        (status, problem["code"].as_str().map_or(text, str::to_owned))
    }
}

fn app() -> App {
    let [ver, build, platform, os, model, lang] = ["0.1.0", "1", "linux", "", "Telefon", "ms"].map(str::to_owned);
    App { ver, build, platform, os, model, lang }
}

fn finish(scene: &Scene, challenge: &EnrolChallenge, key: &SigningKey, number: &str) -> EnrolFinish {
    let claims = EnrolProof {
        iss: "device".into(),
        aud: scene.server.base.clone(),
        enrol_id: challenge.enrol_id.clone(),
        challenge: challenge.challenge.clone(),
        jti: b64(&[1; 16]),
        iat: challenge.srv_time,
        exp: challenge.srv_time + 120,
        mykad_h: b64(&mykad_hash(&challenge.enrol_id, number)),
        storage: "software".into(),
        unlock: "pin6".into(),
        app: app(),
        att_h: b64(&sha256(b"")),
    };
    EnrolFinish {
        proof: jws::sign(key, &Header::with_key(ENROL, key.public()), &claims).expect("a proof"),
        attestation: Attestation { fmt: "none".into(), data: String::new() },
        push: Push { kind: "none".into(), token: String::new(), sender: String::new() },
    }
}

fn key() -> SigningKey {
    let random: &dyn Rng = &OsRng;
    SigningKey::from_slice(&random.bytes::<32>()).expect("all but few draws are keys")
}

#[tokio::test]
async fn of_two_phones_with_one_activation_one_is_bound() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let world = &scene.world;
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let who = &SIGNEES[0];
    let code = Handset::claim(&world.base, &world.mailbox, who).await.expect("a verification code");
    let phone = || Handset::new(&world.base, who, world.clock.clone()).expect("a phone");
    let (one, two) = (phone(), phone());
    let (first, second) =
        tokio::join!(one.phone.enrol(who.ic, PASSWORD, &code), two.phone.enrol(who.ic, PASSWORD, &code));
    let (winner, refused) = match (first, second) {
        (Ok(_), Err(refused)) => (one, refused),
        (Err(refused), Ok(_)) => (two, refused),
        other => panic!("exactly one is bound: {other:?}"),
    };
    let PhoneError::Refused(problem) = refused else { panic!("{refused:?}") };
    assert!(["enrol-claimed", "enrol-mismatch"].contains(&problem.code.as_str()), "{problem:?}");
    assert!(!problem.title.is_empty() && !problem.title.contains('⟦'), "{problem:?}");
    assert!(winner.phone.me().await.is_ok(), "the one that was bound works");

    // A third phone, later, with everything that was right once.
    let late = phone();
    let Err(PhoneError::Refused(problem)) = late.phone.enrol(who.ic, PASSWORD, &code).await else { panic!("bound") };
    assert_eq!(problem.code, "enrol-mismatch");
    assert!(winner.phone.me().await.is_ok(), "and does not push the other out");
    scene.end().await;
}

#[tokio::test]
async fn an_enrolment_that_was_overheard_binds_nothing_a_second_time() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let world = &scene.world;
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let who = &SIGNEES[0];
    let number = who.ic.replace('-', "");
    let code = Handset::claim(&world.base, &world.mailbox, who).await.expect("a verification code");
    let wire = Wire::to(&scene);
    let start = EnrolStart {
        mykad: number.clone(),
        activation_password: PASSWORD.to_owned(),
        verification_code: code.clone(),
        app: app(),
    };
    let (status, answer) = wire.post("/m/v1/enrol/start", &start).await;
    assert_eq!(status, 200, "{answer}");
    let challenge: EnrolChallenge = serde_json::from_str(&answer).expect("a challenge");
    let said = finish(&scene, &challenge, &key(), &number);
    let (status, answer) = wire.post("/m/v1/enrol/finish", &said).await;
    assert_eq!(status, 201, "{answer}");
    let bound = scene.audited("device.bound").await;
    assert_eq!(bound, 1);

    // The same words again, the same challenge with another key, and the beginning again.
    assert_eq!(wire.post("/m/v1/enrol/finish", &said).await, (410, "enrol-over".to_owned()));
    let other = finish(&scene, &challenge, &key(), &number);
    assert_eq!(wire.post("/m/v1/enrol/finish", &other).await, (410, "enrol-over".to_owned()));
    assert_eq!(wire.post("/m/v1/enrol/start", &start).await, (401, "enrol-mismatch".to_owned()));
    assert_eq!(scene.audited("device.bound").await, bound, "one phone is bound");
    scene.end().await;
}
