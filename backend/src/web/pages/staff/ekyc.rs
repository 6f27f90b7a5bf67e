//! The reviewer's desk: the queue of identity checks, and one of them with its pictures.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::account::EkycReviewer;
use crate::ekyc::{self, Decision, Reason, Slot, SubmissionId};
use crate::kernel::error::Kind;
use crate::web::Doors;
use crate::web::guard::{At, Filled};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

/// One check that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// The name as registered.
    pub name: String,
    /// Stored word of the document.
    pub document: &'static str,
    /// Since when.
    pub since: String,
    /// Another reviewer must decide.
    pub own: bool,
}

/// The queue.
#[derive(Template)]
#[template(path = "staff/ekyc_queue.html")]
pub struct QueuePage {
    pub(in crate::web) f: Frame,
    /// How many wait.
    pub(in crate::web) count: String,
    pub(in crate::web) queue: Vec<Waiting>,
}

/// One check: particulars beside pictures, and the decision.
#[derive(Template)]
#[template(path = "staff/ekyc_case.html")]
pub struct CasePage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
    pub(in crate::web) number: String,
    pub(in crate::web) document: &'static str,
    pub(in crate::web) since: String,
    /// Stored words of the pictures.
    pub(in crate::web) slots: Vec<&'static str>,
    pub(in crate::web) open: bool,
    pub(in crate::web) reasons: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

/// Shows the queue, longest waiting first.
pub async fn queue(at: At<EkycReviewer>) -> Result<Response, Problem> {
    let queue = ekyc::queue(&at.who.work, &at.officer).await?;
    let queue = queue.into_iter().map(|one| Waiting {
        id: one.id.to_string(),
        name: one.name,
        document: one.document.as_str(),
        since: one.since.myt(),
        own: !one.allowed,
    });
    let queue: Vec<_> = queue.collect();
    Ok(Page(QueuePage { f: at.who.frame(), count: queue.len().to_string(), queue }).into_response())
}

/// Shows one check.
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
    Ok(CasePage {
        f: at.who.frame(),
        id: case.id.to_string(),
        name: case.person.name.to_string(),
        number: case.number,
        document: case.person.id_kind.as_str(),
        since: case.since.myt(),
        slots: case.slots.iter().map(|slot| slot.as_str()).collect(),
        open: case.open,
        reasons: Reason::ALL.iter().map(|reason| reason.as_str()).collect(),
        form,
    })
}

/// One picture.
pub async fn picture(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path((id, slot)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    let slot = Slot::parse(&slot).ok_or(DoorFault::Missing)?;
    let bytes = ekyc::picture(&at.who.work, &*doors.blobs, &at.officer, &id, slot).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], bytes).into_response())
}

/// Decides.
pub async fn decide(
    State(doors): State<Arc<Doors>>,
    at: At<EkycReviewer>,
    Path(id): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let check = SubmissionId::parse(&id).ok_or(DoorFault::Missing)?;
    if let Some(decision) = decision(&mut form) {
        match ekyc::decide(&at.who.work, &at.officer, &check, decision).await {
            Ok(_) => return Ok(see_other("/kakitangan/ekyc")),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(page(&doors, &at, &id, form).await?).into_response())
}

/// The button pressed, with the reason it needs.
fn decision(form: &mut Form) -> Option<Decision> {
    let word = form.value("keputusan").to_owned();
    if word == "lulus" {
        return Some(Decision::Approve);
    }
    let reason = form.parse("sebab", |word| Reason::parse(word).ok_or(FieldFault::Choice))?;
    match word.as_str() {
        "tolak" => Some(Decision::Reject(reason)),
        "ambil-semula" => Some(Decision::Retake(reason)),
        _ => {
            form.refuse("", FieldFault::Choice);
            None
        }
    }
}
