//! How a turn stands when there is nothing to do: not your turn yet, over, signed, sent back, complete.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::ekyc::Status;
use crate::hims::{self, PURPOSE, Title, TurnFacts, TurnStep};
use crate::kernel::words::Lang;
use crate::signing;
use crate::web::Doors;
use crate::web::guard::{AtTurn, FRAMEABLE};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Page, see_other};
use crate::web::problem::Problem;

use super::facts;
use super::views::{Modal, TextPage};

/// How often a page looks whether somebody else has signed (seconds).
const LOOK: u32 = 30;

/// The words for how the turn stands.
pub(super) async fn modal(at: &AtTurn, facts: &TurnFacts) -> Result<Modal, Problem> {
    let (tone, key, look) = words(facts);
    let mut modal = Modal::of(look.into_iter().fold(at.frame(), Frame::waiting), tone, key);
    modal.over = matches!(facts.step, TurnStep::Signed | TurnStep::Superseded);
    let header = &facts.header;
    modal = modal.with("web-unit", &format!("{} · {} · {}", header.code, header.name, header.unit));
    if let TurnStep::Identity(status) = facts.step {
        modal = standing_of(modal, status, &at.path("pautan"));
    }
    modal = others(modal, facts, at.visit.lang);
    match facts.step {
        TurnStep::Signed => proof(at, facts, modal).await,
        _ if look.is_some() => Ok(modal.looking_again(&at.path(""))),
        _ => Ok(modal),
    }
}

/// The tone, the words, and how often the page looks again.
fn words(facts: &TurnFacts) -> (&'static str, &'static str, Option<u32>) {
    match &facts.step {
        TurnStep::Wait => ("wait", "web-state-not-yet", Some(LOOK)),
        TurnStep::Identity(status) => identity(*status),
        TurnStep::Underway => ("wait", "web-waiting-stamp", Some(5)),
        TurnStep::Signed if facts.signed.0 == facts.signed.1 => ("good", "web-state-completed", None),
        TurnStep::Signed => ("good", "web-state-signed", Some(LOOK)),
        TurnStep::Over => ("bad", "web-state-expired", None),
        TurnStep::Superseded => match &facts.returned {
            Some(by) if by.me => ("good", "web-correction-done", None),
            Some(_) => ("wait", "web-state-returned", None),
            None if facts.withdrawn => ("wait", "web-state-withdrawn", None),
            None => ("wait", "web-state-replaced", None),
        },
        TurnStep::Certificate | TurnStep::Review | TurnStep::Sign => ("wait", "web-your-turn-now", None),
    }
}

/// Who sent it back or is waited for, and how many have signed.
fn others(modal: Modal, facts: &TurnFacts, lang: Lang) -> Modal {
    let who = |title: &Title, name: &str| format!("{} · {name}", title.say(lang));
    let modal = match (&facts.step, &facts.returned, &facts.awaited) {
        (TurnStep::Superseded, Some(by), _) => modal.with("web-returned-by", &who(&by.title, &by.name)),
        (TurnStep::Wait | TurnStep::Signed, _, Some(party)) => {
            modal.with("web-awaiting", &who(&party.title, &party.name))
        }
        _ => modal,
    };
    let (n, of) = (facts.signed.0.to_string(), facts.signed.1.to_string());
    let count = modal.f.say2("web-signed-count", "n", &n, "of", &of);
    modal.with("web-progress", &count)
}

/// The tone and the words for how the identity check stands, and how often the page looks again.
const fn identity(status: Status) -> (&'static str, &'static str, Option<u32>) {
    match status {
        Status::Missing | Status::Ended { .. } | Status::Approved { .. } => {
            ("wait", "web-state-ekyc-missing", Some(LOOK))
        }
        Status::InReview => ("wait", "web-state-ekyc-review", Some(LOOK)),
        Status::Retake(_) => ("wait", "web-state-ekyc-retake", None),
        Status::Rejected(_) => ("bad", "web-state-ekyc-rejected", None),
    }
}

/// How the identity check stands, why, and the way on: the mail with the way into the app once more.
pub(in crate::web) fn standing_of(modal: Modal, status: Status, again: &str) -> Modal {
    let word = modal.f.term("ekyc-status", status.as_str());
    let modal = modal.with("web-ekyc-state", &word);
    match status {
        Status::Rejected(reason) => {
            let reason = modal.f.term("ekyc-reason", reason.as_str());
            modal.with("web-ekyc-reason", &reason)
        }
        Status::Retake(reason) => {
            let reason = modal.f.term("ekyc-reason", reason.as_str());
            modal.with("web-ekyc-reason", &reason).sending(again, "web-send-enrol-link")
        }
        Status::Missing | Status::Ended { .. } => modal.sending(again, "web-send-enrol-link"),
        Status::InReview | Status::Approved { .. } => modal,
    }
}

/// Mails the signer once more what they wait for.
pub async fn remind(at: AtTurn) -> Result<Response, Problem> {
    hims::remind_signer(&at.work, at.session.person(), at.session.turn()).await?;
    Ok(see_other(&at.path("dihantar")))
}

/// It was sent; may be reloaded.
pub async fn sent(at: AtTurn) -> Response {
    Page(Modal::of(at.frame(), "wait", "web-mailed-to-you").ok(&at.path(""))).into_response()
}

/// What a signer keeps: when, with which certificate, which document, where anybody checks it.
async fn proof(at: &AtTurn, facts: &TurnFacts, modal: Modal) -> Result<Modal, Problem> {
    let check = modal.f.say("web-check-document");
    let signed_at = facts.signed_at.map_or_else(String::new, |time| time.myt());
    let serial = facts.serial.clone().unwrap_or_default();
    let mut modal = modal.with("web-your-time", &signed_at).with("web-serial", &serial);
    if let Some(receipt) = signing::proof(&at.work, PURPOSE, facts.turn.as_str()).await? {
        modal = modal.with("web-your-certificate", &receipt.certificate);
    }
    let file = Some((at.path("dokumen.pdf"), format!("{serial}.pdf")));
    Ok(Modal { digest: hex::encode(facts.head.sha256), file, ..modal.or("/semak", check) })
}

/// The very bytes of the turn; our own review page may frame them.
pub async fn document(State(doors): State<Arc<Doors>>, at: AtTurn) -> Result<Response, Problem> {
    let bytes = hims::turn_document(&at.work, &*doors.blobs, &at.session).await??;
    Ok(pdf(bytes))
}

/// A PDF to be shown in place; a link that saves it names the file.
pub fn pdf(bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMEABLE));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    response
}

/// The text of the document.
pub async fn text(at: AtTurn) -> Result<Response, Problem> {
    let (facts, _) = facts(&at).await?;
    let (pages, lang) = (facts.page_texts, facts.lang);
    Ok(Page(TextPage { f: at.frame(), back: at.path("semak"), pages, lang }).into_response())
}

/// The result of a signature (SIGN-19).
pub async fn signed(at: AtTurn) -> Result<Response, Problem> {
    let (facts, _) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Signed) {
        return Ok(see_other(&at.path("")));
    }
    let modal = proof(&at, &facts, Modal::of(at.frame(), "good", "web-signed")).await?;
    Ok(Page(Modal { others: Vec::new(), over: true, ..modal }.ok(&at.path(""))).into_response())
}
