//! The counter: an officer with a person and their identity document in front of them. Looks the person up by that
//! number, vouches for a new phone, releases a new PIN that waits, ends phones and certificates in twos, lifts a
//! freeze.

pub(in crate::web) mod certificates;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::account::{Fresh, RegistrationOfficer};
use crate::device::{self, Device, DeviceId, RevocationReason};
use crate::kernel::error::Kind;
use crate::person::{Person, PersonId};
use crate::web::Doors;
use crate::web::guard::{At, Filled};
use crate::web::pages::form::{FieldFault, Form, id_number};
use crate::web::pages::frame::Frame;
use crate::web::pages::{Again, Page, see_other};
use crate::web::problem::{DoorFault, Problem};
use crate::{audit, certificate, enrolment, person};

use certificates::CertificateLine;

const PATH: &str = "/kakitangan/kaunter";
const MENDABLE: [Kind; 2] = [Kind::Conflict, Kind::Denied];

/// Asks for the number of the document.
#[derive(Template)]
#[template(path = "staff/counter.html")]
pub struct CounterPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) form: Form,
}

/// A phone of the person.
#[derive(Clone, Debug)]
pub struct PhoneLine {
    /// Its id.
    pub id: String,
    /// The model, as it says.
    pub model: String,
    /// Word of its state.
    pub state: &'static str,
    /// Since when.
    pub bound: String,
    /// Somebody must vouch for it.
    pub vouching: bool,
    /// It can be ended.
    pub live: bool,
    /// A colleague wants to end it: word of the reason, since when.
    pub wish: Option<(&'static str, String)>,
}

impl PhoneLine {
    /// What a colleague wants, in words.
    fn wish_said(&self, f: &Frame) -> String {
        self.wish.as_ref().map_or_else(String::new, |(reason, at)| {
            f.say2("web-counter-wish", "reason", &f.term("web-revoke", reason), "at", at)
        })
    }
}

/// The person, and what can be done.
#[derive(Template)]
#[template(path = "staff/counter_person.html")]
pub struct PersonPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
    /// Masked: the officer reads the document, not the screen.
    pub(in crate::web) number: String,
    pub(in crate::web) phones: Vec<PhoneLine>,
    /// A new PIN waits until then.
    pub(in crate::web) pin_waits: Option<String>,
    pub(in crate::web) frozen: bool,
    pub(in crate::web) reasons: Vec<&'static str>,
    pub(in crate::web) certificates: Vec<CertificateLine>,
    /// Words of the reasons of a revocation.
    pub(in crate::web) why: Vec<&'static str>,
    pub(in crate::web) form: Form,
}

/// Asks for the number.
pub async fn show(at: At<RegistrationOfficer>) -> Response {
    Page(CounterPage { form: Form::new(at.who.visit.lang), f: at.who.frame() }).into_response()
}

/// Looks the person up; the trail knows who looked at whom.
pub async fn find(
    State(doors): State<Arc<Doors>>,
    at: At<RegistrationOfficer>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    if let Some(number) = form.parse("ic", id_number) {
        match person::by_id_number(&at.who.work, &*doors.keystore, &number).await? {
            Some(person) => {
                let mut tx = at.who.work.write().await?;
                let facts = json!({ "by": at.officer.account() });
                audit::record(&at.who.work, &mut tx, "counter.looked-up", person.id.as_str(), facts).await?;
                tx.commit().await?;
                return Ok(see_other(&format!("{PATH}/{}", person.id)));
            }
            None => form.refuse("ic", FieldFault::Nobody),
        }
    }
    Ok(Again(CounterPage { f: at.who.frame(), form }).into_response())
}

/// Shows the person.
pub async fn person(
    State(doors): State<Arc<Doors>>,
    at: At<RegistrationOfficer>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let person = known(&at, &id).await?;
    let form = Form::new(at.who.visit.lang);
    Ok(Page(page(&doors, &at, &person, form).await?).into_response())
}

async fn known(at: &At<RegistrationOfficer>, id: &str) -> Result<Person, Problem> {
    let id = PersonId::parse(id).ok_or(DoorFault::Missing)?;
    Ok(person::by_id(&at.who.work, &id).await?.ok_or(DoorFault::Missing)?)
}

async fn page(doors: &Doors, at: &At<RegistrationOfficer>, person: &Person, form: Form) -> Result<PersonPage, Problem> {
    let work = &at.who.work;
    let mut phones = Vec::new();
    for phone in device::phones(work, &person.id).await? {
        phones.push(line(at, &phone).await?);
    }
    let frozen = match device::frozen(work, &mut work.read().await?, &person.id).await {
        Ok(()) => false,
        Err(device::Frozen::Db(error)) => return Err(error.into()),
        Err(_) => true,
    };
    Ok(PersonPage {
        f: at.who.frame(),
        id: person.id.to_string(),
        name: person.name.to_string(),
        number: person.masked_id(&*doors.keystore).await?,
        phones,
        pin_waits: enrolment::waiting_for(work, &person.id).await?.map(|wait| wait.ready_at.myt()),
        frozen,
        reasons: RevocationReason::ALL.iter().map(|reason| reason.as_str()).collect(),
        certificates: certificates::lines(at, person).await?,
        why: certificate::RevocationReason::ALL.iter().map(|reason| reason.word()).collect(),
        form,
    })
}

async fn line(at: &At<RegistrationOfficer>, phone: &Device) -> Result<PhoneLine, Problem> {
    let wish = device::revocation_asked(&at.who.work, &phone.id).await?;
    Ok(PhoneLine {
        id: phone.id.to_string(),
        model: phone.model.clone(),
        state: phone.state.word(),
        bound: phone.bound_at.myt(),
        vouching: phone.vouching && phone.is_in_use(),
        live: !phone.is_over(),
        wish: wish.map(|wish| (wish.reason.as_str(), wish.at.myt())),
    })
}

/// Does what the button says.
pub async fn act(
    State(doors): State<Arc<Doors>>,
    at: At<RegistrationOfficer>,
    Path(id): Path<String>,
    Filled(mut form): Filled,
) -> Result<Response, Problem> {
    let person = known(&at, &id).await?;
    match done(&doors, &at, &person, &mut form).await? {
        true => Ok(see_other(&format!("{PATH}/{id}"))),
        false => Ok(Again(page(&doors, &at, &person, form).await?).into_response()),
    }
}

/// `false` when the form says what is wrong.
async fn done(doors: &Doors, at: &At<RegistrationOfficer>, person: &Person, form: &mut Form) -> Result<bool, Problem> {
    let act = form.value("aksi").to_owned();
    if matches!(act.as_str(), "sahkan-telefon" | "sahkan-pin" | "cair") && !form.ticked("lihat") {
        form.refuse("lihat", FieldFault::Tick);
        return Ok(false);
    }
    let refused = match act.as_str() {
        "sahkan-pin" => release(doors, at, at.who.fresh()?, person).await.err(),
        "cair" => {
            let thawed = device::thaw(&at.who.work, &at.officer, at.who.fresh()?, &person.id).await;
            thawed.map_err(Problem::from).err()
        }
        _ if act.ends_with("-batal") => certificates::act(doors, at, person, &act, form).await?.err(),
        _ => phone_act(at, person, &act, form).await?.err(),
    };
    match refused {
        None => Ok(true),
        Some(problem) if MENDABLE.contains(&problem.kind) => {
            form.refuse_as("", &problem);
            Ok(false)
        }
        Some(problem) => Err(problem),
    }
}

async fn release(doors: &Doors, at: &At<RegistrationOfficer>, fresh: Fresh, person: &Person) -> Result<(), Problem> {
    let wait = enrolment::waiting_for(&at.who.work, &person.id).await?.ok_or(enrolment::WaitRefused::Over)?;
    Ok(enrolment::approve_at_desk(&at.who.work, &doors.desk, &at.officer, fresh, &wait.issuance).await?)
}

/// The phone must be one of the person who was looked up.
async fn phone_act(
    at: &At<RegistrationOfficer>,
    person: &Person,
    act: &str,
    form: &mut Form,
) -> Result<Result<(), Problem>, Problem> {
    let (work, officer) = (&at.who.work, &at.officer);
    let id = DeviceId::parse(form.value("telefon")).ok_or(DoorFault::Missing)?;
    device::by_id(work, &id).await?.filter(|phone| phone.person == person.id).ok_or(DoorFault::Missing)?;
    Ok(match act {
        "sahkan-telefon" => device::vouch_at_desk(work, officer, at.who.fresh()?, &id).await.map_err(Problem::from),
        "minta-tamat" => match RevocationReason::parse(form.value("sebab")) {
            Some(reason) => device::ask_revocation(work, officer, &id, reason).await.map(|_| ()).map_err(Problem::from),
            None => Err(Problem { kind: Kind::Conflict, ..FieldFault::Choice.into() }),
        },
        "sahkan-tamat" => device::confirm_revocation(work, officer, at.who.fresh()?, &id).await.map_err(Problem::from),
        "tarik-tamat" => device::withdraw_revocation(work, officer, &id).await.map_err(Problem::from),
        _ => return Err(DoorFault::Missing.into()),
    })
}
