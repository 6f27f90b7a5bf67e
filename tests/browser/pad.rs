//! The pad and everything that may happen to it: turned, reloaded, left for the app, gone back, sent twice.

use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look, Seen};
use mohor_tests::ground::Ground;
use serde_json::Value;

use crate::steps::{Signer, first_turn};

/// Waits until the form would send so many strokes. The scripts of a page that has just come begin when the whole page
/// is there.
async fn wait_for_strokes(browser: &Chromium, count: usize) {
    let script = format!(
        "const f = document.querySelector('[name=lukisan]');
        return document.readyState === 'complete' && f
            && (JSON.parse(f.value || '{{}}').strokes || []).length === {count};"
    );
    browser.until(&format!("a pad with {count} strokes"), &script).await;
}

/// SIGN-6, SCR-3: nothing that happens to a phone in a hand costs the drawing, and nothing signs twice.
#[tokio::test]
async fn a_drawing_survives_turning_reloading_and_leaving_and_is_sent_once() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let upright = Look::phone(Lang::Ms);
    let mut signer = Signer::at_the_pad(&scene, &phone, upright).await;

    // An empty pad signs nothing, and the PIN is not asked of the vault.
    let code = signer.code().await;
    signer.send(phone.who.pin, &code).await;
    signer.browser.wait_for_alert().await;
    signer.browser.wait_for_path("/tandatangan").await;
    assert_eq!(scene.signatures().await, 1);
    assert_eq!(scene.audited("signing.pin-wrong").await, 0);

    // In full screen the pad is all there is, and what is drawn there stays; undo and redo.
    signer.browser.draw().await;
    wait_for_strokes(&signer.browser, 2).await;
    signer.browser.press_key("web-full-screen").await;
    let covers = "const b = document.querySelector('[data-pad]').getBoundingClientRect();
        return b.top <= 0 && b.left <= 0 && b.bottom >= innerHeight && b.right >= innerWidth;";
    signer.browser.until("the pad all over", covers).await;
    signer.browser.stroke(&[(0.2, 0.2), (0.5, 0.15), (0.8, 0.2)]).await;
    signer.browser.press_key("web-step-done").await;
    for (press, left) in [("web-undo", 2), ("web-redo", 3), ("web-undo", 2)] {
        signer.browser.press_key(press).await;
        wait_for_strokes(&signer.browser, left).await;
    }

    // Turned in the middle of a stroke, with the finger on the glass.
    signer.browser.begin_stroke(&[(0.2, 0.9), (0.4, 0.8), (0.5, 0.85)]).await;
    signer.browser.hold(upright.turned()).await;
    signer.browser.lift().await;
    wait_for_strokes(&signer.browser, 3).await;
    signer.browser.wait_for_ink("the turned pad is redrawn", |ink| ink > 200).await;
    signer.browser.demand_quality("tandatangan-melintang").await;
    signer.browser.hold(upright).await;
    signer.browser.wait_for_ink("the pad is redrawn", |ink| ink > 200).await;

    // Undo takes the last stroke, and only that.
    signer.browser.press_key("web-undo").await;
    wait_for_strokes(&signer.browser, 2).await;

    // Reloaded, and left for the app and come back to.
    signer.browser.web().refresh().await.expect("reloads");
    wait_for_strokes(&signer.browser, 2).await;
    let pad = signer.browser.new_tab().await;
    signer.browser.visit("/").await;
    signer.browser.close_tab(pad).await;
    wait_for_strokes(&signer.browser, 2).await;

    // Back and forward again: every page on the way is a page of ours.
    for _ in 0..2 {
        signer.browser.web().back().await.expect("back");
        let ours = |seen: &Seen| !seen.heading.is_empty() && seen.path.starts_with("/t/");
        signer.browser.wait("a page of ours", ours).await;
    }
    for _ in 0..2 {
        signer.browser.web().forward().await.expect("forward");
    }
    signer.browser.wait_for_path("/tandatangan").await;
    wait_for_strokes(&signer.browser, 2).await;
    signer.browser.wait_for_ink("the pad is redrawn", |ink| ink > 200).await;

    // A second tab stands at the same pad.
    let first = signer.browser.new_tab().await;
    let links = scene.links(phone.who, "/t/").await;
    signer.browser.visit(links.last().expect("a link")).await;
    signer.review().await;
    signer.browser.draw().await;
    let second = signer.browser.web().window().await.expect("this tab");
    signer.browser.to_tab(first).await;

    // A double click signs once.
    let code = signer.code().await;
    signer.type_factors(phone.who.pin, &code).await;
    let send = signer.browser.find("button[name=aksi][value=hantar]:not([aria-hidden])").await;
    send.scroll_into_view().await.expect("in view");
    signer.browser.web().action_chain().double_click_element(&send).perform().await.expect("double click");
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);

    // Reloading the result changes nothing, and going back finds no pad: the browser kept one, and asks anew.
    signer.browser.web().refresh().await.expect("reloads");
    signer.signed().await;
    let signed = Lang::Ms.say("web-state-signed-title");
    signer.browser.web().back().await.expect("back");
    signer.browser.wait("the news instead of the pad", |seen| seen.heading == signed).await;
    assert!(!signer.browser.shows_field("pin").await, "a signed turn offers the pad again");

    // The other tab hears that it is done, and keeps no drawing of its own.
    signer.browser.to_tab(second).await;
    signer.send(phone.who.pin, &code).await;
    signer.browser.wait("the news in the other tab", |seen| seen.heading == signed).await;
    signer.browser.demand_quality("sudah-ditandatangani").await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}

/// SIGN-18, PIN-7: a PIN that is set anew in another tab costs the drawing nothing, and the new PIN signs.
#[tokio::test]
async fn a_drawing_survives_a_new_pin_in_another_tab() {
    const NEW_PIN: &str = "Kelapa-77-muda";
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::at_the_pad(&scene, &phone, Look::phone(Lang::Ms)).await;
    signer.browser.draw().await;

    let pad = signer.browser.new_tab().await;
    let browser = &signer.browser;
    browser.visit("/set-semula-pin").await;
    browser.fill("emel", phone.who.email).await;
    browser.send_form_with("emel").await;
    browser.wait_for_path("/semakan").await;
    browser.press_key("web-ok").await;
    browser.wait_for_path("/borang").await;
    let code = scene.world.mailbox.code(phone.who.email, 6).await.expect("a code");
    for (field, value) in [("ic", phone.who.ic), ("emel", phone.who.email), ("kod", &*code)] {
        browser.fill(field, value).await;
    }
    browser.press_key("web-continue").await;
    browser.wait("the new PIN", |seen| seen.path.contains("/baharu/")).await;
    browser.fill("pin", NEW_PIN).await;
    browser.fill("pin_lagi", NEW_PIN).await;
    browser.send_form_with("pin_lagi").await;
    phone.approve().await.expect("approved on the phone");
    let done = Lang::Ms.say("web-reset-done-title");
    browser.wait("the new PIN counts", |seen| seen.heading == done).await;

    signer.browser.close_tab(pad).await;
    wait_for_strokes(&signer.browser, 2).await;
    let code = signer.code().await;
    signer.send(NEW_PIN, &code).await;
    signer.signed().await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}

/// SIGN-3, SCR-2: the tick and the place on the page survive a look at the app.
#[tokio::test]
async fn a_tick_survives_a_reload_and_the_document_shows_under_the_policy() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::open(&scene, &phone, Look::phone(Lang::En)).await;
    let at = scene.world.certify(&phone).await.expect("a certificate");
    signer.prove(&at.turn).await;
    signer.browser.wait_for_path("/semak").await;

    // Without the tick nothing goes on, and the button says so.
    let gate = "return document.querySelector('[name=setuju]').form.querySelector('button[type=submit]').disabled;";
    signer.browser.until("a button that waits for the tick", gate).await;
    signer.browser.tick("setuju").await;
    assert_eq!(signer.browser.ask(gate).await, Value::Bool(false));
    let far = "scrollTo(0, document.querySelector('#halaman-3').offsetTop); return scrollY;";
    let place = signer.browser.ask(far).await.as_f64().expect("a place");
    assert!(place > 200.0, "{place}");
    // The place is remembered once the finger rests.
    let kept = "return Object.keys(sessionStorage).some((key) => key.endsWith(':place'));";
    signer.browser.until("the place is kept", kept).await;
    signer.browser.web().refresh().await.expect("reloads");
    let back = format!("return Math.abs(scrollY - {place}) < 4;");
    signer.browser.until("the place in the document", &back).await;
    let ticked = signer.browser.field("setuju").await.is_selected().await.expect("a box");
    assert!(ticked, "the tick is lost");

    // The document is on the page and drawn, framed or as pictures of its pages: the policy refuses nothing.
    let paper = signer.browser.find("main iframe, main img").await;
    paper.scroll_into_view().await.expect("in view");
    signer.browser.wait_for_paper(&paper).await;
    signer.browser.photograph("semak-kertas").await;
    let status = "return (async () => (await fetch(arguments[0] + '/dokumen.pdf')).headers.get('content-type'))();";
    let kind = signer.browser.ask_with(status, vec![Value::String(at.turn.clone())]).await;
    assert_eq!(kind, Value::String("application/pdf".to_owned()));
    signer.browser.close().await;
    scene.end().await;
}
