//! `/v/{serial}?t=…`: what a QR code leads to: how the document stands, and the verdict on each signature of
//! its newest revision's copy, once somebody uploads it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, PublicFacts};
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::Problem;

const RATE: Rate = Rate::ten_minutes("v", 300);

/// A document as the public sees it.
#[derive(Template)]
#[template(path = "public/serial.html")]
pub struct SerialPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) serial: String,
    pub(in crate::web) code: String,
    pub(in crate::web) name: String,
    pub(in crate::web) unit: String,
    pub(in crate::web) state: String,
    pub(in crate::web) version: String,
    pub(in crate::web) issued: String,
    pub(in crate::web) sha256: String,
    /// Role, masked name, time of signing.
    pub(in crate::web) parties: Vec<(String, String, Option<String>)>,
}

impl SerialPage {
    /// The page of `facts`.
    pub fn of(f: Frame, facts: PublicFacts) -> Self {
        let lang = f.lang;
        let parties = facts.parties.into_iter();
        Self {
            serial: facts.serial,
            code: facts.header.code,
            name: facts.header.name,
            unit: facts.header.unit,
            state: facts.state.as_str().to_owned(),
            version: facts.version.0.to_string(),
            issued: facts.issued_at.myt(),
            sha256: facts.sha256,
            parties: parties.map(|one| (one.title.say(lang), one.name, one.signed_at.map(|at| at.myt()))).collect(),
            f,
        }
    }
}

/// Shows the document of a serial number, to whoever has its token.
pub async fn show(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(serial): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let query = query.unwrap_or_default();
    let token = query.split('&').find_map(|pair| pair.strip_prefix("t=")).unwrap_or_default();
    let facts = hims::public_facts(&visit.work, &*doors.keystore, &serial, token).await?;
    Ok(Page(SerialPage::of(visit.frame(), facts)).into_response())
}
