//! A new PIN is a new key: what was signed with the old one stays valid, and the old one signs nothing more
//! (PIN-7 to PIN-10, GAP-5).

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::journey::CodeFrom;
use mohor::demo::signee::Entry;
use mohor::document::verify::{Trust, verify};
use mohor::kernel::clock::Clock as _;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::scene::{Scene, attempt, follow, refused_in_both, reset_pin, signed, with_pin};

const NEW_PIN: &str = "Kelapa-77-muda";

/// The serial number of the certificate behind `field`.
fn serial(scene: &Scene, bytes: &[u8], field: &str) -> String {
    let root = scene.server.running.app.jobs.authority.root().der().to_vec();
    let report = verify(bytes, &Trust { roots: vec![root], crls: Vec::new(), at: Some(scene.clock.now()) });
    let verdict = report.signatures.into_iter().find(|verdict| verdict.field == field).expect("the signature");
    verdict.serial.expect("a certificate")
}

#[tokio::test]
async fn after_a_reset_earlier_signatures_are_valid_and_the_new_key_signs_the_next_turn() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate");
    world.sign(&at, buyer, CodeFrom::Phone).await.expect("signs with the first key");
    let mut revisions = vec![world.document().await.expect("the document")];

    // A second agreement of the same people. The buyer stands before the pad, and has forgotten the PIN.
    let second = clerk::draft(&world.clerk, "B-10-03").await.expect("a second agreement");
    clerk::generate(&world.clerk, &second).await.expect("Jana eSPA");
    let at = follow(&scene, buyer).await;
    let page = at.review().await.expect("the signing page");
    let old_code = buyer.turn_code().await.expect("a code");
    reset_pin(&scene, buyer, NEW_PIN).await;

    // A code shown before the reset is void (GAP-5), and the old PIN opens nothing any more.
    let renewed = |entry: Entry| Entry { pin: NEW_PIN.to_owned(), ..entry };
    let answer = at.send(&page, &renewed(at.entry(&old_code))).await.expect("an answer");
    let english = ["The code is wrong or has expired"];
    refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;
    let code = buyer.turn_code().await.expect("a code");
    let answer = attempt(&at, &with_pin(&at, &code, buyer.who.pin)).await;
    refused_in_both(&at.browser, &answer, &["PIN sijil digital tidak betul"], &["The certificate PIN is not right"])
        .await;
    assert_eq!(scene.audited("signing.pin-wrong").await, 1, "the wrong code before it spent no try");
    // The others go on with the first agreement, above the signature of the old key.
    for phone in &phones[1..] {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
        revisions.push(world.document().await.expect("the document"));
    }

    // The new key signs the turn that waited.
    let code = buyer.turn_code().await.expect("a code");
    signed(&attempt(&at, &with_pin(&at, &code, NEW_PIN)).await);
    let other = clerk::document(&world.clerk, &second, 1).await.expect("the second agreement");
    let keys = [&revisions[3], &other].map(|bytes| serial(&scene, bytes, "Party1"));
    assert_ne!(keys[0], keys[1], "another key, another certificate");

    let court = Court::summon(&ground.path().join("pertama"), &scene.server, revisions).await;
    for place in 1..=4 {
        court.hear_revision(&format!("espa-{place}.pdf"), place + 1);
    }
    // Neither certificate is revoked: nobody said that the old key was stolen.
    court.hear_authority();
    let court = Court::summon(&ground.path().join("kedua"), &scene.server, vec![other]).await;
    court.hear_revision("espa-1.pdf", 2);
    court.hear_authority();
    scene.end().await;
}
