//! An invitation: a password, then an authenticator app, proved by a code.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::account::{self, Password, Setup};
use crate::kernel::error::Kind;
use crate::kernel::qr;
use crate::web::Doors;
use crate::web::guard::{Filled, Visit, remember};
use crate::web::pages::form::{FieldFault, Form, six_digits};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

/// Asks for a password.
#[derive(Template)]
#[template(path = "staff/invitation.html")]
pub struct InvitationPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) token: String,
    pub(in crate::web) name: String,
    pub(in crate::web) email: String,
    pub(in crate::web) form: Form,
}

/// Shows the secret of the authenticator app, once, and asks for its first code.
#[derive(Template)]
#[template(path = "staff/authenticator.html")]
pub struct AuthenticatorPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) token: String,
    /// The secret to type and as a QR code; gone when the page is shown again.
    pub(in crate::web) setup: Option<(String, String)>,
    pub(in crate::web) form: Form,
}

/// What the link says. Looking changes nothing.
pub async fn show(visit: Visit, Path(token): Path<String>) -> Result<Response, Problem> {
    let form = Form::new(visit.lang);
    Ok(Page(page(&visit, token, form).await?).into_response())
}

async fn page(visit: &Visit, token: String, form: Form) -> Result<InvitationPage, Problem> {
    let invited = account::invitation(&visit.work, &token).await?;
    let email = invited.email.as_str().to_owned();
    Ok(InvitationPage { f: visit.frame(), token, name: invited.name, email, form })
}

/// Takes the password and shows the authenticator's secret.
pub async fn accept(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(token): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let password = form.parse("kata_laluan", Password::parse_new);
    if form.value("kata_laluan") != form.value("kata_laluan_lagi") {
        form.refuse("kata_laluan_lagi", FieldFault::PasswordsDiffer);
    }
    let (Some(password), true) = (password, form.wrong().is_empty()) else {
        return Ok(Again(page(&visit, token, form).await?).into_response());
    };
    let issuer = &doors.settings.brand.platform;
    let setup = account::accept(&visit.work, &*doors.keystore, &token, &password, issuer).await?;
    let f = visit.frame();
    let setup = Some(shown(&setup, &f));
    Ok(Page(AuthenticatorPage { f, token, setup, form: Form::new(visit.lang) }).into_response())
}

fn shown(setup: &Setup, f: &Frame) -> (String, String) {
    let grouped: Vec<_> = setup.base32.expose().as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    (grouped.join(" "), qr::svg(setup.uri.expose(), &f.say("web-authenticator-qr")))
}

/// Proves the app; the holder is signed in.
pub async fn confirm(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(token): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    if let Some(code) = form.parse("kod", six_digits) {
        let previous = visit.session.as_deref();
        match account::confirm(&visit.work, &*doors.keystore, &token, &code, previous).await {
            Ok(session) => return Ok(remember(see_other("/"), &session, &doors)),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Unproven, Kind::TooMany])?,
        }
    }
    Ok(Again(AuthenticatorPage { f: visit.frame(), token, setup: None, form }).into_response())
}
