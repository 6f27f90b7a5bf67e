//! A fault of ours in the middle of a ceremony: the person gets a page with a reference, and recovery finishes what was
//! signed.

use std::sync::Arc;
use std::time::Duration;

use mohor::app::Parts;
use mohor::demo::clerk;
use mohor::demo::journey::World;
use mohor::demo::server::Plot;
use mohor::demo::world::SIGNEES;
use mohor_tests::clock::JourneyClock;
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use mohor_tests::shelf::{Fate, Shelf};

#[tokio::test]
async fn a_room_that_panics_is_a_page_with_a_reference_and_the_signature_is_finished_without_the_person() {
    let ground = Ground::new();
    let shelf = Shelf::of(ground.path(), Fate::Kept);
    let clock = Arc::new(JourneyClock::behind(Duration::from_secs(3600)));
    let parts = Parts { clock: clock.clone(), blobs: Some(shelf.clone()), ..Parts::default() };
    let server = ground.server_on(Plot::default(), parts).await;
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    let scene = Scene { server, world, clock };
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let phone = scene.world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = scene.world.certify(&phone).await.expect("a certificate");

    let page = at.review().await.expect("the signing page");
    let code = phone.turn_code().await.expect("a code");
    shelf.turn(Fate::Panics);
    let answer = at.send(&page, &at.entry(&code)).await.expect("an answer");
    let text = answer.text();
    assert_eq!(answer.status, 500, "{text}");
    assert!(text.contains("Nombor rujukan") && !text.contains('⟦') && !answer.links().is_empty(), "{text}");
    assert!(!text.contains("900423105484") && !text.contains("fault of ours"), "the message stays in the log: {text}");

    // The server goes on for everybody, and the ceremony is taken up when it has stood still for long enough.
    scene.stranger().visit("/sihat").await.expect("the server answers");
    assert_eq!(scene.signatures().await, 1, "nothing is half written");
    scene.clock.advance(Duration::from_secs(61));
    scene.jobs().await;
    assert_eq!(scene.signatures().await, 2, "finished without the person");
    assert_eq!(scene.audited("signing.done").await, 1);
    scene.end().await;
}
