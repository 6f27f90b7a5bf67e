//! Headers that harden every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::web::Doors;

/// Nothing from elsewhere, nothing inline, nobody may frame us. A browser shows a PDF in a frame of its own viewer:
/// that answer carries [`FRAMEABLE`].
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The policy of a document that our own page frames.
pub(in crate::web) const FRAMEABLE: &str = "frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: under it a browser sends `Origin: null` with our own forms (Fetch standard, "append a
    // request Origin header"), and the origin check would refuse everybody.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, CSP),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Adds what an answer does not say itself; private unless it says otherwise.
pub(in crate::web) fn fortify(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// [`fortify`], and TLS from now on where it is spoken.
pub(super) async fn harden(State(doors): State<Arc<Doors>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    fortify(headers);
    if doors.tls() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}
