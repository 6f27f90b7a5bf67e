//! `/hims/perjanjian/{id}`: one agreement: parties, "Jana eSPA", turns, versions, corrections.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementDetail, AgreementId, PartyLine, Role, TurnId, TurnState};
use crate::kernel::error::Kind;
use crate::kernel::words::Lang;
use crate::organisation::UnitId;
use crate::web::Doors;
use crate::web::guard::{Filled, Pemaju};
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::standing::pdf;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};

use super::parties::{self, Row};

/// A party and the turn, as shown.
#[derive(Clone, Debug)]
pub struct PartyView {
    /// The role.
    pub role: String,
    /// The name.
    pub name: String,
    /// Masked address and whether it is proven.
    pub email: Option<(String, bool)>,
    /// The company signed for.
    pub company: Option<String>,
    /// For a witness: the place of the party attested.
    pub witness_of: Option<usize>,
    /// Word of the identity check.
    pub ekyc: &'static str,
    /// Stored word of the turn.
    pub turn: Option<String>,
    /// The turn to be opened again.
    pub reopen: Option<String>,
    /// Until when, or when it was signed.
    pub time: Option<String>,
}

/// A version as shown.
#[derive(Clone, Debug)]
pub struct VersionView {
    /// Its number.
    pub number: String,
    /// Stored word of the state.
    pub state: String,
    /// Serial number, once there is one.
    pub serial: Option<String>,
    /// When it was issued.
    pub issued: String,
}

/// The page of an agreement.
#[derive(Template)]
#[template(path = "hims/agreement.html")]
pub struct AgreementPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) development: String,
    pub(in crate::web) unit: String,
    pub(in crate::web) state: String,
    pub(in crate::web) editable: bool,
    pub(in crate::web) parties: Vec<PartyView>,
    pub(in crate::web) versions: Vec<VersionView>,
    /// Version, role, remark, time.
    pub(in crate::web) corrections: Vec<(String, String, String, String)>,
    pub(in crate::web) rows: Vec<Row>,
    pub(in crate::web) roles: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

impl AgreementPage {
    pub(in crate::web) fn of(f: Frame, detail: &AgreementDetail, form: Form) -> Self {
        let lang = f.lang;
        Self {
            id: detail.id.to_string(),
            development: format!("{} · {}", detail.header.code, detail.header.name),
            unit: detail.header.unit.clone(),
            state: detail.state.as_str().to_owned(),
            editable: detail.editable(),
            parties: detail.parties.iter().map(|line| party(line, lang)).collect(),
            versions: detail.versions.iter().map(version).collect(),
            corrections: detail.corrections.iter().map(|one| correction(one, lang)).collect(),
            rows: if detail.editable() { parties::rows(&form) } else { Vec::new() },
            roles: Role::ORDER.iter().map(|role| role.as_str()).collect(),
            form,
            f,
        }
    }

    fn tone(&self, state: &str) -> &'static str {
        super::dashboard::tone(state)
    }
}

fn version(line: &hims::VersionLine) -> VersionView {
    VersionView {
        number: line.number.to_string(),
        state: line.state.as_str().to_owned(),
        serial: line.serial.clone(),
        issued: line.issued_at.myt(),
    }
}

fn correction(one: &hims::CorrectionLine, lang: Lang) -> (String, String, String, String) {
    (one.version.to_string(), one.title.say(lang), one.remark.clone(), one.at.myt())
}

fn party(line: &PartyLine, lang: Lang) -> PartyView {
    let over = line.turn.as_ref().filter(|(_, state)| *state == TurnState::Expired);
    PartyView {
        role: line.title.say(lang),
        name: line.name.clone(),
        email: line.email.clone(),
        company: line.on_behalf_of.clone(),
        witness_of: line.witness_of,
        ekyc: line.ekyc.as_str(),
        turn: line.turn.as_ref().map(|(_, state)| state.as_str().to_owned()),
        reopen: over.map(|(turn, _)| turn.to_string()),
        time: line.signed_at.or(line.deadline).map(|time| time.myt()),
    }
}

async fn detail(at: &Pemaju, id: &str) -> Result<AgreementDetail, Problem> {
    let id = AgreementId::parse(id).ok_or(DoorFault::Missing)?;
    Ok(hims::agreement(&at.who.work, &at.desk, &id).await?)
}

/// Shows one agreement.
pub async fn show(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    let form = parties::fresh(at.who.visit.lang);
    Ok(Page(AgreementPage::of(at.who.frame(), &detail, form)).into_response())
}

/// Drafts an agreement for a unit.
pub async fn draft(at: Pemaju, Filled(form): Filled) -> Result<Response, Problem> {
    let unit = UnitId::parse(form.value("unit")).ok_or(DoorFault::Missing)?;
    let lang = Lang::from_tag(form.value("bahasa"));
    let id = hims::draft_agreement(&at.who.work, &at.desk, &unit, lang).await?;
    Ok(see_other(&format!("/hims/perjanjian/{id}")))
}

/// Takes the parties, or moves their rows.
pub async fn set_parties(
    State(doors): State<Arc<Doors>>,
    at: Pemaju,
    Path(id): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    if let Some(form) = parties::rearranged(&form, form.value("aksi"), at.who.visit.lang) {
        return Ok(Page(AgreementPage::of(at.who.frame(), &detail, form)).into_response());
    }
    if let Some(list) = parties::parsed(&mut form) {
        let as_listed: Vec<usize> = (0..list.len()).collect();
        let order = form.holds("susunan", "senarai").then_some(as_listed.as_slice());
        let keys = &*doors.keystore;
        match hims::set_parties(&at.who.work, keys, &at.desk, &detail.id, &list, order).await {
            Ok(()) => return Ok(see_other(&format!("/hims/perjanjian/{id}"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Conflict])?,
        }
    }
    Ok(Again(AgreementPage::of(at.who.frame(), &detail, form)).into_response())
}

/// "Jana eSPA" (HIMS-2).
pub async fn generate(
    State(doors): State<Arc<Doors>>,
    at: Pemaju,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    match hims::generate_agreement(&at.who.work, &doors.press, &at.desk, &detail.id).await {
        Ok(_) => Ok(see_other(&format!("/hims/perjanjian/{id}"))),
        Err(refused) => {
            let mut form = parties::fresh(at.who.visit.lang);
            form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Conflict, Kind::Unavailable])?;
            Ok(Again(AgreementPage::of(at.who.frame(), &detail, form)).into_response())
        }
    }
}

/// Opens a window again (GAP-3).
pub async fn reopen(
    State(doors): State<Arc<Doors>>,
    at: Pemaju,
    Path((id, turn)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let turn = TurnId::parse(&turn).ok_or(DoorFault::Missing)?;
    hims::reopen(&at.who.work, &*doors.keystore, &doors.settings.hims, &at.desk, &turn).await?;
    Ok(see_other(&format!("/hims/perjanjian/{id}")))
}

/// The newest revision of a version, as a file.
pub async fn document(
    State(doors): State<Arc<Doors>>,
    at: Pemaju,
    Path((id, version)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = AgreementId::parse(&id).ok_or(DoorFault::Missing)?;
    let version = version.strip_suffix(".pdf").and_then(|number| number.parse().ok()).ok_or(DoorFault::Missing)?;
    let bytes = hims::document(&at.who.work, &*doors.blobs, &at.desk, &id, version).await?;
    Ok(pdf(bytes.ok_or(DoorFault::Missing)?, "espa.pdf"))
}
