//! What other people's tools say beyond the main journey: to tampered copies, and to codes.

use std::time::Duration;

use mohor::demo::journey::CodeFrom;
use mohor::document::verify::{Report, Trust, verify};
use mohor::kernel::clock::{Clock as _, Timestamp};
use mohor_shared::card::TotpCard;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges;
use mohor_tests::scene::{Scene, attempt, signed};

/// Copies with bytes that no revision and no signature reaches: we refuse them, pyHanko and qpdf read over them.
const READ_OVER: [&str; 2] = ["bytes_appended_without_a_revision", "the_end_cut_off"];

/// Our verdict, with the root of the scene and nothing from outside the file.
fn ours(scene: &Scene, bytes: &[u8]) -> Report {
    let root = scene.server.running.app.jobs.authority.root().der().to_vec();
    verify(bytes, &Trust { roots: vec![root], crls: Vec::new(), at: Some(scene.clock.now()) })
}

#[tokio::test]
async fn twenty_two_tampered_copies_are_refused_by_us_and_shown_to_others() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;
    for phone in &phones[..2] {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
    }
    let genuine = world.document().await.expect("the document");
    let court = Court::summon(&ground.path().join("out"), &scene.server, vec![genuine.clone()]).await;
    court.hear_revision("espa-1.pdf", 3);

    let copies = judges::forged(&court.file("espa-1.pdf"), &ground.path().join("forged"));
    assert_eq!(copies.len(), 22);
    for copy in copies {
        let name = copy.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&copy).expect("a copy");
        let report = ours(&scene, &bytes);
        assert!(!report.status.is_valid(), "{name}: we accept it: {report:#?}");
        let faults = report.signatures.iter().flat_map(|verdict| &verdict.findings).chain(&report.findings);
        assert!(faults.count() > 0, "{name}: we do not say why");

        let others = judges::pyhanko(&copy, &court.root(), &[]);
        let accepted = others.all_b_lt(3);
        assert_eq!(accepted, READ_OVER.contains(&name.as_str()), "{name}: pyHanko: {others:#?}");
        // Who exchanged signed bytes is found out by poppler too; it does not look at what was appended.
        if !bytes.starts_with(&genuine) && !accepted {
            let poppler = judges::pdfsig(&copy, &court.root());
            let valid = poppler.iter().filter(|verdict| verdict.signed && verdict.valid).count();
            assert!(valid < 3, "{name}: poppler: {poppler:#?}");
        }
    }
    scene.end().await;
}

#[tokio::test]
async fn the_code_that_oathtool_makes_of_the_phone_s_secret_is_the_phone_s_and_signs() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::from_secs(3600)).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate");
    let card = buyer.store.get("totp").expect("reads").expect("a card");
    let secret = TotpCard::from_bytes(&card).expect("a card").secret;
    for _ in 0..3 {
        // The codes by which the phone was set up are used; each counts once.
        scene.clock.advance(Duration::from_secs(60));
        // In the middle of a step: the phone has learned the time to the second only.
        scene.clock.hold(Timestamp::from_seconds(scene.now().seconds() / 30 * 30 + 15));
        let seconds = u64::try_from(scene.now().seconds()).expect("after 1970");
        let theirs = judges::oathtool(secret.as_slice(), seconds);
        assert_eq!(buyer.phone.totp().expect("a code").code.expose(), theirs);
    }
    let seconds = u64::try_from(scene.now().seconds()).expect("after 1970");
    let theirs = judges::oathtool(secret.as_slice(), seconds);
    signed(&attempt(&at, &at.entry(&theirs)).await);
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}
