//! Consent and pictures for the identity check.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use mohor_shared::wire::{EKYC_CONSENT, EKYC_NONCE, EkycConsent, EkycStart, EkycStarted, EkycSubmit};

use super::Caller;
use crate::ekyc::{self, Slot, SubmissionId, Upload};
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// `GET /m/v1/ekyc`
pub(super) async fn consent(State(doors): State<Arc<Doors>>, caller: Caller) -> Json<EkycConsent> {
    let days = doors.settings.ekyc.keep_days.to_string();
    let text = caller.lang.say_with("ekyc-consent", &[("days", &days), ("hims", &doors.settings.brand.hims)]);
    Json(EkycConsent { version: EKYC_CONSENT.to_owned(), text })
}

/// `POST /m/v1/ekyc`
pub(super) async fn start(caller: Caller) -> Result<Json<EkycStarted>, Problem> {
    caller.device.in_use()?;
    let EkycStart { consent } = caller.message()?;
    let capture = ekyc::start(&caller.work, caller.device.person(), &consent).await?;
    let words = |slots: &[Slot]| slots.iter().map(|slot| slot.as_str().to_owned()).collect();
    Ok(Json(EkycStarted {
        id: capture.id.to_string(),
        nonce: capture.nonce.expose().clone(),
        slots: words(capture.slots),
        taken: words(&capture.taken),
        prompts: capture.prompts.into_iter().map(str::to_owned).collect(),
        exp: capture.until.seconds(),
    }))
}

/// `PUT /m/v1/ekyc/{id}/{slot}`
pub(super) async fn picture(
    State(doors): State<Arc<Doors>>,
    Path((id, slot)): Path<(String, String)>,
    headers: HeaderMap,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let slot = Slot::parse(&slot).ok_or(DoorFault::Missing)?;
    let nonce = headers.get(EKYC_NONCE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let (work, device, sent) = caller.into_bytes();
    let upload = Upload { submission: &id, nonce, slot, sent };
    ekyc::put_image(&work, &*doors.keystore, &*doors.blobs, device.person(), upload).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /m/v1/ekyc/{id}/submit`
pub(super) async fn submit(Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let EkycSubmit { nonce } = caller.message()?;
    ekyc::submit(&caller.work, caller.device.person(), &id, &nonce).await?;
    Ok(StatusCode::NO_CONTENT)
}
