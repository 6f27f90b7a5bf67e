//! The first thing the window asks.

use tauri::State;

use super::Answer;
use crate::session::Session;
use crate::trouble::Trouble;
use crate::view::{Begin, LockView};

/// How the app stands: language, keyring, bound or not, locked or not. Asks nobody else.
#[tauri::command(async)]
pub(crate) fn begin(session: State<'_, Session>) -> Begin {
    let stand = || -> Answer<(bool, LockView)> {
        let phone = session.phone()?;
        let lock = phone.lock()?;
        let open = !lock.set || session.is_unlocked();
        Ok((phone.is_bound()?, LockView { set: lock.set, open, wait: lock.wait, left: lock.left }))
    };
    let (bound, lock, trouble) = match stand() {
        Ok((bound, lock)) => (bound, lock, None),
        Err(trouble) => (false, LockView::default(), Some(trouble)),
    };
    Begin {
        lang: session.lang(),
        lang_chosen: session.lang_chosen(),
        server: session.server().to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        bound,
        lock,
        trouble,
    }
}

/// Changes the language of the app: `ms` or `en`.
#[tauri::command(async)]
pub(crate) fn speak(session: State<'_, Session>, lang: String) -> Result<(), Trouble> {
    session.speak(&lang)
}
