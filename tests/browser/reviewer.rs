//! The reviewer's desk by hand: take, enlarge, turn, ask for a new picture, be warned in time, approve.

use std::time::Duration;

use mohor::ekyc::Checklist;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use serde_json::json;

use crate::steps::{first_identity, take_case, wait_for_case};

/// EKYC-6: on a phone, in Malay.
#[tokio::test]
async fn a_reviewer_takes_asks_again_and_approves_on_a_phone() {
    review(Look::phone(Lang::Ms)).await;
}

/// The same at a desk, in English.
#[tokio::test]
async fn a_reviewer_takes_asks_again_and_approves_at_a_desk() {
    review(Look::desk(Lang::En)).await;
}

async fn review(look: Look) {
    let ground = Ground::new();
    let (scene, phone) = first_identity(&ground).await;
    let mut browser = Chromium::open(&scene.server.base, look).await;
    browser.sign_in_as(&scene.world.reviewer.browser).await;

    wait_for_case(&browser).await;
    take_case(&browser, &phone).await;
    enlarge_and_turn(&browser).await;
    browser.demand_quality("ekyc-kes-besar").await;
    browser.choose("sebab", "unreadable").await;
    browser.tick("sisi_selfie").await;
    browser.press_value("keputusan", "ambil-semula").await;
    browser.wait("the decision", |seen| seen.text.contains(&look.lang.say("web-ekyc-decided-retake"))).await;
    assert_eq!(phone.phone.me().await.expect("the phone asks").ekyc, "AMBIL_SEMULA");

    phone.show_identity().await.expect("new pictures");
    wait_for_case(&browser).await;
    take_case(&browser, &phone).await;
    stay(&browser, &scene).await;
    browser.demand_quality("ekyc-kes-disambung").await;
    for item in &Checklist::ITEMS[1..] {
        browser.tick(&format!("semak_{item}")).await;
    }
    browser.press_value("keputusan", "lulus").await;
    browser.wait("the decision", |seen| seen.text.contains(&look.lang.say("web-ekyc-decided-approved"))).await;
    assert_eq!(phone.phone.me().await.expect("the phone asks").ekyc, "DILULUSKAN");
    browser.close().await;
    scene.end().await;
}

async fn enlarge_and_turn(browser: &Chromium) {
    let shown = "const i = [...document.querySelectorAll('main img')];
        return i.length === 3 && i.every((one) => one.complete && one.naturalWidth > 0);";
    browser.until("the pictures", shown).await;
    let wider = "const i = document.querySelector('#besar-front').closest('fieldset').querySelector('img');
        return i.getBoundingClientRect().width > 1.5 * i.closest('.pane').clientWidth;";
    assert_eq!(browser.ask(wider).await, json!(false));
    browser.tick("besar-front").await;
    browser.until("the enlarged picture", wider).await;
    browser.tick("putar-selfie-90").await;
    let turned = "return getComputedStyle(
        document.querySelector('#putar-selfie-90').closest('fieldset').querySelector('img')).rotate === '90deg';";
    browser.until("the turned picture", turned).await;
}

/// WCAG 2.2.1: three minutes before the case goes on to somebody else the reviewer is warned; a touch keeps it, and
/// what was ticked stays.
async fn stay(browser: &Chromium, scene: &Scene) {
    let warned = "return !document.getElementById('tempoh').hidden;";
    browser.wait_for_page().await;
    assert_eq!(browser.ask(warned).await, json!(false));
    scene.clock.advance(Duration::from_secs(18 * 60));
    browser.web().refresh().await.expect("reloads");
    browser.until("the warning", warned).await;
    let until = "return document.getElementById('hingga').textContent;";
    let before = browser.ask(until).await;
    browser.tick(&format!("semak_{}", Checklist::ITEMS[0])).await;
    browser.until("the case is kept", "return document.getElementById('tempoh').hidden;").await;
    let later = format!("return document.getElementById('hingga').textContent !== {before};");
    browser.until("a later end", &later).await;
    let ticked = browser.field(&format!("semak_{}", Checklist::ITEMS[0])).await.is_selected().await;
    assert!(ticked.expect("a box"), "the tick is lost");
}
