//! Who is asking, and whether the request may be heard at all.
//!
//! Outside in: `trace` names the request, `headers` hardens every answer, `dress` turns a refusal into a
//! page or problem+json, `visit` gives the request its work, language and browser; pages add `csrf`.
//! What a handler may do it holds as a value (an extractor of this module), never as an `if`.

mod cookie;
mod csrf;
mod dress;
mod headers;
mod key;
mod limit;
mod proxy;
mod session;
#[cfg(test)]
mod tests;
mod trace;
mod turn;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;

use super::Doors;

pub use csrf::Filled;
pub(in crate::web) use headers::FRAMEABLE;
#[cfg(any(test, feature = "samples"))]
pub(in crate::web) use headers::fortify;
pub use key::DoorKey;
pub use limit::{Address, Rate, limit};
pub use session::{At, Pemaju, SignedIn, forget, remember};
pub use turn::{AtTurn, keep_proof};
pub use visit::Visit;

/// The largest form: a drawing of many strokes fits, a flood does not.
pub const FORM_LIMIT: usize = 512 * 1024;

/// Layers of pages with forms: every POST proves that this browser was shown the form.
pub fn pages(router: Router<Arc<Doors>>, doors: &Arc<Doors>) -> Router<Arc<Doors>> {
    router.route_layer(from_fn_with_state(doors.clone(), csrf::check)).layer(DefaultBodyLimit::max(FORM_LIMIT))
}

/// The largest upload: a long agreement with all its signatures fits.
pub const UPLOAD_LIMIT: usize = 32 * 1024 * 1024;

/// Layers of uploads that change nothing: no form token, but no other site either.
pub fn uploads(router: Router<Arc<Doors>>, doors: &Arc<Doors>) -> Router<Arc<Doors>> {
    router.route_layer(from_fn_with_state(doors.clone(), csrf::check_origin)).layer(DefaultBodyLimit::max(UPLOAD_LIMIT))
}

/// Layers of every URL.
pub fn everything(router: Router<Arc<Doors>>, doors: &Arc<Doors>) -> Router<Arc<Doors>> {
    router
        .layer(CatchPanicLayer::custom(dress::panicked))
        .layer(from_fn_with_state(doors.clone(), dress::dress))
        .layer(from_fn_with_state(doors.clone(), visit::welcome))
        .layer(from_fn_with_state(doors.clone(), headers::harden))
        .layer(from_fn(trace::trace))
        .layer(from_fn_with_state(doors.proxy, proxy::believe))
}

/// Answers by plain HTTP say nothing of TLS (RFC 6797 section 7.2) and give no cookies.
pub fn without_tls(router: Router<Arc<Doors>>) -> Router<Arc<Doors>> {
    router.layer(map_response(async |mut response: Response| {
        response.headers_mut().remove(header::STRICT_TRANSPORT_SECURITY);
        response.headers_mut().remove(header::SET_COOKIE);
        response
    }))
}
