//! The reviewer's desk: how much waits, the case one was given, and the decision.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::account::EkycReviewer;
use crate::ekyc::{self, Checklist, Decision, Reason, Slot, SubmissionId};
use crate::web::Doors;
use crate::web::guard::{At, Filled};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

const DESK: &str = "/kakitangan/ekyc";

/// One decision of today.
#[derive(Clone, Debug)]
pub struct Done {
    /// The name as registered.
    pub name: String,
    /// Stored word of the decision.
    pub decision: String,
    /// When.
    pub at: String,
}

/// The desk.
#[derive(Template)]
#[template(path = "staff/ekyc_desk.html")]
pub struct DeskPage {
    pub(in crate::web) f: Frame,
    /// How many wait, are with a reviewer, are still being read.
    pub(in crate::web) counts: [(&'static str, String); 3],
    /// Since when the oldest waits; for how long: number and the word for its unit.
    pub(in crate::web) oldest: Option<(String, (String, &'static str))>,
    /// Whether there is something to take.
    pub(in crate::web) ready: bool,
    /// The case the reviewer holds.
    pub(in crate::web) mine: Option<String>,
    pub(in crate::web) done: Vec<Done>,
}

/// One picture as the page shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Stored word.
    pub slot: &'static str,
    /// Codes of what is wrong with it.
    pub faults: Vec<String>,
    /// What the person was asked to do.
    pub prompts: Vec<String>,
    /// Where it is from: `camera`, `file`, or empty.
    pub source: &'static str,
}

/// One comparison as the page shows it.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Stored word of the check.
    pub check: &'static str,
    /// Stored word of the outcome.
    pub outcome: &'static str,
    /// What was read instead.
    pub read: String,
}

/// One case: pictures beside particulars and checks, and the decision.
#[derive(Template)]
#[template(path = "staff/ekyc_case.html")]
pub struct CasePage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
    pub(in crate::web) number: String,
    pub(in crate::web) document: &'static str,
    pub(in crate::web) since: String,
    pub(in crate::web) until: String,
    /// Seconds until then.
    pub(in crate::web) left: u64,
    pub(in crate::web) attempt: String,
    pub(in crate::web) consent: Option<(String, String)>,
    pub(in crate::web) pictures: Vec<Shown>,
    pub(in crate::web) checks: Vec<Compared>,
    pub(in crate::web) ticks: [&'static str; 5],
    pub(in crate::web) reasons: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

/// Shows the desk.
pub async fn desk(at: At<EkycReviewer>) -> Result<Response, Problem> {
    let work = &at.who.work;
    let desk = ekyc::desk(work, &at.officer).await?;
    let done = desk.decided.into_iter().map(|one| Done { name: one.name, decision: one.decision, at: one.at.myt() });
    Ok(Page(DeskPage {
        f: at.who.frame(),
        counts: [
            ("web-ekyc-waiting", desk.waiting.to_string()),
            ("web-ekyc-held", desk.held.to_string()),
            ("web-ekyc-unread", desk.unread.to_string()),
        ],
        oldest: desk.oldest.map(|since| (since.myt(), waited(work.now.since(since)))),
        ready: desk.waiting > desk.held + desk.unread,
        mine: desk.mine.map(|id| id.to_string()),
        done: done.collect(),
    })
    .into_response())
}

/// Gives the reviewer the next case. Nobody picks.
pub async fn next(at: At<EkycReviewer>) -> Result<Response, Problem> {
    Ok(match ekyc::next(&at.who.work, &at.officer).await? {
        Some(id) => see_other(&format!("{DESK}/{id}")),
        None => see_other(DESK),
    })
}

/// Gives a case back.
pub async fn release(at: At<EkycReviewer>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    ekyc::release(&at.who.work, &at.officer, &id).await?;
    Ok(see_other(DESK))
}

/// Keeps the case for longer, with everything that was ticked and chosen.
pub async fn renew(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path(id): Path<String>,
    Filled(form): Filled,
) -> Result<Response, Problem> {
    let check = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    ekyc::renew(&at.who.work, &at.officer, &check).await?;
    Ok(Page(page(&doors, &at, &id, form).await?).into_response())
}

/// Shows the case that the reviewer was given.
pub async fn show(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(page(&doors, &at, &id, form).await?).into_response())
}

async fn page(doors: &Doors, at: &At<EkycReviewer>, id: &str, form: Form) -> Result<CasePage, Problem> {
    let id = SubmissionId::parse(id).ok_or(DoorFault::Missing)?;
    let case = ekyc::case(&at.who.work, &*doors.keystore, &at.officer, &id).await?;
    let mut pictures = case.pictures;
    // The face beside the portrait: the eye goes to and fro.
    pictures.sort_by_key(|one| one.slot == Slot::Back);
    let checks = case.findings.into_iter();
    Ok(CasePage {
        f: at.who.frame(),
        id: case.id.to_string(),
        name: case.person.name.to_string(),
        number: dashed(case.document, &case.number),
        document: case.document.as_str(),
        since: case.since.myt(),
        until: case.until.myt(),
        left: case.until.since(at.who.work.now).as_secs(),
        attempt: case.attempt.to_string(),
        consent: case.consent.map(|(version, at)| (version, at.myt())),
        pictures: pictures
            .into_iter()
            .map(|one| Shown {
                slot: one.slot.as_str(),
                faults: one.faults,
                prompts: one.prompts,
                source: one.source.as_str(),
            })
            .collect(),
        checks: checks
            .map(|one| Compared {
                check: one.check.as_str(),
                outcome: one.outcome.as_str(),
                read: one.read.unwrap_or_default(),
            })
            .collect(),
        ticks: Checklist::ITEMS,
        reasons: Reason::ALL.iter().map(|reason| reason.as_str()).collect(),
        form,
    })
}

/// How long something has waited: a number, and the word of its unit.
fn waited(time: Duration) -> (String, &'static str) {
    match time.as_secs() / 60 {
        minutes @ 0..60 => (minutes.to_string(), "web-ekyc-minutes"),
        minutes @ 60..2880 => ((minutes / 60).to_string(), "web-ekyc-hours"),
        minutes => ((minutes / 1440).to_string(), "web-ekyc-days"),
    }
}

/// A number as its card prints it: `900423-10-5484`.
fn dashed(document: ekyc::Document, number: &str) -> String {
    match (document, number.len()) {
        (ekyc::Document::Ic, 12) => format!("{}-{}-{}", &number[..6], &number[6..8], &number[8..]),
        _ => number.to_owned(),
    }
}

/// One picture, marked with who looks and when; `?rata` is the document alone, laid flat.
pub async fn picture(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path((id, slot)): Path<(String, String)>,
    RawQuery(how): RawQuery,
) -> Result<Response, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let slot = Slot::parse(&slot).ok_or(DoorFault::Missing)?;
    let name = at.who.frame().signed_in.unwrap_or_default();
    let mark = format!("{name} {}", at.who.work.now.myt());
    let look = ekyc::Look { id: &id, slot, mark: &mark, flat: how.as_deref() == Some("rata") };
    let bytes = ekyc::picture(&at.who.work, &*doors.keystore, &*doors.blobs, &at.officer, look).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], bytes).into_response())
}

/// Decides, and gives the reviewer the next case unless they want to stop.
pub async fn decide(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path(id): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let check = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let Some(decision) = decision(&mut form) else {
        return Ok(Again(page(&doors, &at, &id, form).await?).into_response());
    };
    ekyc::decide(&at.who.work, &doors.settings.ekyc, &at.officer, &check, &decision).await?;
    if form.ticked("berhenti") { Ok(see_other(DESK)) } else { next(at).await }
}

/// The button pressed, with the ticks or the reason it needs.
fn decision(form: &mut Form) -> Option<Decision> {
    let word = form.value("keputusan").to_owned();
    if word == "lulus" {
        let ticked = Checklist::complete(|item| form.ticked(&format!("semak_{item}")));
        if ticked.is_none() {
            form.refuse("", FieldFault::Checklist);
        }
        return ticked.map(Decision::Approve);
    }
    let reason = form.parse("sebab", |word| Reason::parse(word).ok_or(FieldFault::Choice))?;
    let slots = Slot::ALL.into_iter().filter(|slot| form.ticked(&format!("sisi_{}", slot.as_str())));
    match word.as_str() {
        "tolak" => Some(Decision::Reject(reason)),
        "ambil-semula" => Some(Decision::Retake(reason, slots.collect())),
        _ => {
            form.refuse("", FieldFault::Choice);
            None
        }
    }
}
