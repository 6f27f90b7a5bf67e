//! A browser that runs no scripts: everything but drawing works, and the typed signature stands in for that.

use std::time::Duration;

use mohor::demo::world::{SIGNEES, UNIT};
use mohor::ekyc::Checklist;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::steps::{Signer, first_identity, first_turn, take_case, wait_for_case};

/// HIMS-2: a clerk without scripts looks for an agreement, presses "Jana eSPA" and reads who is waited for.
#[tokio::test]
async fn a_clerk_without_scripts_makes_an_agreement() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let browser = Chromium::without_scripts(&scene.server.base, Look::phone(Lang::Ms)).await;
    browser.sign_in_as(&scene.world.clerk.browser).await;
    browser.visit("/hims").await;
    browser.fill("cari", "tiada").await;
    browser.send_form_with("cari").await;
    browser.wait("nothing found", |seen| seen.text.contains(&Lang::Ms.say("web-nothing-found"))).await;
    browser.fill("cari", UNIT).await;
    browser.send_form_with("cari").await;
    browser.follow("/hims/perjanjian/").await;
    browser.send_form_to("/jana").await;
    let issued = Lang::Ms.say_with("web-version", &[("n", "1")]);
    browser.wait("the issued version", |seen| seen.text.contains(&issued)).await;
    browser.visit("/hims?tapis=menunggu").await;
    browser.wait("who is waited for", |seen| seen.text.contains(SIGNEES[0].name)).await;
    browser.close().await;
    scene.end().await;
}

/// EKYC-6: a reviewer without scripts enlarges, keeps the case with what was ticked, and decides.
#[tokio::test]
async fn a_reviewer_without_scripts_keeps_a_case_and_decides() {
    let ground = Ground::new();
    let (scene, phone) = first_identity(&ground).await;
    let browser = Chromium::without_scripts(&scene.server.base, Look::desk(Lang::Ms)).await;
    browser.sign_in_as(&scene.world.reviewer.browser).await;
    wait_for_case(&browser).await;
    take_case(&browser, &phone).await;
    browser.tick("besar-front").await;
    let (first, rest) = Checklist::ITEMS.split_first().expect("a list");
    browser.tick(&format!("semak_{first}")).await;
    scene.clock.advance(Duration::from_secs(19 * 60));
    browser.press_key("web-ekyc-renew").await;
    browser.wait_for_path("/sambung").await;
    let kept = browser.field(&format!("semak_{first}")).await.is_selected().await.expect("a box");
    assert!(kept, "what was ticked is lost");
    scene.clock.advance(Duration::from_secs(19 * 60));
    for item in rest {
        browser.tick(&format!("semak_{item}")).await;
    }
    browser.press_value("keputusan", "lulus").await;
    browser.wait_for_path("/kakitangan/ekyc").await;
    assert_eq!(phone.phone.me().await.expect("the phone asks").ekyc, "DILULUSKAN");
    browser.close().await;
    scene.end().await;
}

/// SIGN-6, SIGN-7: proof, certificate, review, typed signature.
#[tokio::test]
async fn a_signer_without_scripts_types_the_signature() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let browser = Chromium::without_scripts(&scene.server.base, Look::desk(Lang::Ms)).await;
    let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: false };
    let link = signer.arrive().await;
    let scripted = signer.browser.ask("return document.documentElement.classList.contains('js');").await;
    assert_eq!(scripted, serde_json::Value::Bool(false), "scripts did run");
    signer.review().await;
    let pad = signer.browser.find("canvas").await;
    assert!(!pad.is_displayed().await.expect("known"), "a pad that cannot be drawn on shows");
    if !signer.browser.shows_field("taip").await {
        signer.browser.press_key("web-type-instead").await;
    }
    // A name that is not one's own is refused and kept; then the right one.
    signer.browser.fill("taip", "Orang Lain").await;
    let code = signer.code().await;
    signer.send(phone.who.pin, &code).await;
    signer.browser.wait_for_alert().await;
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
