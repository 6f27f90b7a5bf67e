//! Binding a phone.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use mohor_shared::wire::{EnrolChallenge, EnrolDone, EnrolFinish, EnrolStart};
use serde::de::DeserializeOwned;

use crate::device;
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::problem::{DoorFault, Problem};

/// From one address (design 3.9); the room counts the tries of a number.
pub(super) const RATE: Rate = Rate { door: "enrol", count: 20, per: Duration::from_secs(3600) };

/// `POST /m/v1/enrol/start`
pub(super) async fn start(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<Json<EnrolChallenge>, Problem> {
    limit(&visit, &address, RATE).await?;
    let request: EnrolStart = message(&body)?;
    Ok(Json(device::start(&visit.work, &*doors.keystore, &request).await?))
}

/// `POST /m/v1/enrol/finish`
pub(super) async fn finish(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    body: Bytes,
) -> Result<(StatusCode, Json<EnrolDone>), Problem> {
    let request: EnrolFinish = message(&body)?;
    let done = device::finish(&visit.work, &*doors.keystore, &doors.settings.public_url, &request).await?;
    Ok((StatusCode::CREATED, Json(done)))
}

pub(super) fn message<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| DoorFault::Body.into())
}
