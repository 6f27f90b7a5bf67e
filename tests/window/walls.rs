//! What the window refuses: no keyring, no camera, no network, other people's programs.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mohor_tests::ground::Ground;
use mohor_tests::scene::Scene;
use thirtyfour::By;

use crate::rig::{GLANCE, PATIENCE, Rig, program};

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
    window.see("[data-code=\"keyring-missing\"]").await;
    assert!(window.text().await.contains("There is no secure store on this device"));
    window.judge("keyring").await;
    window.close().await;
}

/// WCAG 2.2 AA, in light and in dark: every screen before a phone is bound, in both languages.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_screens_stand_in_both_languages_in_light_and_in_dark() {
    for (rig, dark) in [(Rig::new("siang"), false), (Rig::in_the_dark("malam"), true)] {
        let window = rig.open(NOBODY).await;
        let shown = window.driver.execute("return matchMedia('(prefers-color-scheme: dark)').matches;", vec![]).await;
        assert_eq!(shown.expect("an answer").json().as_bool(), Some(dark));
        for lang in ["ms", "en"] {
            window.screen("welcome").await;
            for (press, screen) in [
                ("have-link", "link"),
                ("register", "register"),
                ("have-code", "bind"),
                ("moving", "moving"),
                ("help", "help"),
            ] {
                window.press(press).await;
                window.screen(screen).await;
                let focus = window.driver.active_element().await.expect("something has the keyboard");
                assert_eq!(focus.tag_name().await.expect("a name"), "h1", "{screen} is read from its heading");
                window.press("back").await;
                window.screen("welcome").await;
            }
            if lang == "ms" {
                window.press("language").await;
                window.see(".phone[data-lang=\"en\"]").await;
            }
        }
        window.close().await;
        // The language outlives the window.
        let window = rig.open(NOBODY).await;
        window.see(".phone[data-lang=\"en\"]").await;
        window.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_network_loses_nothing_that_was_typed() {
    let rig = Rig::new("rangkaian");
    let window = rig.open(NOBODY).await;
    window.press("register").await;
    // What is missing is said in the language of the app, not in the system's.
    window.press("send").await;
    window.see("[data-code=\"field-empty\"]").await;
    assert!(window.text().await.contains("Isi medan yang kosong"));
    window.fill("email", "aina@example.test").await;
    window.fill("mykad", "900423-10-5484").await;
    window.fill("phone", "012-345 6789").await;
    window.press("send").await;
    window.see("[data-code=\"network\"]").await;
    window.judge("register-network").await;
    let kept = window.see("input[name=\"email\"]").await.prop("value").await.expect("a value");
    assert_eq!(kept.as_deref(), Some("aina@example.test"));
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
    let mut command = Command::new(&plain);
    command.env("TAURI_WEBVIEW_AUTOMATION", "true").stderr(Stdio::piped());
    let mut run = command.spawn().expect("runs");
    let began = Instant::now();
    while run.try_wait().expect("a state").is_none() {
        if began.elapsed() > PATIENCE {
            run.kill().expect("ends");
            panic!("the program for people stays open");
        }
        std::thread::sleep(GLANCE);
    }
    let mut said = String::new();
    run.stderr.take().expect("its complaints").read_to_string(&mut said).expect("text");
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
