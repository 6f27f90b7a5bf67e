//! A keyring that locks when nobody opened it.

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;

use crate::session::Session;
use crate::steps::{bind, invited};

/// A bound phone whose keyring nobody opened says so, changes nothing, and goes on once it is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_and_nothing_is_lost() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let records = tempfile::tempdir().expect("a folder");
    let session = Session::begin(tempfile::tempdir().expect("a folder"));
    session.open_keyring();
    let rig = session.rig("terkunci", &records);
    let window = rig.open(&scene.server.base).await;
    bind(&window, &scene, &SIGNEES[0]).await;
    window.close().await;
    drop(rig);

    let session = Session::begin(session.end());
    let rig = session.rig("terkunci", &records);
    let window = rig.open(&scene.server.base).await;
    window.screen("keyring").await;
    window.see("[data-code=\"keyring-locked\"]").await;
    window.press("again").await;
    window.screen("keyring").await;
    window.close().await;
    drop(rig);

    let session = Session::begin(session.end());
    session.open_keyring();
    let rig = session.rig("terkunci", &records);
    let window = rig.open(&scene.server.base).await;
    window.screen("home").await;
    assert!(window.says("h1").await.contains("Aina"), "the phone is still hers");
    window.close().await;
    drop(rig);
    session.end();
    scene.end().await;
}
