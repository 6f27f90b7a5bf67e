//! SCR-3: the pad, the PIN, the code; and what came of it (SCR-6).

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::document::appearance::Drawing;
use crate::factor::{self, Target};
use crate::hims::{PURPOSE, TurnFacts, TurnStep};
use crate::kernel::error::Kind;
use crate::kernel::secret::Secret;
use crate::person;
use crate::signing::{self, Outcome, SignError, Submission};
use crate::web::Doors;
use crate::web::guard::{Address, AtTurn, Filled, Rate, limit};
use crate::web::pages::form::{FieldFault, Form, new_pin, six_digits};
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

use super::facts;
use super::review::digest_of;
use super::views::{Head, Modal, SignPage};

const RATE: Rate = Rate::ten_minutes("tandatangan", 120);

/// Shows the pad. `?cara=emel` asks for a mailed code instead of the app's.
pub async fn show(at: AtTurn, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Sign) {
        return Ok(see_other(&at.path("")));
    }
    let by_mail = query.is_some_and(|query| query.split('&').any(|pair| pair == "cara=emel"));
    let form = Form::new(at.visit.lang).with("cara", if by_mail { "emel" } else { "totp" });
    Ok(Page(page(&at, &facts, head, form, false)).into_response())
}

fn page(at: &AtTurn, facts: &TurnFacts, head: Head, form: Form, mail_sent: bool) -> SignPage {
    let email = facts.person.email.as_ref().and_then(|contact| person::Email::parse(contact.value()).ok());
    SignPage {
        f: at.frame(),
        head,
        digest: hex::encode(facts.head.sha256),
        key: at.work.rng().token(),
        name: facts.person.name.to_string(),
        by_mail: form.holds("cara", "emel"),
        mail_sent,
        mail: email.map_or_else(String::new, |email| email.masked()),
        form,
    }
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
        return mail_code(&at, &facts, head, form).await;
    }
    let Some(submission) = parsed(&at, &facts, &mut form)? else {
        return Ok(Again(page(&at, &facts, head, form, false)).into_response());
    };
    match signing::authorise(&at.work, &doors.spine, &submission).await {
        Ok(Outcome::Signed(_)) => Ok(see_other(&at.path("berjaya"))),
        Ok(Outcome::Waiting(_)) => Ok(see_other(&at.path(""))),
        Err(refused) => refusal(&at, refused, form.holds("cara", "emel")),
    }
}

/// The fallback (SIGN-11): MAIL-4, and the field for its code.
async fn mail_code(at: &AtTurn, facts: &TurnFacts, head: Head, form: Form) -> Result<Response, Problem> {
    let target = Target::turn(facts.turn.as_str(), facts.version, &facts.head.sha256);
    let mut form = form.with("cara", "emel");
    match factor::send(&at.work, at.session.person(), &target).await {
        Ok(_) => Ok(Page(page(at, facts, head, form, true)).into_response()),
        Err(refused) => {
            form.refuse_or_fail(refused, &[Kind::Denied, Kind::TooMany, Kind::Conflict])?;
            let form = form.with("cara", "totp");
            Ok(Again(page(at, facts, head, form, false)).into_response())
        }
    }
}

fn parsed(at: &AtTurn, facts: &TurnFacts, form: &mut Form) -> Result<Option<Submission>, Problem> {
    let shown = digest_of(form)?;
    let drawing = drawing(form, facts);
    let pin = form.parse("pin", new_pin);
    let code = form.parse("kod", six_digits);
    let (Some(drawing), Some(pin), Some(code)) = (drawing, pin, code) else { return Ok(None) };
    Ok(Some(Submission {
        purpose: PURPOSE.to_owned(),
        subject: at.session.turn().to_string(),
        person: at.session.person().clone(),
        key: form.value("kunci").to_owned(),
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
fn refusal(at: &AtTurn, refused: SignError, by_mail: bool) -> Result<Response, Problem> {
    let problem = Problem::from(refused);
    if problem.kind == Kind::Broken {
        return Err(problem);
    }
    let (lang, f) = (at.visit.lang, at.frame());
    let (retry, forgot) =
        (at.path(if by_mail { "tandatangan?cara=emel" } else { "tandatangan" }), f.say("web-forgot-pin"));
    let mut modal = Modal::new(f, "bad", problem.title(lang), vec![problem.remedy(lang)]).ok(&retry);
    if problem.code.starts_with("pin-") {
        modal = modal.or("/set-semula-pin", forgot);
    }
    modal.reference.clone_from(&at.work.request);
    let mut response = (problem.status(), Page(modal)).into_response();
    problem.add_headers(&mut response);
    Ok(response)
}
