//! SCR-1: Jana Sijil Digital. The page asks, the phone approves, the page waits and tells.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::certificate::Term;
use crate::enrolment::{self, Application, IssuanceId, Stage};
use crate::hims::{TurnFacts, TurnStep};
use crate::kernel::error::Kind;
use crate::kernel::settings::PinPolicy;
use crate::kernel::words::Lang;
use crate::person::{self, Country, Person, PostalAddress, Postcode, Residence};
use crate::web::Doors;
use crate::web::guard::{AtTurn, Filled};
use crate::web::pages::form::Form;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

use super::views::{CertificatePage, Head, Modal, Particulars};
use super::{facts, standing};

/// Shows sections A and B.
pub async fn show(State(doors): State<Arc<Doors>>, at: AtTurn) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Certificate) {
        return elsewhere(&at, &facts).await;
    }
    let known = facts.person.nationality.map_or("MY", |country| if country == Country::MALAYSIA { "MY" } else { "" });
    let form = Form::new(at.visit.lang).with("kerakyatan", known);
    Ok(Page(page(&doors, &at, &facts, head, form).await?).into_response())
}

/// Another step is due: the link knows which.
async fn elsewhere(at: &AtTurn, facts: &TurnFacts) -> Result<Response, Problem> {
    Ok(match facts.step {
        TurnStep::Review | TurnStep::Sign => see_other(&at.path("")),
        _ => Page(standing::modal(at, facts).await?).into_response(),
    })
}

async fn page(
    doors: &Doors,
    at: &AtTurn,
    facts: &TurnFacts,
    head: Head,
    form: Form,
) -> Result<CertificatePage, Problem> {
    let known = &facts.person;
    let email = known.email.as_ref().and_then(|contact| person::Email::parse(contact.value()).ok());
    let person = Particulars {
        name: known.name.to_string(),
        id_masked: known.masked_id(&*doors.keystore).await?,
        email: email.map_or_else(String::new, |email| email.masked()),
        address: known.address.as_ref().map(|address| address.as_str().to_owned()),
        postcode: known.postcode.as_ref().map(|postcode| postcode.as_str().to_owned()),
    };
    Ok(CertificatePage { f: at.frame(), head, person, countries: countries(at.visit.lang), form })
}

/// Every country by name, Malaysia first.
fn countries(lang: Lang) -> Vec<(String, String)> {
    let name = |code: &str| lang.say(&format!("country-{}", code.to_ascii_lowercase()));
    let mut all: Vec<_> = Country::all().map(|code| (code.to_owned(), name(code))).collect();
    all.sort_by_key(|(code, name)| (code != "MY", name.to_lowercase()));
    all
}

/// Takes both sections, makes the key and asks the phone.
pub async fn send(State(doors): State<Arc<Doors>>, at: AtTurn, Filled(mut form): Filled) -> Result<Response, Problem> {
    let (facts, head) = facts(&at).await?;
    if !matches!(facts.step, TurnStep::Certificate) {
        return elsewhere(&at, &facts).await;
    }
    if let Some(application) = parsed(&mut form, &facts.person, facts.term, &doors.settings.pin) {
        match enrolment::begin(&at.work, &doors.desk, &application).await {
            Ok(id) => return Ok(see_other(&at.path(&format!("sijil/{id}")))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Denied, Kind::Conflict])?,
        }
    }
    Ok(Again(page(&doors, &at, &facts, head, form).await?).into_response())
}

fn parsed(form: &mut Form, person: &Person, term: Term, policy: &PinPolicy) -> Option<Application> {
    let address = match &person.address {
        Some(_) => Some(None),
        None => form.parse("alamat", PostalAddress::parse).map(Some),
    };
    let postcode = match &person.postcode {
        Some(_) => Some(None),
        None => form.parse("poskod", Postcode::parse).map(Some),
    };
    let nationality = form.parse("kerakyatan", Country::parse);
    let pin = form.new_pin(policy);
    let residence = Residence { nationality: Some(nationality?), address: address?, postcode: postcode? };
    Some(Application { person: person.id.clone(), term, residence, pin: pin? })
}

/// Waits for the phone, then tells (CERT-8).
pub async fn progress(at: AtTurn, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let id = IssuanceId::parse(&id).ok_or(DoorFault::Missing)?;
    let progress = enrolment::progress(&at.work, &id).await?;
    let progress = progress.filter(|progress| progress.person == *at.session.person()).ok_or(DoorFault::Missing)?;
    let f = at.frame();
    let (again, text, look) = (at.path("sijil"), f.say("web-start-again"), f.say("web-look-again"));
    let modal = match progress.stage {
        Stage::Waiting => Modal::of(f.waiting(4), "wait", "web-cert-wait").going(&at.visit.path, look),
        Stage::Approved => Modal::of(f.waiting(2), "wait", "web-cert-making"),
        Stage::Issued => Modal::of(f, "good", "web-cert-done").ok(&at.path("")),
        Stage::Declined => Modal::of(f, "bad", "web-cert-declined").going(&again, text),
        Stage::Withdrawn | Stage::Failed => Modal::of(f, "bad", "web-cert-over").going(&again, text),
    };
    Ok(Page(modal).into_response())
}
