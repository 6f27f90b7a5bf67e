//! `/sihat`: for probes and for people who wonder.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::web::Doors;
use crate::web::guard::Visit;
use crate::web::problem::Problem;

use super::Page;
use super::frame::Frame;

/// The page.
#[derive(Template)]
#[template(path = "health.html")]
pub struct HealthPage {
    pub(super) f: Frame,
    pub(super) now: String,
}

/// Answers when the database answers.
pub async fn show(State(doors): State<Arc<Doors>>, visit: Visit) -> Result<Response, Problem> {
    doors.means.db.begin_read().await?;
    let now = visit.work.now.myt();
    Ok(Page(HealthPage { f: visit.frame(), now }).into_response())
}
