//! Certificates and lists.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{Office, answer};
use crate::certificate::{self, Ca, CrlError};
use crate::kernel::work::Work;
use crate::web::problem::Problem;

/// The longest time a cache may keep a list although a newer one may be out, in seconds.
const LIST_SECONDS: u64 = 900;

/// `GET /pki/root.cer`
pub(super) async fn root_certificate(State(office): State<Office>) -> Response {
    certificate(office.authority.root().der())
}

/// `GET /pki/issuing.cer`
pub(super) async fn issuing_certificate(State(office): State<Office>) -> Response {
    certificate(office.authority.issuing().der())
}

fn certificate(der: &[u8]) -> Response {
    answer("application/pkix-cert", "public, max-age=86400".to_owned(), der.to_vec())
}

/// `GET /pki/root.crl`
pub(super) async fn root_list(State(office): State<Office>, headers: HeaderMap) -> Result<Response, Problem> {
    Ok(list(&office.work(), &office, Ca::Root, &headers).await?)
}

/// `GET /pki/issuing.crl`
pub(super) async fn issuing_list(State(office): State<Office>, headers: HeaderMap) -> Result<Response, Problem> {
    Ok(list(&office.work(), &office, Ca::Issuing, &headers).await?)
}

async fn list(work: &Work, office: &Office, ca: Ca, headers: &HeaderMap) -> Result<Response, CrlError> {
    let crl = certificate::crl(work, &office.authority, ca).await?;
    let tag = format!("\"{}-{}\"", ca.as_str(), crl.number);
    let fresh = crl.next_update.since(work.now).as_secs().min(LIST_SECONDS);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer("application/pkix-crl", format!("public, max-age={fresh}"), crl.der)
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
