//! What the window refuses: no keyring, no camera, no network, other people's programs.

use std::process::Command;
use std::time::Duration;

use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use thirtyfour::By;

use crate::rig::{Rig, program};

/// A port where nobody listens.
const NOBODY: &str = "http://127.0.0.1:9";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_app_says_so_and_keeps_nothing() {
    let rig = Rig::with("tiada", |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    });
    let window = rig.open(NOBODY).await;
    window.screen("keyring").await;
    window.press("again").await;
    window.screen("keyring").await;
    window.press("language").await;
    window.see(".phone[data-lang=\"en\"]").await;
    assert!(window.text().await.contains("The secure store cannot be opened"));
    window.picture("keyring").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_network_loses_nothing_and_both_languages_stand_on_every_first_screen() {
    let rig = Rig::new("rangkaian");
    let window = rig.open(NOBODY).await;
    for lang in ["ms", "en"] {
        window.screen("welcome").await;
        for (press, screen) in
            [("have-link", "link"), ("register", "register"), ("have-code", "bind"), ("moving", "moving")]
        {
            window.press(press).await;
            window.screen(screen).await;
            window.press("back").await;
            window.screen("welcome").await;
        }
        if lang == "ms" {
            window.press("language").await;
            window.see(".phone[data-lang=\"en\"]").await;
        }
    }
    window.press("register").await;
    window.fill("email", "aina@example.test").await;
    window.fill("mykad", "900423-10-5484").await;
    window.fill("phone", "012-345 6789").await;
    window.press("send").await;
    window.see("[data-code=\"network\"]").await;
    let kept = window.see("input[name=\"email\"]").await.prop("value").await.expect("a value");
    assert_eq!(kept.as_deref(), Some("aina@example.test"));
    window.close().await;
    // The language outlives the window.
    let window = rig.open(NOBODY).await;
    window.see(".phone[data-lang=\"en\"]").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webview_reaches_nothing_but_our_commands() {
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, Duration::ZERO).await;
    let rig = Rig::new("dinding");
    let window = rig.open(&scene.server.base).await;
    window.screen("welcome").await;
    let script = r#"
        const [server, done] = arguments;
        const invoke = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args)
            .then(() => "granted", (error) => "refused: " + (error.code ?? error));
        Promise.all([
            invoke("plugin:window|close", { label: "main" }),
            invoke("plugin:webview|create_webview_window", { options: { label: "x", url: "https://example.com" } }),
            invoke("plugin:event|emit", { event: "x" }),
            invoke("home", {}),
            fetch(server).then(() => "granted", () => "refused: fetch"),
            new Promise((judged) => {
                const script = document.createElement("script");
                script.textContent = "window.inlineRan = true";
                document.head.append(script);
                setTimeout(() => judged(window.inlineRan ? "granted" : "refused: inline"), 200);
            }),
            new Promise((judged) => {
                try { eval("window.evalRan = true"); } catch {}
                judged(window.evalRan ? "granted" : "refused: eval");
            }),
        ]).then((answers) => done(answers));
    "#;
    let answer = window.driver.execute_async(script, vec![scene.server.base.clone().into()]).await.expect("answers");
    let answers: Vec<String> = serde_json::from_value(answer.json().clone()).expect("a list");
    assert_eq!(answers.len(), 7);
    for answer in &answers {
        assert!(answer.starts_with("refused"), "{answers:?}");
    }
    // Nor does the window leave the program.
    _ = window.driver.execute(format!("location.href = '{}/'", scene.server.base), vec![]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let at = window.driver.current_url().await.expect("an address");
    assert_eq!(at.scheme(), "tauri", "{at}");
    assert!(window.driver.find(By::Css(".phone")).await.is_ok());
    window.close().await;
}

#[test]
fn a_program_for_people_does_not_open_for_programs() {
    let Some(plain) = std::env::var_os("MOHOR_APP_PLAIN") else {
        panic!("MOHOR_APP_PLAIN names the program without the feature e2e: run `bash tests/run`");
    };
    let out = Command::new(&plain).env("TAURI_WEBVIEW_AUTOMATION", "true").output().expect("runs");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("does not open under automation"), "{said}");
    assert_ne!(std::fs::canonicalize(plain).expect("a path"), program());
}

#[test]
fn other_programs_read_the_files_for_phones() {
    let app = concat!(env!("CARGO_MANIFEST_DIR"), "/../mobile-app/src-tauri");
    let resources = "gen/android/app/src/main";
    for file in ["AndroidManifest.xml", "res/xml/data_extraction_rules.xml", "res/xml/file_paths.xml"] {
        let judged = Command::new("xmllint").arg("--noout").arg(format!("{app}/{resources}/{file}")).status();
        assert!(judged.expect("xmllint").success(), "{file}");
    }
    let list = "import plistlib, sys; plist = plistlib.load(open(sys.argv[1], 'rb')); \
        assert all(len(plist[f'NS{p}UsageDescription']) > 40 for p in ('Camera', 'FaceID', 'PhotoLibrary'))";
    let judged = Command::new("python3").args(["-c", list, &format!("{app}/Info.ios.plist")]).status();
    assert!(judged.expect("python3").success(), "Info.ios.plist");
}
