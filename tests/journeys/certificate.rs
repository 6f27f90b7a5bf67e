//! A certificate that ends or is revoked while its holder stands before the pad: refused, nothing lost, a way on
//! (GAP-10, SIGN-8, CERT-9).

use std::time::Duration;

use mohor::certificate::{self, Published, RevocationReason};
use mohor::demo::handset::Handset;
use mohor::demo::journey::CodeFrom;
use mohor::demo::server::Plot;
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::{REVIEWER, SIGNEES};
use mohor::demo::{clerk, office};
use mohor_tests::court::Court;
use mohor_tests::gate::Gate;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, attempt, follow, refused_in_both, signed, with_pin};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// The newest certificate of somebody.
async fn newest(scene: &Scene, handset: &Handset) -> certificate::Leaf {
    let work = scene.work();
    let address = mohor::person::Email::parse(handset.who.email).expect("an address");
    let person = mohor::person::by_email(&work, &address).await.expect("reads").expect("a person");
    certificate::all_for(&work, &person.id).await.expect("reads").pop().expect("a certificate")
}

/// Two wrong PINs: if an earlier refusal had cost a try, the key would be blocked now, and the right PIN refused.
async fn two_tries_are_left(at: &AtBrowser, phone: &Handset) {
    let code = phone.turn_code().await.expect("a code");
    for _ in 0..2 {
        let answer = attempt(at, &with_pin(at, &code, "Wrong-Pin-1")).await;
        refused_in_both(
            &at.browser,
            &answer,
            &["PIN sijil digital tidak betul"],
            &["The certificate PIN is not right"],
        )
        .await;
    }
    signed(&attempt(at, &at.entry(&code)).await);
}

/// The approval of an identity ends too: the phone shows it anew.
async fn prove_identity_again(scene: &Scene, at: &AtBrowser, phone: &Handset) {
    let page = at.browser.visit(&at.turn).await.expect("the way on");
    assert!(page.text().contains("eKYC"), "{}: {}", page.path, page.text());
    scene.world.reviewer.sign_in(&REVIEWER).await.expect("the reviewer signs in");
    phone.show_identity().await.expect("the pictures are sent");
    office::approve_identity(&scene.world.reviewer, phone.who).await.expect("approved");
}

/// The link leads to a new certificate; the phone approves it.
async fn renew(scene: &Scene, at: &AtBrowser, phone: &Handset) {
    let page = at.browser.visit(&at.turn).await.expect("the way on");
    assert!(page.path.ends_with("/sijil"), "{}: {}", page.path, page.text());
    let progress = at.ask_for_certificate().await.expect("sections A and B");
    phone.approve().await.expect("the phone approves");
    at.await_certificate(&progress).await.expect("a certificate");
    scene.jobs().await;
}

#[tokio::test]
async fn a_certificate_that_ends_before_the_pad_is_sent_costs_nothing_and_is_renewed() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, 400 * DAY).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate for a year");
    world.sign(&at, buyer, CodeFrom::Phone).await.expect("signs");
    let ends = newest(&scene, buyer).await.not_after;

    // A second agreement in the last hour of the certificate. The pad is open when it ends.
    scene.arrive(ends.minus(50 * MINUTE)).await;
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a second agreement");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    let at = follow(&scene, buyer).await;
    scene.arrive(ends.minus(MINUTE)).await;
    let page = at.review().await.expect("the signing page");
    let code = buyer.turn_code().await.expect("a code");
    scene.clock.run_from(ends.plus(MINUTE));
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    let malay = ["Sijil digital anda telah tamat tempoh", "PIN dan kod anda tidak digunakan"];
    let english = ["Your digital certificate has ended", "Your PIN and code were not used"];
    refused_in_both(&at.browser, &answer, &malay, &english).await;
    let count = async || {
        let bytes = clerk::document(&world.clerk, &second, 1).await.expect("the second agreement");
        judges::embedded_signatures(&bytes).len()
    };
    assert_eq!(count().await, 1, "nothing was signed");

    prove_identity_again(&scene, &at, buyer).await;
    renew(&scene, &at, buyer).await;
    assert!(newest(&scene, buyer).await.not_after > ends);
    two_tries_are_left(&at, buyer).await;
    assert_eq!(count().await, 2);

    // Other people's tools, today: the first signature stands although its certificate ended long ago.
    let (first, other) = (world.document().await, clerk::document(&world.clerk, &second, 1).await);
    let revisions = vec![first.expect("the first agreement"), other.expect("the second")];
    scene.clock.be_present();
    let court = Court::summon(&ground.path().join("out"), &scene.server, revisions).await;
    court.hear_revision_later("espa-1.pdf", 2, ends.minus(MINUTE).seconds());
    court.hear_revision_later("espa-2.pdf", 2, ends.plus(60 * MINUTE).seconds());
    scene.end().await;
}

/// Who took the phone knows PIN and code; the owner is heard before the time-stamp authority answers again.
#[tokio::test]
async fn a_certificate_revoked_while_its_signature_waits_for_a_stamp_costs_that_signature_and_is_told() {
    let ground = Ground::new();
    let gate = Gate::shut_one().await;
    let plot = Plot { tsa_url: Some(format!("http://{}/pki/tsa", gate.address)), ..Plot::default() };
    let scene = Scene::on(&ground, 60 * MINUTE, plot).await;
    gate.open_to(scene.server.running.address);
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let buyer = scene.world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = scene.world.certify(&buyer).await.expect("a certificate");
    let code = buyer.turn_code().await.expect("a code");
    gate.shut();
    let received = attempt(&at, &at.entry(&code)).await;
    assert_eq!((received.status, &received.path), (200, &at.turn), "{}", received.text());

    let (work, leaf) = (scene.work(), newest(&scene, &buyer).await);
    let authority = &scene.server.running.app.jobs.authority;
    certificate::revoke(&work, authority, &leaf.serial, RevocationReason::KeyCompromise).await.expect("revoked");
    gate.open_to(scene.server.running.address);
    for _ in 0..2 {
        scene.clock.advance(MINUTE + Duration::from_secs(1));
        scene.jobs().await;
    }
    assert_eq!(scene.signatures().await, 1, "the certification only");
    assert_eq!(scene.audited("signing.voided").await, 1, "once for all");
    let told = ["Tandatangan itu tidak sah", "That signature is not valid", "jana sijil digital yang baharu"];
    scene.letter(buyer.who.email, &told).await;

    // The turn is open: another certificate, another signature, and every judge agrees.
    renew(&scene, &at, &buyer).await;
    two_tries_are_left(&at, &buyer).await;
    let revision = scene.world.document().await.expect("the document");
    let court = Court::summon(&ground.path().join("out"), &scene.server, vec![revision]).await;
    court.hear_revision("espa-1.pdf", 2);
    scene.end().await;
}

#[tokio::test]
async fn a_certificate_revoked_before_the_pad_is_sent_signs_nothing_and_earlier_signatures_stand() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate");
    world.sign(&at, buyer, CodeFrom::Phone).await.expect("signs");
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a second agreement");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    let at = follow(&scene, buyer).await;
    let page = at.review().await.expect("the signing page");
    let code = buyer.turn_code().await.expect("a code");

    // Stamps and revocations count whole seconds, and a revocation in the second of a stamp comes first.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    // As it comes out of every door of ADR 0034.
    let (work, leaf) = (scene.work(), newest(&scene, buyer).await);
    let authority = &scene.server.running.app.jobs.authority;
    let published = certificate::revoke(&work, authority, &leaf.serial, RevocationReason::KeyCompromise).await;
    assert!(matches!(published, Ok(Published::Now)), "{published:?}");
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    let malay = ["Sijil digital anda telah dibatalkan", "Tiada tandatangan dibuat"];
    let english = ["Your digital certificate has been revoked", "No signature was made"];
    refused_in_both(&at.browser, &answer, &malay, &english).await;
    let bytes = clerk::document(&world.clerk, &second, 1).await.expect("the second agreement");
    assert_eq!(judges::embedded_signatures(&bytes).len(), 1, "nothing was signed");

    renew(&scene, &at, buyer).await;
    two_tries_are_left(&at, buyer).await;

    // What was signed before the revocation was time-stamped before it: valid for every judge. What OpenSSL hears of
    // the certificate now is that it is revoked.
    let (first, other) = (world.document().await, clerk::document(&world.clerk, &second, 1).await);
    let revisions = vec![other.expect("the second agreement"), first.expect("the first")];
    let court = Court::summon(&ground.path().join("out"), &scene.server, revisions).await;
    court.hear_revision("espa-1.pdf", 2);
    court.hear_revision("espa-2.pdf", 2);
    court.hear_revoked(&scene.server, "party1.pem").await;
    scene.end().await;
}
