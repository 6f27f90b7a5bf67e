//! Pictures through the door: too large, and taken back.

use mohor_phone::Source;
use mohor_shared::dpop::{self, Call};
use mohor_shared::specimen::{Shot, jpeg};
use mohor_shared::wire::{EKYC_NONCE, EkycStarted};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::device::testing::{TestPhone, bind};
use crate::ekyc::testing::{NUMBER, bearer, studio, upload};
use crate::ekyc::{Consent, SubmissionId};

/// The head of a request by `phone`, proved for `body`.
async fn head(world: &World, phone: &TestPhone, path: &str, nonce: &str, body: &[u8]) -> String {
    let (work, url) = (world.work(), format!("{}{path}", world.origin));
    let fresh = device::nonce(&work, &*world.doors.keystore).await.expect("a nonce");
    let call = Call { method: "PUT", url: &url, body };
    let proof = dpop::prove(&phone.key, call, &fresh, work.rng().bytes(), work.now.seconds()).expect("signs");
    format!(
        "PUT {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\n{}: {proof}\r\n\
         {EKYC_NONCE}: {nonce}\r\ncontent-length: {}\r\n\r\n",
        world.origin.trim_start_matches("http://"),
        dpop::HEADER,
        body.len(),
    )
}

async fn connected(world: &World) -> TcpStream {
    TcpStream::connect(world.origin.trim_start_matches("http://")).await.expect("connects")
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // The server may close before it has read everything: what it said before counts.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn opened(world: &World, person: &PersonId) -> EkycStarted {
    let consent = Consent::in_force(crate::kernel::words::Lang::Ms, &world.doors.settings);
    let capture = ekyc::start(&world.work(), person, &consent, &consent.version).await.expect("opens");
    EkycStarted {
        id: capture.id.to_string(),
        nonce: capture.nonce.expose().clone(),
        slots: Vec::new(),
        taken: capture.taken.iter().map(|slot| slot.as_str().to_owned()).collect(),
        prompts: Vec::new(),
        exp: 0,
    }
}

#[tokio::test]
async fn a_picture_beyond_the_limit_is_refused_in_words_and_nothing_is_kept() {
    let world = world().await;
    let person = world.person().await;
    let phone = bind(&world.bench, &*world.doors.keystore, &person, IC).await;
    let capture = opened(&world, &person).await;
    let path = format!("/m/v1/ekyc/{}/front", capture.id);
    for megabytes in [11, 13] {
        let mut huge = vec![0; megabytes * 1024 * 1024];
        huge[..4].copy_from_slice(b"\xFF\xD8\xFF\xE0");
        let mut line = connected(&world).await;
        line.write_all(head(&world, &phone, &path, &capture.nonce, &huge).await.as_bytes()).await.expect("sends");
        let _ = line.write_all(&huge).await;
        let said = answer(&mut line).await;
        assert!(said.contains("picture-too-large") && said.contains("10 MB"), "{megabytes} MB: {said}");
    }
    assert!(opened(&world, &person).await.taken.is_empty());
}

/// ADR 0023, on the phone as at the server.
#[tokio::test]
async fn the_phone_sends_a_bad_picture_back_twice_and_then_leaves_it_to_the_reviewer() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    phone.me().await.expect("learns the time");
    let agreed = phone.consent().await.expect("the text").version;
    phone.capture(&agreed).await.expect("opens");
    let card = studio().front(&bearer("Aina binti Omar", NUMBER));
    let dark = jpeg(&Shot { exposure: 0.1, ..Shot::default() }.of(&card));
    for _ in 0..2 {
        let open = phone.capture("").await.expect("the app was closed and opened");
        assert!(!open.may_insist("front"), "not before it was said twice");
        assert_eq!(phone.judge_picture("front", &dark).expect("a picture").first(), Some(&"too-dark"));
    }
    let open = phone.capture("").await.expect("goes on");
    assert!(open.may_insist("front") && !open.may_insist("back"), "each side has its own");
    // The server would have sent it back twice more; the person was told often enough.
    let sent = phone.send_picture("front", Source::Camera, dark.clone()).await.expect("is taken");
    assert_eq!(sent.sent, ["front"]);
    let refused = phone.send_picture("back", Source::Camera, dark).await.expect_err("nobody was told of this one");
    assert_eq!(refused.code(), Some("picture-too-dark"));
    assert!(phone.judge_picture("front", b"no picture").is_err());
}

#[tokio::test]
async fn consent_is_taken_back_over_the_phone() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let capture = opened(&world, &person).await;
    let id = SubmissionId::parse(&capture.id).expect("an id");
    let [front, ..] = specimens();
    let upload = upload(&id, &capture.nonce, ekyc::Slot::Front, &front);
    ekyc::put_image(&world.work(), &*world.doors.keystore, &*world.doors.blobs, &person, upload).await.expect("takes");
    phone.withdraw_consent().await.expect("is heard");
    phone.withdraw_consent().await.expect("twice is once");
    assert_eq!(phone.me().await.expect("answers").ekyc, "TIADA");
    assert!(opened(&world, &person).await.taken.is_empty(), "a new capture");
}
