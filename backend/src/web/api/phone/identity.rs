//! Consent and pictures for the identity check.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use mohor_shared::picture::PictureError;
use mohor_shared::wire::{EKYC_ANYWAY, EKYC_NONCE, EKYC_SOURCE, EkycConsent, EkycStart, EkycStarted, EkycSubmit};

use super::Caller;
use crate::ekyc::{self, CaptureError, Consent, Slot, Source, SubmissionId, Upload};
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// `GET /m/v1/ekyc`
pub(super) async fn consent(State(doors): State<Arc<Doors>>, caller: Caller) -> Json<EkycConsent> {
    let consent = Consent::in_force(caller.lang, &doors.settings);
    Json(EkycConsent { version: consent.version, text: consent.text })
}

/// `DELETE /m/v1/ekyc`: the person takes the consent back.
pub(super) async fn withdraw(State(doors): State<Arc<Doors>>, caller: Caller) -> Result<StatusCode, Problem> {
    ekyc::withdraw(&caller.work, &*doors.blobs, caller.device.person()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /m/v1/ekyc`
pub(super) async fn start(State(doors): State<Arc<Doors>>, caller: Caller) -> Result<Json<EkycStarted>, Problem> {
    caller.device.in_use()?;
    let EkycStart { consent: agreed } = caller.message()?;
    let consent = Consent::in_force(caller.lang, &doors.settings);
    let capture = ekyc::start(&caller.work, caller.device.person(), &consent, &agreed).await?;
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
    caller: Result<Caller, Problem>,
) -> Result<StatusCode, Problem> {
    let caller = caller.map_err(|problem| match problem.code {
        "request-too-large" => CaptureError::Picture(PictureError::TooLarge).into(),
        _ => problem,
    })?;
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let slot = Slot::parse(&slot).ok_or(DoorFault::Missing)?;
    let header = |name| headers.get(name).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let (work, device, sent) = caller.into_bytes();
    let (source, anyway) = (Source::parse(header(EKYC_SOURCE)), header(EKYC_ANYWAY) == "yes");
    let upload = Upload { submission: &id, nonce: header(EKYC_NONCE), slot, source, anyway, sent };
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
