//! The modal that says why nothing was signed (SCR-6, SIGN-16 to SIGN-18), at an address of its own: a reload
//! tells it again and sends no PIN twice.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::web::Doors;
use crate::web::guard::AtTurn;
use crate::web::pages::form::Form;
use crate::web::pages::{Page, see_other};
use crate::web::problem::{Problem, add_headers};

use super::views::Modal;

/// The purpose of the mark that keeps others from writing a refusal.
const MARK: &str = "told";

/// A refusal on its way from the POST to the page that shows it. It travels in the address, so it holds what may
/// be shown and no more.
#[derive(Serialize, Deserialize)]
pub struct Told {
    code: String,
    status: u16,
    facts: Vec<(String, String)>,
    /// The way on keeps the choices made.
    again: String,
    reference: String,
}

impl Told {
    /// What `problem` says, and the page to go on from.
    pub fn of(at: &AtTurn, problem: &Problem, again: &str) -> Self {
        let facts = problem.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self {
            code: problem.code.to_owned(),
            status: problem.status().as_u16(),
            facts: facts.collect(),
            again: again.to_owned(),
            reference: at.work.request.clone(),
        }
    }

    /// To the page that shows it.
    pub fn answer(&self, doors: &Doors, at: &AtTurn) -> Response {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let mark = doors.key.token(MARK, &[at.session.turn().as_str(), &text]);
        see_other(&at.path(&format!("tandatangan/keputusan?k={text}&t={mark}")))
    }

    /// The refusal that an address carries, if it was written here for this turn.
    fn read(doors: &Doors, at: &AtTurn, query: &str) -> Option<Self> {
        let query = Form::decode(query.as_bytes(), at.visit.lang);
        let text = query.value("k");
        if !doors.key.fits(query.value("t"), MARK, &[at.session.turn().as_str(), text]) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    fn modal(&self, at: &AtTurn) -> Modal {
        let (lang, f) = (at.visit.lang, at.frame());
        let facts: Vec<_> = self.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let say = |part: &str| lang.say_with(&format!("problem-{}{part}", self.code), &facts);
        // SCR-6 names the modal of a wrong code by its outcome alone.
        let (title, lines) = match self.code.starts_with("code-") {
            true => (f.say("web-code-wrong-title"), vec![say(""), say(".remedy")]),
            false => (say(""), vec![say(".remedy")]),
        };
        let forgot = f.say("web-forgot-pin");
        let mut modal = Modal::new(f, "bad", title, lines).ok(&at.path(&self.again));
        if self.code.starts_with("pin-") {
            modal = modal.or("/set-semula-pin", forgot);
        }
        modal.reference.clone_from(&self.reference);
        modal
    }
}

/// Shows the refusal; an address that was not written here leads back to the pad.
pub async fn show(State(doors): State<Arc<Doors>>, at: AtTurn, RawQuery(query): RawQuery) -> Response {
    let Some(told) = Told::read(&doors, &at, &query.unwrap_or_default()) else {
        return see_other(&at.path("tandatangan"));
    };
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let mut response = (status, Page(told.modal(&at))).into_response();
    add_headers(status, told.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())), &mut response);
    response
}
