//! Housing developers (Pemaju), registered by an administrator.

use askama::Template;
use axum::response::{IntoResponse as _, Response};

use crate::account::Admin;
use crate::kernel::error::Kind;
use crate::organisation::{self, DeveloperCode, NewDeveloper, Title};
use crate::web::guard::{At, Filled};
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::Problem;

/// The list, and a form for another one.
#[derive(Template)]
#[template(path = "staff/developers.html")]
pub struct DevelopersPage {
    pub(in crate::web) f: Frame,
    /// Code, name, registration.
    pub(in crate::web) developers: Vec<(String, String, String)>,
    pub(in crate::web) form: Form,
}

async fn page(at: &At<Admin>, form: Form) -> Result<DevelopersPage, Problem> {
    let developers = organisation::developers(&at.who.work)
        .await?
        .into_iter()
        .map(|one| (one.code.as_str().to_owned(), one.name.to_string(), one.registration.to_string()));
    Ok(DevelopersPage { f: at.who.frame(), developers: developers.collect(), form })
}

/// Shows the developers.
pub async fn show(at: At<Admin>) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(page(&at, form).await?).into_response())
}

/// Registers one.
pub async fn register(at: At<Admin>, Filled(mut form): Filled) -> Result<Response, Problem> {
    let code = form.parse("kod_pemaju", DeveloperCode::parse);
    let name = form.parse("nama", Title::parse);
    let registration = form.parse("no_pendaftaran", Title::parse);
    let address = form.parse("alamat", Title::parse);
    if let (Some(code), Some(name), Some(registration), Some(address)) = (code, name, registration, address) {
        let mut tx = at.who.work.write().await?;
        let new = NewDeveloper { code, name, registration, address };
        match organisation::register_developer(&at.who.work, &mut tx, &new).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(see_other("/kakitangan/pemaju"));
            }
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(page(&at, form).await?).into_response())
}
