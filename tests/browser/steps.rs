//! What the journeys of a browser begin with.

use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::world::Signee;
pub(crate) use mohor_tests::chromium::Signer;
use mohor_tests::scene::Scene;

/// An issued agreement and the phone of this one signer.
pub(crate) async fn issued_for(scene: &Scene, who: &'static Signee) -> Handset {
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    scene.world.equip_one(who).await.expect("a phone")
}
