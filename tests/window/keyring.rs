//! A session of its own: a bus, and a keyring that locks when nobody opened it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mohor::demo::world::SIGNEES;
use mohor_tests::ground::Ground;
use tempfile::TempDir;

use crate::rig::Rig;
use crate::steps::{bind, invited};

const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// A desktop session whose keyring rests in a folder. Asked for without being opened, the bus starts it locked.
struct Session {
    bus: Child,
    address: String,
    home: TempDir,
}

impl Session {
    fn begin(home: TempDir) -> Self {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        // No display: nobody is there who could be asked to open the keyring.
        bus.env_remove("DISPLAY").env_remove(BUS);
        for folder in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
            bus.env(folder, home.path());
        }
        let mut bus =
            bus.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("dbus-daemon: run `bash tests/run`");
        let mut address = String::new();
        let said = bus.stdout.take().expect("its output");
        BufReader::new(said).read_line(&mut address).expect("the address of the bus");
        Self { bus, address: address.trim().to_owned(), home }
    }

    /// Opens the keyring, as signing in at a desktop does.
    fn open_keyring(&self) {
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--unlock", "--components=secrets", "--daemonize"]).env(BUS, &self.address).env_remove("DISPLAY");
        for folder in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
            keyring.env(folder, self.home.path());
        }
        let mut keyring =
            keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a keyring");
        keyring.stdin.take().expect("its input").write_all(b"kata").expect("the password");
        assert!(keyring.wait().expect("it goes to the background").success());
    }

    /// A phone whose secrets rest in this session's keyring and whose records rest in `home`.
    fn rig(&self, home: &TempDir) -> Rig {
        Rig::with("terkunci", |command| {
            command.env(BUS, &self.address).env("XDG_DATA_HOME", home.path());
        })
    }

    /// Signs out: the keyring goes with the bus, its files stay.
    fn end(mut self) -> TempDir {
        _ = self.bus.kill();
        _ = self.bus.wait();
        self.home
    }
}

/// A bound phone whose keyring nobody opened says so, changes nothing, and goes on once it is open.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_and_nothing_is_lost() {
    let ground = Ground::new();
    let scene = invited(&ground, Duration::ZERO).await;
    let records = tempfile::tempdir().expect("a folder");
    let session = Session::begin(tempfile::tempdir().expect("a folder"));
    session.open_keyring();
    let rig = session.rig(&records);
    let window = rig.open(&scene.server.base).await;
    bind(&window, &scene, &SIGNEES[0]).await;
    window.close().await;
    drop(rig);

    let session = Session::begin(session.end());
    let rig = session.rig(&records);
    let window = rig.open(&scene.server.base).await;
    window.screen("keyring").await;
    window.see("[data-code=\"keyring-locked\"]").await;
    window.press("again").await;
    window.screen("keyring").await;
    window.close().await;
    drop(rig);

    let session = Session::begin(session.end());
    session.open_keyring();
    let rig = session.rig(&records);
    let window = rig.open(&scene.server.base).await;
    window.screen("home").await;
    assert!(window.says("h1").await.contains("Aina"), "the phone is still hers");
    window.close().await;
    drop(rig);
    session.end();
    scene.end().await;
}
