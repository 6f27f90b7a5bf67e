//! What is refused: wrong code, wrong PIN, blocked PIN. Each a modal that has the keyboard, with a way on.

use mohor::kernel::words::Lang;
use mohor_tests::chromium::Look;
use mohor_tests::ground::Ground;
use mohor_tests::scene::reset_pin;
use serde_json::json;
use thirtyfour::Key;

use crate::steps::{Signer, first_turn};

/// SIGN-16 to SIGN-18, SCR-6: three wrong PINs; the drawing outlives them, the right PIN comes too late.
#[tokio::test]
async fn wrong_codes_and_pins_say_so_and_keep_the_drawing() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::at_the_pad(&scene, &phone, Look::phone(Lang::Ms)).await;
    signer.browser.draw().await;
    let ink = signer.browser.ink().await;

    // What is not even a code comes back with the form, and the focus in the summary.
    signer.send(phone.who.pin, "12").await;
    signer.browser.wait_for_alert().await;
    let summary = "return document.activeElement.getAttribute('role') === 'alert';";
    signer.browser.until("the focus in the summary of errors", summary).await;
    signer.browser.demand_quality("tandatangan-salah").await;
    signer.browser.wait_for_ink("the refusal costs the drawing", |now| now == ink).await;

    let code = signer.code().await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut tries = vec![(phone.who.pin, wrong, "kod-salah")];
    tries.extend([("Wrong-Pin-1", code.as_str(), "pin-salah"), ("Wrong-Pin-2", &code, "pin-salah-2")]);
    for (pin, code, page) in tries {
        signer.send(pin, code).await;
        signer.browser.wait_for_path("/keputusan").await;
        signer.browser.wait_for_focus("tajuk").await;
        signer.browser.demand_quality(page).await;
        signer.browser.press_words("OK").await;
        signer.browser.wait_for_path("/tandatangan").await;
        signer.browser.wait_for_ink(&format!("{page} costs the drawing"), |now| now == ink).await;
    }
    signer.send("Wrong-Pin-3", &code).await;
    signer.browser.wait("the block", |seen| seen.heading.to_lowercase().contains("pin disekat")).await;
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
    signer.browser.wait_for_ink("the reset costs the drawing", |now| now == ink).await;
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
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::at_the_pad(&scene, &phone, Look::desk(Lang::En)).await;
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
    signer.browser.wait_for_focus(&link).await;
    signer.browser.press_words(&link).await;
    signer.browser.demand_quality("masalah-totp").await;
    signer.browser.press_words("OK").await;
    signer
        .browser
        .wait("the field for the mailed code", |seen| seen.text.contains(&Lang::En.say("web-mail-code-again")))
        .await;
    signer.browser.demand_quality("tandatangan-emel").await;
    signer.browser.wait_for_ink("asking for a code costs the drawing", |now| now == ink).await;
    let code = scene.world.mailbox.code(phone.who.email, 6).await.expect("MAIL-4");
    signer.send(phone.who.pin, &code).await;
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}
