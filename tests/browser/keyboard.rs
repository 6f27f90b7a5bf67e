//! The keyboard alone: everything can be reached in order, seen, and done.

use mohor::kernel::words::Lang;
use mohor_tests::chromium::Look;
use mohor_tests::ground::Ground;
use thirtyfour::Key;

use crate::steps::{Signer, first_turn};

/// WCAG 2.1.1, 2.4.3, 2.4.7: a signer without a mouse reviews, ticks, confirms, types and sends.
#[tokio::test]
async fn a_signer_signs_with_the_keyboard_alone() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let at = scene.world.certify(&phone).await.expect("a certificate");
    let signer = Signer::open(&scene, &phone, Look::desk(Lang::Ms)).await;
    let browser = &signer.browser;

    browser.visit(&at.turn).await;
    // The first stop leads past the masthead.
    browser.key(Key::Tab).await;
    browser.wait_for_focus(&Lang::Ms.say("web-skip")).await;
    browser.key(Key::Enter).await;
    browser.tab_to("ic").await;
    browser.type_keys(phone.who.ic).await;
    browser.key(Key::Enter).await;
    browser.wait_for_path("/bukti").await;
    let code = scene.world.mailbox.code(phone.who.email, 6).await.expect("the mailed code");
    browser.tab_to("kod").await;
    browser.type_keys(&code).await;
    browser.key(Key::Enter).await;

    browser.wait_for_path("/semak").await;
    browser.tab_to("setuju").await;
    browser.type_keys(" ").await;
    browser.tab_to(&Lang::Ms.say("web-make-and-sign")).await;
    browser.key(Key::Enter).await;
    let title = Lang::Ms.say("web-confirm-title");
    browser.wait("the confirmation", |seen| seen.heading == title).await;
    browser.tab_to(&Lang::Ms.say("web-sign")).await;
    browser.key(Key::Enter).await;

    browser.wait_for_path("/tandatangan").await;
    browser.tab_to(&Lang::Ms.say("web-type-instead")).await;
    browser.key(Key::Enter).await;
    browser.tab_to("taip").await;
    browser.type_keys(phone.who.name).await;
    browser.tab_to("pin").await;
    browser.type_keys(phone.who.pin).await;
    // The button that shows what was typed is the next stop, and says what it does.
    browser.key(Key::Tab).await;
    browser.type_keys(" ").await;
    let shown = browser.field("pin").await.attr("type").await.expect("an attribute");
    assert_eq!(shown.as_deref(), Some("text"), "the PIN can be shown");
    browser.tab_to("kod").await;
    browser.type_keys(&signer.code().await).await;
    browser.key(Key::Enter).await;
    browser.wait_for_path("/berjaya").await;
    browser.wait_for_focus("tajuk").await;
    assert_eq!(scene.signatures().await, 2);
    signer.browser.close().await;
    scene.end().await;
}
