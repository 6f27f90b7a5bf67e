//! `/m/v1`: what a phone asks and answers (`phone-and-factors` section 3).
//!
//! Every call but those before a phone is bound is proved by the phone's key ([`Caller`]); every answer, refusals
//! included, brings a fresh nonce for the next proof.

mod approvals;
mod caller;
mod enrol;
mod identity;
mod notices;
mod register;
mod requests;
mod standing;
mod totp;
mod transfers;
mod turns;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use mohor_shared::dpop::NONCE_HEADER;
use mohor_shared::wire::{Frozen, Me, ServerTime, TIME};

use super::super::guard::Visit;
use super::super::problem::Problem;
use crate::device::{self, platform};
use crate::kernel::clock::Timestamp;
use crate::web::Doors;
use crate::{ekyc, factor};

pub use caller::Caller;

/// The largest message, in bytes.
const MESSAGE: usize = 64 * 1024;
/// The largest picture, in bytes.
const PICTURE: usize = 12 * 1024 * 1024;

/// The URLs of the phone.
pub fn routes(doors: &Arc<Doors>) -> Router<Arc<Doors>> {
    let pictures =
        Router::new().route("/m/v1/ekyc/{id}/{slot}", put(identity::picture)).layer(DefaultBodyLimit::max(PICTURE));
    Router::new()
        .route("/m/v1/enrol/start", post(enrol::start))
        .route("/m/v1/enrol/finish", post(enrol::finish))
        .route("/m/v1/transfers", post(transfers::request))
        .route("/m/v1/transfers/{id}", get(transfers::facts).post(transfers::sign))
        .route("/m/v1/register", post(register::register))
        .route("/m/v1/enrol/link", post(register::link))
        .route("/m/v1/enrol/password", post(register::password))
        .route("/m/v1/enrol/code", post(register::code))
        .route("/m/v1/me", get(me))
        .route("/m/v1/standing", get(standing::show))
        .route("/m/v1/help", get(standing::help))
        .route("/m/v1/not-me", post(not_me))
        .route("/m/v1/leave", post(standing::leave))
        .route("/m/v1/notices", get(notices::list))
        .route("/m/v1/notices/{id}/read", post(notices::read))
        .route("/m/v1/approvals", get(approvals::list))
        .route("/m/v1/approvals/{id}", get(approvals::question).post(approvals::answer))
        .route("/m/v1/ekyc", get(identity::consent).post(identity::start).delete(identity::withdraw))
        .route("/m/v1/ekyc/{id}/submit", post(identity::submit))
        .route("/m/v1/totp/provision", post(totp::provision))
        .route("/m/v1/totp/confirm", post(totp::confirm))
        .route("/m/v1/turns", get(turns::list))
        .route("/m/v1/turns/{id}/code", post(turns::code))
        .route("/m/v1/turns/{id}/mail", post(turns::mail))
        .route("/m/v1/requests", get(requests::list))
        .route("/m/v1/requests/{id}/code", post(requests::code))
        .route("/m/v1/requests/{id}/not-me", post(requests::not_me))
        .layer(DefaultBodyLimit::max(MESSAGE))
        .merge(pictures)
        .layer(from_fn_with_state(doors.clone(), with_nonce))
}

/// Puts a fresh nonce on every answer, so that a phone that talks needs no extra call for it.
async fn with_nonce(State(doors): State<Arc<Doors>>, visit: Visit, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(nonce) = device::nonce(&visit.work, &*doors.keystore).await
        && let Ok(nonce) = HeaderValue::from_str(&nonce)
    {
        response.headers_mut().insert(NONCE_HEADER, nonce);
    }
    response
}

/// `GET /m/v1/me`
async fn me(State(doors): State<Arc<Doors>>, caller: Caller) -> Result<Json<Me>, Problem> {
    let (work, phone) = (&caller.work, &caller.device);
    let frozen = match device::frozen(work, &mut work.read().await?, phone.person()).await {
        Ok(()) => false,
        Err(device::Frozen::Db(error)) => return Err(error.into()),
        Err(_) => true,
    };
    let time = ServerTime { srv_time: work.now.seconds() };
    Ok(Json(Me {
        device_id: phone.id().to_string(),
        state: if frozen { "frozen" } else { phone.device().state.word() }.to_owned(),
        cool_until: phone.device().state.cool_until().map(Timestamp::seconds),
        vouching: phone.device().vouching,
        assurance: phone.device().assurance.as_str().to_owned(),
        ekyc: official(ekyc::status(work, phone.person()).await?).to_owned(),
        totp: factor::status(work, phone).await?.to_owned(),
        time: platform::sign(&*doors.keystore, TIME, &time).await?,
    }))
}

/// The word of EKYC-6 for how an identity check stands.
const fn official(status: ekyc::Status) -> &'static str {
    match status {
        ekyc::Status::Missing | ekyc::Status::Ended { .. } => "TIADA",
        ekyc::Status::InReview => "DALAM_SEMAKAN",
        ekyc::Status::Approved { .. } => "DILULUSKAN",
        ekyc::Status::Rejected(_) => "DITOLAK",
        ekyc::Status::Retake(_) => "AMBIL_SEMULA",
    }
}

/// `POST /m/v1/not-me`
async fn not_me(caller: Caller) -> Result<Json<Frozen>, Problem> {
    let done = device::not_me(&caller.work, &caller.device).await?;
    let until = done.until.map(Timestamp::seconds);
    Ok(Json(Frozen { until, reinstated: done.sent_away.is_some() }))
}
