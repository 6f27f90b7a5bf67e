//! Sending the agreement back to the developer instead of signing (HIMS-23).

use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, Remark, TurnStep};
use crate::web::guard::{AtTurn, Filled};
use crate::web::pages::form::Form;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::facts;
use super::views::{CorrectionPage, Modal};

/// Asks what must change.
pub async fn show(at: AtTurn) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if facts.returned.as_ref().is_some_and(|by| by.me) {
        return Ok(Page(Modal::of(at.frame(), "good", "web-correction-done").ok(&at.path(""))).into_response());
    }
    if !matches!(facts.step, TurnStep::Review | TurnStep::Sign) {
        return Ok(see_other(&at.path("")));
    }
    Ok(Page(CorrectionPage { f: at.frame(), head, form: Form::new(at.visit.lang) }).into_response())
}

/// Sends it back.
pub async fn send(at: AtTurn, Filled(mut form): Filled) -> Result<Response, Problem> {
    let (_, head) = facts(&at).await?;
    let Some(remark) = form.parse("catatan", Remark::parse) else {
        return Ok(Again(CorrectionPage { f: at.frame(), head, form }).into_response());
    };
    hims::request_correction(&at.work, &at.session, &remark).await?;
    Ok(see_other(&at.path("pembetulan")))
}
