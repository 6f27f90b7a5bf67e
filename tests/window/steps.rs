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

/// Moves from `old`, a phone with everything, to the window's. The app has no lock afterwards.
pub(crate) async fn move_in(window: &Window, old: &Handset) {
    window.screen("welcome").await;
    window.press("moving").await;
    window.screen("moving").await;
    window.fill("mykad", old.who.ic).await;
    window.press("send").await;
    let ticket = window.see("[data-name=\"ticket\"]").await.prop("value").await.expect("a text").expect("a ticket");
    let new = old.phone.read_ticket(&ticket).await.expect("the ticket is read");
    old.phone.sign_for(&new).await.expect("the old phone signs");
    window.screen("home").await;
    window.see("[data-name=\"ekyc\"]").await;
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
