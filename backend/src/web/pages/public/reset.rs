//! SCR-7 to SCR-9: a forgotten PIN. The page answers the same for every address; a new PIN is asked for only after the
//! code (GAP-5); the phone decides, or a day of waiting.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::certificate::RevocationReason;
use crate::enrolment::{self, IssuanceId, Progress, ResetId, ResetProof, Stage};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Kind;
use crate::kernel::secret::Secret;
use crate::outbox;
use crate::person::{Email, Person};
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, Visit, limit};
use crate::web::pages::form::{FieldFault, Form, id_number, six_digits};
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

const RATE: Rate = Rate::ten_minutes("set-semula-pin", 60);
/// What the person can mend in the form, or has to know before trying elsewhere.
const MENDABLE: [Kind; 5] = [Kind::Unproven, Kind::TooMany, Kind::Denied, Kind::Conflict, Kind::Missing];
const CHECKED: &str = "/set-semula-pin/semakan";
const FORM: &str = "/set-semula-pin/borang";
const REVOKED: &str = "/set-semula-pin/sijil-dibatalkan";
/// Why people end their own certificate; what it says of them is for staff to judge.
const OWN_REASONS: [RevocationReason; 2] = [RevocationReason::KeyCompromise, RevocationReason::CessationOfOperation];

/// SCR-7: Set Semula PIN Sijil Digital.
#[derive(Template)]
#[template(path = "public/reset_ask.html")]
pub struct AskPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// SCR-8 before the code is checked: number, address, code (CON-27).
#[derive(Template)]
#[template(path = "public/reset_form.html")]
pub struct FormPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// SCR-8 after the code was checked: Reset Digital Certificate PIN.
#[derive(Template)]
#[template(path = "public/reset_new.html")]
pub struct NewPinPage {
    pub(in crate::web) f: Frame,
    /// Names the proof in the address.
    pub(in crate::web) named: String,
    /// The number that was proved, masked.
    pub(in crate::web) number: String,
    /// The address that was proved, masked.
    pub(in crate::web) email: String,
    pub(in crate::web) form: Form,
}

impl NewPinPage {
    /// Words of the reasons for which the certificate may be ended here.
    fn reasons(&self) -> impl Iterator<Item = &'static str> {
        OWN_REASONS.into_iter().map(RevocationReason::word)
    }
}

/// Asks for the address.
pub async fn ask(visit: Visit) -> Response {
    Page(AskPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// "Semak": a code goes out where there is somebody to mail it to; everybody gets the same answer (PIN-7, GAP-5).
pub async fn check(visit: Visit, address: Address, Filled(mut form): Filled) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if let Some(email) = form.parse("emel", Email::parse) {
        match enrolment::start_reset(&visit.work, &email).await {
            Ok(()) => return Ok(see_other(CHECKED)),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::TooMany])?,
        }
    }
    Ok(Again(AskPage { f: visit.frame(), form }).into_response())
}

/// The answer to "Semak", which may be reloaded.
pub async fn checked(visit: Visit) -> Result<Response, Problem> {
    let mut modal = Modal::of(visit.frame(), "wait", "web-reset-checked").ok(FORM);
    if outbox::mails_wait(&visit.work, None).await? {
        modal.lines = vec![modal.f.say("web-mail-down")];
    }
    Ok(Page(modal).into_response())
}

/// Asks for number, address and code.
pub async fn form(visit: Visit) -> Response {
    Page(FormPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// Takes number, address and code; only then is a new PIN asked for.
pub async fn prove(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if let Some(proof) = proof(&mut form) {
        match enrolment::prove_reset(&visit.work, &doors.desk, &proof).await {
            Ok(id) => return Ok(see_other(&format!("/set-semula-pin/baharu/{}", named(&doors, &visit, id.as_str())))),
            Err(refused) => form.refuse_or_fail(refused, &MENDABLE)?,
        }
    }
    Ok(Again(FormPage { f: visit.frame(), form }).into_response())
}

fn proof(form: &mut Form) -> Option<ResetProof> {
    let number = form.parse("ic", id_number);
    let email = form.parse("emel", Email::parse);
    let code = form.parse("kod", six_digits);
    Some(ResetProof { email: email?, number: number?, code: Secret::new(code?.expose().to_owned()) })
}

/// A proof that this browser was given, and whose: it chooses a new PIN, or ends the certificate.
pub struct Proved {
    visit: Visit,
    /// Names the proof in the address.
    name: String,
    id: ResetId,
    person: Person,
}

impl<S: Send + Sync> FromRequestParts<S> for Proved {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, state).await;
        let name = visit.path.split('/').nth(3).unwrap_or_default().to_owned();
        let id = ResetId::parse(of_this_browser(visit.doors(), &visit, &name)?).ok_or(DoorFault::Missing)?;
        let person = enrolment::proved(&visit.work, &id).await?.ok_or(enrolment::ResetRefused::Over)?;
        Ok(Self { visit, name, id, person })
    }
}

impl Proved {
    async fn page(self, form: Form) -> Result<NewPinPage, Problem> {
        let email = self.person.email.as_ref().and_then(|contact| Email::parse(contact.value()).ok());
        let email = email.map_or_else(String::new, |email| email.masked());
        let number = self.person.masked_id(&*self.visit.doors().keystore).await?;
        Ok(NewPinPage { f: self.visit.frame(), named: self.name, number, email, form })
    }
}

/// Asks for the new PIN.
pub async fn new(at: Proved) -> Result<Response, Problem> {
    let form = Form::new(at.visit.lang);
    Ok(Page(at.page(form).await?).into_response())
}

/// Takes the new PIN; the phone is asked, or the wait begins.
pub async fn submit(at: Proved, Filled(mut form): Filled) -> Result<Response, Problem> {
    let doors = at.visit.doors();
    if let Some(pin) = form.new_pin(&doors.settings.pin) {
        match enrolment::submit_reset(&at.visit.work, &doors.desk, &at.id, &pin).await {
            Ok(id) => return Ok(see_other(&format!("/set-semula-pin/{}", named(doors, &at.visit, id.as_str())))),
            Err(refused) => form.refuse_or_fail(refused, &MENDABLE)?,
        }
    }
    Ok(Again(at.page(form).await?).into_response())
}

/// Ends the certificate instead: the proof that would choose a new PIN serves for this, once.
pub async fn revoke(at: Proved, Filled(mut form): Filled) -> Result<Response, Problem> {
    let reason = OWN_REASONS.into_iter().find(|reason| reason.word() == form.value("sebab"));
    match reason {
        None => form.refuse("sebab", FieldFault::Choice),
        Some(_) if !form.ticked("faham") => form.refuse("faham", FieldFault::Tick),
        Some(reason) => match enrolment::revoke_own(&at.visit.work, &at.visit.doors().desk, &at.id, reason).await {
            Ok(()) => return Ok(see_other(REVOKED)),
            Err(refused) => form.refuse_or_fail(refused, &MENDABLE)?,
        },
    }
    Ok(Again(at.page(form).await?).into_response())
}

/// The certificate has ended.
pub async fn revoked(visit: Visit) -> Response {
    Page(Modal::of(visit.frame(), "good", "web-revoked").ok("/")).into_response()
}

/// Names something that only this browser may go on with.
fn named(doors: &Doors, visit: &Visit, id: &str) -> String {
    format!("{id}.{}", doors.key.token("reset", &[&visit.visitor, id]))
}

/// The id in a name that this browser was given.
fn of_this_browser<'a>(doors: &Doors, visit: &Visit, named: &'a str) -> Result<&'a str, DoorFault> {
    let (id, proof) = named.split_once('.').ok_or(DoorFault::Missing)?;
    if doors.key.fits(proof, "reset", &[&visit.visitor, id]) { Ok(id) } else { Err(DoorFault::Missing) }
}

/// Waits for the phone, then tells (SCR-9). Only the browser that sent the form may look.
pub async fn progress(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let id = IssuanceId::parse(of_this_browser(&doors, &visit, &name)?).ok_or(DoorFault::Missing)?;
    let progress = enrolment::progress(&visit.work, &id).await?.ok_or(DoorFault::Missing)?;
    Ok(Page(told(visit.frame(), &progress, visit.work.now)).into_response())
}

/// The words for a stage; a question that nobody answered is over before the job has cleared it away.
pub(in crate::web) fn told(f: Frame, progress: &Progress, now: Timestamp) -> Modal {
    let over = now >= progress.expires_at;
    match (progress.stage, progress.ready_at) {
        (Stage::Waiting, Some(ready)) if !over => without_phone(f, ready),
        (Stage::Waiting, None) if !over => waiting(f, progress.expires_at),
        (Stage::Approved, _) => Modal::of(f.waiting(2), "wait", "web-reset-making"),
        (Stage::Issued, _) => Modal { closes: true, ..Modal::of(f, "good", "web-reset-done").ok("/") },
        (Stage::Declined, Some(_)) => ended(f, "web-reset-cancelled"),
        (Stage::Declined, None) => ended(f, "web-reset-declined"),
        (Stage::Withdrawn, _) if !over => ended(f, "web-reset-replaced"),
        (Stage::Waiting | Stage::Withdrawn, _) => ended(f, "web-reset-expired"),
        (Stage::Failed, _) => ended(f, "web-reset-failed"),
    }
}

/// Asks again by itself, and by a link where the browser does not.
fn waiting(f: Frame, until: Timestamp) -> Modal {
    let title = f.say("web-reset-wait-title");
    let lines = vec![f.say("web-reset-wait-text"), f.say1("web-reset-wait-until", "until", &until.myt())];
    let (here, look) = (f.path.clone(), f.say("web-look-again"));
    Modal::new(f.waiting(4), "wait", title, lines).going(&here, look)
}

/// Nobody need watch for a day: a mail tells.
fn without_phone(f: Frame, ready: Timestamp) -> Modal {
    let title = f.say("web-reset-day-title");
    let keys = ["web-reset-day-text", "web-reset-day-desk", "web-reset-day-mail"];
    let lines = keys.map(|key| f.say1(key, "ready", &ready.myt())).to_vec();
    Modal::new(f, "wait", title, lines).ok("/")
}

fn ended(f: Frame, key: &str) -> Modal {
    let again = f.say("web-start-again");
    Modal::of(f, "bad", key).going("/set-semula-pin", again)
}
