//! The phone's secrets in a real Secret Service: gnome-keyring on a bus of its own, started here and gone with the
//! test (`apt-get install gnome-keyring dbus`). Each test runs itself again inside that session.

#![cfg(target_os = "linux")]

use std::process::Command;
use std::sync::Arc;

use mohor_phone::{Keyring, Phone, PhoneError, Records, SecureStore as _, StoreError};

/// Set inside the session.
const INSIDE: &str = "MOHOR_TEST_KEYRING";
/// A keyring that is open, as after signing in at a desktop.
const UNLOCKED: &str = "printf kata | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null";
/// The service without a keyring that anybody could open: no desktop, no prompt.
const LOCKED: &str = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1";
/// Nothing to ask: on a bus of its own an installed keyring would be started for whoever asks.
const NONE: &str = "export DBUS_SESSION_BUS_ADDRESS=unix:path=$HOME/none";

/// Whether this is the run inside; else runs the test `name` there and expects it to pass.
fn inside(name: &str, service: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let home = tempfile::tempdir().expect("a folder");
    let script = format!("{service}; exec \"$0\" --exact {name} --nocapture --test-threads 1");
    let mut run = Command::new("dbus-run-session");
    run.args(["--", "bash", "-c", &script]).arg(std::env::current_exe().expect("this test"));
    run.env(INSIDE, "1").env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path());
    run.env("XDG_DATA_HOME", home.path()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let output = run.output().expect("dbus-run-session: apt-get install dbus gnome-keyring");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn a_secret_is_kept_replaced_read_anew_and_forgotten() {
    if !inside("a_secret_is_kept_replaced_read_anew_and_forgotten", UNLOCKED) {
        return;
    }
    let store = Keyring::open("ujian").expect("opens");
    assert!(store.get("device-key").expect("reads").is_none());
    store.set("device-key", b"one").expect("keeps");
    store.set("device-key", &[0, 255, 10, 0]).expect("replaces");
    let again = Keyring::open("ujian").expect("opens again");
    assert_eq!(again.get("device-key").expect("reads").expect("is there").as_slice(), [0, 255, 10, 0]);
    let other = Keyring::open("telefon-lain").expect("opens");
    assert!(other.get("device-key").expect("reads").is_none(), "profiles are apart");
    again.delete("device-key").expect("forgets");
    again.delete("device-key").expect("forgets again");
    assert!(store.get("device-key").expect("reads").is_none());
}

#[test]
fn a_locked_keyring_says_so_and_keeps_nothing() {
    if !inside("a_locked_keyring_says_so_and_keeps_nothing", LOCKED) {
        return;
    }
    let store = Keyring::open("ujian").expect("the service answers");
    let refused = store.set("device-key", b"one").expect_err("nobody can open it");
    assert_eq!(refused, StoreError::Locked);
    assert_eq!(refused.code(), "keyring-locked");
}

#[test]
fn without_a_keyring_the_phone_says_so_before_it_is_bound() {
    if !inside("without_a_keyring_the_phone_says_so_before_it_is_bound", NONE) {
        return;
    }
    let refused =
        Keyring::open("ujian").map(|_| ()).and_then(|()| Keyring::open("ujian")?.get("device-key").map(|_| ()));
    assert_eq!(refused.expect_err("no service").code(), "keyring-missing");
}

#[test]
fn a_phone_tells_a_locked_keyring_from_not_being_bound() {
    if !inside("a_phone_tells_a_locked_keyring_from_not_being_bound", UNLOCKED) {
        return;
    }
    let records = Records::in_memory().expect("records");
    let store = Arc::new(Keyring::open("ujian").expect("opens"));
    let phone = Phone::new("http://127.0.0.1:9", store, records).expect("a phone");
    assert!(matches!(phone.totp(), Err(PhoneError::NoTotp)));
    phone.forget().expect("nothing to forget is no error");
}
