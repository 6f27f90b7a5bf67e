//! The pages for anybody, and what a small window with large text makes of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mohor::app::Parts;
use mohor::demo::journey::CodeFrom;
use mohor::demo::world::SIGNEES;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::steps::{Signer, first_turn};

/// Addresses that anybody may open.
const OPEN: [&str; 9] = [
    "/",
    "/semak",
    "/sihat",
    "/mel",
    "/masuk",
    "/masuk/pertama",
    "/set-semula-pin",
    "/set-semula-pin/borang",
    "/tiada-di-sini",
];

/// PUB-UI, WCAG 1.4.4 and 1.4.10: in both languages, light and dark, on a phone, at a desk, and in 320 pixels with
/// text twice as large.
#[tokio::test]
async fn every_open_page_is_readable_by_everybody() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let at = scene.world.certify(&phone).await.expect("a certificate");
    scene.world.sign(&at, &phone, CodeFrom::Phone).await.expect("signed");
    let file = ground.path().join("espa.pdf");
    std::fs::write(&file, scene.world.document().await.expect("the document")).expect("a file");
    let agreement = scene.world.clerk.browser.visit(&scene.world.agreement.path).await.expect("the agreement").text();
    let label = Lang::Ms.say("web-serial");
    let (_, after) = agreement.split_once(&label).expect("a serial number");
    let serial = after.split_whitespace().next().expect("a serial number").to_owned();
    let unbound = scene.links(&SIGNEES[1], "/daftar/").await;
    let looks = [
        Look::phone(Lang::Ms),
        Look::desk(Lang::En),
        Look::phone(Lang::En).wide(320).large(),
        Look::desk(Lang::Ms).wide(640).large(),
    ];
    for look in looks {
        let mut browser = Chromium::open(&scene.server.base, look).await;
        for address in OPEN.into_iter().chain(unbound.iter().map(String::as_str)) {
            browser.visit(address).await;
            browser.demand_quality(&format!("awam{}", address.replace(['/', ':', '.'], "-"))).await;
        }
        // A file is judged, and its QR code leads to its page.
        browser.visit("/semak").await;
        browser.choose_file("fail", &file).await;
        browser.send_form_with("fail").await;
        browser.wait("the judgement", |seen| seen.text.contains(SIGNEES[0].name)).await;
        browser.demand_quality("semak-keputusan").await;
        browser.visit(&format!("/v/{serial}?t={}", secret(&scene, &serial).await)).await;
        browser.demand_quality("siri").await;
        browser.close().await;
    }
    scene.end().await;
}

/// Whoever sends a large file over a slow network sees how far it is, and then what became of it.
#[tokio::test]
async fn a_large_file_says_how_far_it_is() {
    let ground = Ground::new();
    let server = ground.server(Parts::default()).await;
    let file = ground.path().join("besar.pdf");
    std::fs::write(&file, vec![b' '; 1_500_000]).expect("a file");
    let browser = Chromium::open(&server.base, Look::phone(Lang::Ms)).await;
    browser.visit("/semak").await;
    browser.slow_down().await;
    browser.choose_file("fail", &file).await;
    browser.send_form_with("fail").await;
    let part = "const p = document.querySelector('.sending:not([hidden]) progress');
        return p && p.value > 0 && p.value < p.max;";
    browser.until("a part of the file has arrived", part).await;
    browser.wait("the judgement", |seen| seen.text.contains(&Lang::Ms.say("web-check-another"))).await;
    browser.close().await;
    server.running.stop().await.expect("the server stops");
}

/// GAP-16: the other language is one click away, also on the answer to a form, which has no page of its own.
#[tokio::test]
async fn the_other_language_is_one_click_away_from_the_answer_to_a_form() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::open(&scene, &phone, Look::phone(Lang::Ms)).await;
    let link = signer.link().await;
    signer.browser.visit(&link).await;
    signer.browser.fill("ic", phone.who.ic).await;
    signer.browser.send_form_with("ic").await;
    signer.browser.wait_for_path("/bukti").await;
    scene.world.mailbox.code(phone.who.email, 6).await.expect("a code, not used");
    signer.browser.press_words("English").await;
    signer.browser.wait_for_lang(Lang::En).await;
    let seen = signer.browser.see().await;
    assert!(link.ends_with(&seen.path), "{seen:?} is not the page of the form");
    // The choice stays.
    signer.prove(&link).await;
    signer.browser.wait_for_path("/sijil").await;
    signer.browser.wait_for_lang(Lang::En).await;
    signer.browser.close().await;
    scene.end().await;
}

/// What the QR code carries besides the serial number: `backend/src/hims/serial.rs`.
async fn secret(scene: &Scene, serial: &str) -> String {
    let keys = &scene.server.running.app.doors.keystore;
    let whole = keys.hmac("hims/verify", serial.as_bytes()).await.expect("a key");
    URL_SAFE_NO_PAD.encode(&whole[..16])
}

/// WCAG 1.4.4, 1.4.10: the signer's pages in 320 pixels, and with text twice as large.
#[tokio::test]
async fn a_signer_reads_in_a_small_window_with_large_text() {
    let ground = Ground::new();
    let (scene, phone) = first_turn(&ground).await;
    let mut signer = Signer::open(&scene, &phone, Look::phone(Lang::Ms).wide(320).large()).await;
    signer.judged = true;
    let link = signer.arrive().await;
    signer.browser.visit(&format!("{link}/teks")).await;
    signer.browser.demand_quality("teks").await;
    signer.browser.visit(&format!("{link}/pembetulan")).await;
    signer.browser.demand_quality("pembetulan").await;
    signer.browser.visit(&link).await;
    signer.sign().await;
    signer.browser.close().await;
    scene.end().await;
}
