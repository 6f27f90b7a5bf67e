//! The phone is exchanged, and somebody else acts in its person's name.

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;

use crate::rig::Rig;
use crate::steps::{bind, invited};

/// phone-and-factors 3.7: with the old phone in hand the new one takes over at once, and the old one says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_takes_over_while_the_old_one_is_at_hand() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let [aina, ..] = &SIGNEES;
    let (drawer, pocket) = (Rig::new("lama"), Rig::new("baharu"));
    let old = drawer.open(&scene.server.base).await;
    bind(&old, &scene, aina).await;

    let new = pocket.open(&scene.server.base).await;
    new.screen("welcome").await;
    new.press("moving").await;
    new.screen("moving").await;
    new.fill("mykad", aina.ic).await;
    new.press("send").await;
    let ticket = new.see("[data-name=\"ticket\"]").await.prop("value").await.expect("a text").expect("a ticket");
    let tag = new.says(".tag").await;
    new.judge("moving-ticket").await;

    old.press("nav-security").await;
    old.screen("security").await;
    old.press("replace").await;
    old.screen("replace").await;
    old.fill("ticket", "https://example.com/daftar/01J").await;
    old.press("read").await;
    old.see("[data-code=\"ticket\"]").await;
    old.fill("ticket", &ticket).await;
    old.press("read").await;
    assert_eq!(old.says(".tag").await, tag, "both phones show the same tag");
    old.judge("replace-ask").await;
    old.press("sign").await;

    new.screen("home").await;
    new.see("[data-name=\"ekyc\"]").await;
    new.press("nav-notices").await;
    new.screen("notices").await;
    old.press("nav-home").await;
    old.see("[data-code=\"phone-not-bound\"]").await;
    old.judge("home-ended").await;
    old.press("begin-anew").await;
    old.screen("welcome").await;
    old.close().await;
    new.close().await;
    scene.end().await;
}

/// "Bukan saya": asked once more, then nobody signs in this person's name. In English, in the dark.
#[tokio::test(flavor = "multi_thread")]
async fn not_me_freezes_after_a_question_and_says_until_when() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let rig = Rig::in_the_dark("beku");
    let window = rig.open(&scene.server.base).await;
    window.press("language").await;
    window.see(".phone[data-lang=\"en\"]").await;
    bind(&window, &scene, &SIGNEES[0]).await;
    window.press("not-me").await;
    window.screen("security").await;
    window.press("no").await;
    window.press("nav-home").await;
    window.see("[data-name=\"ekyc\"]").await;
    assert_eq!(scene.audited("device.not-me").await, 0, "a question is no answer");
    window.press("not-me").await;
    window.press("freeze").await;
    let said = window.says("[data-name=\"frozen\"]").await;
    assert!(said.contains("MYT"), "until when: {said}");
    window.see("[data-name=\"help-line\"]").await;
    window.judge("frozen").await;
    assert_eq!(scene.audited("device.not-me").await, 1);
    window.press("nav-home").await;
    let state = window.says("[data-name=\"state\"]").await;
    assert!(state.contains("frozen"), "{state}");
    window.judge("home-frozen").await;
    window.close().await;
    scene.end().await;
}
