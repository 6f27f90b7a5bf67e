//! Particulars that are told once: nationality, address, postcode (CERT-4, CERT-5).

use super::id::PersonId;
use super::place::{Country, PostalAddress, Postcode};
use super::store;
use crate::kernel::db::{DbError, Tx, Value};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::{args, audit, fault};

/// What a certificate needs to know beside the name. `None` keeps what is stored.
#[derive(Clone, Debug, Default)]
pub struct Residence {
    /// Country of citizenship.
    pub nationality: Option<Country>,
    /// Postal address.
    pub address: Option<PostalAddress>,
    /// Postcode.
    pub postcode: Option<Postcode>,
}

/// Why the particulars were not taken.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// Nationality, address or postcode is still missing: all three are mandatory.
    #[error("a particular is missing")]
    Missing,
    /// There is no such person.
    #[error("no such person")]
    Nobody,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    CompleteError {
        Missing => "residence-missing", Invalid;
        Nobody => "person-unknown", Missing;
    } transparent { Db }
}

fn args(person: &PersonId, told: &Residence) -> Vec<Value> {
    args![
        person,
        told.nationality.as_ref().map(Country::as_str),
        told.address.as_ref().map(PostalAddress::as_str),
        told.postcode.as_ref().map(Postcode::as_str)
    ]
}

/// Fills in what is missing; what is stored already stays as it is (CERT-4: editable only when missing).
/// Afterwards all three particulars are there, or the caller's transaction must not be committed.
///
/// # Errors
/// [`CompleteError::Missing`] when a particular is neither stored nor told; [`CompleteError::Nobody`].
pub async fn complete(work: &Work, tx: &mut Tx, person: &PersonId, told: &Residence) -> Result<(), CompleteError> {
    let row = tx.first(store::COMPLETE, args(person, told)).await?.ok_or(CompleteError::Nobody)?;
    for column in ["nationality", "address", "postcode"] {
        if row.opt_text(column)?.is_none() {
            return Err(CompleteError::Missing);
        }
    }
    Ok(audit::record(work, tx, "person.completed", person.as_str(), serde_json::json!({})).await?)
}

/// Notes particulars that somebody else told, such as a developer who enters a party; what is stored stays.
pub async fn tell(tx: &mut Tx, person: &PersonId, told: &Residence) -> Result<(), DbError> {
    tx.execute(store::COMPLETE, args(person, told)).await?;
    Ok(())
}

/// Sets the language of mails and pages.
pub async fn speak(tx: &mut Tx, person: &PersonId, lang: Lang) -> Result<(), DbError> {
    tx.execute(store::SPEAK, args![person, lang.tag()]).await?;
    Ok(())
}
