//! A browser that runs no scripts: everything but drawing works, and the typed signature stands in for that.

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::steps::Signer;

/// SIGN-6, SIGN-7: proof, certificate, review, typed signature.
#[tokio::test]
async fn a_signer_without_scripts_types_the_signature() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let phone = scene.world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let browser = Chromium::without_scripts(&scene.server.base, Look::desk(Lang::Ms)).await;
    let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: false };
    let link = signer.arrive().await;
    let scripted = signer.browser.ask("return document.documentElement.classList.contains('js');").await;
    assert_eq!(scripted, serde_json::Value::Bool(false), "scripts did run");
    signer.review().await;
    let pad = signer.browser.web().find(thirtyfour::By::Tag("canvas")).await.expect("a pad");
    assert!(!pad.is_displayed().await.expect("known"), "a pad that cannot be drawn on shows");
    if !signer.browser.shows_field("taip").await {
        signer.browser.press_key("web-type-instead").await;
    }
    // A name that is not one's own is refused and kept; then the right one.
    signer.browser.fill("taip", "Orang Lain").await;
    let code = signer.code().await;
    signer.send(phone.who.pin, &code).await;
    signer.browser.photograph("tandatangan-tanpa-skrip").await;
    assert_eq!(scene.signatures().await, 1);
    // A second tab stands at the pad meanwhile; no script tells it what happens in the first.
    let first = signer.browser.new_tab().await;
    signer.browser.visit(&format!("{link}/tandatangan?taip=ya")).await;
    let second = signer.browser.web().window().await.expect("this tab");
    signer.browser.to_tab(first).await;
    signer.browser.fill("taip", phone.who.name).await;
    signer.send(phone.who.pin, &code).await;
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);
    // Sent from there it does no harm, and the answer is the news.
    signer.browser.to_tab(second).await;
    signer.send(phone.who.pin, &code).await;
    let news = Lang::Ms.say("web-state-signed-title");
    signer.browser.wait("the news in the other tab", |seen| seen.heading == news).await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}
