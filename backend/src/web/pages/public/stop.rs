//! "Bukan saya": links in mails about a new phone or a new PIN. Opening one changes nothing, pressing the button stops
//! what the mail was about.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::device;
use crate::enrolment;
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::problem::Problem;

const RATE: Rate = Rate::ten_minutes("bukan-saya", 60);

/// Asks once more, then stops.
#[derive(Template)]
#[template(path = "public/stop.html")]
pub struct StopPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) title: String,
    pub(in crate::web) lines: Vec<String>,
    /// Where the button leads.
    pub(in crate::web) action: String,
    pub(in crate::web) button: String,
}

impl StopPage {
    /// The page in the words `web-stop-<what>-…`, the first of which mention `fact`.
    fn of(f: Frame, what: &str, action: String, fact: (&str, &str)) -> Self {
        let key = |part: &str| format!("web-stop-{what}-{part}");
        Self {
            title: f.say(&key("title")),
            lines: vec![f.say1(&key("what"), fact.0, fact.1), f.say(&key("then"))],
            action,
            button: f.say(&key("do")),
            f,
        }
    }

    pub(in crate::web) fn phone(f: Frame, token: &str, model: &str) -> Self {
        Self::of(f, "phone", format!("/bukan-saya/{token}"), ("model", model))
    }

    pub(in crate::web) fn pin(f: Frame, token: &str, ready: &str) -> Self {
        Self::of(f, "pin", format!("/set-semula-pin/batal/{token}"), ("ready", ready))
    }
}

/// Which phone the link is about.
pub async fn phone(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let phone = device::deniable(&visit.work, &*doors.keystore, &token).await?;
    Ok(Page(StopPage::phone(visit.frame(), &token, &phone.model)).into_response())
}

/// Sends the phone away.
pub async fn stop_phone(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    device::deny(&visit.work, &*doors.keystore, &token).await?;
    Ok(Page(Modal::of(visit.frame(), "good", "web-stop-phone-done").ok("/")).into_response())
}

/// Which new PIN the link is about.
pub async fn pin(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let wait = enrolment::cancellable(&visit.work, &*doors.keystore, &token).await?;
    Ok(Page(StopPage::pin(visit.frame(), &token, &wait.ready_at.myt())).into_response())
}

/// Stops the new PIN.
pub async fn stop_pin(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    enrolment::cancel(&visit.work, &*doors.keystore, &token).await?;
    Ok(Page(Modal::of(visit.frame(), "good", "web-stop-pin-done").ok("/")).into_response())
}
