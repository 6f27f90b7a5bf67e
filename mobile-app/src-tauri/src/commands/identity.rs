//! Pictures for an identity check.

use std::sync::Arc;

use mohor_phone::{Phone, Source};
use tauri::State;
use tauri::ipc::{InvokeBody, Request};

use super::Answer;
use crate::session::Session;
use crate::trouble::Trouble;
use crate::view::{CaptureView, ConsentView, Judged};

/// The header of a picture that says what it shows.
const SLOT: &str = "slot";
/// The header that says where it is from: `camera` or `file`.
const SOURCE: &str = "source";
/// The header, `yes`, of a picture that the person sends although they were told what is wrong with it.
const ANYWAY: &str = "anyway";

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
    let header = |name| request.headers().get(name).and_then(|word| word.to_str().ok()).unwrap_or_default();
    let slot = header(SLOT).to_owned();
    let source = if header(SOURCE) == "camera" { Source::Camera } else { Source::File };
    let InvokeBody::Raw(bytes) = request.body() else { return Err(Trouble::of("picture-unreadable")) };
    let bytes = bytes.clone();
    let phone = session.unlocked()?;
    let may_insist = |phone: &Phone| Ok::<_, Trouble>(phone.open_capture()?.is_some_and(|it| it.may_insist(&slot)));
    if header(ANYWAY) != "yes" || !may_insist(&phone)? {
        let reasons = judge(phone.clone(), slot.clone(), bytes.clone()).await?;
        if !reasons.is_empty() {
            return Ok(Judged { reasons, may_insist: may_insist(&phone)?, capture: None });
        }
    }
    let capture = phone.send_picture(&slot, source, bytes).await?;
    Ok(Judged { reasons: Vec::new(), may_insist: false, capture: Some(capture.into()) })
}

async fn judge(phone: Arc<Phone>, slot: String, bytes: Vec<u8>) -> Answer<Vec<&'static str>> {
    let judged = tauri::async_runtime::spawn_blocking(move || phone.judge_picture(&slot, &bytes)).await;
    Ok(judged.map_err(|_| Trouble::of("failed"))??)
}

/// Hands the pictures to the reviewers.
#[tauri::command]
pub(crate) async fn hand_in(session: State<'_, Session>) -> Answer<()> {
    Ok(session.unlocked()?.hand_in().await?)
}
