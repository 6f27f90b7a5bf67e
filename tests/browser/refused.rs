//! What is refused: wrong code, wrong PIN, blocked PIN. Each a modal that has the keyboard, with a way on.

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, reset_pin};
use serde_json::json;
use thirtyfour::Key;

use crate::steps::{Signer, issued_for};

/// SIGN-16 to SIGN-18, SCR-6: three wrong PINs; the drawing outlives them, the right PIN comes too late.
#[tokio::test]
async fn wrong_codes_and_pins_say_so_and_keep_the_drawing() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let phone = issued_for(&scene, &SIGNEES[0]).await;
    let browser = Chromium::open(&scene.server.base, Look::phone(Lang::Ms)).await;
    let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: false };
    signer.reach_the_pad().await;
    signer.browser.draw().await;
    let ink = signer.browser.ink().await;

    // What is not even a code comes back with the form, and the focus in the summary.
    signer.send(phone.who.pin, "12").await;
    signer.browser.demand_quality("tandatangan-salah").await;
    let summary = signer.browser.ask("return document.activeElement.getAttribute('role');").await;
    assert_eq!(summary, json!("alert"), "the summary of errors has the focus");
    assert_eq!(signer.browser.ink().await, ink);

    let code = signer.code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut tries = vec![(phone.who.pin, wrong, "kod-salah")];
    tries.extend([("Wrong-Pin-1", code.as_str(), "pin-salah"), ("Wrong-Pin-2", &code, "pin-salah-2")]);
    for (pin, code, page) in tries {
        signer.send(pin, code).await;
        let modal = signer.browser.wait_for_path("/keputusan").await;
        assert_eq!(signer.browser.focus().await, "tajuk", "{page}: the modal has the focus: {modal:?}");
        signer.browser.demand_quality(page).await;
        signer.browser.press_words("OK").await;
        signer.browser.wait_for_path("/tandatangan").await;
        assert_eq!(signer.browser.ink().await, ink, "{page} costs the drawing");
    }
    signer.send("Wrong-Pin-3", &code).await;
    let blocked = signer.browser.wait_for_path("/keputusan").await;
    assert!(blocked.heading.to_lowercase().contains("pin disekat"), "{blocked:?}");
    signer.browser.demand_quality("pin-disekat").await;
    assert_eq!(scene.audited("signing.pin-wrong").await, 3);

    // The right PIN comes too late, and the way on is the reset.
    signer.browser.press_words("OK").await;
    signer.browser.wait_for_path("/tandatangan").await;
    let code = phone.turn_code().await.unwrap_or(code);
    signer.send(phone.who.pin, &code).await;
    signer.browser.wait_for_path("/keputusan").await;
    assert_eq!(scene.signatures().await, 1);
    signer.browser.follow("/set-semula-pin").await;
    signer.browser.wait_for_path("/set-semula-pin").await;

    // With a new PIN, set elsewhere, the drawing of before is signed.
    reset_pin(&scene, &phone, "Pin-Baharu-7").await;
    signer.browser.web().back().await.expect("back");
    signer.browser.wait_for_path("/keputusan").await;
    signer.browser.press_words("OK").await;
    signer.browser.wait_for_path("/tandatangan").await;
    assert_eq!(signer.browser.ink().await, ink, "the reset costs the drawing");
    signer.send("Pin-Baharu-7", &signer.code().await).await;
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}

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
    // The dialog takes the keyboard and keeps it; Escape gives it back.
    let link = Lang::En.say("web-totp-problem");
    signer.browser.press_words(&link).await;
    signer.browser.until("the focus in the dialog", "return document.activeElement.matches('dialog[open] h2');").await;
    for _ in 0..6 {
        signer.browser.key(Key::Tab).await;
        let outside = "const e = document.activeElement; return e !== document.body && !e.closest('#masalah-totp');";
        assert_eq!(signer.browser.ask(outside).await, json!(false), "the focus leaves the dialog");
    }
    signer.browser.key(Key::Escape).await;
    signer.browser.until("the dialog closes", "return !document.querySelector('#masalah-totp').open;").await;
    assert_eq!(signer.browser.focus().await, link, "the focus goes back");
    signer.browser.press_words(&link).await;
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
