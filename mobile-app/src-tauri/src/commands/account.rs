//! "Bukan saya", and taking leave.

use tauri::State;

use super::Answer;
use crate::session::Session;
use crate::view::FrozenView;

/// "Bukan saya": somebody else acts in this person's name.
#[tauri::command]
pub(crate) async fn not_me(session: State<'_, Session>) -> Answer<FrozenView> {
    Ok(session.unlocked()?.not_me().await?.into())
}

/// Unbinds this phone at the server and forgets everything here (APP-10).
#[tauri::command]
pub(crate) async fn leave(session: State<'_, Session>) -> Answer<()> {
    session.unlocked()?.leave().await?;
    session.set_unlocked(false);
    Ok(())
}

/// Forgets everything here without telling the server: after a forgotten lock, or without a network. The person binds
/// the phone anew.
#[tauri::command(async)]
pub(crate) fn forget(session: State<'_, Session>) -> Answer<()> {
    session.phone()?.forget()?;
    session.set_unlocked(false);
    Ok(())
}
