//! Signatures that a system of an agency asks for, and the code for one request.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mohor_shared::wire::{CodeRequest, Signed, WaitingRequest};

use super::Caller;
use crate::roaming::{self, RequestId};
use crate::web::Doors;
use crate::web::problem::{DoorFault, Problem};

/// `GET /m/v1/requests`
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<WaitingRequest>>, Problem> {
    Ok(Json(roaming::waiting(&caller.work, caller.device.person()).await?))
}

/// `POST /m/v1/requests/{id}/code`: pressed "Tunjuk kod".
pub(super) async fn code(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Signed>, Problem> {
    let CodeRequest { epk } = caller.message()?;
    let id = RequestId::parse(&id).ok_or(DoorFault::Missing)?;
    let jws = roaming::code(&caller.work, &*doors.keystore, &caller.device, &id, &epk).await?;
    Ok(Json(Signed { jws }))
}

/// `POST /m/v1/requests/{id}/not-me`
pub(super) async fn not_me(Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let id = RequestId::parse(&id).ok_or(DoorFault::Missing)?;
    roaming::deny(&caller.work, &caller.device, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
