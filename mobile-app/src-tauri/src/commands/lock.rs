//! The app's own lock.

use tauri::State;

use super::Answer;
use crate::session::Session;

/// Opens the app with its six digits.
#[tauri::command(async)]
pub(crate) fn unlock(session: State<'_, Session>, digits: String) -> Answer<()> {
    session.phone()?.unlock(&digits)?;
    session.set_unlocked(true);
    Ok(())
}

/// Locks the app, if it has a lock.
#[tauri::command(async)]
pub(crate) fn lock(session: State<'_, Session>) {
    session.set_unlocked(false);
}

/// Puts a lock on the app, or another one in its place.
#[tauri::command(async)]
pub(crate) fn set_lock(session: State<'_, Session>, digits: String) -> Answer<()> {
    session.unlocked()?.set_lock(&digits)?;
    session.set_unlocked(true);
    Ok(())
}

/// Takes the lock off; the digits are asked for once more.
#[tauri::command(async)]
pub(crate) fn clear_lock(session: State<'_, Session>, digits: String) -> Answer<()> {
    let phone = session.unlocked()?;
    phone.unlock(&digits)?;
    Ok(phone.clear_lock()?)
}
