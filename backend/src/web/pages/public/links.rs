//! `/pautan-saya`: the mail with the link is lost. The page answers the same for everybody.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::hims;
use crate::kernel::error::Kind;
use crate::person::Email;
use crate::web::Doors;
use crate::web::guard::{Address, Filled, Rate, Visit, limit};
use crate::web::pages::form::{Form, id_number};
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::views::Modal;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

const RATE: Rate = Rate::ten_minutes("pautan-saya", 60);

/// Asks for identity number and address.
#[derive(Template)]
#[template(path = "public/links.html")]
pub struct LinksPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// Shows the form.
pub async fn show(visit: Visit) -> Response {
    Page(LinksPage { form: Form::new(visit.lang), f: visit.frame() }).into_response()
}

/// Takes number and address; what is waited for is mailed where the two belong together.
pub async fn ask(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let (number, email) = (form.parse("ic", id_number), form.parse("emel", Email::parse));
    if let (Some(number), Some(email)) = (number, email) {
        match hims::ask_for_links(&visit.work, &*doors.keystore, &number, &email).await {
            Ok(()) => return Ok(see_other("/pautan-saya/dihantar")),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::TooMany])?,
        }
    }
    Ok(Again(LinksPage { f: visit.frame(), form }).into_response())
}

/// The answer, which may be reloaded.
pub async fn sent(visit: Visit) -> Response {
    Page(Modal::of(visit.frame(), "wait", "web-links-sent").ok("/")).into_response()
}
