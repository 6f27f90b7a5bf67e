//! A signer sends the agreement back instead of signing: a new version that everybody signs anew, and the old one
//! kept as what it is (HIMS-23, GAP-4).

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::journey::CodeFrom;
use mohor::demo::world::{PEMAJU, SIGNEES};
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, fill, follow, refused, refused_in_both, refused_saying};

const REMARK: &str = "Nombor telefon pembeli telah bertukar.";

#[tokio::test]
async fn a_correction_makes_a_version_that_all_sign_anew_and_the_old_qr_code_says_superseded() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;

    // The first party signs; the QR code on the paper leads to a page that says how it stands.
    let buyer = world.certify(&phones[0]).await.expect("a certificate");
    world.sign(&buyer, &phones[0], CodeFrom::Phone).await.expect("signs");
    let first = world.document().await.expect("version 1");
    let paper = ground.path().join("versi-1.pdf");
    std::fs::write(&paper, &first).expect("written");
    let codes = judges::qr_codes(&paper);
    let [old] = &codes[..] else { panic!("one QR code: {codes:?}") };
    let page = scene.stranger().visit(old).await.expect("what the QR code leads to");
    assert!(page.text().contains("Versi semasa"), "{}", page.text());

    // The witness stands before the pad, and in another tab sends the agreement back. A remark is needed.
    let witness = world.certify(&phones[1]).await.expect("a certificate");
    let pad = witness.review().await.expect("the signing page");
    let code = phones[1].turn_code().await.expect("a code");
    let asked = witness.browser.visit(&format!("{}/pembetulan", witness.turn)).await.expect("the form");
    refused_saying(&fill(&witness.browser, &asked, &[("catatan", " ")]).await, &["Catatan tidak dapat diterima"]);
    let sent = fill(&witness.browser, &asked, &[("catatan", REMARK)]).await.expect_fine().expect("sent back");
    assert!(sent.text().contains("Perubahan telah diajukan"), "{}", sent.text());

    // Nothing can be signed in the version that was sent back: not by the open pad, not by anybody else's link.
    let late = witness.send(&pad, &witness.entry(&code)).await.expect("an answer");
    let malay = ["Versi ini tidak ditandatangani lagi", "Tunggu e-mel bagi versi yang baharu"];
    let english = ["This version is not signed any more", "Wait for the e-mail about the new version"];
    refused_in_both(&witness.browser, &late, &malay, &english).await;
    refused(&fill(&witness.browser, &asked, &[("catatan", REMARK)]).await);
    let turn = buyer.browser.visit(&buyer.turn).await.expect("the turn of the buyer");
    assert!(turn.form_with(&["lukisan"]).is_none(), "{}", turn.text());
    // The buyer asked for nothing, and reads who did and what comes next, wherever they look.
    let turn = buyer.browser.visit(&format!("{}/pembetulan", buyer.turn)).await.expect("the turn of the buyer");
    for words in ["Perjanjian ini sedang dipinda", "Saksi", "semua pihak menandatangani versi baharu"] {
        assert!(turn.text().contains(words), "{words}: {}", turn.text());
    }
    assert!(!turn.text().contains("Perubahan telah diajukan") && !turn.text().contains(SIGNEES[1].name));
    assert_eq!(world.document().await.expect("version 1"), first, "the version that was sent back stays as it was");
    let page = scene.stranger().visit(old).await.expect("what the QR code leads to");
    assert!(page.text().contains("Dikembalikan untuk pindaan"), "{}", page.text());

    // The developer reads why, mends it and issues the agreement again.
    scene.letter(PEMAJU.email, &["Permohonan perubahan bagi eSPA", REMARK]).await;
    let page = world.clerk.browser.visit(&world.agreement.path).await.expect("the agreement");
    assert!(page.text().contains(REMARK) && page.text().contains("Dikembalikan untuk pindaan"), "{}", page.text());
    clerk::name_parties(&world.clerk, &page).await.expect("the parties are entered again");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA once more");
    assert_eq!(clerk::document(&world.clerk, &world.agreement, 1).await.expect("version 1"), first, "kept (GAP-4)");

    // Everybody signs anew, the first party first. Those with a certificate go straight to MAIL-3.
    let mut revisions = Vec::new();
    for (phone, place) in phones.iter().zip(1..) {
        let at = if place <= 2 { follow(&scene, phone).await } else { world.certify(phone).await.expect("MAIL-2") };
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
        revisions.push(clerk::document(&world.clerk, &world.agreement, 2).await.expect("version 2"));
        assert_eq!(judges::embedded_signatures(&revisions[place - 1]).len(), place + 1, "no signature was taken over");
    }
    world.completion().await.expect("everybody hears that it is complete");

    // The paper of version 1 says what became of it, and who had signed it; the one of version 2 is another.
    let page = scene.stranger().visit(old).await.expect("what the QR code leads to");
    assert!(page.text().contains("Diganti dengan versi baharu"), "{}", page.text());
    assert!(page.body.matches("class=\"signed\"").count() == 1, "the buyer had signed it: {}", page.text());
    assert!(!page.text().contains(SIGNEES[0].name), "names are masked for the public");
    std::fs::write(&paper, revisions.last().expect("four")).expect("written");
    let codes = judges::qr_codes(&paper);
    let [new] = &codes[..] else { panic!("one QR code: {codes:?}") };
    assert_ne!(old, new, "a version has a serial number of its own");
    let page = scene.stranger().visit(new).await.expect("what the QR code leads to");
    assert!(page.text().contains("Selesai ditandatangani"), "{}", page.text());

    // Other people's tools call both versions valid, in every revision.
    let old = Court::summon(&ground.path().join("versi-1"), &scene.server, vec![first]).await;
    old.hear_revision("espa-1.pdf", 2);
    let court = Court::summon(&ground.path().join("versi-2"), &scene.server, revisions).await;
    for place in 1..=4 {
        court.hear_revision(&format!("espa-{place}.pdf"), place + 1);
    }
    scene.end().await;
}
