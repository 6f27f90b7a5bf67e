//! Pictures for an identity check.

use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use super::Answer;
use crate::session::Session;
use crate::trouble::Trouble;
use crate::view::{CaptureView, ConsentView, Judged};

/// The header of a picture that says what it shows.
const SLOT: &str = "slot";

/// What the person has to agree to before the first picture.
#[tauri::command]
pub(crate) async fn consent(session: State<'_, Session>) -> Answer<ConsentView> {
    Ok(session.unlocked()?.consent().await?.into())
}

/// Takes the open capture up again, or opens one; `agreed` is the version of the consent that was on the screen.
#[tauri::command]
pub(crate) async fn capture(session: State<'_, Session>, agreed: String) -> Answer<CaptureView> {
    Ok(session.unlocked()?.capture(&agreed).await?.into())
}

/// Judges a picture and, when nothing is wrong with it, sends it. The body is the picture.
#[tauri::command]
pub(crate) async fn send_picture(session: State<'_, Session>, request: Request<'_>) -> Answer<Judged> {
    let slot = request.headers().get(SLOT).and_then(|slot| slot.to_str().ok()).unwrap_or_default().to_owned();
    let InvokeBody::Raw(bytes) = request.body() else { return Err(Trouble::of("picture-unreadable")) };
    let bytes = bytes.clone();
    let phone = session.unlocked()?;
    let judge = phone.clone();
    let (judged, slot, bytes) =
        tauri::async_runtime::spawn_blocking(move || (judge.judge_picture(&slot, &bytes), slot, bytes))
            .await
            .map_err(|_| Trouble::of("failed"))?;
    let reasons = judged?;
    if !reasons.is_empty() {
        return Ok(Judged { reasons, capture: None });
    }
    let capture = phone.send_picture(&slot, bytes).await?;
    Ok(Judged { reasons, capture: Some(capture.into()) })
}

/// Hands the pictures to the reviewers.
#[tauri::command]
pub(crate) async fn hand_in(session: State<'_, Session>) -> Answer<()> {
    Ok(session.unlocked()?.hand_in().await?)
}
