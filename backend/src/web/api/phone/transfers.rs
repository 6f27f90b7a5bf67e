//! Moving to a new phone while the old one is there.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use mohor_shared::wire::{EnrolChallenge, Signed, TransferFacts};

use super::Caller;
use super::enrol::{RATE, message};
use crate::device::{self, TransferId};
use crate::web::Doors;
use crate::web::guard::{Address, Visit, limit};
use crate::web::problem::{DoorFault, Problem};

/// `POST /m/v1/transfers`, by the new phone
pub(super) async fn request(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<Json<EnrolChallenge>, Problem> {
    limit(&visit, &address, RATE).await?;
    Ok(Json(device::request_transfer(&visit.work, &*doors.keystore, &message(&body)?).await?))
}

/// `GET /m/v1/transfers/{id}`, by the old phone
pub(super) async fn facts(Path(id): Path<String>, caller: Caller) -> Result<Json<TransferFacts>, Problem> {
    let id = TransferId::parse(&id).ok_or(DoorFault::Missing)?;
    Ok(Json(device::transfer_facts(&caller.work, &id).await?))
}

/// `POST /m/v1/transfers/{id}`, by the old phone
pub(super) async fn sign(
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let id = TransferId::parse(&id).ok_or(DoorFault::Missing)?;
    let Signed { jws } = caller.message()?;
    device::sign_transfer(&caller.work, &doors.settings.public_url, &caller.device, &id, &jws).await?;
    Ok(StatusCode::NO_CONTENT)
}
