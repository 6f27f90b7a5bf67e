//! Codes: of a waiting turn, and of the clock.

use tauri::State;

use super::Answer;
use crate::session::Session;
use crate::view::{ClockCode, TurnCodeView, TurnView};

/// The agreements that wait for this person: facts, no code.
#[tauri::command]
pub(crate) async fn turns(session: State<'_, Session>) -> Answer<Vec<TurnView>> {
    Ok(session.unlocked()?.turns().await?.into_iter().map(TurnView::from).collect())
}

/// "Tunjuk kod": the code of one turn.
#[tauri::command]
pub(crate) async fn show_code(session: State<'_, Session>, turn: String) -> Answer<TurnCodeView> {
    let phone = session.unlocked()?;
    let shown = phone.show_code(&turn).await?;
    Ok(TurnCodeView::new(shown, phone.server_time()?))
}

/// Fetches the secret of the clock codes.
#[tauri::command]
pub(crate) async fn set_up_totp(session: State<'_, Session>) -> Answer<()> {
    Ok(session.unlocked()?.set_up_totp().await?)
}

/// The code of this moment. Needs no network.
#[tauri::command(async)]
pub(crate) fn totp(session: State<'_, Session>) -> Answer<ClockCode> {
    Ok(session.unlocked()?.totp()?.into())
}
