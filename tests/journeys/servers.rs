//! Two servers: on one database each leaves the other's ceremonies alone; in one folder the second is refused.

use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mohor::app::Parts;
use mohor::config::Config;
use mohor::demo::clerk;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::{Plot, Server};
use mohor::demo::world::REVIEWER;
use mohor::signing::{Step, Steps};
use mohor_tests::clock::JourneyClock;
use mohor_tests::ground::{Ground, fresh_database};
use mohor_tests::scene::{Scene, signed};

use crate::program;

const GLANCE: Duration = Duration::from_millis(20);
const GLANCES: u32 = 12_000;

/// Holds a ceremony at one step until it is let go.
#[derive(Default)]
struct Hold {
    armed: AtomicBool,
    held: AtomicBool,
}

impl Steps for Hold {
    fn reached(&self, step: Step) {
        if step == Step::Intended && self.armed.load(Ordering::SeqCst) {
            self.held.store(true, Ordering::SeqCst);
            // Whatever this worker of the runtime had to do besides (connections on their way back to the pool) goes on.
            tokio::task::block_in_place(|| {
                for _ in 0..GLANCES {
                    if !self.armed.load(Ordering::SeqCst) {
                        return;
                    }
                    std::thread::sleep(GLANCE);
                }
            });
        }
    }
}

/// A database that several servers can name.
async fn shared_database(ground: &Ground) -> String {
    let embedded = || format!("sqlite://{}?mode=rwc", ground.path().join("shared.db").display());
    fresh_database().await.unwrap_or_else(embedded)
}

/// Keys and documents of the first server, as a second one reaches them; its name and its heads are its own.
fn beside(ground: &Ground) -> std::path::PathBuf {
    let other = ground.path().join("other");
    std::fs::create_dir_all(&other).expect("a folder");
    for shared in ["keys", "blobs", "master.key"] {
        symlink(ground.path().join("world").join(shared), other.join(shared)).expect("a link");
    }
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_server_on_the_database_leaves_ceremonies_alone_and_one_in_the_folder_is_refused() {
    let ground = Ground::new();
    let plot = Plot { database: Some(shared_database(&ground).await), ..Plot::default() };
    let (clock, hold) = (Arc::new(JourneyClock::behind(Duration::from_secs(3600))), Arc::new(Hold::default()));
    let parts = Parts { clock: clock.clone(), steps: hold.clone(), ..Parts::default() };
    let server = Server::open(&ground.path().join("world"), &plot, parts).await.expect("the server opens");
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    let scene = Scene { server, world, clock: clock.clone() };
    clerk::generate(&scene.world.clerk, &scene.world.agreement).await.expect("Jana eSPA");
    let phones = scene.world.equip().await.expect("four phones");
    let at = scene.world.certify(&phones[0]).await.expect("a certificate");
    let page = at.review().await.expect("the signing page");
    let code = phones[0].turn_code().await.expect("a code");
    hold.armed.store(true, Ordering::SeqCst);
    let entry = at.entry(&code);
    let signing = at.send(&page, &entry);
    let meanwhile = async {
        for _ in 0..GLANCES {
            if hold.held.load(Ordering::SeqCst) {
                break;
            }
            tokio::time::sleep(GLANCE).await;
        }
        assert!(hold.held.load(Ordering::SeqCst), "the ceremony stands between intent and signature");
        let again = Plot { again: true, ..plot.clone() };
        let parts = || Parts { clock: clock.clone(), ..Parts::default() };
        // In the same folder: refused, in words, and the first one goes on.
        let refused = Server::open(&ground.path().join("world"), &again, parts()).await.err().expect("refused");
        let said = refused.to_string();
        assert!(said.contains("pelayan lain sedang bekerja") && said.contains("another server is at work"), "{said}");
        // In another folder: it starts, and takes up nothing.
        let other = Server::open(&beside(&ground), &again, parts()).await.expect("the second server opens");
        hold.armed.store(false, Ordering::SeqCst);
        other
    };
    let (answer, other) = tokio::join!(signing, meanwhile);
    signed(&answer.expect("an answer"));
    other.running.stop().await.expect("the second server stops");
    assert_eq!(scene.audited("signing.released").await, 0, "nothing was taken from the first");
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}

#[tokio::test]
async fn a_server_that_ran_for_three_years_signs_with_renewed_services() {
    const DAY: Duration = Duration::from_secs(86_400);
    let ground = Ground::new();
    let scene = Scene::drafted(&ground, 1100 * DAY).await;
    let authority = scene.server.running.app.jobs.authority.clone();
    let old = [authority.seal(), authority.tsa(), authority.ocsp()];
    // Nobody starts it anew; the certificate of the time stamps has ten days left.
    scene.arrive(old[1].leaf().not_after.minus(10 * DAY)).await;
    scene.jobs().await;
    for (old, new) in old.iter().zip([authority.seal(), authority.tsa(), authority.ocsp()]) {
        assert!(new.leaf().not_after > old.leaf().not_after, "{old:?}");
    }
    scene.world.reviewer.sign_in(&REVIEWER).await.expect("the reviewer signs in");
    let phones = scene.issue().await;
    let at = scene.world.certify(&phones[0]).await.expect("a certificate");
    scene.world.sign(&at, &phones[0], CodeFrom::Phone).await.expect("signs");
    assert!(scene.audited("timestamp.issued").await >= 2, "the stamps of seal and signature are in the trail");
    scene.end().await;
}

/// A configuration of `serve` that needs nothing from outside.
fn configuration(ground: &Ground, database: &str) -> String {
    let folder = ground.path().join("world");
    let quoted = |text: &str| format!("{text:?}");
    format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nfolder = {}\ndatabase = {}\n[server.keystore]\nkind = \"software\"\n\
         master = {}\nconsent = {}\n[settings]\nspecimen_consent = {}\n[settings.mail]\nsmtp_url = \"smtp://127.0.0.1:9\"\n",
        quoted(&folder.display().to_string()),
        quoted(database),
        quoted(&ground.path().join("master.key").display().to_string()),
        quoted(Config::SOFTWARE_CONSENT),
        quoted(Config::SPECIMEN_CONSENT),
    )
}

#[tokio::test]
async fn of_two_processes_in_a_folder_the_second_is_told_and_after_kill_9_the_next_one_starts() {
    let ground = Ground::new();
    let file = ground.path().join("mohor.toml");
    std::fs::write(&file, configuration(&ground, &shared_database(&ground).await)).expect("writes");
    let arguments = ["serve", "--config", file.to_str().expect("UTF-8")];
    let ceremony = program::run(&["ceremony", arguments[1], arguments[2]]);
    assert_eq!(ceremony.code, 0, "{ceremony:#?}");
    for life in 1..=2 {
        let log = ground.path().join(format!("server-{life}.log"));
        let out = std::fs::File::create(&log).expect("a log");
        let mut first = program::mohor(&arguments);
        // Without colours the words of the log stand together.
        first.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(out.try_clone().expect("the log")).stderr(out);
        let mut first = first.spawn().expect("a process");
        let words = || std::fs::read_to_string(&log).unwrap_or_default();
        for _ in 0..GLANCES {
            if words().contains("open address") || first.try_wait().expect("its status").is_some() {
                break;
            }
            tokio::time::sleep(GLANCE).await;
        }
        assert!(words().contains("open address"), "life {life}: {}", words());
        let second = program::mohor(&arguments).stdin(Stdio::null()).output().expect("a process");
        let said = String::from_utf8_lossy(&second.stderr);
        assert!(!second.status.success() && said.contains("another server is at work"), "{said}");
        assert!(first.try_wait().expect("its status").is_none(), "the first goes on: {}", words());
        first.kill().expect("kill -9");
        first.wait().expect("it is gone");
    }
}
