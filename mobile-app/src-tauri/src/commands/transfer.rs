//! Moving to a new phone while the old one is at hand.

use std::sync::Arc;

use tauri::State;

use super::Answer;
use crate::session::Session;
use crate::trouble::Trouble;
use crate::view::{NewPhoneView, TicketView};

/// On the new phone: the text that the old one reads.
#[tauri::command]
pub(crate) async fn ask_to_move(session: State<'_, Session>) -> Answer<TicketView> {
    let phone = session.phone()?;
    let waiting = phone.ask_to_move().await?;
    let view = TicketView::new(&waiting)?;
    *session.moving() = Some(Arc::new(waiting));
    Ok(view)
}

/// On the new phone: finishes once the old one has signed. `None`: it has not yet.
#[tauri::command]
pub(crate) async fn finish_move(session: State<'_, Session>, mykad: String) -> Answer<Option<String>> {
    let phone = session.phone()?;
    let waiting = session.moving().clone().ok_or_else(|| Trouble::of("not-shown"))?;
    let done = phone.finish_move(&waiting, &mykad).await?;
    if done.is_some() {
        *session.moving() = None;
        phone.clear_lock()?;
        session.set_unlocked(true);
    }
    Ok(done)
}

/// On the old phone: what the ticket of a new one asks for.
#[tauri::command]
pub(crate) async fn read_ticket(session: State<'_, Session>, text: String) -> Answer<NewPhoneView> {
    let new = session.unlocked()?.read_ticket(text.trim()).await?;
    let view = NewPhoneView { model: new.model.clone(), tag: new.tag() };
    *session.newcomer() = Some(new);
    Ok(view)
}

/// On the old phone: signs for the new one that is on the screen.
#[tauri::command]
pub(crate) async fn sign_for(session: State<'_, Session>) -> Answer<()> {
    let phone = session.unlocked()?;
    let new = session.newcomer().clone().ok_or_else(|| Trouble::of("not-shown"))?;
    phone.sign_for(&new).await?;
    *session.newcomer() = None;
    Ok(())
}
