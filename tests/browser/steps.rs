//! What the journeys of a browser begin with.

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::world::SIGNEES;
pub(crate) use mohor_tests::chromium::Signer;
use mohor_tests::chromium::{Chromium, GLANCE};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

/// An issued agreement; nobody has a phone.
async fn issued(ground: &Ground) -> Scene {
    let scene = Scene::drafted(ground, Duration::ZERO).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    scene
}

/// An issued agreement whose first signer has a phone and an approved identity.
pub(crate) async fn first_turn(ground: &Ground) -> (Scene, Handset) {
    let scene = issued(ground).await;
    let phone = scene.world.equip_one(&SIGNEES[0]).await.expect("a phone");
    (scene, phone)
}

/// An issued agreement whose first signer has shown card and face to the phone.
pub(crate) async fn first_identity(ground: &Ground) -> (Scene, Handset) {
    let scene = issued(ground).await;
    let (base, mailbox, clock) = (&scene.server.base, &scene.world.mailbox, scene.server.clock.clone());
    let phone = Handset::bind(base, mailbox, &SIGNEES[0], clock).await.expect("a phone");
    phone.show_identity().await.expect("pictures");
    (scene, phone)
}

/// Waits at the desk until a case may be taken: cards are read before they are handed out.
pub(crate) async fn wait_for_case(browser: &Chromium) {
    let next = browser.lang().say("web-ekyc-next");
    while !browser.visit("/kakitangan/ekyc").await.text.contains(&next) {
        tokio::time::sleep(GLANCE).await;
    }
}

/// Takes the case that stands on the desk now: that of `phone`.
pub(crate) async fn take_case(browser: &Chromium, phone: &Handset) {
    browser.press_key("web-ekyc-next").await;
    browser.wait("the case", |seen| seen.heading == phone.who.name).await;
}
