//! The signer's whole way, from the link in the mail to the signed agreement, in both languages and sizes.

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::steps::Signer;

/// HIMS-1, SIGN-2 to SIGN-19: by touch, in Malay, on a small phone; then with a mouse, in English, at a desk. Every
/// page is judged in light and in dark.
#[tokio::test]
async fn a_buyer_signs_by_touch_in_malay_and_a_witness_by_mouse_in_english() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let looks = [Look::phone(Lang::Ms), Look::desk(Lang::En)];
    for ((who, look), signatures) in SIGNEES.iter().zip(looks).zip(2..) {
        let phone = scene.world.equip_one(who).await.expect("a phone");
        let browser = Chromium::open(&scene.server.base, look).await;
        let mut signer = Signer { browser, phone: &phone, scene: &scene, judged: true };
        signer.arrive().await;
        signer.review().await;
        signer.browser.draw().await;
        signer.browser.demand_quality("tandatangan").await;
        let code = signer.code().await;
        signer.send(who.pin, &code).await;
        signer.signed().await;
        assert_eq!(scene.signatures().await, signatures);
        signer.browser.close().await;
    }
    scene.end().await;
}
