//! Setting up TOTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mohor_shared::wire::{TotpConfirm, TotpProvision, TotpProvisioned};

use super::Caller;
use crate::web::Doors;
use crate::web::problem::Problem;
use crate::{ekyc, factor};

/// `POST /m/v1/totp/provision`: for a person whose eKYC was approved, and nobody else.
pub(super) async fn provision(
    State(doors): State<Arc<Doors>>,
    caller: Caller,
) -> Result<Json<TotpProvisioned>, Problem> {
    let TotpProvision { request } = caller.message()?;
    let approved = ekyc::approved(&caller.work, caller.device.person()).await?;
    let answer = factor::provision(&caller.work, &*doors.keystore, &caller.device, &approved.vouch(), &request).await?;
    Ok(Json(answer))
}

/// `POST /m/v1/totp/confirm`
pub(super) async fn confirm(State(doors): State<Arc<Doors>>, caller: Caller) -> Result<StatusCode, Problem> {
    let codes: TotpConfirm = caller.message()?;
    factor::confirm(&caller.work, &*doors.keystore, &caller.device, &codes).await?;
    Ok(StatusCode::NO_CONTENT)
}
