//! OCSP over HTTP (RFC 6960 appendix A, caching by RFC 5019 section 6).

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Office, answer, is};
use crate::certificate::{self, ANSWER_LIFE};

/// `POST /pki/ocsp`
pub(super) async fn posted(State(office): State<Office>, headers: HeaderMap, body: Bytes) -> Response {
    if !is(&headers, "application/ocsp-request") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    // A POST is never cached, whatever the answer says.
    respond(&office, &body, false).await
}

/// `GET /pki/ocsp/{base64 of the request}`
pub(super) async fn asked(State(office): State<Office>, Path(request): Path<String>) -> Response {
    let request = STANDARD.decode(&request).or_else(|_| STANDARD_NO_PAD.decode(&request)).unwrap_or_default();
    respond(&office, &request, true).await
}

async fn respond(office: &Office, request: &[u8], may_cache: bool) -> Response {
    let said = certificate::ocsp(&office.work(), &office.authority, request).await;
    let cache = if may_cache && said.cacheable {
        format!("public, no-transform, must-revalidate, max-age={}", ANSWER_LIFE.as_secs() / 4)
    } else {
        "no-store".to_owned()
    };
    answer("application/ocsp-response", cache, said.der)
}
