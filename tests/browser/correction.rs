//! A signer sends the agreement back, and the developer's clerk mends it: both by hand.

use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look, Seen};
use mohor_tests::ground::Ground;

use crate::steps::{Signer, first_turn};

const REMARK: &str = "Poskod tidak betul: 43000, bukan 34000. <b>陈美玲</b>";

/// HIMS-23, GAP-4: on a phone, in English; the clerk at a desk, in Malay.
#[tokio::test]
async fn a_signer_sends_the_agreement_back_and_the_clerk_issues_it_anew() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::open(&scene, &phone, Look::phone(Lang::En)).await;
    let link = signer.arrive().await;
    signer.browser.wait_for_path("/semak").await;
    signer.browser.follow("/pembetulan").await;
    // Nothing to mend is refused, and what was typed stays.
    signer.browser.fill("catatan", "  ").await;
    signer.browser.send_form_with("catatan").await;
    signer.browser.wait_for_alert().await;
    signer.browser.demand_quality("pembetulan-salah").await;
    signer.browser.fill("catatan", REMARK).await;
    signer.browser.send_form_with("catatan").await;
    let done = Lang::En.say("web-correction-done-title");
    signer.browser.wait("the request is sent", |seen| seen.heading == done).await;
    signer.browser.demand_quality("pembetulan-dihantar").await;
    // Going back offers nothing to sign.
    signer.browser.visit(&format!("{link}/tandatangan")).await;
    signer.browser.wait("the news instead of the pad", |seen| seen.heading == done).await;

    let mut clerk = Chromium::open(&scene.server.base, Look::desk(Lang::Ms)).await;
    clerk.sign_in_as(&scene.world.clerk.browser).await;
    clerk.visit(&scene.world.agreement.path).await;
    clerk.wait("why", |seen| seen.text.contains(REMARK)).await;
    clerk.demand_quality("perjanjian-dikembalikan").await;
    clerk.press_key("web-parties-edit").await;
    clerk.fill("alamat.1", "12, Jalan Contoh 3, 43000 Kajang, Selangor").await;
    clerk.press_value("aksi", "simpan").await;
    clerk.send_form_to("/jana").await;
    let second = Lang::Ms.say_with("web-version", &[("n", "2")]);
    clerk.wait("the second version", |seen| seen.text.contains(&second)).await;
    clerk.close().await;

    // The mail about it leads the signer to the new version.
    let anew = signer.link().await;
    assert_ne!(anew, link);
    signer.prove(&anew).await;
    let version = Lang::En.say_with("web-version", &[("n", "2")]);
    let new = |seen: &Seen| seen.path.ends_with("/semak") && seen.text.contains(&version);
    signer.browser.wait("the new version", new).await;
    signer.browser.close().await;
    scene.end().await;
}
