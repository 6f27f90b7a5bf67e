//! What other people's verifiers fetch: certificates, lists, OCSP, time stamps. Public, without session or cookie; the
//! addresses stand in every certificate and never change.

mod flood;
mod ocsp;
mod publish;
mod stamp;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use flood::Flood;

use crate::certificate::{Authority, LONGEST_REQUEST};
use crate::kernel::work::{Actor, Means, Work};
use crate::timestamp::LocalStamper;

/// What stands behind these doors.
#[derive(Clone)]
pub struct Office {
    /// Database, clock, randomness.
    pub means: Means,
    /// Root, issuing CA and services.
    pub authority: Arc<Authority>,
    /// The time-stamp authority.
    pub stamper: Arc<LocalStamper>,
    /// How often each address asked for a signature.
    pub flood: Arc<Flood>,
}

impl Office {
    fn work(&self) -> Work {
        self.means.work(Actor::Anonymous)
    }
}

/// Every URL under `/pki`.
pub fn routes<S: Clone + Send + Sync + 'static>(office: Office) -> Router<S> {
    let signed = Router::new()
        .route("/pki/ocsp", post(ocsp::posted))
        .route("/pki/ocsp/{*request}", get(ocsp::asked))
        .route("/pki/tsa", post(stamp::stamp))
        .route_layer(from_fn_with_state(office.clone(), flood::gate));
    Router::new()
        .route("/pki/root.cer", get(publish::root_certificate))
        .route("/pki/issuing.cer", get(publish::issuing_certificate))
        .route("/pki/root.crl", get(publish::root_list))
        .route("/pki/issuing.crl", get(publish::issuing_list))
        .merge(signed)
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .with_state(office)
}

/// An answer of one media type with its caching rule.
fn answer(media: &'static str, cache: String, body: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::try_from(cache).unwrap_or(HeaderValue::from_static("no-store")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether the body claims to be `media`, whatever parameters follow.
fn is(headers: &HeaderMap, media: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(media))
}
