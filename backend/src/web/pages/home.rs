//! `/`: the way to each door.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

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

/// Somebody signed in goes to the first desk of their menu, everybody else finds the ways.
pub async fn show(visit: Visit, who: Result<SignedIn, Problem>) -> Response {
    let f = match &who {
        Ok(who) => who.frame(),
        Err(_) => visit.frame(),
    };
    match f.menu.first() {
        Some((desk, _)) => see_other(desk),
        None => Page(HomePage { f }).into_response(),
    }
}
