//! The first screen, notices and history.

use mohor_phone::HelpLine;
use tauri::{AppHandle, State};

use super::Answer;
use crate::session::Session;
use crate::view::{EventView, Home, NoticeView};
use crate::{watch, window};

/// How the phone and its person stand, and what waits.
#[tauri::command]
pub(crate) async fn home(app: AppHandle, session: State<'_, Session>) -> Answer<Home> {
    let phone = session.unlocked()?;
    let me = phone.me().await?;
    let standing = phone.standing().await?;
    let unread = phone.notices().await?.iter().filter(|notice| !notice.read).count();
    // A phone that was replaced may read and say "not me", nothing else.
    let replaced = me.state == "replaced";
    let turns = if replaced { Vec::new() } else { phone.turns().await? };
    let approvals = if replaced { Vec::new() } else { phone.approvals().await? };
    // What is seen now is not told afterwards.
    if window::attended(&app) {
        session.note_waiting(watch::names(&turns, &approvals));
    }
    Ok(Home::new(me, standing, turns.len(), approvals.len(), unread))
}

/// The notices, newest first.
#[tauri::command]
pub(crate) async fn notices(session: State<'_, Session>) -> Answer<Vec<NoticeView>> {
    Ok(session.unlocked()?.notices().await?.into_iter().map(NoticeView::from).collect())
}

/// Whom to ask.
#[tauri::command]
pub(crate) async fn help_line(session: State<'_, Session>) -> Answer<HelpLine> {
    Ok(session.phone()?.help().await?)
}

/// Marks a notice as read.
#[tauri::command]
pub(crate) async fn read_notice(session: State<'_, Session>, id: String) -> Answer<()> {
    Ok(session.unlocked()?.read_notice(&id).await?)
}

/// What was done on this phone, newest first.
#[tauri::command(async)]
pub(crate) fn history(session: State<'_, Session>) -> Answer<Vec<EventView>> {
    Ok(session.unlocked()?.records().history()?.into_iter().map(EventView::from).collect())
}
