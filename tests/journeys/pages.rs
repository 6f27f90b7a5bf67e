//! What a signer's pages promise: the pictures are of the bytes that are signed, and going back, reloading or
//! guessing an address changes nothing (SIGN-3 to SIGN-5, SIGN-16, SCR-2, SCR-6, PUB-LAW-10).

use std::time::Duration;

use mohor::demo::Page;
use mohor::demo::journey::CodeFrom;
use mohor::demo::signee::AtBrowser;
use mohor::document::generate::{AgreementData, agreement};
use mohor::document::picture;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, attempt, with_pin};

/// The mean darkness of each square of 10 by 10 pixels.
fn squares(picture: &image::GrayImage) -> Vec<f64> {
    let (across, down) = (picture.width() / 10, picture.height() / 10);
    let mean = |column: u32, row: u32| {
        let pixels = (0..100).map(|n| f64::from(picture.get_pixel(column * 10 + n % 10, row * 10 + n / 10).0[0]));
        pixels.sum::<f64>() / 100.0
    };
    (0..down).flat_map(|row| (0..across).map(move |column| (column, row))).map(|(c, r)| mean(c, r)).collect()
}

#[test]
fn a_picture_shows_the_page_as_poppler_draws_it() {
    let ground = Ground::new();
    let base = agreement(&AgreementData::specimen()).expect("generates");
    let file = ground.path().join("espa.pdf");
    std::fs::write(&file, &base.bytes).expect("writes");
    let others = judges::pictures(&file, 900);
    assert_eq!(others.len(), base.pages, "poppler sees every page");
    for (number, other) in (1..).zip(others) {
        let ours = picture::page(base.bytes.clone(), number, 900).expect("draws");
        let ours = image::load_from_memory(&ours).expect("a PNG").into_luma8();
        let other = image::load_from_memory(&other).expect("a PNG").into_luma8();
        assert!(ours.width() == other.width() && ours.height().abs_diff(other.height()) <= 1);
        let differences: Vec<_> =
            squares(&ours).into_iter().zip(squares(&other)).map(|(ours, other)| (ours - other).abs()).collect();
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let worst = differences.iter().copied().fold(0.0, f64::max);
        // Two programs smooth edges differently; a missing word darkens a square by far more.
        assert!(mean < 3.0 && worst < 80.0, "page {number}: mean {mean:.2}, worst {worst:.1} of 255");
    }
}

/// The address of the picture of page `n` on the review page.
fn picture_of(page: &Page, n: usize) -> String {
    let mark = format!("src=\"halaman/{n}?");
    let (_, tail) = page.body.split_once(&mark).expect("a picture");
    let query = tail.split('"').next().unwrap_or_default().replace("&amp;", "&");
    let (folder, _) = page.path.rsplit_once('/').expect("a path");
    format!("{folder}/halaman/{n}?{query}")
}

#[tokio::test]
async fn the_review_page_shows_pictures_of_the_very_bytes_to_their_signer_only() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let at = scene.world.certify(&phones[0]).await.expect("a certificate");
    let review = at.browser.visit(&format!("{}/semak", at.turn)).await.expect("the document");
    let first = picture_of(&review, 1);
    let bytes = at.browser.download(&first).await.expect("a picture");
    assert_eq!(image::load_from_memory(&bytes).expect("a PNG").width(), 900);
    let document = at.document().await.expect("the document");
    assert!(first.contains(&format!("dok={}", &sha256(&document)[..16])), "the address names the bytes");
    assert_eq!(bytes, picture::page(document, 1, 900).expect("draws"));
    assert_eq!(at.browser.download(&first).await.expect("again"), bytes, "also when it was kept");

    // Other bytes, other pages, other sizes: nothing to see.
    let status = async |path: &str| at.browser.get(path).await.expect("an answer").status;
    assert_eq!(status(&first.replace("dok=", "dok=00")).await, 409);
    assert_eq!(status(&first.replace("/halaman/1?", "/halaman/999?")).await, 404);
    assert_eq!(status(&first.replace("/halaman/1?", "/halaman/x?")).await, 404);
    assert_eq!(status(&first.replace("lebar=900", "lebar=60000")).await, 404);
    let stranger = scene.stranger().get(&first).await.expect("an answer");
    assert!(stranger.form_with(&["ic"]).is_some(), "a stranger is asked who they are: {}", stranger.text());
    scene.end().await;
}

fn sha256(bytes: &[u8]) -> String {
    mohor_shared::transcript::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn nobody_comes_to_the_pad_without_the_tick() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let at = scene.world.certify(&phones[0]).await.expect("a certificate");
    let review = at.browser.visit(&format!("{}/semak", at.turn)).await.expect("the document");
    let form = review.form_with(&["setuju"]).expect("the form of the tick");
    let unticked = at.browser.submit(&review, &form).await.expect("an answer");
    assert_eq!(unticked.status, 422);

    // The modal has an address, but only the tick knows it; neither does its button work without.
    for guess in ["sah", "sah?setuju=ya", "tandatangan"] {
        let page = at.browser.visit(&format!("{}/{guess}", at.turn)).await.expect("an answer");
        assert!(page.path.ends_with("/semak"), "{guess} led to {}", page.path);
    }
    let modal = at.browser.submit(&review, &form.with("setuju", "ya")).await.expect("the modal");
    let confirm = modal.form_to("/sah").expect("the form of the modal");
    let forged = at.browser.submit(&modal, &confirm.clone().with("setuju", "ya")).await.expect("an answer");
    assert_eq!(forged.status, 403, "{}", forged.text());

    // A reload of the modal shows it again, and it works.
    let again = at.browser.visit(&modal.path).await.expect("the modal again");
    let pad = at.browser.submit(&again, &confirm).await.expect("the pad");
    assert!(pad.form_with(&["lukisan", "pin", "kod"]).is_some(), "{}", pad.text());
    scene.end().await;
}

#[tokio::test]
async fn a_reload_of_a_refusal_tells_it_again_and_spends_nothing() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let at = scene.world.certify(&phones[0]).await.expect("a certificate");
    let code = phones[0].turn_code().await.expect("a code");
    let refused = attempt(&at, &with_pin(&at, &code, "Wrong-Pin-1")).await;
    assert!(refused.text().contains("Baki percubaan: 2"), "{}", refused.text());
    for _ in 0..3 {
        let again = at.browser.get(&refused.path).await.expect("an answer");
        assert_eq!((again.status, again.text()), (refused.status, refused.text()));
    }
    assert_eq!(scene.audited("signing.pin-wrong").await, 1, "a reload sends no PIN");

    // The pad warns before the last try (SIGN-17).
    let pad = at.review().await.expect("the pad");
    assert!(pad.text().contains("Baki percubaan: 2"), "{}", pad.text());
    attempt(&at, &with_pin(&at, &code, "Wrong-Pin-2")).await;
    let pad = at.review().await.expect("the pad");
    assert!(pad.text().contains("Jika PIN salah sekali lagi, PIN akan disekat"), "{}", pad.text());

    // Nobody else writes a refusal: a changed address leads back to the pad.
    let forged = at.browser.visit(&refused.path.replace("k=", "k=A")).await.expect("an answer");
    assert!(forged.form_with(&["lukisan", "pin", "kod"]).is_some(), "{}", forged.text());
    scene.end().await;
}

#[tokio::test]
async fn who_has_signed_keeps_the_proof_and_sees_who_is_next() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (buyer, witness) = (&phones[0], &phones[1]);
    let at = scene.world.certify(buyer).await.expect("a certificate");
    let done = scene.world.sign(&at, buyer, CodeFrom::Phone).await.expect("the buyer signs");
    let document = at.document().await.expect("the document");
    for page in [done, at.browser.visit(&at.turn).await.expect("the turn")] {
        let text = page.text();
        assert!(text.contains(&sha256(&document)), "the digest of what is downloaded: {text}");
        assert!(text.contains("Sijil Digital anda") && text.contains("Masa tandatangan anda"), "{text}");
        assert!(page.link("/dokumen.pdf").is_some() && page.body.contains("data-turn-over"));
        assert!(page.body.contains(r#"download="ESPA-"#), "the file is called as the agreement is: {}", page.body);
    }
    let standing = at.browser.visit(&at.turn).await.expect("the turn").text();
    assert!(standing.contains("Menunggu") && standing.contains("Saksi Pembeli"), "who is next: {standing}");
    // The tab forgets the drawing; the developer sees whose turn it is and how long that lasts.
    let desk = scene.world.clerk.browser.visit("/hims?tapis=menunggu").await.expect("the desk").text();
    assert!(desk.contains(witness.who.name) && desk.contains("1 / 4"), "{desk}");
    let history = scene.world.clerk.browser.visit(&scene.world.agreement.path).await.expect("the agreement").text();
    assert!(history.contains(&format!("Pembeli menandatangani: {}", buyer.who.name)), "{history}");
    scene.end().await;
}

#[tokio::test]
async fn the_certificate_page_says_at_each_field_what_to_mend_and_keeps_what_was_typed() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (world, who) = (&scene.world, phones[0].who);
    let link = world.mailbox.link(who.email, "/t/").await.expect("MAIL-2");
    let (at, _) = AtBrowser::follow(&scene.server.base, &world.mailbox, who, &link).await.expect("the turn");
    let page = at.browser.visit(&format!("{}/sijil", at.turn)).await.expect("SCR-1");
    assert!(page.text().contains(who.name) && !page.text().contains(who.ic), "section A masks the number");
    let form = page.need_form(&["alamat", "poskod", "kerakyatan", "pin", "pin_lagi"]).expect("both sections");

    let typed = form
        .with("alamat", "12 Jalan Contoh, Taman SPESIMEN")
        .with("poskod", "abc")
        .with("kerakyatan", "ZZ")
        .with("pin", who.pin)
        .with("pin_lagi", "Other-Pin-1");
    let again = at.browser.submit(&page, &typed).await.expect("an answer");
    assert_eq!(again.status, 422);
    let wrong = |field: &str| again.body.contains(&format!("id=\"{field}-salah\""));
    assert!(["poskod", "kerakyatan", "pin_lagi"].into_iter().all(wrong), "{}", again.text());
    assert!(!wrong("alamat") && !wrong("pin"));
    assert!(again.body.contains("12 Jalan Contoh"), "what was typed stays");
    assert!(!again.body.contains(who.pin) && !again.body.contains("Other-Pin-1"), "secrets do not");
    scene.end().await;
}
