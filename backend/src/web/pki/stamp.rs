//! Time stamps over HTTP (RFC 3161 section 3.4).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::{Office, answer, is};

/// `POST /pki/tsa`
pub(super) async fn stamp(State(office): State<Office>, headers: HeaderMap, body: Bytes) -> Response {
    if !is(&headers, "application/timestamp-query") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let said = office.stamper.stamp(&office.work(), &body).await;
    answer("application/timestamp-reply", "no-store".to_owned(), said)
}
