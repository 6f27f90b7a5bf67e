//! People who are stuck, and how they get on: a lost mail, a mistyped address, an agreement to be amended, a phone that
//! stayed at home (ADR 0036, 0037).

use std::time::Duration;

use mohor::demo::world::{ADMIN, PASSWORD, SIGNEES};
use mohor::demo::{Browser, Page, clerk};
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, refused_saying};

/// How many mails an address has, once everything that is due is done.
async fn mails(scene: &Scene, address: &str) -> usize {
    scene.jobs().await;
    scene.world.mailbox.letters(address).await.expect("the mailbox").len()
}

/// The page of the agreement as its clerk sees it.
async fn agreement(scene: &Scene) -> Page {
    scene.world.clerk.browser.visit(&scene.world.agreement.path).await.expect("the agreement")
}

#[tokio::test]
async fn a_lost_mail_is_sent_again_by_the_clerk_and_by_whoever_knows_number_and_address() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let (desk, aina) = (&scene.world.clerk, &SIGNEES[0]);
    clerk::generate(desk, &scene.world.agreement).await.expect("Jana eSPA");
    assert_eq!(mails(&scene, aina.email).await, 1, "MAIL-1");
    let page = agreement(&scene).await;
    let again = page.forms().into_iter().find(|form| form.action.contains("/hantar-semula/")).expect("a button");
    let told = desk.browser.submit(&page, &again).await.expect("an answer");
    assert!(told.path.ends_with("/dihantar") && told.text().contains("dihantar semula"), "{}", told.text());
    assert_eq!(mails(&scene, aina.email).await, 2);

    let browser = Browser::open(&scene.server.base).expect("a browser");
    let mut answers = Vec::new();
    for email in ["orang.lain@example.test", aina.email] {
        let page = browser.visit("/pautan-saya").await.expect("the page");
        let form = page.need_form(&["ic", "emel"]).expect("the form").with("ic", aina.ic).with("emel", email);
        answers.push(browser.submit(&page, &form).await.expect("an answer").text());
    }
    assert_eq!(answers[0], answers[1], "nobody learns whether the two belong together");
    assert_eq!(mails(&scene, aina.email).await, 3);
    assert_eq!(mails(&scene, "orang.lain@example.test").await, 0);
    let page = browser.visit("/pautan-saya").await.expect("the page");
    let form = page.need_form(&["ic", "emel"]).expect("the form").with("ic", "900230-10-5484").with("emel", "x");
    refused_saying(&browser.submit(&page, &form).await.expect("an answer"), &["Nombor kad pengenalan", "e-mel"]);
    scene.end().await;
}

#[tokio::test]
async fn a_mistyped_address_is_mended_and_an_agreement_is_taken_back() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let (desk, aina) = (&scene.world.clerk, &SIGNEES[0]);
    clerk::generate(desk, &scene.world.agreement).await.expect("Jana eSPA");
    let link = agreement(&scene).await.link("/hubungan/").expect("the way to mend it");
    let page = desk.browser.visit(&link).await.expect("the page");
    assert!(!page.body.contains(aina.email), "the address in use is masked");
    let form = page.need_form(&["emel", "telefon"]).expect("the form");
    let nothing = desk.browser.submit(&page, &form).await.expect("an answer");
    refused_saying(&nothing, &["Tiada perubahan"]);
    let form = form.with("emel", "aina.betul@example.test");
    let told = desk.browser.submit(&page, &form).await.expect("an answer");
    assert!(told.path.ends_with("/dihantar"), "{}", told.text());
    assert_eq!(mails(&scene, "aina.betul@example.test").await, 1, "MAIL-1 anew");
    let old = scene.world.mailbox.letters(aina.email).await.expect("the mailbox");
    assert!(old.iter().any(|letter| letter.text.contains("telah dibetulkan")), "the old address is told");

    let link = agreement(&scene).await.link("/tarik-balik").expect("the way back");
    let page = desk.browser.visit(&link).await.expect("the page");
    let form = page.need_form(&["sebab"]).expect("the form");
    refused_saying(&desk.browser.submit(&page, &form).await.expect("an answer"), &["Catatan"]);
    let form = form.with("sebab", "Nombor unit salah.");
    let back = desk.browser.submit(&page, &form).await.expect("an answer");
    assert!(back.text().contains("Dikembalikan untuk pindaan") && back.text().contains("Nombor unit salah."));
    // Nothing has to be typed again: the parties stay as they are.
    let form = back.need_form_to("/pihak").expect("the editor").with("aksi", "simpan");
    let kept = desk.browser.submit(&back, &form).await.expect("an answer").expect_fine().expect("accepted");
    assert!(SIGNEES.iter().all(|who| kept.text().contains(who.name)), "{}", kept.text());
    assert!(SIGNEES.iter().all(|who| !kept.body.contains(who.ic) && !kept.body.contains(who.phone)));
    clerk::generate(desk, &scene.world.agreement).await.expect("version 2");
    scene.end().await;
}

#[tokio::test]
async fn a_code_from_paper_lets_staff_in_once_and_an_account_is_reset() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let admin = &scene.world.admin;
    let page = admin.browser.visit("/akaun").await.expect("my account");
    let form = page.need_form_to("/akaun").expect("the button");
    let shown = admin.browser.submit(&page, &form).await.expect("an answer").expect_fine().expect("codes");
    let codes: Vec<_> = shown.body.split("<code class=\"secret-box\">").skip(1).map(|tail| &tail[..14]).collect();
    assert_eq!(codes.len(), 8, "{}", shown.text());
    for (times, lets_in) in [(1, true), (2, false)] {
        let browser = Browser::open(&scene.server.base).expect("a browser");
        let page = browser.visit("/masuk").await.expect("the page");
        let form = page.need_form(&["emel", "kata_laluan", "kod_pemulihan"]).expect("the form");
        let form = form.with("emel", ADMIN.email).with("kata_laluan", PASSWORD).with("kod_pemulihan", codes[0]);
        let answer = browser.submit(&page, &form).await.expect("an answer");
        assert_eq!(answer.path == "/kakitangan", lets_in, "time {times}: {} {}", answer.path, answer.text());
    }

    // The only administrator gives the reviewer a new beginning.
    let reviewer = mohor::demo::world::REVIEWER;
    let list = admin.browser.visit("/kakitangan").await.expect("the accounts");
    let link = list.link_in_row(reviewer.email, "/set-semula").expect("the way");
    let page = admin.browser.visit(&link).await.expect("the page");
    let form = page.need_form_to("/set-semula").expect("the button");
    let done = admin.browser.submit(&page, &form).await.expect("an answer").expect_fine().expect("done");
    assert!(done.form_in_row(reviewer.email, "/jemput").is_some(), "{}", done.text());
    scene.world.reviewer.browser.visit("/kakitangan/ekyc").await.expect_err("the sessions are over");
    let link = scene.world.mailbox.link(reviewer.email, "/jemputan/").await.expect("a new invitation");
    assert!(!link.is_empty());
    scene.end().await;
}

/// PUB-LAW-15: whoever proved themselves by the link of a turn takes back the consent to the pictures; what was
/// approved stays, and the link alone takes back nothing.
#[tokio::test]
async fn a_signer_takes_back_the_consent_to_the_pictures() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let aina = scene.world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = scene.world.certify(&aina).await.expect("a certificate");
    let address = format!("{}/persetujuan", at.turn);
    let stranger = scene.stranger().visit(&address).await.expect("the link");
    assert!(stranger.path.ends_with(&at.turn), "{}", stranger.path);

    let review = at.browser.visit(&at.turn).await.expect("the turn");
    assert!(review.links().contains(&address), "the way there stands on every page of the turn");
    let page = at.browser.visit(&address).await.expect("the consent");
    let form = page.need_form_to("/persetujuan").expect("a form");
    let unticked = at.browser.submit(&page, &form).await.expect("an answer");
    assert_eq!((unticked.status, scene.audited("ekyc.withdrawn").await), (422, 0), "{}", unticked.text());
    let told = at.browser.submit(&page, &form.clone().with("faham", "ya")).await.expect("an answer");
    assert!(told.status == 200 && told.text().contains("Tiada gambar eKYC"), "{}", told.text());
    let again = at.browser.submit(&page, &form.with("faham", "ya")).await.expect("an answer");
    assert_eq!((again.status, scene.audited("ekyc.withdrawn").await), (200, 1), "twice is once");
    assert_eq!(aina.phone.me().await.expect("the phone asks").ekyc, "DILULUSKAN");
    at.review().await.expect("the signing page");
}
