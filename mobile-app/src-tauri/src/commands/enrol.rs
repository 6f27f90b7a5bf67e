//! Registering and binding this phone.

use tauri::State;
use zeroize::Zeroizing;

use super::Answer;
use crate::session::{Enrolment, Session};
use crate::trouble::Trouble;
use crate::view::LinkView;

/// Asks for an enrolment link by e-mail (APP-13).
#[tauri::command]
pub(crate) async fn register(session: State<'_, Session>, email: String, mykad: String, phone: String) -> Answer<()> {
    Ok(session.phone()?.register(&email, &mykad, &phone).await?)
}

/// The enrolment link that the system handed over since this was asked last, as it stands in the mail. Refused in
/// words when it leads to somebody else's server, and when this phone is enrolled already.
#[tauri::command(async)]
pub(crate) fn arrived(session: State<'_, Session>) -> Answer<Option<String>> {
    let phone = session.unlocked()?;
    let Some(link) = session.link().take() else { return Ok(None) };
    let link = phone.enrol_link(&link)?;
    if phone.is_bound()? { Err(Trouble::of("link-bound")) } else { Ok(Some(link)) }
}

/// Opens the link of the mail, or the text of its QR code.
#[tauri::command]
pub(crate) async fn open_link(session: State<'_, Session>, link: String) -> Answer<LinkView> {
    let phone = session.phone()?;
    let token = phone.link_token(&link)?;
    let state = phone.open_link(&token).await?;
    *session.enrolment() = Enrolment { token, ..Enrolment::default() };
    Ok(state.into())
}

/// Chooses the activation password; a verification code is mailed.
#[tauri::command]
pub(crate) async fn choose_password(session: State<'_, Session>, password: String) -> Answer<LinkView> {
    let password = Zeroizing::new(password);
    let token = session.enrolment().token.clone();
    let state = session.phone()?.choose_password(&token, &password).await?;
    session.enrolment().password = password;
    Ok(state.into())
}

/// Has another verification code mailed.
#[tauri::command]
pub(crate) async fn another_code(session: State<'_, Session>) -> Answer<()> {
    let token = session.enrolment().token.clone();
    Ok(session.phone()?.another_code(&token).await?)
}

/// Binds this phone; an empty password stands for the one that was chosen just now. `active`, or `cooling` when
/// another phone is replaced.
#[tauri::command]
pub(crate) async fn bind(session: State<'_, Session>, mykad: String, password: String, code: String) -> Answer<String> {
    let typed = Zeroizing::new(password);
    let password = if typed.is_empty() { session.enrolment().password.clone() } else { typed };
    let phone = session.phone()?;
    let state = phone.enrol(&mykad, &password, &code).await?;
    *session.enrolment() = Enrolment::default();
    phone.clear_lock()?;
    session.set_unlocked(true);
    Ok(state)
}
