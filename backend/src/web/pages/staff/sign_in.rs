//! Log Masuk and Log Keluar, and the first administrator.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::account::{self, Password, RecoveryCode, SecondFactor};
use crate::kernel::error::Kind;
use crate::person::{Email, PersonName};
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, SignedIn, Visit, forget, limit, remember};
use crate::web::pages::form::{FieldFault, Form, six_digits};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

const RATE: Rate = Rate::ten_minutes("masuk", 60);

/// Address, password, code.
#[derive(Template)]
#[template(path = "staff/sign_in.html")]
pub struct SignInPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// The one-time code of the console, and who claims it.
#[derive(Template)]
#[template(path = "staff/first.html")]
pub struct FirstPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// Asks who is there; somebody signed in goes on.
pub async fn show(visit: Visit, who: Result<SignedIn, Problem>) -> Response {
    match who {
        Ok(_) => see_other("/"),
        Err(_) => Page(SignInPage { form: Form::new(visit.lang), f: visit.frame() }).into_response(),
    }
}

/// Signs in.
pub async fn enter(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let email = form.parse("emel", Email::parse);
    let second = second(&mut form);
    let password = Password::typed(form.value("kata_laluan"));
    if let (Some(email), Some(second)) = (email, second) {
        let (keys, previous) = (&*doors.keystore, visit.session.as_deref());
        match account::sign_in(&visit.work, keys, &email, &password, &second, previous).await {
            Ok(token) => return Ok(remember(see_other("/"), &token, &doors)),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Unproven, Kind::TooMany])?,
        }
    }
    Ok(Again(SignInPage { f: visit.frame(), form }).into_response())
}

fn second(form: &mut Form) -> Option<SecondFactor> {
    if !form.ticked("kod_pemulihan") {
        return form.parse("kod", six_digits).map(SecondFactor::App);
    }
    let parsed = form.parse("kod_pemulihan", |text| RecoveryCode::parse(text).ok_or(FieldFault::Recovery));
    parsed.map(SecondFactor::Recovery)
}

/// Signs out.
pub async fn leave(State(doors): State<Arc<Doors>>, visit: Visit) -> Result<Response, Problem> {
    if let Some(token) = &visit.session {
        account::sign_out(&visit.work, token).await?;
    }
    Ok(forget(see_other("/masuk"), &doors))
}

/// Asks for the console code.
pub async fn first(visit: Visit) -> Response {
    Page(FirstPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// Claims the first administrator's account; the invitation follows at once.
pub async fn claim(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let email = form.parse("emel", Email::parse);
    let name = form.parse("nama", PersonName::parse);
    let code = form.parse("kod_konsol", |text| if text.trim().is_empty() { Err(FieldFault::Empty) } else { Ok(()) });
    if let (Some(email), Some(name), Some(())) = (email, name, code) {
        let keys = &*doors.keystore;
        let console = form.value("kod_konsol").to_owned();
        match account::claim_first_admin(&visit.work, keys, &console, email, name, visit.lang).await {
            Ok(token) => return Ok(see_other(&format!("/jemputan/{}", token.expose()))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Unproven, Kind::TooMany, Kind::Conflict])?,
        }
    }
    Ok(Again(FirstPage { f: visit.frame(), form }).into_response())
}
