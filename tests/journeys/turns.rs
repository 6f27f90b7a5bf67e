//! Signing in strict turns, with codes that belong to one document and end in time, on the very bytes that were
//! shown (HIMS-10, SIGN-12, SEC-3).

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::journey::CodeFrom;
use mohor::demo::server::Plot;
use mohor::demo::signee::AtBrowser;
use mohor::kernel::settings::Hims;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, fill, follow, refused_in_both, signed};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn whoever_is_invited_early_makes_a_certificate_and_waits_for_the_turn() {
    let ground = Ground::new();
    let hims = Hims { invite_early: true, ..Hims::default() };
    let scene = Scene::on(&ground, Duration::ZERO, Plot { hims, ..Plot::default() }).await;
    let phones = scene.issue().await;
    let (world, witness) = (&scene.world, &phones[1]);

    // MAIL-2 goes out before the turn (CON-11), and the certificate is made; MAIL-3 does not (HIMS-11).
    let link = world.mailbox.link(witness.who.email, "/t/").await.expect("MAIL-2");
    let (at, _) = AtBrowser::follow(&scene.server.base, &world.mailbox, witness.who, &link).await.expect("the turn");
    let page = at.browser.visit(&at.turn).await.expect("the turn");
    assert!(page.text().contains("Belum giliran anda"), "{}", page.text());
    assert!(witness.phone.turns().await.expect("turns").is_empty(), "and the phone shows no code");

    // Forms that no page of ours shows now, sent all the same with the token of this browser.
    let buyer = world.certify(&phones[0]).await.expect("a certificate");
    let pad = buyer.review().await.expect("the pad of the buyer");
    let elsewhere = at.browser.visit("/set-semula-pin").await.expect("a page with a form");
    let token = elsewhere.forms().into_iter().flat_map(|form| form.fields).find(|(name, _)| name == "csrf");
    let token = token.expect("a form with a token").1;
    let code = phones[0].turn_code().await.expect("a code of the buyer's");
    let ours = pad.need_form(&["lukisan", "pin", "kod"]).expect("the form").with("csrf", &token);
    let entry = at.entry(&code);
    let typed = [("lukisan", &entry.drawing), ("pin", &entry.pin), ("kod", &entry.code)];
    let form = typed.into_iter().fold(ours, |form, (name, value)| form.with(name, value));
    let form = mohor::demo::Form { action: format!("{}/tandatangan", at.turn), ..form };
    let answer = at.browser.submit(&page, &form).await.expect("an answer");
    let english = ["It is not your turn yet", "waiting for Buyer"];
    refused_in_both(&at.browser, &answer, &["Belum giliran anda", "menunggu Pembeli"], &english).await;
    assert_eq!(scene.signatures().await, 1);
    signed(&buyer.send(&pad, &buyer.entry(&code)).await.expect("an answer"));
    assert_eq!(scene.signatures().await, 2, "the buyer is not harmed");
    scene.end().await;
}

#[tokio::test]
async fn a_code_of_another_agreement_or_of_other_bytes_signs_nothing() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let first = world.certify(buyer).await.expect("a certificate");
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a second agreement");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    let other = follow(&scene, buyer).await;

    // The phone shows a code for one of two agreements: it says which, and it opens no other.
    let pads = [first.review().await.expect("a pad"), other.review().await.expect("a pad")];
    let digests = [first.document(), other.document()];
    let mut eights = Vec::new();
    for bytes in digests {
        let bytes = bytes.await.expect("the document");
        eights.push(judges::sha256(&bytes)[..8].to_owned());
    }
    let waiting = buyer.phone.turns().await.expect("turns");
    let of = |eight: &str| waiting.iter().find(|turn| turn.digest8 == eight).expect("the agreement").id.clone();
    let elsewhere = buyer.phone.show_code(&of(&eights[1])).await.expect("a code").code;
    let answer = first.send(&pads[0], &first.entry(elsewhere.expose())).await.expect("an answer");
    let browser = &first.browser;
    refused_in_both(browser, &answer, &["Kod tidak betul"], &["The code is wrong or has expired"]).await;
    assert_eq!(scene.signatures().await, 1);

    // Bytes that were not shown: the pad says another digest than that of the document.
    let code = buyer.phone.show_code(&of(&eights[0])).await.expect("a code").code;
    let entry = first.entry(code.expose());
    let typed = [("lukisan", &*entry.drawing), ("pin", &entry.pin), ("kod", &entry.code), ("aksi", "hantar")];
    let forged = [("dilihat", "0".repeat(64))];
    let all: Vec<_> = typed.into_iter().chain(forged.iter().map(|(name, value)| (*name, &**value))).collect();
    let answer = fill(browser, &pads[0], &all).await;
    let english = ["The document has changed since it was shown", "No signature was made"];
    refused_in_both(browser, &answer, &["Dokumen telah berubah", "Tiada tandatangan dibuat"], &english).await;
    assert_eq!(scene.signatures().await, 1);

    // And with the right code on the right bytes it is signed; so is the other one.
    signed(&first.send(&pads[0], &entry).await.expect("an answer"));
    let code = buyer.phone.show_code(&of(&eights[1])).await.expect("a code").code;
    signed(&other.send(&pads[1], &other.entry(code.expose())).await.expect("an answer"));
    assert_eq!(scene.audited("signing.pin-wrong").await, 0);
    scene.end().await;
}

#[tokio::test]
async fn a_mailed_code_signs_at_9_59_and_not_at_10_01() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, 5 * 24 * 60 * MINUTE).await;
    let world = &scene.world;
    for (phone, (minutes, seconds)) in phones.iter().zip([(10, 1), (9, 59)]) {
        let at = world.certify(phone).await.expect("a certificate");
        let pad = at.review().await.expect("the pad");
        let sent = scene.now();
        scene.clock.hold(sent);
        let pad = at.ask_for_mailed_code(&pad).await.expect("the field for it");
        scene.clock.run_from(sent);
        let code = world.mailbox.code(phone.who.email, 6).await.expect("MAIL-4");
        scene.clock.hold(sent.plus(minutes * MINUTE + Duration::from_secs(seconds)));
        let answer = at.send(&pad, &at.entry(&code)).await.expect("an answer");
        scene.clock.run_from(scene.now());
        if minutes == 9 {
            signed(&answer);
            continue;
        }
        let english = ["The code is wrong or has expired"];
        refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;
        assert_eq!(scene.signatures().await, 1);
        // The way on: another code.
        world.sign(&at, phone, CodeFrom::Mail).await.expect("signs with the next code");
    }
    assert_eq!(scene.audited("signing.pin-wrong").await, 0, "no try was lost");
    scene.end().await;
}

#[tokio::test]
async fn a_signer_without_a_phone_is_mailed_the_code_when_the_pad_opens() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate");
    let old = buyer.turn_code().await.expect("a code");
    buyer.phone.leave().await.expect("the phone is taken out of use");

    // Nobody asked for the code: reviewing was enough (SIGN-15). The page speaks of no app (CON-7).
    assert_eq!(scene.audited("factor.mail-code-sent").await, 0);
    let pad = at.review().await.expect("the pad");
    assert_eq!(scene.audited("factor.mail-code-sent").await, 1);
    assert!(pad.text().contains("Sila semak emel kod verifikasi") && !pad.text().contains("TOTP"), "{}", pad.text());
    let code = world.mailbox.code(buyer.who.email, 6).await.expect("MAIL-4");

    // What the phone had shown before it left opens nothing.
    let answer = at.send(&pad, &at.entry(&old)).await.expect("an answer");
    let english = ["The code is wrong or has expired"];
    refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;

    // "Hantar Semula Kod Verifikasi" (SIGN-13): the newer code ends the older one.
    assert!(pad.text().contains("Hantar Semula Kod Verifikasi"), "{}", pad.text());
    let pad = at.ask_for_mailed_code(&pad).await.expect("the field for it");
    let newer = world.mailbox.code(buyer.who.email, 6).await.expect("MAIL-4 again");
    let answer = at.send(&pad, &at.entry(&code)).await.expect("an answer");
    refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;
    signed(&at.send(&pad, &at.entry(&newer)).await.expect("an answer"));
    assert_eq!((scene.signatures().await, scene.audited("signing.pin-wrong").await), (2, 0));
    scene.end().await;
}
