//! What is refused: wrong code, wrong PIN, blocked PIN. Each a modal that has the keyboard, with a way on.

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::steps::{Signer, issued_for};

/// SIGN-11, SCR-5: without the app a mailed code signs, asked for in the dialog.
#[tokio::test]
async fn a_mailed_code_stands_in_for_the_app() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let phone = issued_for(&scene, &SIGNEES[0]).await;
    let browser = Chromium::open(&scene.server.base, Look::desk(Lang::En)).await;
    let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: false };
    signer.reach_the_pad().await;
    signer.browser.draw().await;
    let ink = signer.browser.ink().await;
    signer.browser.press_key("web-totp-problem").await;
    signer.browser.demand_quality("masalah-totp").await;
    signer.browser.press_words("OK").await;
    signer
        .browser
        .wait("the field for the mailed code", |seen| seen.text.contains(&Lang::En.say("web-mail-code-again")))
        .await;
    signer.browser.demand_quality("tandatangan-emel").await;
    assert_eq!(signer.browser.ink().await, ink, "asking for a code costs the drawing");
    let code = scene.world.mailbox.code(phone.who.email, 6).await.expect("MAIL-4");
    signer.send(phone.who.pin, &code).await;
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}
