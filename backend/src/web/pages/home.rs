//! `/`: the way to each door.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

use crate::account::Role;
use crate::web::guard::{SignedIn, Visit};
use crate::web::problem::Problem;

use super::frame::Frame;
use super::{Page, see_other};

/// The page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    pub(super) f: Frame,
}

/// Somebody signed in goes to their desk, everybody else finds the ways.
pub async fn show(visit: Visit, who: Result<SignedIn, Problem>) -> Response {
    match who.ok().as_ref().and_then(desk) {
        Some(path) => see_other(path),
        None => Page(HomePage { f: visit.frame() }).into_response(),
    }
}

fn desk(who: &SignedIn) -> Option<&'static str> {
    let desks = [(Role::Pemaju, "/hims"), (Role::EkycReviewer, "/kakitangan/ekyc"), (Role::Admin, "/kakitangan")];
    desks.into_iter().find(|(role, _)| who.session.has(*role)).map(|(_, path)| path)
}
