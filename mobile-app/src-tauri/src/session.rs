//! The one phone behind the window, whether it is unlocked, and what the person is in the middle of.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mohor_phone::{Keyring, Move, NewPhone, Pending, Phone, PhoneError, Records};
use zeroize::Zeroizing;

use crate::options::Options;
use crate::trouble::Trouble;

/// What an enrolment has come to so far; gone with the process.
#[derive(Default)]
pub(crate) struct Enrolment {
    pub(crate) token: String,
    pub(crate) password: Zeroizing<String>,
}

/// The state of the program.
pub(crate) struct Session {
    options: Options,
    folder: PathBuf,
    phone: Mutex<Option<Arc<Phone>>>,
    unlocked: AtomicBool,
    enrolment: Mutex<Enrolment>,
    asked: Mutex<HashMap<String, Pending>>,
    moving: Mutex<Option<Arc<Move>>>,
    newcomer: Mutex<Option<NewPhone>>,
    link: Mutex<Option<String>>,
    waiting: Mutex<HashSet<String>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// A session whose records rest in `folder`. The keyring is opened when it is first needed.
    pub(crate) fn open(options: Options, folder: PathBuf) -> std::io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self {
            options,
            folder,
            phone: Mutex::default(),
            unlocked: AtomicBool::new(false),
            enrolment: Mutex::default(),
            asked: Mutex::default(),
            moving: Mutex::default(),
            newcomer: Mutex::default(),
            link: Mutex::default(),
            waiting: Mutex::default(),
        })
    }

    /// Where this phone's records rest.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of the server.
    pub(crate) fn server(&self) -> &str {
        &self.options.server
    }

    /// The language of the app: Malay until the person chooses.
    pub(crate) fn lang(&self) -> &'static str {
        match fs::read_to_string(self.folder.join("lang")) {
            Ok(lang) if lang == "en" => "en",
            _ => "ms",
        }
    }

    /// Whether the person chose a language.
    pub(crate) fn lang_chosen(&self) -> bool {
        self.folder.join("lang").exists()
    }

    /// Changes the language; the server is spoken to in it from now on.
    pub(crate) fn speak(&self, lang: &str) -> Result<(), Trouble> {
        let lang = if lang == "en" { "en" } else { "ms" };
        fs::write(self.folder.join("lang"), lang).map_err(|_| Trouble::of("records"))?;
        *held(&self.phone) = None;
        Ok(())
    }

    /// The phone, locked or not. [`PhoneError::Store`] when there is no keyring that could hold its secrets.
    pub(crate) fn phone(&self) -> Result<Arc<Phone>, Trouble> {
        let mut phone = held(&self.phone);
        if let Some(phone) = &*phone {
            return Ok(phone.clone());
        }
        let profile = self.options.profile();
        let keyring = Keyring::open(&profile.to_string_lossy()).map_err(PhoneError::Store)?;
        let records = Records::open(&self.folder.join("records.db"))?;
        let opened = Phone::new(&self.options.server, Arc::new(keyring), records)?.speaking(self.lang());
        Ok(phone.insert(Arc::new(opened)).clone())
    }

    /// The phone, if somebody opened it already.
    pub(crate) fn opened(&self) -> Option<Arc<Phone>> {
        held(&self.phone).clone()
    }

    /// The phone, unless the app is locked.
    pub(crate) fn unlocked(&self) -> Result<Arc<Phone>, Trouble> {
        let phone = self.phone()?;
        if self.is_unlocked() || !phone.lock()?.set { Ok(phone) } else { Err(Trouble::of("locked")) }
    }

    pub(crate) fn is_unlocked(&self) -> bool {
        self.unlocked.load(Ordering::SeqCst)
    }

    pub(crate) fn set_unlocked(&self, unlocked: bool) {
        self.unlocked.store(unlocked, Ordering::SeqCst);
        if !unlocked {
            held(&self.asked).clear();
        }
    }

    pub(crate) fn enrolment(&self) -> MutexGuard<'_, Enrolment> {
        held(&self.enrolment)
    }

    /// The questions that are on the screen, by name.
    pub(crate) fn asked(&self) -> MutexGuard<'_, HashMap<String, Pending>> {
        held(&self.asked)
    }

    pub(crate) fn moving(&self) -> MutexGuard<'_, Option<Arc<Move>>> {
        held(&self.moving)
    }

    /// The link that the system handed over and nobody has looked at yet.
    pub(crate) fn link(&self) -> MutexGuard<'_, Option<String>> {
        held(&self.link)
    }

    /// Notes what waits for the person now. Whether something is among it that was neither seen nor told before.
    pub(crate) fn note_waiting(&self, names: HashSet<String>) -> bool {
        let mut known = held(&self.waiting);
        let news = !names.is_subset(&known);
        *known = names;
        news
    }

    pub(crate) fn newcomer(&self) -> MutexGuard<'_, Option<NewPhone>> {
        held(&self.newcomer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> HashSet<String> {
        list.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn what_waits_is_news_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let session = Session::open(Options::of_process(), folder.path().to_owned()).expect("opens");
        assert!(!session.note_waiting(names(&[])));
        assert!(session.note_waiting(names(&["a"])));
        assert!(!session.note_waiting(names(&["a"])), "told once");
        assert!(session.note_waiting(names(&["a", "b"])));
        assert!(!session.note_waiting(names(&["b"])), "one of two has ended");
        assert!(session.note_waiting(names(&["a"])), "it waits again");
    }
}
