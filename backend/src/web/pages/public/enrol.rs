//! `/daftar/{token}`: a mailed link leads here; the person chooses an activation password and learns what to
//! type into the phone.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::device::{self, Invitation};
use crate::kernel::error::Kind;
use crate::kernel::qr;
use crate::outbox;
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, Visit, limit};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

const RATE: Rate = Rate::ten_minutes("daftar", 60);

/// Asks for the activation password, or shows what the phone needs.
#[derive(Template)]
#[template(path = "public/enrol.html")]
pub struct EnrolPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) token: String,
    /// Set: the invitation's link, which the app takes, and its QR code.
    pub(in crate::web) ready: Option<(String, String)>,
    /// Until when the mailed code counts.
    pub(in crate::web) code_until: Option<String>,
    /// The mail server takes no mails.
    pub(in crate::web) mails_wait: bool,
    pub(in crate::web) app_url: String,
    pub(in crate::web) form: Form,
}

impl EnrolPage {
    /// The same link in the form that a phone hands to the app, when the app is on it (ADR 0049).
    fn opens(&self, link: &str) -> String {
        link.split_once(':').map_or_else(String::new, |(_, place)| format!("mohor:{place}"))
    }
}

async fn page(
    doors: &Doors,
    visit: &Visit,
    token: String,
    invitation: &Invitation,
    form: Form,
) -> Result<EnrolPage, Problem> {
    let f = visit.frame();
    let link = format!("{}/daftar/{token}", doors.settings.public_url);
    let picture = qr::svg(&link, &f.say("web-enrol-qr"));
    Ok(EnrolPage {
        token,
        ready: invitation.password_set.then_some((link, picture)),
        code_until: invitation.code_until.filter(|until| *until > visit.work.now).map(|until| until.myt()),
        app_url: doors.settings.brand.app_page(&doors.settings.public_url),
        mails_wait: invitation.password_set && outbox::mails_wait(&visit.work, None).await?,
        form,
        f,
    })
}

/// What the link says. Looking changes nothing.
pub async fn show(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let invitation = device::invitation(&visit.work, &*doors.keystore, &token).await?;
    if invitation.claimed {
        return Ok(Page(Modal::of(visit.frame(), "good", "web-enrol-claimed")).into_response());
    }
    let form = Form::new(visit.lang);
    Ok(Page(page(&doors, &visit, token, &invitation, form).await?).into_response())
}

/// Takes the activation password; a verification code is mailed.
pub async fn set(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    if form.value("kata_laluan") != form.value("kata_laluan_lagi") {
        form.refuse("kata_laluan_lagi", FieldFault::PasswordsDiffer);
    } else {
        let password = form.value("kata_laluan").to_owned();
        match device::set_password(&visit.work, &*doors.keystore, &token, &password).await {
            Ok(_) => return Ok(see_other(&format!("/daftar/{token}"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Invalid, Kind::TooMany])?,
        }
    }
    let invitation = device::invitation(&visit.work, &*doors.keystore, &token).await?;
    Ok(Again(page(&doors, &visit, token, &invitation, form).await?).into_response())
}

/// Mails another verification code.
pub async fn again(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    device::resend_code(&visit.work, &*doors.keystore, &token).await?;
    Ok(see_other(&format!("/daftar/{token}")))
}
