//! `/hims/unit/{id}` and `/hims/pembangunan/{id}/butiran`: what is sold, put right as long as nothing is issued.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};

use crate::hims;
use crate::kernel::error::Kind;
use crate::organisation::{self, Title, Unit, UnitId};
use crate::web::guard::{Filled, Pemaju};
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

use super::development::{own, parsed};

/// A unit to be changed.
#[derive(Template)]
#[template(path = "hims/unit.html")]
pub struct UnitPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    /// Id and name of the development.
    pub(in crate::web) development: (String, String),
    pub(in crate::web) form: Form,
}

/// Name and location of a development, to be changed.
#[derive(Template)]
#[template(path = "hims/development_details.html")]
pub struct DetailsPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) code: String,
    pub(in crate::web) form: Form,
}

/// The unit and its development, if they are this developer's.
async fn found(at: &Pemaju, id: &str) -> Result<(Unit, (String, String)), Problem> {
    let id = UnitId::parse(id).ok_or(DoorFault::Missing)?;
    let unit = organisation::unit(&at.who.work, &id).await?.ok_or(DoorFault::Missing)?;
    let development = own(at, unit.development.as_str()).await?;
    Ok((unit, (development.id.to_string(), development.name.to_string())))
}

/// Shows a unit as it was entered.
pub async fn unit(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let (unit, development) = found(&at, &id).await?;
    let form = Form::new(at.who.visit.lang).with("no_unit", unit.number.as_str());
    let form = form.with("jenis", &unit.kind.to_string()).with("tempat", &unit.place.to_string());
    let form = form.with("hakmilik", &unit.title.to_string()).with("keluasan", &unit.area.square_metres());
    let form = form.with("harga", unit.price.ringgit().trim_start_matches("RM "));
    Ok(Page(UnitPage { f: at.who.frame(), id, development, form }).into_response())
}

/// Changes a unit.
pub async fn change_unit(at: Pemaju, Path(id): Path<String>, Filled(mut form): Filled) -> Result<Response, Problem> {
    let (unit, development) = found(&at, &id).await?;
    if let Some(new) = parsed(&mut form) {
        match hims::amend_unit(&at.who.work, &at.desk, &unit.id, &new).await {
            Ok(()) => return Ok(see_other(&format!("/hims/pembangunan/{}", development.0))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(UnitPage { f: at.who.frame(), id, development, form }).into_response())
}

/// Shows name and location of a development.
pub async fn details(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let one = own(&at, &id).await?;
    let form = Form::new(at.who.visit.lang).with("nama_pemajuan", one.name.as_str());
    let form = form.with("lokasi", one.location.as_str());
    Ok(Page(DetailsPage { f: at.who.frame(), id, code: one.code.to_string(), form }).into_response())
}

/// Changes name and location.
pub async fn change_details(at: Pemaju, Path(id): Path<String>, Filled(mut form): Filled) -> Result<Response, Problem> {
    let one = own(&at, &id).await?;
    let (name, location) = (form.parse("nama_pemajuan", Title::parse), form.parse("lokasi", Title::parse));
    if let (Some(name), Some(location)) = (name, location) {
        match hims::amend_development(&at.who.work, &at.desk, &one.id, &name, &location).await {
            Ok(()) => return Ok(see_other(&format!("/hims/pembangunan/{id}"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(DetailsPage { f: at.who.frame(), id, code: one.code.to_string(), form }).into_response())
}
