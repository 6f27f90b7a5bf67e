//! What a person agreed to about their pictures, and taking it back (PUB-LAW-15).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::ekyc;
use crate::web::Doors;
use crate::web::guard::{AtTurn, Filled};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::views::{ConsentPage, Modal};

fn page(doors: &Doors, at: &AtTurn, form: Form) -> ConsentPage {
    let days = doors.settings.ekyc.keep_days.to_string();
    ConsentPage { f: at.frame(), token: at.token.clone(), days, form }
}

/// Shows what taking it back does; or that nothing is kept any more.
pub async fn show(State(doors): State<Arc<Doors>>, at: AtTurn) -> Result<Response, Problem> {
    if !ekyc::withdrawable(&at.work, at.session.person()).await? {
        return Ok(Page(Modal::of(at.frame(), "good", "web-consent-none").ok(&at.path(""))).into_response());
    }
    Ok(Page(page(&doors, &at, Form::new(at.visit.lang))).into_response())
}

/// Takes it back.
pub async fn withdraw(
    State(doors): State<Arc<Doors>>,
    at: AtTurn,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    if !form.ticked("faham") {
        form.refuse("faham", FieldFault::Tick);
        return Ok(Again(page(&doors, &at, form)).into_response());
    }
    ekyc::withdraw(&at.work, &*doors.blobs, at.session.person()).await?;
    Ok(see_other(&at.path("persetujuan")))
}
