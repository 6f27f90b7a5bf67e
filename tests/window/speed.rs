//! How long the app takes to open: printed with its breakdown beside an empty window of the same WebKit, not asserted.

use std::process::Command;
use std::time::Duration;

use mohor::kernel::clock::{Clock as _, SystemClock};
use serde::Deserialize;

use crate::rig::{Rig, Window};
use crate::session::Session;

/// A port where nobody listens: opening asks no server for anything.
const NOBODY: &str = "http://127.0.0.1:9";
const PROFILE: &str = "ukuran";
const STARTS: usize = 5;

const MARKS: &str = r#"
const mark = (name) => performance.getEntriesByName(name)[0]?.startTime ?? null;
return { origin: performance.timeOrigin, face: mark("face"), paint: mark("first-contentful-paint"),
    answered: mark("answered"), usable: mark("usable") };
"#;

/// Milliseconds; the last four since `origin`.
#[derive(Deserialize)]
struct Marks {
    origin: f64,
    face: f64,
    paint: f64,
    answered: f64,
    usable: f64,
}

/// When the window's process began, in milliseconds since 1970.
fn began() -> f64 {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let ours = |id: &String| {
        let line = text(&format!("/proc/{id}/cmdline"));
        line.split('\0').next().is_some_and(|program| program.contains("mohor-app"))
            && line.split('\0').any(|word| word == PROFILE)
    };
    let all = std::fs::read_dir("/proc").expect("processes").flatten();
    let id = all.filter_map(|entry| entry.file_name().into_string().ok()).find(ours).expect("the window's process");
    // proc(5): the 22nd field, in hundredths of a second since boot.
    let stat = text(&format!("/proc/{id}/stat"));
    let since_boot: f64 =
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(19)?.parse().ok()).expect("a time");
    let uptime: f64 =
        text("/proc/uptime").split_whitespace().next().and_then(|word| word.parse().ok()).expect("a time");
    let now = Duration::from_millis(SystemClock.now().millis().unsigned_abs()).as_secs_f64();
    (now - uptime).mul_add(1000.0, since_boot * 10.0)
}

async fn marks(window: &Window) -> Marks {
    window.screen("welcome").await;
    // The last mark is set in the frame after the one that shows the screen.
    for _ in 0..600 {
        let answer = window.driver.execute(MARKS, vec![]).await.expect("the marks");
        if let Ok(marks) = serde_json::from_value(answer.json().clone()) {
            return marks;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a mark never came");
}

/// An empty page in a bare window, in milliseconds.
fn blank() -> f64 {
    let program = std::env::var_os("MOHOR_BLANK").expect("MOHOR_BLANK names the yardstick: run `bash tests/run`");
    let said = Command::new(program).output().expect("the yardstick runs");
    String::from_utf8_lossy(&said.stdout).trim().parse().expect("milliseconds")
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Issue 3, speed: from the start of the process to a first screen that can be used.
#[tokio::test(flavor = "multi_thread")]
async fn opening_is_measured_beside_an_empty_window_of_the_same_webkit() {
    let rig = Rig::new(PROFILE);
    let (mut table, mut empty) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        empty.push(blank());
        let window = rig.open(NOBODY).await;
        let Marks { origin, face, paint, answered, usable } = marks(&window).await;
        let page = origin - began();
        table.push([0.0, face, paint, answered, usable].map(|since| page + since));
        // The skeleton and the first screen follow each other, whoever is asked in between.
        assert!(face <= answered && answered <= usable, "{face} {answered} {usable}");
        window.close().await;
    }
    let column = |index: usize| median(table.iter().map(|row| row[index]).collect());
    let (empty, load) = (median(empty), std::fs::read_to_string("/proc/loadavg").unwrap_or_default());
    println!("window, ms after its process began, median of {STARTS}, load {}", load.split(' ').next().unwrap_or("?"));
    for (index, what) in
        ["WebKit has a page", "the face runs", "first paint", "keyring answered", "usable"].into_iter().enumerate()
    {
        println!("  {what:<18} {:>6.0}", column(index));
    }
    println!("  empty WebKitGTK    {empty:>6.0}\n  ours on top        {:>6.0}", column(4) - empty);
}

/// Nothing of ours stands before the first paint: with a keyring that never answers the window is there and says that
/// it is opening.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_paint_waits_for_nobody() {
    let session = Session::begin(tempfile::tempdir().expect("a folder"));
    let builder = zbus::connection::Builder::address(session.address.as_str()).expect("an address");
    let builder = builder.name("org.freedesktop.secrets").expect("a name");
    let builder = builder.serve_at("/org/freedesktop/secrets", Mute).expect("a path");
    let mute = builder.build().await.expect("the bus");
    let records = tempfile::tempdir().expect("a folder");
    let rig = session.rig("bisu", &records);
    let window = rig.open_unready(NOBODY, None).await;
    let said = window.says("[data-name=\"opening\"]").await;
    assert_eq!(said, "Sedang dibuka…");
    window.judge("opening").await;
    assert!(!window.shows(".phone[data-screen]").await, "no screen before anybody knows which");
    window.close().await;
    drop((rig, mute));
    session.end();
}

/// A keyring that takes the question and says nothing.
struct Mute;

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Mute {
    async fn open_session(
        &self,
        _algorithm: String,
        _input: zbus::zvariant::OwnedValue,
    ) -> zbus::fdo::Result<(zbus::zvariant::OwnedValue, zbus::zvariant::OwnedObjectPath)> {
        std::future::pending().await
    }
}
