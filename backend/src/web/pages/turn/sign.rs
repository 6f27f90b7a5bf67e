//! SCR-3: the pad, the PIN, the code; and what came of it (SCR-6).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::device;
use crate::document::appearance::Drawing;
use crate::factor::{self, Target};
use crate::hims::{PURPOSE, TurnFacts, TurnStep};
use crate::kernel::error::Kind;
use crate::kernel::secret::Secret;
use crate::outbox::{self, Recipient};
use crate::person;
use crate::signing::{self, Outcome, SignError, Submission};
use crate::vault;
use crate::web::Doors;
use crate::web::guard::{Address, AtTurn, Filled, Rate, limit};
use crate::web::pages::form::{FieldFault, Form, pin, six_digits};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::review::digest_of;
use super::told::Told;
use super::views::{Head, SignPage};
use super::{facts, subject};

const RATE: Rate = Rate::ten_minutes("tandatangan", 120);

/// Shows the pad. `?cara=emel` asks for a mailed code instead of the app's; whoever has no app gets nothing else
/// (CON-7).
pub async fn show(State(doors): State<Arc<Doors>>, at: AtTurn, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Sign) {
        return Ok(see_other(&at.path("")));
    }
    let query = Form::decode(query.unwrap_or_default().as_bytes(), at.visit.lang);
    let typed = if query.ticked("taip") { facts.person.name.as_str() } else { "" };
    let form = Form::new(at.visit.lang).with("cara", query.value("cara")).with("taip", typed);
    let page = page(&doors, &at, &facts, head, form).await?;
    Ok(Page(SignPage { mail_sent: query.ticked("dihantar"), ..page }).into_response())
}

async fn page(doors: &Doors, at: &AtTurn, facts: &TurnFacts, head: Head, form: Form) -> Result<SignPage, Problem> {
    let email = facts.person.email.as_ref().and_then(|contact| person::Email::parse(contact.value()).ok());
    let has_app = device::current(&at.work, &facts.person.id).await?.is_some();
    let id_masked = if has_app { None } else { Some(facts.person.masked_id(&*doors.keystore).await?) };
    let tag = factor::shown_tag(&at.work, &facts.person.id, &target(facts)).await?;
    let pin = vault::pin_state(&mut at.work.read().await?, &facts.person.id).await?;
    Ok(SignPage {
        f: at.frame(),
        head,
        subject: subject(facts),
        key: at.work.rng().token(),
        name: facts.person.name.to_string(),
        by_mail: !has_app || form.holds("cara", "emel"),
        mail_sent: false,
        mails_wait: outbox::mails_wait(&at.work, Some(&Recipient::Person(facts.person.id.to_string()))).await?,
        mail: email.map_or_else(String::new, |email| email.masked()),
        pin,
        tag,
        id_masked,
        form,
    })
}

/// What a code on this page is for.
fn target(facts: &TurnFacts) -> Target {
    Target::turn(facts.turn.as_str(), facts.version, &facts.head.sha256)
}

/// Signs, or mails a code when that button was pressed.
pub async fn send(
    State(doors): State<Arc<Doors>>,
    at: AtTurn,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&at.visit, &address, RATE).await?;
    let (facts, head) = facts(&at).await?;
    if form.holds("aksi", "kod-emel") {
        return mail_code(&doors, &at, &facts, head, form).await;
    }
    let Some(submission) = parsed(&at, &facts, &mut form)? else {
        return incomplete(&doors, &at, &facts, head, form).await;
    };
    match signing::authorise(&at.work, &doors.spine, &submission).await {
        Ok(Outcome::Signed(_)) => Ok(see_other(&at.path("berjaya"))),
        // Another tab has signed meanwhile: that is news, not a refusal.
        Ok(Outcome::Waiting(_)) | Err(SignError::AlreadySigned) => Ok(see_other(&at.path(""))),
        Err(refused) => refusal(&doors, &at, refused, &form),
    }
}

/// The pad again with what lacks, unless there is nothing to sign any more.
async fn incomplete(
    doors: &Doors,
    at: &AtTurn,
    facts: &TurnFacts,
    head: Head,
    form: Form,
) -> Result<Response, Problem> {
    if !matches!(facts.step, TurnStep::Sign) {
        return Ok(see_other(&at.path("")));
    }
    Ok(Again(page(doors, at, facts, head, form).await?).into_response())
}

/// The fallback (SIGN-11): MAIL-4, and the field for its code.
async fn mail_code(
    doors: &Doors,
    at: &AtTurn,
    facts: &TurnFacts,
    head: Head,
    mut form: Form,
) -> Result<Response, Problem> {
    match factor::send(&at.work, at.session.person(), &target(facts)).await {
        Ok(_) => Ok(see_other(&at.path(&format!("{}&dihantar=ya", pad(&form.with("cara", "emel")))))),
        Err(refused) => {
            form.refuse_or_fail(refused, &[Kind::Denied, Kind::TooMany, Kind::Conflict])?;
            Ok(Again(page(doors, at, facts, head, form).await?).into_response())
        }
    }
}

/// The pad again, with the choices made. The drawing is kept by the browser, secrets by nobody.
fn pad(form: &Form) -> String {
    let cara = if form.holds("cara", "emel") { "emel" } else { "totp" };
    let typed = if form.value("taip").trim().is_empty() { "" } else { "&taip=ya" };
    format!("tandatangan?cara={cara}{typed}")
}

fn parsed(at: &AtTurn, facts: &TurnFacts, form: &mut Form) -> Result<Option<Submission>, Problem> {
    let shown = digest_of(form)?;
    let drawing = drawing(form, facts);
    let pin = form.parse("pin", pin);
    let code = form.parse("kod", six_digits);
    let (Some(drawing), Some(pin), Some(code)) = (drawing, pin, code) else { return Ok(None) };
    Ok(Some(Submission {
        purpose: PURPOSE.to_owned(),
        subject: at.session.turn().to_string(),
        person: at.session.person().clone(),
        // Kept with the try: no longer than our page makes it.
        key: form.value("kunci").chars().take(64).collect(),
        shown,
        drawing: Some(drawing),
        pin,
        code: Secret::new(code.expose().to_owned()),
    }))
}

/// The strokes, or the name typed instead.
fn drawing(form: &mut Form, facts: &TurnFacts) -> Option<Drawing> {
    if !form.value("lukisan").is_empty() {
        return form.parse("lukisan", Drawing::parse);
    }
    let typed = form.value("taip").trim().to_lowercase();
    if typed.is_empty() || typed != facts.person.name.as_str().to_lowercase() {
        form.refuse("lukisan", FieldFault::Drawing);
        return None;
    }
    form.parse("taip", |_| Drawing::typed(facts.person.name.as_str()))
}

/// What the rooms refused, as a modal (SIGN-16 to SIGN-18).
fn refusal(doors: &Doors, at: &AtTurn, refused: SignError, form: &Form) -> Result<Response, Problem> {
    let problem = Problem::from(refused);
    if problem.kind == Kind::Broken {
        return Err(problem);
    }
    tracing::info!(code = problem.code, reference = at.work.request.as_str(), "refused");
    Ok(Told::of(at, &problem, &pad(form)).answer(doors, at))
}
