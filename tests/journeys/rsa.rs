//! RSA keys by the operator's choice and certificates of a month by the developer's, before other people's tools
//! (SEC-8, GAP-10).

use mohor::app::Parts;
use mohor::demo::clerk;
use mohor::demo::evidence::Evidence;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::Plot;
use mohor::demo::world::SIGNEES;
use mohor::kernel::settings::KeyKind;
use mohor::kernel::work::Actor;
use mohor::{certificate, person};
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges;

#[tokio::test]
async fn four_parties_sign_with_rsa_keys_and_certificates_of_a_month() {
    let ground = Ground::new();
    let server = ground.server_on(Plot { keys: KeyKind::Rsa2048, ..Plot::default() }, Parts::default()).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::with_term(&server, &code, "month").await.expect("the office opens");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phones = world.equip().await.expect("four phones");
    let out = ground.path().join("out");
    let mut evidence = Evidence::begin(&out).expect("a folder");
    for (phone, from) in phones.iter().zip([CodeFrom::Phone, CodeFrom::Totp, CodeFrom::Mail, CodeFrom::Phone]) {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, from).await.expect("signs");
        evidence.revision(world.document().await.expect("the document")).expect("is kept");
    }
    evidence.conclude(&server).await.expect("our verifier accepts every revision");

    let court = Court::of(&out);
    for parties in 1..=4 {
        court.hear_revision(&format!("espa-{parties}.pdf"), parties + 1);
    }
    court.hear_authority();
    court.hear_responder(&server).await;
    for certificate in [court.root(), court.issuing()].into_iter().chain(court.certificates()) {
        let text = judges::certificate_text(&certificate);
        let rsa =
            text.contains("Public-Key: (2048 bit)") && text.contains("Signature Algorithm: sha256WithRSAEncryption");
        assert!(rsa, "{}: {text}", certificate.display());
    }
    // From the day it is issued to the same day of the next month: 28 to 31 days.
    let work = server.running.app.doors.means.work(Actor::System);
    for who in &SIGNEES {
        let address = person::Email::parse(who.email).expect("an address");
        let person = person::by_email(&work, &address).await.expect("reads").expect("a person");
        let leaf = certificate::all_for(&work, &person.id).await.expect("reads").pop().expect("a certificate");
        let days = leaf.not_after.since(leaf.not_before).as_secs() / 86_400;
        assert!((28..=31).contains(&days), "{}: {days} days", who.name);
    }
    server.running.stop().await.expect("the server stops");
}
