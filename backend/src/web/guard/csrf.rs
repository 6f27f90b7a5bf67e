//! A POST is heard when it comes from our own page in the same browser: same origin, and a token that only
//! that page could carry (double submit, bound to the browser and to the session).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::web::Doors;
use crate::web::pages::form::Form;
use crate::web::problem::{DoorFault, Problem};

use super::{FORM_LIMIT, Visit};

/// The name of the hidden field.
const FIELD: &str = "csrf";

/// Lets reads pass; checks everything else before a handler sees it.
pub(super) async fn check(State(doors): State<Arc<Doors>>, visit: Visit, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match checked(&doors, &visit, request).await {
        Ok(request) => next.run(request).await,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Checks the origin alone, where a POST changes nothing.
pub(super) async fn check_origin(State(doors): State<Arc<Doors>>, request: Request, next: Next) -> Response {
    match same_origin(request.headers(), &doors.settings.public_url) {
        Ok(()) => next.run(request).await,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

async fn checked(doors: &Doors, visit: &Visit, request: Request) -> Result<Request, DoorFault> {
    same_origin(request.headers(), &doors.settings.public_url)?;
    let (mut parts, body) = request.into_parts();
    let urlencoded = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().split(|byte| *byte == b';').next() == Some(b"application/x-www-form-urlencoded")
    });
    if !urlencoded {
        return Err(DoorFault::Media);
    }
    let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|_| DoorFault::TooLarge)?;
    let form = Form::decode(&bytes, visit.lang);
    if !visit.accepts_form(form.value(FIELD)) {
        return Err(DoorFault::FormToken);
    }
    parts.extensions.insert(form);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Refuses what another site sent. Browsers send `Origin` with every POST; `Sec-Fetch-Site` says it again.
fn same_origin(headers: &HeaderMap, own: &str) -> Result<(), DoorFault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin_fits = text("origin").is_none_or(|origin| origin == own);
    let site_fits = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    if origin_fits && site_fits { Ok(()) } else { Err(DoorFault::Origin) }
}

/// The form of a POST, after the guard accepted it.
pub struct Filled(pub Form);

impl<S: Send + Sync> FromRequest<S> for Filled {
    type Rejection = Problem;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Problem> {
        // Only `check` puts a form here: a route outside its layer gets nothing.
        Ok(Self(request.extensions_mut().remove::<Form>().ok_or(DoorFault::FormToken)?))
    }
}
