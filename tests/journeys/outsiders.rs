//! What the README tells a stranger to type, typed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mohor::demo::clerk;
use mohor::demo::journey::CodeFrom;
use mohor::demo::server::Plot;
use mohor::demo::world::SIGNEES;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;

use crate::program::free_port;

const README: &str = include_str!("../../README.md");

/// The commands under "Ask other people's tools", with how often which words are to be said.
fn lines() -> Vec<(&'static str, usize, &'static str)> {
    let section = README.split_once("## Ask other people's tools").expect("the section").1;
    let code = section.split("```").nth(1).expect("the commands");
    let parts = |line: &'static str| {
        let (command, told) = line.split_once(" # ")?;
        let (times, words) = told.split_once(" × ")?;
        Some((command.trim(), times.parse().ok()?, words))
    };
    code.trim().lines().map(|line| parts(line).expect(line)).collect()
}

/// Every tool of the README accepts what lies in `out`, by the very line that stands there.
#[track_caller]
pub(crate) fn accept(out: &Path) {
    let lines = lines();
    assert!(lines.len() >= 5, "{lines:?}");
    let judges = mohor_tests::judges::python_folder();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([judges].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    for (command, times, words) in lines {
        let mut shell = Command::new("sh");
        let answer = shell.args(["-c", command]).current_dir(out).env("PATH", &path).output().expect("a shell");
        let said = [answer.stdout, answer.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(answer.status.success(), "{command}\n{said}");
        assert_eq!(said.matches(words).count(), times, "{command}\n{said}");
    }
}

/// Stock pyHanko, its own command, without any help, about something that was signed so many days ago: the lists in the
/// file have ended, so it asks the addresses that stand in the certificates, which a server answers today.
async fn pyhanko_asks_our_server(days: u64) {
    let ground = Ground::new();
    let port = free_port();
    let plot = Plot { port, pki_host: Some(format!("127.0.0.1:{port}")), ..Plot::default() };
    let scene = Scene::on(&ground, Duration::from_secs(days * 86_400), plot).await;
    let world = &scene.world;
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    let phone = world.equip_one(&SIGNEES[0]).await.expect("a phone");
    let at = world.certify(&phone).await.expect("a certificate");
    world.sign(&at, &phone, CodeFrom::Phone).await.expect("signs");
    let document = world.document().await.expect("the document");

    scene.clock.be_present();
    scene.jobs().await;
    let out = ground.path().join("out");
    Court::summon(&out, &scene.server, vec![document]).await;
    let mut pyhanko = Command::new(mohor_tests::judges::python_folder().join("pyhanko"));
    let words = ["sign", "adesverify", "--pretty-print", "--trust", "root.pem", "--trust-replace", "espa-1.pdf"];
    pyhanko.args(words).current_dir(&out);
    // The server answers in this process meanwhile.
    let answer = tokio::task::spawn_blocking(move || pyhanko.output()).await.expect("ends").expect("pyHanko");
    let said = [answer.stdout, answer.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(answer.status.success(), "{said}");
    assert_eq!(said.matches("The signature is judged VALID.").count(), 2, "{said}");
    scene.end().await;
}

/// The lists in the file ended three weeks ago, the certificates are good.
#[tokio::test]
async fn pyhanko_itself_fetches_today_s_lists_and_accepts_what_was_signed_200_days_ago() {
    pyhanko_asks_our_server(200).await;
}

/// The signer's certificate ended a month ago.
#[tokio::test]
async fn pyhanko_itself_fetches_today_s_lists_and_accepts_what_was_signed_400_days_ago() {
    pyhanko_asks_our_server(400).await;
}
