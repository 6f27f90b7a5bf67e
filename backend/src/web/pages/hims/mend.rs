//! Where a clerk gets a signer unstuck: the mail once more, a contact put right, the agreement taken back.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementDetail, PartyLine, Remark, TurnId};
use crate::kernel::error::Kind;
use crate::person::{Email, Phone};
use crate::web::guard::{Filled, Pemaju};
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

use super::agreement::detail;

/// Puts right what the developer entered of a signer.
#[derive(Template)]
#[template(path = "hims/contact.html")]
pub struct ContactPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) turn: String,
    pub(in crate::web) unit: String,
    pub(in crate::web) name: String,
    pub(in crate::web) role: String,
    /// The address in use, masked.
    pub(in crate::web) email: String,
    pub(in crate::web) form: Form,
}

/// Takes the agreement back.
#[derive(Template)]
#[template(path = "hims/withdraw.html")]
pub struct WithdrawPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) unit: String,
    /// How many have signed, of how many.
    pub(in crate::web) signed: (usize, usize),
    pub(in crate::web) form: Form,
}

/// Mails a signer once more what they wait for.
pub async fn remind(at: Pemaju, Path((id, turn)): Path<(String, String)>) -> Result<Response, Problem> {
    let turn = TurnId::parse(&turn).ok_or(DoorFault::Missing)?;
    hims::remind(&at.who.work, &at.desk, &turn).await?;
    Ok(see_other(&format!("/hims/perjanjian/{id}/dihantar")))
}

/// It was sent; may be reloaded.
pub async fn sent(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    detail(&at, &id).await?;
    Ok(Page(Modal::of(at.who.frame(), "good", "web-mailed-again").ok(&format!("/hims/perjanjian/{id}")))
        .into_response())
}

fn party<'a>(detail: &'a AgreementDetail, turn: &str) -> Result<(&'a PartyLine, TurnId), Problem> {
    let named = |line: &&PartyLine| line.turn.as_ref().is_some_and(|(id, _)| id.as_str() == turn);
    let line = detail.parties.iter().find(named).ok_or(DoorFault::Missing)?;
    Ok((line, TurnId::parse(turn).ok_or(DoorFault::Missing)?))
}

fn contact_page(f: Frame, detail: &AgreementDetail, line: &PartyLine, turn: &TurnId, form: Form) -> ContactPage {
    ContactPage {
        id: detail.id.to_string(),
        turn: turn.to_string(),
        unit: detail.header.unit.clone(),
        name: line.name.clone(),
        role: line.title.say(f.lang),
        email: line.email.as_ref().map_or_else(String::new, |(masked, _)| masked.clone()),
        form,
        f,
    }
}

/// Shows the form.
pub async fn contact(at: Pemaju, Path((id, turn)): Path<(String, String)>) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    let (line, turn) = party(&detail, &turn)?;
    let form = Form::new(at.who.visit.lang);
    Ok(Page(contact_page(at.who.frame(), &detail, line, &turn, form)).into_response())
}

/// Takes the right address or number.
pub async fn correct(
    at: Pemaju,
    Path((id, turn)): Path<(String, String)>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    let (line, turn) = party(&detail, &turn)?;
    let email = form.parse_optional("emel", Email::parse);
    let phone = form.parse_optional("telefon", Phone::parse);
    if let (Some(email), Some(phone)) = (email, phone) {
        match hims::correct_contact(&at.who.work, &at.desk, &turn, email.as_ref(), phone.as_ref()).await {
            Ok(()) => return Ok(see_other(&format!("/hims/perjanjian/{id}/dihantar"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Denied, Kind::TooMany])?,
        }
    }
    Ok(Again(contact_page(at.who.frame(), &detail, line, &turn, form)).into_response())
}

fn withdraw_page(f: Frame, detail: &AgreementDetail, form: Form) -> WithdrawPage {
    let signed = detail.parties.iter().filter(|line| line.signed_at.is_some()).count();
    let (id, unit) = (detail.id.to_string(), detail.header.unit.clone());
    WithdrawPage { f, id, unit, signed: (signed, detail.parties.len()), form }
}

/// Asks for the reason, and says what taking back does.
pub async fn ask(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    if !detail.withdrawable() {
        return Ok(see_other(&format!("/hims/perjanjian/{id}")));
    }
    let form = Form::new(at.who.visit.lang);
    Ok(Page(withdraw_page(at.who.frame(), &detail, form)).into_response())
}

/// Takes the agreement back.
pub async fn withdraw(at: Pemaju, Path(id): Path<String>, Filled(mut form): Filled) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    if let Some(remark) = form.parse("sebab", Remark::parse) {
        match hims::withdraw(&at.who.work, &at.desk, &detail.id, &remark).await {
            Ok(_) => return Ok(see_other(&format!("/hims/perjanjian/{id}"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(withdraw_page(at.who.frame(), &detail, form)).into_response())
}
