//! What the developer's office does, who else may not, and what goes out when the agreement is issued (ACT-1, HIMS-3,
//! HIMS-12, SIGN-3, CON-1, CON-24).

use std::path::Path;
use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::journey::CodeFrom;
use mohor::demo::server::Plot;
use mohor::demo::world::SIGNEES;
use mohor::kernel::settings::Hims;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, refused, refused_saying};

/// What the operator of this world has set.
fn plot(hims: Hims) -> Plot {
    Plot { hims, ..Plot::default() }
}

const HELP_LINE: &str = "03-0000 1111";

#[tokio::test]
async fn issuing_asks_everybody_without_an_identity_check_whatever_their_turn() {
    let ground = Ground::new();
    let hims = Hims { help_line: HELP_LINE.to_owned(), ..Hims::default() };
    let scene = Scene::on(&ground, Duration::ZERO, plot(hims)).await;
    let world = &scene.world;
    for who in &SIGNEES {
        assert!(world.mailbox.letters(who.email).await.expect("mails").is_empty(), "a draft is nobody's business yet");
    }

    // Nobody but the developer's own people issues it: not the reviewer, not the administrator, not a stranger.
    let page = world.clerk.browser.visit(&world.agreement.path).await.expect("the agreement");
    let press = page.need_form_to("/jana").expect("Jana eSPA");
    for other in [&world.reviewer.browser, &world.admin.browser, &scene.stranger()] {
        refused(&other.get(&world.agreement.path).await.expect("an answer"));
        refused(&other.submit(&page, &press).await.expect("an answer"));
    }
    assert_eq!(scene.audited("espa.issued").await, 0);

    // MAIL-1 goes to all four at once, also to the one who signs last (HIMS-3, HIMS-12), with the operator's help line.
    let phones = scene.issue().await;
    for who in &SIGNEES {
        let letter = scene.newest(who.email, "/daftar/").await;
        assert!(letter.contains(HELP_LINE) && !letter.contains("8891 4797"), "CON-1: {letter}");
        let page = scene.stranger().visit("/semak").await.expect("a public page");
        assert!(page.text().contains(HELP_LINE), "CON-1: {}", page.text());
    }
    // The turn of the last has not come: no link to it was mailed (HIMS-13).
    assert!(scene.links(&SIGNEES[3], "/t/").await.is_empty());

    // The document begins with its own title, not with a cover that belongs to something else (CON-24).
    let file = ground.path().join("espa.pdf");
    std::fs::write(&file, world.document().await.expect("the document")).expect("written");
    let text = judges::text(&file).to_uppercase();
    assert!(text.contains("PERJANJIAN JUAL BELI"), "{text}");
    assert!(!text.contains("PEMBAHARUAN DAN PINDAAN"), "CON-24");
    // The first signer sees no QR code and no whole serial number (HIMS-16).
    assert_eq!(judges::qr_codes(&file), Vec::<String>::new());
    assert!(text.contains("NO. SIRI") && !text.contains("ESPA-20"), "{text}");

    // The box must be ticked (SIGN-3).
    let at = world.certify(&phones[0]).await.expect("a certificate");
    let page = at.browser.visit(&format!("{}/semak", at.turn)).await.expect("the review page");
    let unticked = page.need_form(&["setuju"]).expect("the box");
    refused_saying(&at.browser.submit(&page, &unticked).await.expect("an answer"), &["betulkan"]);
    let pad = at.browser.get(&format!("{}/tandatangan", at.turn)).await.expect("an answer");
    assert!(pad.form_with(&["lukisan", "pin", "kod"]).is_none(), "no pad before the tick: {}", pad.text());

    // A second agreement asks nobody again whose identity is approved.
    let before = scene.links(&SIGNEES[3], "/daftar/").await.len();
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a second agreement");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    scene.jobs().await;
    assert_eq!(scene.links(&SIGNEES[3], "/daftar/").await.len(), before);
    scene.end().await;
}

/// As poppler and a camera read them: after the k-th signature k people have signed with masked number and Malaysian
/// time (HIMS-18), and serial number and QR code are the same from the first on (HIMS-17).
fn blocks_and_numbers(revisions: &[Vec<u8>], file: &Path) {
    let mut read = Vec::new();
    for (bytes, signed) in revisions.iter().zip(1..) {
        std::fs::write(file, bytes).expect("written");
        let text = judges::text(file);
        assert_eq!(text.matches(" MYT").count() - text.matches("(waktu Malaysia, MYT)").count(), signed, "{text}");
        for (who, place) in SIGNEES.iter().zip(1..) {
            let masked = format!("· {}-**-**{}", &who.ic[..6], &who.ic[who.ic.len() - 2..]);
            assert_eq!(text.contains(&masked), place <= signed, "{masked} after {signed}: {text}");
        }
        let serial = text.split("No. Siri: ").nth(1).and_then(|rest| rest.split_whitespace().next());
        read.push((judges::qr_codes(file), serial.map(str::to_owned)));
    }
    assert!(read[0].0.len() == 1 && read[0].1.as_deref().is_some_and(|serial| serial.starts_with("ESPA-")), "{read:?}");
    assert!(read.iter().all(|one| *one == read[0]), "{read:?}");
}

#[tokio::test]
async fn an_agreement_that_the_archive_keeps_is_b_lta_for_pyhanko_too() {
    let ground = Ground::new();
    let scene = Scene::on(&ground, Duration::ZERO, plot(Hims { archive: true, ..Hims::default() })).await;
    let (phones, world) = (scene.issue().await, &scene.world);
    let mut revisions = Vec::new();
    for phone in &phones {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
        revisions.push(world.document().await.expect("the document"));
    }
    world.completion().await.expect("everybody hears that it is complete");
    blocks_and_numbers(&revisions, &ground.path().join("espa.pdf"));
    let stamps: Vec<_> = revisions.iter().map(|bytes| judges::embedded_stamps(bytes).len()).collect();
    assert_eq!(stamps, [0, 0, 0, 1], "the complete document is stamped, and no other");

    // pyHanko after EN 319 102-1 section 5.6.3, OpenSSL, qpdf and MuPDF.
    let complete = vec![revisions[3].clone()];
    let court = Court::summon(&ground.path().join("out"), &scene.server, complete).await;
    court.hear_revision("espa-1.pdf", 5);
    assert!(judges::pyhanko(&court.file("espa-1.pdf"), &court.root(), &[]).all_b_lta(5));
    scene.end().await;
}
