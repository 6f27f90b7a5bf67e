//! SCR-7 to SCR-9: a forgotten PIN. The page answers the same for every address; the phone decides.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::enrolment::{self, IssuanceId, ResetForm, Stage};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Kind;
use crate::kernel::secret::Secret;
use crate::person::Email;
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, Visit, limit};
use crate::web::pages::form::{FieldFault, Form, id_number, new_pin, six_digits};
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

const RATE: Rate = Rate::ten_minutes("set-semula-pin", 60);
/// What the person can mend in the form, or has to know before trying elsewhere.
const MENDABLE: [Kind; 5] = [Kind::Unproven, Kind::TooMany, Kind::Denied, Kind::Conflict, Kind::Missing];
const PATH: &str = "/set-semula-pin/borang";

/// SCR-7: Set Semula PIN Sijil Digital.
#[derive(Template)]
#[template(path = "public/reset_ask.html")]
pub struct AskPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// SCR-8: Reset Digital Certificate PIN.
#[derive(Template)]
#[template(path = "public/reset_form.html")]
pub struct FormPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// Asks for the address.
pub async fn ask(visit: Visit) -> Response {
    Page(AskPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// "Semak": mails a code where there is somebody to mail it to, and says the same to everybody (PIN-7, GAP-5).
pub async fn check(visit: Visit, address: Address, Filled(mut form): Filled) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if let Some(email) = form.parse("emel", Email::parse) {
        match enrolment::start_reset(&visit.work, &email).await {
            Ok(()) => return Ok(Page(Modal::of(visit.frame(), "wait", "web-reset-checked").ok(PATH)).into_response()),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::TooMany])?,
        }
    }
    Ok(Again(AskPage { f: visit.frame(), form }).into_response())
}

/// The form itself.
pub async fn form(visit: Visit) -> Response {
    Page(FormPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// Takes number, address, code and new PIN; the phone is asked.
pub async fn submit(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if let Some(reset) = parsed(&mut form) {
        match enrolment::submit_reset(&visit.work, &doors.desk, &reset).await {
            Ok(id) => {
                let proof = doors.key.token("reset", &[&visit.visitor, id.as_str()]);
                return Ok(see_other(&format!("/set-semula-pin/{id}.{proof}")));
            }
            Err(refused) => {
                form.refuse_or_fail(refused, &MENDABLE)?;
            }
        }
    }
    Ok(Again(FormPage { f: visit.frame(), form }).into_response())
}

fn parsed(form: &mut Form) -> Option<ResetForm> {
    let number = form.parse("ic", id_number);
    let email = form.parse("emel", Email::parse);
    let code = form.parse("kod", six_digits);
    let pin = form.parse("pin", new_pin);
    if form.value("pin") != form.value("pin_lagi") {
        form.refuse("pin_lagi", FieldFault::PinsDiffer);
        return None;
    }
    Some(ResetForm { email: email?, number: number?, code: Secret::new(code?.expose().to_owned()), pin: pin? })
}

/// Waits for the phone, then tells (SCR-9). Only the browser that sent the form may look.
pub async fn progress(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(named): Path<String>,
) -> Result<Response, Problem> {
    let (id, proof) = named.split_once('.').ok_or(DoorFault::Missing)?;
    if !doors.key.fits(proof, "reset", &[&visit.visitor, id]) {
        return Err(DoorFault::Missing.into());
    }
    let id = IssuanceId::parse(id).ok_or(DoorFault::Missing)?;
    let progress = enrolment::progress(&visit.work, &id).await?.ok_or(DoorFault::Missing)?;
    Ok(Page(told(visit.frame(), progress.stage, progress.expires_at, visit.work.now)).into_response())
}

/// The words for a stage; a question that nobody answered is over before the job has cleared it away.
pub(in crate::web) fn told(f: Frame, stage: Stage, until: Timestamp, now: Timestamp) -> Modal {
    let over = now >= until;
    match stage {
        Stage::Waiting if !over => waiting(f, until),
        Stage::Approved => Modal::of(f.waiting(2), "wait", "web-reset-making"),
        Stage::Issued => Modal { closes: true, ..Modal::of(f, "good", "web-reset-done").ok("/") },
        Stage::Declined => ended(f, "web-reset-declined"),
        Stage::Withdrawn if !over => ended(f, "web-reset-replaced"),
        Stage::Waiting | Stage::Withdrawn => ended(f, "web-reset-expired"),
        Stage::Failed => ended(f, "web-reset-failed"),
    }
}

/// Asks again by itself, and by a link where the browser does not.
fn waiting(f: Frame, until: Timestamp) -> Modal {
    let title = f.say("web-reset-wait-title");
    let lines = vec![f.say("web-reset-wait-text"), f.say1("web-reset-wait-until", "until", &until.myt())];
    let (here, look) = (f.path.clone(), f.say("web-reset-look"));
    Modal::new(f.waiting(4), "wait", title, lines).going(&here, look)
}

fn ended(f: Frame, key: &str) -> Modal {
    let again = f.say("web-start-again");
    Modal::of(f, "bad", key).going("/set-semula-pin", again)
}
