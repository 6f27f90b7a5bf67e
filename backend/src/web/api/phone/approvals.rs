//! Questions put to the phone.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mohor_shared::wire::{Signed, Waiting};

use super::Caller;
use crate::device::{self, AnswerRefused, ApprovalId};
use crate::web::Doors;
use crate::web::problem::Problem;

/// `GET /m/v1/approvals`
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<Waiting>>, Problem> {
    Ok(Json(device::waiting(&caller.work, &caller.device).await?))
}

/// `GET /m/v1/approvals/{id}`
pub(super) async fn question(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Signed>, Problem> {
    let id = ApprovalId::parse(&id).ok_or(AnswerRefused::Missing)?;
    let origin = &doors.settings.public_url;
    let jws = device::question(&caller.work, &*doors.keystore, origin, &caller.device, &id).await?;
    Ok(Json(Signed { jws }))
}

/// `POST /m/v1/approvals/{id}`
pub(super) async fn answer(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let id = ApprovalId::parse(&id).ok_or(AnswerRefused::Missing)?;
    let signed: Signed = caller.message()?;
    device::answer(&caller.work, &doors.settings.public_url, &caller.device, &id, &signed.jws).await?;
    Ok(StatusCode::NO_CONTENT)
}
