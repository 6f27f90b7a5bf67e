//! A signer who has no phone any more: the code comes by mail, by itself, a day after the phone went (SIGN-15, GAP-5).

use std::time::Duration;

use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, refused_saying, signed};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn whoever_has_no_phone_is_mailed_the_code_on_the_way_to_the_pad() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, 2 * DAY).await;
    let (mailbox, buyer) = (&scene.world.mailbox, &phones[0]);
    let mut at = scene.world.certify(buyer).await.expect("a certificate");
    // With a phone nothing is mailed: the code is on the phone.
    let pad = at.review().await.expect("the pad");
    assert!(!pad.path.contains("dihantar"), "{}", pad.path);

    // The phone goes. For a day its absence counts for nothing: whoever took it away gains no second factor by it.
    buyer.phone.leave().await.expect("the phone goes");
    let pad = at.review().await.expect("the pad");
    assert!(!pad.path.contains("dihantar"), "{}", pad.path);
    let asked = at.ask_for_mailed_code(&pad).await;
    assert!(asked.is_err(), "a code was mailed at once");
    refused_saying(&at.send(&pad, &at.entry("123456")).await.expect("an answer"), &["Kod"]);

    scene.clock.advance(DAY + Duration::from_secs(60));
    let link = at.turn.clone();
    at.enter(mailbox, &link).await.expect("the turn again");
    let pad = at.review().await.expect("the pad");
    assert!(pad.path.contains("dihantar=ya"), "{}: {}", pad.path, pad.text());
    let code = mailbox.code(buyer.who.email, 6).await.expect("the code came by itself");
    signed(&at.send(&pad, &at.entry(&code)).await.expect("an answer"));
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}
