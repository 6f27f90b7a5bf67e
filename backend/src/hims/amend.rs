//! What is sold, and who is in the draft, put right without typing the rest again: as long as no version stands issued.

use super::draft::DraftError;
use super::model::{AgreementId, PartyId};
use super::party::NewParty;
use super::record::{Agreement, Party};
use super::store;
use crate::account::DeveloperDesk;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::organisation::{self, DevelopmentId, NewUnit, OrganisationError, Title, UnitId};
use crate::person::{self, Email, Phone};
use crate::{args, fault};

/// Why a unit or a development was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// An agreement about it is generated, being signed or complete: the document says what it said.
    #[error("an agreement about it is issued")]
    Issued,
    /// The number is taken, or it is another developer's.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    AmendError {
        Issued => "espa-unit-issued", Conflict;
    } transparent { Organisation, Db }
}

/// Changes a unit of the developer while no agreement about it stands issued.
///
/// # Errors
/// [`AmendError::Issued`]; [`OrganisationError`] when the number is taken or the unit is another developer's.
pub async fn amend_unit(work: &Work, desk: &DeveloperDesk, unit: &UnitId, new: &NewUnit) -> Result<(), AmendError> {
    let mut tx = work.write().await?;
    let held = [store::HOLD_UNIT_DRAFTS, store::ISSUED_OF_UNIT];
    nothing_issued(work, &mut tx, held, unit.as_str()).await?;
    organisation::change_unit(work, &mut tx, desk.developer(), unit, new).await?;
    Ok(tx.commit().await?)
}

/// Changes name and location of a development while no agreement in it stands issued.
///
/// # Errors
/// [`AmendError::Issued`]; [`OrganisationError::Unknown`] when it is another developer's.
pub async fn amend_development(
    work: &Work,
    desk: &DeveloperDesk,
    development: &DevelopmentId,
    name: &Title,
    location: &Title,
) -> Result<(), AmendError> {
    let mut tx = work.write().await?;
    let held = [store::HOLD_DEVELOPMENT_DRAFTS, store::ISSUED_OF_DEVELOPMENT];
    nothing_issued(work, &mut tx, held, development.as_str()).await?;
    organisation::change_development(work, &mut tx, desk.developer(), development, name, location).await?;
    Ok(tx.commit().await?)
}

/// Holds the drafts first: a "Jana eSPA" that comes later waits and reads what was changed, one that came earlier is
/// seen.
async fn nothing_issued(
    work: &Work,
    tx: &mut Tx,
    [hold, issued]: [&'static str; 2],
    about: &str,
) -> Result<(), AmendError> {
    tx.execute(hold, args![about, work.now]).await?;
    match tx.first(issued, args![about]).await? {
        Some(_) => Err(AmendError::Issued),
        None => Ok(()),
    }
}

/// The parties of an editable agreement as they were entered, so that one can be changed without typing the others
/// again. They never leave the server: the page names a party by its id and leaves its fields empty.
///
/// # Errors
/// [`DraftError::Unknown`] when it is another developer's.
pub async fn kept_parties(
    work: &Work,
    keys: &dyn KeyStore,
    desk: &DeveloperDesk,
    agreement: &AgreementId,
) -> Result<Vec<(PartyId, NewParty)>, DraftError> {
    let mut tx = work.read().await?;
    let known = Agreement::of(&mut tx, desk, agreement).await?.ok_or(DraftError::Unknown)?;
    let mut entered = Vec::new();
    for party in Party::all(&mut tx, agreement, known.version + 1).await? {
        let person = person::by_id_in(&mut tx, &party.person).await?;
        entered.extend(person.map(|person| (party, person)));
    }
    drop(tx);
    let mut kept = Vec::new();
    for (party, person) in entered {
        let email = person.email.as_ref().and_then(|contact| Email::parse(contact.value()).ok());
        let phone = person.phone.as_ref().and_then(|contact| Phone::parse(contact.value()).ok());
        let (Some(email), Some(phone)) = (email, phone) else { continue };
        let id = person.identity(keys).await?;
        let (name, lang, role) = (person.name, person.lang, party.title.role);
        let whole =
            NewParty { name, id, email, phone, address: None, lang, role, witness_of: None, on_behalf_of: None };
        kept.push((party.id, whole));
    }
    Ok(kept)
}
