//! A signer who has no phone any more: the code comes by mail, by itself (SIGN-15).

use std::time::Duration;

use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, signed};

#[tokio::test]
async fn whoever_has_no_phone_is_mailed_the_code_on_the_way_to_the_pad() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (mailbox, buyer) = (&scene.world.mailbox, &phones[0]);
    let at = scene.world.certify(buyer).await.expect("a certificate");
    // With a phone nothing is mailed: the code is on the phone.
    let pad = at.review().await.expect("the pad");
    assert!(!pad.path.contains("dihantar"), "{}", pad.path);

    buyer.phone.leave().await.expect("the phone goes");
    let pad = at.review().await.expect("the pad");
    assert!(pad.path.contains("dihantar=ya"), "{}: {}", pad.path, pad.text());
    let code = mailbox.code(buyer.who.email, 6).await.expect("the code came by itself");
    signed(&at.send(&pad, &at.entry(&code)).await.expect("an answer"));
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}
