//! Pictures for the identity check.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use mohor_shared::wire::{EKYC_NONCE, EkycStarted, EkycSubmit};

use super::Caller;
use crate::ekyc::{self, Slot, SubmissionId};
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// `POST /m/v1/ekyc`
pub(super) async fn start(caller: Caller) -> Result<Json<EkycStarted>, Problem> {
    caller.device.in_use()?;
    let capture = ekyc::start(&caller.work, caller.device.person()).await?;
    Ok(Json(EkycStarted {
        id: capture.id.to_string(),
        nonce: capture.nonce.expose().clone(),
        slots: capture.slots.iter().map(|slot| slot.as_str().to_owned()).collect(),
        exp: caller.work.now.plus(Duration::from_secs(capture.seconds)).seconds(),
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
    let (work, device, bytes) = caller.into_bytes();
    ekyc::put_image(&work, &*doors.blobs, device.person(), &id, nonce, slot, bytes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /m/v1/ekyc/{id}/submit`
pub(super) async fn submit(Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let EkycSubmit { nonce } = caller.message()?;
    ekyc::submit(&caller.work, caller.device.person(), &id, &nonce).await?;
    Ok(StatusCode::NO_CONTENT)
}
