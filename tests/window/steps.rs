//! What several tests do with a window.

use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::handset::Handset;
use mohor::demo::world::{PASSWORD, Signee};
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::rig::Window;

/// The six digits that open the app.
pub(crate) const APP_PIN: &str = "280519";

/// An issued agreement, `ago` before our time: everybody has been invited to bind a phone.
pub(crate) async fn invited(ground: &Ground, ago: Duration) -> Scene {
    let scene = Scene::drafted(ground, ago).await;
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    scene
}

/// Binds a window's phone with the code of the mail; the activation password was chosen in a browser. The app has no
/// lock afterwards.
pub(crate) async fn bind(window: &Window, scene: &Scene, who: &Signee) {
    let code = Handset::claim(&scene.server.base, &scene.world.mailbox, who).await.expect("the verification code");
    window.screen("welcome").await;
    window.press("have-code").await;
    window.screen("bind").await;
    window.fill("mykad", who.ic).await;
    window.fill("password", PASSWORD).await;
    window.fill("code", &code).await;
    window.press("send").await;
    window.screen("lock").await;
    window.press("skip").await;
    window.screen("home").await;
}
