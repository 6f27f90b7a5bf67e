//! Accounts: who may sign in as what.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::account::{self, AccountId, AccountRow, Admin, NewAccount, Role};
use crate::kernel::error::Kind;
use crate::organisation::{self, DeveloperId};
use crate::person::{Email, PersonName};
use crate::web::Doors;
use crate::web::guard::{At, Filled};
use crate::web::pages::form::{FieldFault, Form, id_number};
use crate::web::pages::frame::{Frame, appointable};
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

/// One account as shown.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// Its id.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// The address it signs in with.
    pub email: String,
    /// Stored word of the state.
    pub state: String,
    /// Stored words of the roles.
    pub roles: Vec<&'static str>,
    /// It is to be recorded whose account it is.
    pub unnamed: bool,
    /// An administrator asks to reset it: whether it was the one who looks.
    pub reset_asked: Option<bool>,
}

impl AccountLine {
    fn of(row: AccountRow, looking: &AccountId) -> Self {
        let roles = row.roles.iter().map(|role| role.as_str()).collect();
        let reset_asked = row.reset_asked_by.map(|by| by == *looking);
        let (id, unnamed) = (row.id.to_string(), row.unnamed);
        Self { id, name: row.name, email: row.email, state: row.state, roles, unnamed, reset_asked }
    }
}

/// The list, and a form for another one.
#[derive(Template)]
#[template(path = "staff/accounts.html")]
pub struct AccountsPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) accounts: Vec<AccountLine>,
    /// Id and name.
    pub(in crate::web) developers: Vec<(String, String)>,
    pub(in crate::web) roles: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

async fn page(at: &At<Admin>, form: Form) -> Result<AccountsPage, Problem> {
    let work = &at.who.work;
    let line = |row| AccountLine::of(row, at.officer.account());
    let accounts = account::accounts(work, &at.officer).await?.into_iter().map(line).collect();
    let developers = organisation::developers(work).await?;
    let developers = developers.into_iter().map(|one| (one.id.to_string(), one.name.to_string())).collect();
    let roles = appointable().map(Role::as_str).collect();
    Ok(AccountsPage { f: at.who.frame(), accounts, developers, roles, form })
}

/// Shows the accounts.
pub async fn show(at: At<Admin>) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(page(&at, form).await?).into_response())
}

/// Invites somebody.
pub async fn invite(
    State(doors): State<Arc<Doors>>,
    at: At<Admin>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    if let Some(new) = parsed(&mut form, at.who.visit.lang) {
        match account::invite(&at.who.work, &*doors.keystore, &at.officer, &new).await {
            Ok(_) => return Ok(see_other("/kakitangan")),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict, Kind::Invalid])?,
        }
    }
    Ok(Again(page(&at, form).await?).into_response())
}

fn parsed(form: &mut Form, lang: crate::kernel::words::Lang) -> Option<NewAccount> {
    let email = form.parse("emel", Email::parse);
    let name = form.parse("nama", PersonName::parse);
    let role = form.parse("peranan", |word| appointable().find(|role| role.as_str() == word).ok_or(FieldFault::Choice));
    let developer = match role {
        Some(Role::Pemaju) => Some(form.parse("pemaju", |word| DeveloperId::parse(word).ok_or(FieldFault::Choice))?),
        _ => None,
    };
    let role = role?;
    let number = if role.decides() { Some(form.parse("ic", id_number)?) } else { None };
    Some(NewAccount { email: email?, name: name?, lang, roles: vec![role], developer, number })
}

/// Sends an invitation again.
pub async fn again(
    State(doors): State<Arc<Doors>>,
    at: At<Admin>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = AccountId::parse(&id).ok_or(DoorFault::Missing)?;
    account::invite_again(&at.who.work, &*doors.keystore, &at.officer, &id).await?;
    Ok(see_other("/kakitangan"))
}

/// Ends an account.
pub async fn disable(at: At<Admin>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = AccountId::parse(&id).ok_or(DoorFault::Missing)?;
    let fresh = at.who.fresh()?;
    account::disable(&at.who.work, &at.officer, fresh, &id).await??;
    Ok(see_other("/kakitangan"))
}

/// Asks for the number of somebody whose account is from before it was asked for.
#[derive(Template)]
#[template(path = "staff/number.html")]
pub struct NumberPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
    pub(in crate::web) email: String,
    pub(in crate::web) form: Form,
}

async fn number_page(at: &At<Admin>, id: &str, form: Form) -> Result<NumberPage, Problem> {
    let AccountLine { id, name, email, .. } = line(at, id).await?;
    Ok(NumberPage { f: at.who.frame(), id, name, email, form })
}

/// Shows that form.
pub async fn naming(at: At<Admin>, Path(id): Path<String>) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(number_page(&at, &id, form).await?).into_response())
}

/// Records whose account it is.
pub async fn name(
    State(doors): State<Arc<Doors>>,
    at: At<Admin>,
    Path(id): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let account = AccountId::parse(&id).ok_or(DoorFault::Missing)?;
    if let Some(number) = form.parse("ic", id_number) {
        match account::tell_number(&at.who.work, &*doors.keystore, &at.officer, &account, &number).await {
            Ok(()) => return Ok(see_other("/kakitangan")),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(number_page(&at, &id, form).await?).into_response())
}

async fn line(at: &At<Admin>, id: &str) -> Result<AccountLine, Problem> {
    let list = account::accounts(&at.who.work, &at.officer).await?;
    let row = list.into_iter().find(|row| row.id.as_str() == id).ok_or(DoorFault::Missing)?;
    Ok(AccountLine::of(row, at.officer.account()))
}

/// Says what a reset does, before it is done.
pub async fn resetting(at: At<Admin>, Path(id): Path<String>) -> Result<Response, Problem> {
    let line = line(&at, &id).await?;
    Ok(Page(reset_page(at.who.frame(), &line)).into_response())
}

pub(in crate::web) fn reset_page(f: Frame, line: &AccountLine) -> Modal {
    let cancel = f.say("web-cancel");
    let action = format!("/kakitangan/akaun/{}/set-semula", line.id);
    let modal = Modal::of(f, "wait", "web-account-reset").with("web-name", &line.name).with("web-email", &line.email);
    modal.sending(&action, "web-account-reset-do").or("/kakitangan", cancel)
}

/// Resets an account, or asks for the second administrator.
pub async fn reset(
    State(doors): State<Arc<Doors>>,
    at: At<Admin>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = AccountId::parse(&id).ok_or(DoorFault::Missing)?;
    let fresh = at.who.session.fresh(at.who.work.now)?;
    account::reset(&at.who.work, &*doors.keystore, &at.officer, fresh, &id).await?;
    Ok(see_other("/kakitangan"))
}
