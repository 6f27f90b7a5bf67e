//! A desk without a camera, and a clock that is wrong.

use std::time::Duration;

use mohor::demo::office;
use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;

use crate::camera;
use crate::rig::Rig;
use crate::steps::{bind, invited};

/// SIGN-9: the phone's clock is an hour ahead of the server's. The code is the server's, the screen says how far the
/// clock is off, and none of it needs a network once it is set up.
#[tokio::test(flavor = "multi_thread")]
async fn an_hour_between_the_clocks_changes_no_code_and_is_said() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::from_secs(3600)).await;
    let [aina, ..] = &SIGNEES;
    let rig = Rig::new("jam");
    let window = rig.open(&scene.server.base).await;
    bind(&window, &scene, aina).await;
    window.press("nav-totp").await;
    window.screen("totp").await;
    assert!(!window.shows("[data-name=\"code\"]").await, "no code before the identity check");

    // This desk has no camera: pictures that were taken elsewhere do as well.
    window.press("nav-home").await;
    window.next("Mulakan eKYC").await;
    window.see("input[name=\"consent\"]").await.click().await.expect("ticks");
    window.press("begin").await;
    window.see("[data-name=\"no-camera\"]").await;
    window.judge("ekyc-no-camera").await;
    let folder = tempfile::tempdir().expect("a folder");
    let seen = camera::views(aina.name, aina.ic);
    let no_picture = folder.path().join("resit.png");
    std::fs::write(&no_picture, b"%PDF-1.7").expect("writes");
    window.choose("picture", &no_picture).await;
    window.see("[data-code=\"picture-unreadable\"]").await;
    // The best that this desk can do: sent back twice, then left to the reviewer.
    let dark = folder.path().join("gelap.png");
    std::fs::write(&dark, &seen.dark).expect("writes");
    window.choose("picture", &dark).await;
    window.see("[data-reason=\"too-dark\"]").await;
    assert!(!window.shows("button[data-name=\"anyway\"]").await, "it is said once before anybody may insist");
    window.choose("picture", &dark).await;
    window.see("button[data-name=\"anyway\"]").await;
    window.judge("ekyc-anyway").await;
    window.press("anyway").await;
    for (sent, (slot, picture)) in seen.slots.iter().enumerate().skip(1) {
        window.see(&format!("progress[value=\"{sent}\"]")).await;
        let path = folder.path().join(slot);
        std::fs::write(&path, picture).expect("writes");
        window.choose("picture", &path).await;
    }
    window.press("hand-in").await;
    window.press("home").await;
    office::approve_identity(&scene.world.reviewer, aina).await.expect("the reviewer approves");
    window.next("Aktifkan kod").await;
    window.press("set-up").await;
    window.digits("[data-name=\"totp\"]").await;
    let note = window.says("[data-name=\"clock-off\"]").await;
    assert!(note.contains("awal") && note.contains("60 minit"), "{note}");
    window.judge("clock-off").await;

    // The server compared two codes of this phone before it took them.
    assert_eq!(scene.audited("factor.totp-active").await, 1);
    scene.end().await;
    window.press("nav-home").await;
    window.press("nav-totp").await;
    window.digits("[data-name=\"totp\"]").await;
    window.close().await;
}
