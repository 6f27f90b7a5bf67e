//! `/hims`: the agreements of the developer, and who is waited for.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementLine};
use crate::kernel::words::Lang;
use crate::web::guard::Pemaju;
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::Problem;

/// One agreement as shown.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Development, by code and name.
    pub development: String,
    /// Unit.
    pub unit: String,
    /// Stored word of the state.
    pub state: String,
    /// How many of how many have signed.
    pub signed: String,
    /// Who is waited for: role and name.
    pub awaited: Option<(String, String)>,
    /// Until when.
    pub deadline: Option<String>,
}

/// The list.
#[derive(Template)]
#[template(path = "hims/dashboard.html")]
pub struct DashboardPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) lines: Vec<Line>,
}

/// How good a state looks.
pub(in crate::web) fn tone(state: &str) -> &'static str {
    match state {
        "COMPLETED" | "SIGNED" | "CURRENT" => "good",
        "EXPIRED" | "RETURNED" => "bad",
        "SIGNING" | "ISSUED" | "REVIEWING" | "READY" => "info",
        _ => "",
    }
}

impl DashboardPage {
    fn tone(&self, state: &str) -> &'static str {
        tone(state)
    }
}

fn line(line: AgreementLine, lang: Lang) -> Line {
    let awaited = line.awaited.as_ref();
    Line {
        id: line.id.to_string(),
        development: format!("{} · {}", line.header.code, line.header.name),
        unit: line.header.unit.clone(),
        state: line.state.as_str().to_owned(),
        signed: format!("{} / {}", line.signed, line.parties),
        awaited: awaited.map(|party| (party.title.say(lang), party.name.clone())),
        deadline: awaited.and_then(|party| party.deadline).map(|deadline| deadline.myt()),
    }
}

/// Shows the agreements, those with news first.
pub async fn show(at: Pemaju) -> Result<Response, Problem> {
    let lang = at.who.visit.lang;
    let lines = hims::agreements(&at.who.work, &at.desk).await?;
    let lines = lines.into_iter().map(|one| line(one, lang)).collect();
    Ok(Page(DashboardPage { f: at.who.frame(), lines }).into_response())
}
