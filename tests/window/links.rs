//! The enrolment link of a mail opens the app (MAIL-1, APP-13).

use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;

use crate::rig::{Rig, Window};
use crate::steps::{bind, invited};

async fn typed(window: &Window) -> String {
    window.see("input[name=\"link\"]").await.prop("value").await.expect("a value").unwrap_or_default()
}

/// A stranger's link is refused in words, one of this server fills the field, and the second start of the program is
/// no second window.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_the_mail_opens_the_app_and_a_stranger_s_is_refused_in_words() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let (address, [aina, ..]) = (&scene.server.base, &SIGNEES);
    let link = scene.world.mailbox.link(aina.email, "/daftar/").await.expect("MAIL-1");
    let (_, place) = link.split_once(':').expect("a scheme");
    let path = link.strip_prefix(address.as_str()).expect("a link of this server");

    let rig = Rig::new("pautan");
    let window = rig.open_with(address, Some(&format!("mohor://pencuri.example.com{path}"))).await;
    window.screen("link").await;
    window.see("[data-code=\"link\"]").await;
    assert!(window.text().await.contains("Pautan perkhidmatan lain tidak dibuka"));
    assert_eq!(typed(&window).await, "", "nothing of a stranger's is filled in");
    window.judge("link-strange").await;

    assert!(rig.start_again(address, &format!("pencuri:{place}")), "the second start ends in peace");
    window.see("[data-code=\"link\"]").await;
    assert_eq!(typed(&window).await, "");

    assert!(rig.start_again(address, &format!("mohor:{place}")), "the second start ends in peace");
    window.see("input[name=\"link\"]:valid").await;
    window.gone("[data-code=\"link\"]").await;
    assert_eq!(typed(&window).await, link, "as it stands in the mail");
    assert!(window.text().await.contains("Semak bahawa anda memintanya"));
    window.judge("link-arrived").await;
    window.press("send").await;
    window.screen("password").await;
    window.close().await;
    scene.end().await;
}

/// A phone that is somebody's stays theirs, and what they were looking at comes back.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_changes_nothing_on_a_phone_that_is_enrolled() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let (address, [aina, ..]) = (&scene.server.base, &SIGNEES);
    let rig = Rig::new("terikat");
    let window = rig.open(address).await;
    bind(&window, &scene, aina).await;
    window.press("nav-security").await;
    window.screen("security").await;
    assert!(rig.start_again(address, &format!("{address}/daftar/01JABCDEFGHJKMNPQRSTVWXYZ0.AAAA")));
    window.screen("link").await;
    window.see("[data-code=\"link-bound\"]").await;
    window.judge("link-bound").await;
    window.press("back").await;
    window.screen("security").await;
    window.press("nav-home").await;
    window.screen("home").await;
    window.close().await;
    scene.end().await;
}
