//! Who may do what: officers are appointed to a role in an office, from a day to a day, up to an amount.

use serde_json::json;

use super::amount::Amount;
use super::model::{AppointmentId, Module, Role};
use super::store;
use crate::account::{Admin, Officer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::Work;
use crate::organisation::{self, OfficeId};
use crate::person::{self, PersonId};
use crate::{args, audit, fault};

/// An officer to be appointed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewAppointment {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub office: OfficeId,
    /// As what.
    pub role: Role,
    /// For one group of processes, or for every one.
    pub module: Option<Module>,
    /// For no larger amount.
    pub limit: Amount,
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

/// An appointment as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// What it says.
    pub says: NewAppointment,
}

/// Why an appointment was not made or ended.
#[derive(Debug, thiserror::Error)]
pub enum AppointmentError {
    /// There is no such person, office or appointment.
    #[error("no such person, office or appointment")]
    Unknown,
    /// Whoever executes a process needs no appointment and gets none.
    #[error("nobody is appointed to this role")]
    Role,
    /// It would end before it begins.
    #[error("the dates are in no order")]
    Dates,
    /// Administrators do not appoint themselves.
    #[error("nobody appoints themselves")]
    Oneself,
    /// It has ended.
    #[error("the appointment has ended")]
    Ended,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    AppointmentError {
        Unknown => "igfmas-appointment-unknown", Missing;
        Role => "igfmas-appointment-role", Invalid;
        Dates => "igfmas-appointment-dates", Invalid;
        Oneself => "igfmas-appointment-oneself", Denied;
        Ended => "igfmas-appointment-ended", Gone;
    } transparent { Db }
}

/// Appoints an officer.
///
/// # Errors
/// [`AppointmentError`].
pub async fn appoint(
    work: &Work,
    admin: &Officer<Admin>,
    new: &NewAppointment,
) -> Result<AppointmentId, AppointmentError> {
    if admin.is(&new.person) {
        audit::refused(work, "igfmas.appointment-refused", new.person.as_str(), json!({ "why": "oneself" })).await?;
        return Err(AppointmentError::Oneself);
    }
    if new.role == Role::Pelaksana {
        return Err(AppointmentError::Role);
    }
    if new.until <= new.from {
        return Err(AppointmentError::Dates);
    }
    let mut tx = work.write().await?;
    person::by_id_in(&mut tx, &new.person).await?.ok_or(AppointmentError::Unknown)?;
    organisation::office(&mut tx, &new.office).await?.ok_or(AppointmentError::Unknown)?;
    let id = AppointmentId::new(work);
    let module = new.module.as_ref().map_or("", Module::as_str);
    let values = args![
        &id,
        &new.person,
        &new.office,
        new.role.as_str(),
        module,
        new.limit.sen(),
        new.from,
        new.until,
        admin.account(),
        work.now
    ];
    tx.execute(store::APPOINT, values).await?;
    let facts = json!({
        "person": new.person, "office": new.office, "role": new.role.as_str(), "module": module,
        "limit_sen": new.limit.sen(), "from": new.from.rfc3339(), "until": new.until.rfc3339(),
    });
    audit::record(work, &mut tx, "igfmas.appointed", id.as_str(), facts).await?;
    tx.commit().await?;
    Ok(id)
}

/// Ends an appointment now; one that has not begun will never begin.
///
/// # Errors
/// [`AppointmentError::Unknown`]; [`AppointmentError::Ended`] when it has ended already.
pub async fn end_appointment(work: &Work, admin: &Officer<Admin>, id: &AppointmentId) -> Result<(), AppointmentError> {
    let mut tx = work.write().await?;
    if tx.first(store::END_APPOINTMENT, args![id, work.now]).await?.is_none() {
        let known = tx.first(store::APPOINTMENT, args![id]).await?.is_some();
        return Err(if known { AppointmentError::Ended } else { AppointmentError::Unknown });
    }
    let facts = json!({ "by": admin.account() });
    audit::record(work, &mut tx, "igfmas.appointment-ended", id.as_str(), facts).await?;
    Ok(tx.commit().await?)
}

/// Every appointment of an officer, also ended and future ones, oldest first.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn appointments_of(work: &Work, officer: &PersonId) -> Result<Vec<Appointment>, DbError> {
    work.read().await?.all(store::APPOINTMENTS, args![officer]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Appointment, DbError> {
    let odd = |what: &str| DbError::Inconsistent(format!("appointment {what}"));
    let module = row.text("module")?;
    let module = if module.is_empty() { None } else { Some(Module::parse(&module).map_err(|_| odd("module"))?) };
    let says = NewAppointment {
        person: row.id("person")?,
        office: row.id("office")?,
        role: Role::from_stored(&row.text("role")?).ok_or_else(|| odd("role"))?,
        module,
        limit: Amount::new(row.int("limit_sen")?).map_err(|_| odd("limit"))?,
        from: row.time("starts_at")?,
        until: row.time("ends_at")?,
    };
    Ok(Appointment { id: row.id("id")?, says })
}
