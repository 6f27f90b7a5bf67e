//! The one phone behind the window, whether it is unlocked, and what the person is in the middle of.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
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
        })
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

    pub(crate) fn newcomer(&self) -> MutexGuard<'_, Option<NewPhone>> {
        held(&self.newcomer)
    }
}
