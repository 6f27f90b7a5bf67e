//! One window for each phone on a desk: a second start of the program hands its link to the first, and ends.
//!
//! Whoever holds the lock beside the phone's records has the window; the system lets go of it when that program ends,
//! however it ends. The socket beside it is for programs of this user.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tauri::AppHandle;

use crate::window;

/// How long a window that opens or closes just now is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(50);
/// The longest link that is read, in bytes.
const LONGEST: u64 = 2048;
const HEARD: &str = "heard\n";

/// Whether this program is the one that has the window of the phone in `folder`. If not, the other one came to the
/// front with `link`.
pub(crate) fn first(app: &AppHandle, folder: &Path, link: Option<&str>) -> bool {
    // A folder without locks or sockets: rather two windows than none.
    let Ok(lock) = File::create(folder.join("window.lock")) else { return true };
    let began = Instant::now();
    while lock.try_lock().is_err() {
        if knock(folder, link.unwrap_or_default()).is_ok_and(|answer| answer == HEARD) || began.elapsed() > PATIENCE {
            return false;
        }
        thread::sleep(GLANCE);
    }
    if let Ok(door) = open(folder) {
        let app = app.clone();
        thread::spawn(move || {
            let _held = lock;
            for visitor in door.incoming().flatten() {
                _ = answer(&visitor, |link| come(&app, link));
            }
        });
    }
    true
}

fn open(folder: &Path) -> io::Result<UnixListener> {
    let path = folder.join("window.door");
    // Left behind by a program that is gone: the lock says so.
    _ = fs::remove_file(&path);
    UnixListener::bind(path)
}

fn knock(folder: &Path, link: &str) -> io::Result<String> {
    let mut door = UnixStream::connect(folder.join("window.door"))?;
    door.set_read_timeout(Some(PATIENCE))?;
    writeln!(door, "{link}")?;
    let mut answer = String::new();
    BufReader::new(door.take(LONGEST)).read_line(&mut answer)?;
    Ok(answer)
}

/// Reads a link and says that it was heard, once the window has it.
fn answer(mut visitor: &UnixStream, come: impl FnOnce(Option<String>) -> bool) -> io::Result<()> {
    visitor.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(visitor.take(LONGEST)).read_line(&mut line)?;
    let link = Some(line.trim().to_owned()).filter(|link| !link.is_empty());
    if come(link) { visitor.write_all(HEARD.as_bytes()) } else { Ok(()) }
}

/// Where windows are touched, and only while there is one: a program that ends answers nothing.
fn come(app: &AppHandle, link: Option<String>) -> bool {
    let (done, is_done) = mpsc::channel();
    let front = app.clone();
    let asked = app.run_on_main_thread(move || {
        window::come(&front, link);
        _ = done.send(());
    });
    asked.is_ok() && is_done.recv_timeout(PATIENCE).is_ok()
}
