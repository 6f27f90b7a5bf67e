//! How a turn stands when there is nothing to do: not your turn yet, over, signed, sent back, complete.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, TurnFacts, TurnStep};
use crate::web::Doors;
use crate::web::guard::{AtTurn, FRAMEABLE};
use crate::web::pages::{Page, see_other};
use crate::web::problem::Problem;

use super::facts;
use super::views::{Modal, TextPage};

/// The words for how the turn stands.
pub(super) fn modal(at: &AtTurn, facts: &TurnFacts) -> Modal {
    let f = at.frame();
    let complete = facts.signed.0 == facts.signed.1;
    let (tone, key) = match &facts.step {
        TurnStep::Wait(_) => ("wait", "web-state-not-yet"),
        TurnStep::Identity(_) => ("wait", "web-state-needs-ekyc"),
        TurnStep::Underway => ("wait", "web-waiting-stamp"),
        TurnStep::Signed if complete => ("good", "web-state-completed"),
        TurnStep::Signed => ("good", "web-state-signed"),
        TurnStep::Over => ("bad", "web-state-expired"),
        TurnStep::Superseded => ("wait", "web-state-replaced"),
        TurnStep::Certificate | TurnStep::Review | TurnStep::Sign => ("wait", "web-your-turn-now"),
    };
    let progress = f.say2("web-signed-count", "n", &facts.signed.0.to_string(), "of", &facts.signed.1.to_string());
    let download = f.say("web-download-signed");
    let waits = matches!(facts.step, TurnStep::Underway);
    let mut modal = Modal::of(if waits { f.waiting(5) } else { f }, tone, key);
    if let TurnStep::Wait(Some(awaited)) = &facts.step {
        let role = awaited.title.say(at.visit.lang);
        modal.lines.push(modal.f.say2("web-awaited", "role", &role, "name", &awaited.name));
    }
    modal.lines.push(progress);
    match facts.step {
        TurnStep::Signed => modal.going(&at.path("dokumen.pdf"), download),
        _ => modal,
    }
}

/// The very bytes of the turn; our own review page may frame them.
pub async fn document(State(doors): State<Arc<Doors>>, at: AtTurn) -> Result<Response, Problem> {
    let bytes = hims::turn_document(&at.work, &*doors.blobs, &at.session).await??;
    Ok(pdf(bytes, "espa.pdf"))
}

/// A PDF to be shown in place.
pub fn pdf(bytes: Vec<u8>, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMEABLE));
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// The text of the document.
pub async fn text(at: AtTurn) -> Result<Response, Problem> {
    let (facts, _) = facts(&at).await?;
    let text = facts.page_texts.join("\n\n— — —\n\n");
    Ok(Page(TextPage { f: at.frame(), back: at.path("semak"), text }).into_response())
}

/// The result of a signature (SIGN-19).
pub async fn signed(at: AtTurn) -> Result<Response, Problem> {
    let (facts, _) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Signed) {
        return Ok(see_other(&at.path("")));
    }
    let f = at.frame();
    let download = f.say("web-download-signed");
    let modal = Modal::of(f, "good", "web-signed").ok(&at.path("")).or(&at.path("dokumen.pdf"), download);
    Ok(Page(Modal { digest: hex::encode(facts.head.sha256), ..modal }).into_response())
}
