//! `/masuk/semula`: whoever is signed in proves password and code once more before a step that nobody can take back.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::account::{self, Password};
use crate::kernel::error::Kind;
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, SignedIn, limit, remember};
use crate::web::pages::form::{Form, six_digits};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

const RATE: Rate = Rate::ten_minutes("masuk-semula", 60);
const PATH: &str = "/masuk/semula";

/// Password and code; the page to go back to travels along.
#[derive(Template)]
#[template(path = "staff/prove_again.html")]
pub struct ProveAgainPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// The address of this page for whoever was refused at `path`.
pub(in crate::web) fn address(path: &str) -> String {
    format!("{PATH}?balik={}", home(path))
}

/// `path`, if it is one of ours and names a page as ours do; else the first page. A browser reads `//host`, `/\host` and
/// `/<tab>/host` as another site.
fn home(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte));
    if path.starts_with('/') && plain && !path.contains("//") { path } else { "/" }
}

/// Asks.
pub async fn show(who: SignedIn, RawQuery(query): RawQuery) -> Response {
    let form = Form::decode(query.unwrap_or_default().as_bytes(), who.visit.lang);
    Page(ProveAgainPage { f: who.frame(), form }).into_response()
}

/// Proves; the session has a new name from then on.
pub async fn prove(
    State(doors): State<Arc<Doors>>,
    who: SignedIn,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&who.visit, &address, RATE).await?;
    let token = who.visit.session.as_deref().ok_or(DoorFault::SignIn)?;
    if let Some(code) = form.parse("kod", six_digits) {
        let (keys, password) = (&*doors.keystore, Password::typed(form.value("kata_laluan")));
        match account::prove_again(&who.work, keys, &who.session, token, &password, code).await {
            Ok(token) => return Ok(remember(see_other(home(form.value("balik"))), &token, &doors)),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Unproven, Kind::TooMany])?,
        }
    }
    Ok(Again(ProveAgainPage { f: who.frame(), form }).into_response())
}

#[cfg(test)]
mod tests;
