//! Before a phone is bound: asking for an invitation, and the invitation's link opened in the app.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use mohor_shared::wire::{EnrolLink, EnrolLinkState, EnrolPassword, Register};

use super::enrol::message;
use crate::device::{self, Invitation};
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::problem::Problem;

/// From one address; the room counts the requests for a number and the mails of an invitation.
const RATE: Rate = Rate { door: "register", count: 60, per: Duration::from_secs(3600) };

/// `POST /m/v1/register`: the same answer for everybody.
pub(super) async fn register(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    limit(&visit, &address, RATE).await?;
    let request: Register = message(&body)?;
    device::register(&visit.work, &*doors.keystore, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /m/v1/enrol/link`: how far the invitation has come. Looking changes nothing.
pub(super) async fn link(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<Json<EnrolLinkState>, Problem> {
    limit(&visit, &address, RATE).await?;
    let EnrolLink { token } = message(&body)?;
    Ok(Json(state(&visit, &device::invitation(&visit.work, &*doors.keystore, &token).await?)))
}

/// `POST /m/v1/enrol/password`: chooses the activation password; a verification code is mailed.
pub(super) async fn password(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<Json<EnrolLinkState>, Problem> {
    limit(&visit, &address, RATE).await?;
    let EnrolPassword { token, password } = message(&body)?;
    device::set_password(&visit.work, &*doors.keystore, &token, &password).await?;
    Ok(Json(state(&visit, &device::invitation(&visit.work, &*doors.keystore, &token).await?)))
}

/// `POST /m/v1/enrol/code`: mails another verification code.
pub(super) async fn code(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    limit(&visit, &address, RATE).await?;
    let EnrolLink { token } = message(&body)?;
    device::resend_code(&visit.work, &*doors.keystore, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn state(visit: &Visit, invitation: &Invitation) -> EnrolLinkState {
    let code_until = invitation.code_until.filter(|until| *until > visit.work.now);
    EnrolLinkState {
        password_set: invitation.password_set,
        code_until: code_until.map(|until| until.seconds()),
        claimed: invitation.claimed,
    }
}
