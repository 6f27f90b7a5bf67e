//! `/hims/pembangunan`: developments and their units.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};

use crate::hims;
use crate::kernel::error::Kind;
use crate::organisation::{
    self, Area, CertificateTerm, Development, DevelopmentCode, DevelopmentId, Jadual, NewDevelopment, NewUnit, Sen,
    Title, Unit, UnitNumber,
};
use crate::web::guard::{Filled, Pemaju};
use crate::web::pages::form::{FieldFault, Form};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

/// A development as shown.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Kod Pemajuan.
    pub code: String,
    /// Nama Pemajuan.
    pub name: String,
    /// Letter of the schedule.
    pub jadual: &'static str,
    /// Where it stands.
    pub location: String,
    /// Stored word of how long its signers' certificates last.
    pub term: &'static str,
}

impl From<Development> for Line {
    fn from(one: Development) -> Self {
        Self {
            id: one.id.to_string(),
            code: one.code.to_string(),
            name: one.name.to_string(),
            jadual: one.jadual.as_str(),
            location: one.location.to_string(),
            term: one.term.as_str(),
        }
    }
}

/// A unit as shown.
#[derive(Clone, Debug)]
pub struct UnitLine {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// What it is.
    pub kind: String,
    /// Floor area, with its unit.
    pub area: String,
    /// `RM 450,000.00`.
    pub price: String,
    /// Its newest agreement and the stored word of its state.
    pub agreement: Option<(String, String)>,
}

impl UnitLine {
    /// Whether what is sold may still be changed: no version stands issued.
    fn amendable(&self) -> bool {
        self.agreement.as_ref().is_none_or(|(_, state)| matches!(state.as_str(), "DRAFT" | "RETURNED"))
    }
}

impl From<Unit> for UnitLine {
    fn from(one: Unit) -> Self {
        Self {
            id: one.id.to_string(),
            number: one.number.as_str().to_owned(),
            kind: one.kind.to_string(),
            area: format!("{} m²", one.area.square_metres()),
            price: one.price.ringgit(),
            agreement: None,
        }
    }
}

/// The developments, and a form for another one.
#[derive(Template)]
#[template(path = "hims/developments.html")]
pub struct DevelopmentsPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) developments: Vec<Line>,
    pub(in crate::web) form: Form,
}

/// A development with its units, and a form for another one.
#[derive(Template)]
#[template(path = "hims/development.html")]
pub struct DevelopmentPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) one: Line,
    pub(in crate::web) units: Vec<UnitLine>,
    pub(in crate::web) form: Form,
}

impl DevelopmentPage {
    /// Whether name and location may still be changed.
    fn amendable(&self) -> bool {
        self.units.iter().all(UnitLine::amendable)
    }

    fn tone(&self, state: &str) -> &'static str {
        super::dashboard::tone(state)
    }
}

async fn list(at: &Pemaju, form: Form) -> Result<DevelopmentsPage, Problem> {
    let developments = organisation::developments_of(&at.who.work, at.desk.developer()).await?;
    Ok(DevelopmentsPage { f: at.who.frame(), developments: developments.into_iter().map(Line::from).collect(), form })
}

/// Shows the developments.
pub async fn show(at: Pemaju) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(list(&at, form).await?).into_response())
}

/// Registers a development.
pub async fn register(at: Pemaju, Filled(mut form): Filled) -> Result<Response, Problem> {
    let code = form.parse("kod_pemajuan", DevelopmentCode::parse);
    let name = form.parse("nama_pemajuan", Title::parse);
    let jadual = form.parse("jadual", |letter| Jadual::parse(letter).ok_or(FieldFault::Choice));
    let term = form.parse("tempoh_sijil", |word| CertificateTerm::parse(word).ok_or(FieldFault::Choice));
    let (place, kind) = (form.parse("lokasi", Title::parse), (jadual, term));
    if let (Some(code), Some(name), Some(location), (Some(jadual), Some(term))) = (code, name, place, kind) {
        let new = NewDevelopment { code, name, jadual, location, term };
        let mut tx = at.who.work.write().await?;
        match organisation::register_development(&at.who.work, &mut tx, at.desk.developer(), &new).await {
            Ok(id) => {
                tx.commit().await?;
                return Ok(see_other(&format!("/hims/pembangunan/{id}")));
            }
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(list(&at, form).await?).into_response())
}

/// The development, if it is this developer's.
pub(super) async fn own(at: &Pemaju, id: &str) -> Result<Development, Problem> {
    let id = DevelopmentId::parse(id).ok_or(DoorFault::Missing)?;
    let found = organisation::development(&at.who.work, &id).await?;
    Ok(found.filter(|one| one.developer == *at.desk.developer()).ok_or(DoorFault::Missing)?)
}

async fn page(at: &Pemaju, id: &str, form: Form) -> Result<DevelopmentPage, Problem> {
    let one = own(at, id).await?;
    let mut units: Vec<_> =
        organisation::units_of(&at.who.work, &one.id).await?.into_iter().map(UnitLine::from).collect();
    let agreements = hims::agreements_in(&at.who.work, &at.desk, &one.id).await?;
    for unit in &mut units {
        let known = agreements.iter().find(|(about, ..)| about.as_str() == unit.id);
        unit.agreement = known.map(|(_, id, state)| (id.to_string(), state.as_str().to_owned()));
    }
    Ok(DevelopmentPage { f: at.who.frame(), one: Line::from(one), units, form })
}

/// Shows one development with its units.
pub async fn units(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let form = Form::new(at.who.visit.lang);
    Ok(Page(page(&at, &id, form).await?).into_response())
}

/// Adds a unit.
pub async fn add_unit(at: Pemaju, Path(id): Path<String>, Filled(mut form): Filled) -> Result<Response, Problem> {
    let development = own(&at, &id).await?;
    if let Some(new) = parsed(&mut form) {
        let mut tx = at.who.work.write().await?;
        let developer = at.desk.developer();
        match organisation::add_unit(&at.who.work, &mut tx, developer, &development.id, &new).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(see_other(&format!("/hims/pembangunan/{id}")));
            }
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Conflict])?,
        }
    }
    Ok(Again(page(&at, &id, form).await?).into_response())
}

pub(super) fn parsed(form: &mut Form) -> Option<NewUnit> {
    let number = form.parse("no_unit", UnitNumber::parse);
    let kind = form.parse("jenis", Title::parse);
    let place = form.parse("tempat", Title::parse);
    let title = form.parse("hakmilik", Title::parse);
    let area = form.parse("keluasan", Area::parse);
    let price = form.parse("harga", Sen::parse_ringgit);
    Some(NewUnit { number: number?, kind: kind?, place: place?, title: title?, area: area?, price: price? })
}
