//! `/hims/perjanjian/{id}`: one agreement: parties, "Jana eSPA", turns, versions, corrections.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementDetail, AgreementId, AgreementState, PartyLine, Role, TurnId, TurnState};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Kind;
use crate::kernel::words::Lang;
use crate::organisation::UnitId;
use crate::web::Doors;
use crate::web::guard::{Filled, Pemaju};
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::standing::pdf;
use crate::web::pages::turn::time_left;
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
    /// Until when, or when it was signed.
    pub time: Option<String>,
    /// The turn whose mail can be sent again.
    pub remind: Option<String>,
    /// The turn whose contact can still be put right.
    pub correct: Option<String>,
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

/// Something that happened to the agreement.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// `good`, `bad`, `info` or nothing.
    pub tone: &'static str,
    /// What, in the reader's language.
    pub text: String,
}

impl Event {
    fn time(&self) -> String {
        self.at.myt()
    }
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
    /// What the developer does now, or who is waited for.
    pub(in crate::web) next: Next,
    pub(in crate::web) history: Vec<Event>,
    pub(in crate::web) parties: Vec<PartyView>,
    pub(in crate::web) versions: Vec<VersionView>,
    /// Who asked for what, the remark, the time.
    pub(in crate::web) corrections: Vec<(String, String, String)>,
    /// The developer may take it back.
    pub(in crate::web) withdrawable: bool,
    pub(in crate::web) rows: Vec<Row>,
    pub(in crate::web) roles: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

impl AgreementPage {
    pub(in crate::web) fn of(f: Frame, detail: &AgreementDetail, form: Form, now: Timestamp) -> Self {
        let lang = f.lang;
        Self {
            id: detail.id.to_string(),
            development: format!("{} · {}", detail.header.code, detail.header.name),
            unit: detail.header.unit.clone(),
            state: detail.state.as_str().to_owned(),
            editable: detail.editable(),
            next: Next::of(detail, now, lang),
            history: history(detail, &f),
            parties: detail.parties.iter().map(|line| party(line, lang)).collect(),
            versions: detail.versions.iter().map(version).collect(),
            corrections: detail.corrections.iter().map(|one| correction(one, lang)).collect(),
            withdrawable: detail.withdrawable(),
            rows: if detail.editable() { parties::rows(&form) } else { Vec::new() },
            roles: Role::ORDER.iter().map(|role| role.as_str()).collect(),
            form,
            f,
        }
    }

    /// Somebody is at work in the editor: rows were moved, or something is to be mended.
    fn edited(&self) -> bool {
        self.form.ticked("aksi") || !self.form.wrong().is_empty()
    }

    fn tone(&self, state: &str) -> &'static str {
        super::dashboard::tone(state)
    }

    /// Who is at work in which system, as the process chart calls it (HIMS-1).
    fn lane(&self) -> &'static str {
        AgreementState::from_stored(&self.state).map_or("", AgreementState::lane)
    }
}

/// What happens next with an agreement.
#[derive(Clone, Debug)]
pub enum Next {
    /// Name the parties.
    Parties,
    /// Press Jana eSPA.
    Generate,
    /// The document is being made.
    Generating,
    /// Somebody has to act: role, name, stored word of the turn, and how long is left.
    Waiting(String, String, String, Option<String>),
    /// A window is over: the turn to open again, role and name.
    Reopen(String, String, String),
    /// Everybody has signed: the version to download, and the serial number that names its file.
    Done(String, String),
}

impl Next {
    fn of(detail: &AgreementDetail, now: Timestamp, lang: Lang) -> Self {
        if detail.editable() {
            return if detail.parties.is_empty() { Self::Parties } else { Self::Generate };
        }
        let open = |line: &&PartyLine| {
            line.turn.as_ref().is_some_and(|(_, state)| !matches!(state, TurnState::Signed | TurnState::Waiting))
        };
        match (detail.state, detail.parties.iter().find(open)) {
            (AgreementState::Completed, _) => {
                let newest =
                    detail.versions.first().map(|version| (version.number.to_string(), version.serial.clone()));
                let (number, serial) = newest.unwrap_or_default();
                Self::Done(number, serial.unwrap_or_default())
            }
            (_, Some(PartyLine { turn: Some((turn, TurnState::Expired)), title, name, .. })) => {
                Self::Reopen(turn.to_string(), title.say(lang), name.clone())
            }
            (_, Some(line @ PartyLine { turn: Some((_, state)), .. })) => {
                let left = line.deadline.map(|deadline| time_left(deadline, now, lang));
                Self::Waiting(line.title.say(lang), line.name.clone(), state.as_str().to_owned(), left)
            }
            _ => Self::Generating,
        }
    }
}

/// What happened, in order.
fn history(detail: &AgreementDetail, f: &Frame) -> Vec<Event> {
    let event = |at, tone, text| Event { at, tone, text };
    let mut all = vec![event(detail.created_at, "", f.say("web-event-drafted"))];
    for version in &detail.versions {
        all.push(event(version.issued_at, "info", f.say1("web-event-issued", "n", &version.number.to_string())));
    }
    for line in &detail.parties {
        let text = || f.say2("web-event-signed", "role", &line.title.say(f.lang), "name", &line.name);
        all.extend(line.signed_at.map(|at| event(at, "good", text())));
    }
    for one in &detail.corrections {
        all.push(event(one.at, "bad", told(one, f.lang)));
    }
    all.extend(detail.completed_at.map(|at| event(at, "good", f.say("web-event-completed"))));
    all.sort_by_key(|event| event.at.millis());
    all
}

fn version(line: &hims::VersionLine) -> VersionView {
    VersionView {
        number: line.number.to_string(),
        state: line.state.as_str().to_owned(),
        serial: line.serial.clone(),
        issued: line.issued_at.myt(),
    }
}

/// What a correction says on the page of its agreement.
fn told(one: &hims::CorrectionLine, lang: Lang) -> String {
    let n = one.version.to_string();
    match &one.title {
        Some(title) => lang.say_with("web-correction-asked", &[("role", &title.say(lang)), ("n", &n)]),
        None => lang.say_with("web-taken-back", &[("n", &n)]),
    }
}

fn correction(one: &hims::CorrectionLine, lang: Lang) -> (String, String, String) {
    (told(one, lang), one.remark.clone(), one.at.myt())
}

fn party(line: &PartyLine, lang: Lang) -> PartyView {
    let turn = |offered: bool| line.turn.as_ref().filter(|_| offered).map(|(id, _)| id.to_string());
    PartyView {
        role: line.title.say(lang),
        name: line.name.clone(),
        email: line.email.clone(),
        company: line.on_behalf_of.clone(),
        witness_of: line.witness_of,
        ekyc: line.ekyc.as_str(),
        turn: line.turn.as_ref().map(|(_, state)| state.as_str().to_owned()),
        time: line.signed_at.or(line.deadline).map(|time| time.myt()),
        remind: turn(line.remindable()),
        correct: turn(line.correctable()),
    }
}

pub(super) async fn detail(at: &Pemaju, id: &str) -> Result<AgreementDetail, Problem> {
    let id = AgreementId::parse(id).ok_or(DoorFault::Missing)?;
    Ok(hims::agreement(&at.who.work, &at.desk, &id).await?)
}

/// Shows one agreement.
pub async fn show(at: Pemaju, Path(id): Path<String>) -> Result<Response, Problem> {
    let detail = detail(&at, &id).await?;
    let form = parties::begin(&detail, at.who.visit.lang);
    Ok(Page(AgreementPage::of(at.who.frame(), &detail, form, at.who.work.now)).into_response())
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
        return Ok(Page(AgreementPage::of(at.who.frame(), &detail, form, at.who.work.now)).into_response());
    }
    let kept = hims::kept_parties(&at.who.work, &*doors.keystore, &at.desk, &detail.id).await?;
    if let Some(list) = parties::parsed(&mut form, &kept) {
        let as_listed: Vec<usize> = (0..list.len()).collect();
        let order = form.holds("susunan", "senarai").then_some(as_listed.as_slice());
        let keys = &*doors.keystore;
        match hims::set_parties(&at.who.work, keys, &at.desk, &detail.id, &list, order).await {
            Ok(()) => return Ok(see_other(&format!("/hims/perjanjian/{id}"))),
            Err(refused) => form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Conflict])?,
        }
    }
    Ok(Again(AgreementPage::of(at.who.frame(), &detail, form, at.who.work.now)).into_response())
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
            let mut form = parties::begin(&detail, at.who.visit.lang);
            form.refuse_or_fail(refused, &[Kind::Invalid, Kind::Conflict])?;
            Ok(Again(AgreementPage::of(at.who.frame(), &detail, form, at.who.work.now)).into_response())
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
    Ok(pdf(bytes.ok_or(DoorFault::Missing)?))
}
