//! Questions of the platform. What is shown is parsed from the very bytes that are signed.

use mohor_phone::Reason;
use tauri::State;

use super::Answer;
use crate::session::Session;
use crate::trouble::Trouble;
use crate::view::ApprovalView;

/// The questions that wait.
#[tauri::command]
pub(crate) async fn approvals(session: State<'_, Session>) -> Answer<Vec<ApprovalView>> {
    let phone = session.unlocked()?;
    let pending = phone.approvals().await?;
    let now = phone.server_time()?;
    let views = pending.iter().map(|pending| ApprovalView::new(pending, now)).collect();
    *session.asked() = pending.into_iter().map(|pending| (pending.id().to_owned(), pending)).collect();
    Ok(views)
}

/// Approves, or declines with a reason: `not_me`, `cancelled`, `wrong_doc`. Only what was on the screen can be
/// answered.
#[tauri::command]
pub(crate) async fn answer(session: State<'_, Session>, id: String, reason: Option<String>) -> Answer<()> {
    let phone = session.unlocked()?;
    let pending = session.asked().get(&id).cloned().ok_or_else(|| Trouble::of("not-shown"))?;
    match reason.as_deref() {
        None => phone.approve(&pending).await?,
        Some(reason) => phone.decline(&pending, parse(reason)?).await?,
    }
    session.asked().remove(&id);
    Ok(())
}

fn parse(reason: &str) -> Answer<Reason> {
    serde_json::from_value(reason.into()).map_err(|_| Trouble::of("failed"))
}
