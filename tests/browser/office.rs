//! Those with accounts, each in a browser of their own: administrator, developer's clerk, identity reviewer.

use std::sync::Arc;

use mohor::app::Parts;
use mohor::demo::Page;
use mohor::demo::handset::Handset;
use mohor::demo::mailbox::Mailbox;
use mohor::demo::office::Authenticator;
use mohor::demo::server::Server;
use mohor::demo::world::{
    ADMIN, DEVELOPER, DEVELOPMENT, DEVELOPMENT_CODE, PASSWORD, PEMAJU, REVIEWER, SIGNEES, Staff, UNIT,
};
use mohor::ekyc::Checklist;
use mohor::kernel::clock::Clock;
use mohor::kernel::words::Lang;
use mohor_tests::chromium::{Chromium, Look};
use mohor_tests::ground::Ground;
use serde_json::json;

use crate::steps::{take_case, wait_for_case};

/// ACT-1, HIMS-2: from an empty platform to an issued agreement and an approved identity, all by hand.
#[tokio::test]
async fn an_office_opens_in_malay_at_a_desk() {
    office(Look::desk(Lang::Ms)).await;
}

/// The same in English.
#[tokio::test]
async fn an_office_opens_in_english_at_a_desk() {
    office(Look::desk(Lang::En)).await;
}

async fn office(look: Look) {
    let ground = Ground::new();
    let server = ground.server(Parts::default()).await;
    let mailbox = Mailbox::open(&server.base).expect("the mailbox");

    let mut admin = Chromium::open(&server.base, look).await;
    administrator(&mut admin, &server).await;
    appoint(&mut admin, &PEMAJU).await;
    let mut clerk = invited(&server, &mailbox, &PEMAJU, look).await;
    appoint(&mut admin, &REVIEWER).await;
    let mut reviewer = invited(&server, &mailbox, &REVIEWER, look).await;
    admin.close().await;

    draft(&mut clerk).await;
    clerk.send_form_to("/jana").await;
    clerk
        .wait("the issued version", |seen| seen.text.contains(&look.lang.say_with("web-version", &[("n", "1")])))
        .await;
    clerk.demand_quality("perjanjian-dijana").await;
    clerk.visit("/hims").await;
    clerk.demand_quality("papan-pemuka").await;
    clerk.close().await;

    let phone = Handset::bind(&server.base, &mailbox, &SIGNEES[0], server.clock.clone()).await.expect("a phone");
    phone.show_identity().await.expect("pictures");
    approve(&mut reviewer, &phone).await;
    reviewer.close().await;
    server.running.stop().await.expect("the server stops");
}

/// The first administrator begins with the code of the console and registers the developer.
async fn administrator(browser: &mut Chromium, server: &Server) {
    let code = server.console_code().await.expect("a console code");
    browser.visit("/masuk/pertama").await;
    browser.demand_quality("masuk-pertama").await;
    browser.fill("kod_konsol", &code).await;
    browser.fill("nama", ADMIN.name).await;
    browser.fill("emel", ADMIN.email).await;
    browser.send_form_with("kod_konsol").await;
    settle_in(browser, server.clock.clone()).await;
    browser.visit("/kakitangan/pemaju").await;
    for (field, value) in [
        ("kod_pemaju", DEVELOPER.code),
        ("nama", DEVELOPER.name),
        ("no_pendaftaran", DEVELOPER.registration),
        ("alamat", DEVELOPER.address),
    ] {
        browser.fill(field, value).await;
    }
    browser.send_form_with("kod_pemaju").await;
    browser.wait("the developer in the list", |seen| seen.text.contains(DEVELOPER.name)).await;
    browser.demand_quality("pemaju").await;
}

/// The administrator makes an account.
async fn appoint(browser: &mut Chromium, staff: &Staff) {
    browser.visit("/kakitangan").await;
    browser.fill("nama", staff.name).await;
    browser.fill("emel", staff.email).await;
    browser.choose("peranan", staff.role).await;
    if staff.role == PEMAJU.role {
        browser.choose_words("pemaju", DEVELOPER.name).await;
    }
    if !staff.ic.is_empty() {
        browser.fill("ic", staff.ic).await;
    }
    browser.send_form_with("emel").await;
    browser.wait("the account in the list", |seen| seen.text.contains(staff.email)).await;
    browser.demand_quality("akaun").await;
}

/// The holder of a new account follows the mailed invitation and is signed in.
async fn invited(server: &Server, mailbox: &Mailbox, staff: &Staff, look: Look) -> Chromium {
    let link = mailbox.link(staff.email, "/jemputan/").await.expect("the invitation");
    let mut browser = Chromium::open(&server.base, look).await;
    browser.visit(&link).await;
    settle_in(&mut browser, server.clock.clone()).await;
    browser
}

/// Password, authenticator app, signed in.
async fn settle_in(browser: &mut Chromium, clock: Arc<dyn Clock>) {
    browser.field("kata_laluan").await;
    browser.demand_quality("jemputan").await;
    browser.fill("kata_laluan", PASSWORD).await;
    browser.fill("kata_laluan_lagi", PASSWORD).await;
    browser.send_form_with("kata_laluan").await;
    browser.field("kod").await;
    let seen = browser.see().await;
    browser.demand_quality("pengesah").await;
    let body = browser.web().source().await.expect("the page");
    let app = Authenticator::scan(&Page { status: 200, path: seen.path, body }, clock).expect("a secret");
    browser.fill("kod", &app.code()).await;
    browser.send_form_with("kod").await;
    let out = browser.lang().say("web-sign-out");
    browser.wait("a session", |seen| seen.text.contains(&out)).await;
}

/// Development, unit, parties.
async fn draft(browser: &mut Chromium) {
    browser.visit("/hims/pembangunan").await;
    browser.fill("kod_pemajuan", DEVELOPMENT_CODE).await;
    browser.fill("nama_pemajuan", DEVELOPMENT).await;
    browser.choose("jadual", "H").await;
    browser.fill("lokasi", "Mukim Contoh, Daerah Petaling, Selangor").await;
    browser.send_form_with("kod_pemajuan").await;
    browser.wait("the development", |seen| seen.text.contains(DEVELOPMENT) && seen.path != "/hims/pembangunan").await;
    browser.visit("/hims/pembangunan").await;
    browser.demand_quality("pembangunan").await;
    browser.follow("/hims/pembangunan/").await;
    for (field, value) in [
        ("no_unit", UNIT),
        ("jenis", "Pangsapuri servis"),
        ("tempat", "Blok B, tingkat 10"),
        ("hakmilik", "Geran 00000 Lot 0000 (SPESIMEN)"),
        ("keluasan", "92.90"),
        ("harga", "480000.00"),
    ] {
        browser.fill(field, value).await;
    }
    browser.send_form_with("no_unit").await;
    browser.wait("the unit in the list", |seen| seen.text.contains(UNIT)).await;
    browser.demand_quality("unit").await;
    browser.send_form_to("/hims/perjanjian").await;
    parties(browser).await;
}

async fn parties(browser: &mut Chromium) {
    browser.wait("the new agreement", |seen| seen.path.starts_with("/hims/perjanjian/")).await;
    browser.demand_quality("perjanjian-baharu").await;
    for n in 1..=SIGNEES.len() {
        if !browser.shows_field(&format!("nama.{n}")).await {
            browser.press_value("aksi", "tambah").await;
            browser.field(&format!("nama.{n}")).await;
        }
    }
    for (signee, n) in SIGNEES.iter().zip(1..) {
        browser.fill(&format!("nama.{n}"), signee.name).await;
        browser.fill(&format!("ic.{n}"), signee.ic).await;
        browser.fill(&format!("emel.{n}"), signee.email).await;
        browser.fill(&format!("telefon.{n}"), signee.phone).await;
        browser.choose(&format!("peranan.{n}"), signee.role).await;
        let witness = signee.witness_of.map_or_else(String::new, |place| place.to_string());
        browser.choose(&format!("saksi_kepada.{n}"), &witness).await;
        if signee.role == "pemaju" {
            browser.fill(&format!("syarikat.{n}"), DEVELOPER.name).await;
        }
    }
    browser.choose("susunan", "senarai").await;
    browser.press_value("aksi", "simpan").await;
    browser.wait("Jana eSPA", |seen| seen.text.contains("Jana eSPA")).await;
    browser.demand_quality("perjanjian-pihak").await;
}

/// The reviewer takes what is handed out, is not let through without the checklist, ticks it and decides.
async fn approve(browser: &mut Chromium, phone: &Handset) {
    wait_for_case(browser).await;
    browser.demand_quality("ekyc").await;
    take_case(browser, phone).await;
    let pictures = "return [...document.querySelectorAll('main img')].every((i) => i.complete && i.naturalWidth > 0)
        && document.querySelectorAll('main img').length;";
    browser.wait_for_page().await;
    let shown = browser.until("the pictures", pictures).await;
    assert_eq!(shown, json!(3), "card front and back, and the face");
    browser.demand_quality("ekyc-kes").await;

    browser.press_value("keputusan", "lulus").await;
    let refused = browser.lang().say("problem-field-checklist");
    browser.wait("what lacks", |seen| seen.text.contains(&refused)).await;
    browser.demand_quality("ekyc-kes-belum").await;
    for item in Checklist::ITEMS {
        browser.tick(&format!("semak_{item}")).await;
    }
    browser.press_value("keputusan", "lulus").await;
    browser.wait_for_path("/kakitangan/ekyc").await;
    browser.wait("the decision of today", |seen| seen.text.contains(phone.who.name)).await;
    browser.demand_quality("ekyc-selesai").await;
    assert_eq!(phone.phone.me().await.expect("the phone asks").ekyc, "DILULUSKAN");
}
