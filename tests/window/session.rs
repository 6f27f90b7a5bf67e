//! A desktop session of its own: a bus, and a keyring that locks when nobody opened it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::rig::Rig;

const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";

/// A desktop session whose keyring rests in a folder. Asked for without being opened, the bus starts it locked.
pub(crate) struct Session {
    bus: Child,
    pub(crate) address: String,
    home: TempDir,
}

impl Session {
    pub(crate) fn begin(home: TempDir) -> Self {
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
    pub(crate) fn open_keyring(&self) {
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
    pub(crate) fn rig(&self, profile: &str, home: &TempDir) -> Rig {
        Rig::with(profile, |command| {
            command.env(BUS, &self.address).env("XDG_DATA_HOME", home.path());
        })
    }

    /// Signs out: the keyring goes with the bus, its files stay.
    pub(crate) fn end(mut self) -> TempDir {
        _ = self.bus.kill();
        _ = self.bus.wait();
        self.home
    }
}
