//! The signers' whole way, from the link in the mail to the complete agreement, in both languages and sizes.

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::Scene;

use crate::steps::Signer;

/// HIMS-1, SIGN-2 to SIGN-19, HIMS-17: four people, by touch on a small phone and with a mouse at a desk, in Malay and in
/// English, until the agreement is complete. Every page is judged in light and in dark. The last of them keeps the
/// document and checks it.
#[tokio::test]
async fn four_people_sign_by_touch_and_by_mouse_until_the_agreement_is_complete() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let looks = [Look::phone(Lang::Ms), Look::phone(Lang::En), Look::desk(Lang::Ms), Look::desk(Lang::En)];
    for ((phone, look), signatures) in phones.iter().zip(looks).zip(2..) {
        let mut signer = Signer::open(&scene, phone, look).await;
        signer.judged = true;
        let link = signer.arrive().await;
        signer.sign().await;
        assert_eq!(scene.signatures().await, signatures);
        if signatures > phones.len() {
            keep_and_check(&mut signer, &link, &ground).await;
        }
        signer.browser.close().await;
    }
    scene.end().await;
}

/// The page of the complete agreement gives the very document; `/semak` accepts that file, and the QR code printed in it
/// leads to the page that says so to anybody.
async fn keep_and_check(signer: &mut Signer<'_>, link: &str, ground: &Ground) {
    let browser = &mut signer.browser;
    let lang = browser.lang();
    browser.visit(link).await;
    let complete = lang.say("web-state-completed-title");
    browser.wait("the complete agreement", |seen| seen.heading == complete).await;
    browser.demand_quality("perjanjian-lengkap").await;
    let folder = ground.path().join("muat-turun");
    std::fs::create_dir(&folder).expect("a folder");
    let file = browser.download("web-download-signed", &folder).await;
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    assert!(name.starts_with("ESPA-") && name.ends_with(".pdf"), "{name}");
    let kept = std::fs::read(&file).expect("the file");
    assert_eq!(kept, signer.scene.world.document().await.expect("the document"), "the file is the document");

    browser.visit("/semak").await;
    browser.choose_file("fail", &file).await;
    browser.send_form_with("fail").await;
    browser.wait("every signer", |seen| SIGNEES.iter().all(|one| seen.text.contains(one.name))).await;
    browser.demand_quality("semak-lengkap").await;

    let codes = judges::qr_codes(&file);
    let [address] = &codes[..] else { panic!("one QR code: {codes:?}") };
    let anybody = Chromium::open(&signer.scene.server.base, Look::phone(lang)).await;
    let seen = anybody.visit(address).await;
    assert!(seen.text.contains(&lang.say("espa-version-completed")), "{seen:?}");
    let signed = "return [...document.querySelectorAll('[aria-labelledby=pihak] li')]
        .filter((one) => one.textContent.includes(arguments[0])).length;";
    let words = lang.say_with("web-signed-at", &[("at", "")]);
    assert_eq!(anybody.ask_with(signed, vec![words.trim().into()]).await, SIGNEES.len(), "{seen:?}");
    assert!(SIGNEES.iter().all(|one| !seen.text.contains(one.name)), "names are masked: {seen:?}");
    anybody.close().await;
}
