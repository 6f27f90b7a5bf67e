//! Drafting an agreement and entering its parties (HIMS-2).

use serde_json::json;

use super::contact;
use super::model::{AgreementId, PartyId};
use super::party::{self, NewParty, PartyError};
use super::record::{Agreement, Party};
use super::store;
use crate::account::DeveloperDesk;
use crate::ekyc;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::organisation::{self, UnitId};
use crate::person::{self, NewPerson, PersonId, RegisterError, Registration, Residence};
use crate::{args, audit};

/// Why a draft was not written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is no such unit or agreement, or it is another developer's.
    #[error("no such unit or agreement")]
    Unknown,
    /// The agreement is being generated or signed: it is not a draft.
    #[error("the agreement is not a draft")]
    NotADraft,
    /// The parties do not make an agreement.
    #[error(transparent)]
    Party(#[from] PartyError),
    /// A party could not be registered.
    #[error("party {at}: {source}")]
    Person {
        /// The place in the list, from 1.
        at: usize,
        /// Why.
        source: RegisterError,
    },
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for DraftError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "espa-unknown",
            Self::NotADraft => "espa-not-a-draft",
            Self::Party(error) => error.code(),
            Self::Person { source, .. } => source.code(),
            Self::Keys(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Missing,
            Self::NotADraft => Kind::Conflict,
            Self::Party(error) => error.kind(),
            Self::Person { source, .. } => source.kind(),
            Self::Keys(error) => error.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Party(error) => error.facts(),
            Self::Person { at, .. } => vec![("at", at.to_string())],
            _ => Vec::new(),
        }
    }
}

/// Drafts an agreement for a unit of the developer. `lang` is the language of the document.
///
/// # Errors
/// [`DraftError::Unknown`] when the unit is another developer's.
pub async fn draft_agreement(
    work: &Work,
    desk: &DeveloperDesk,
    unit: &UnitId,
    lang: Lang,
) -> Result<AgreementId, DraftError> {
    let unit = organisation::unit(work, unit).await?.ok_or(DraftError::Unknown)?;
    let development = organisation::development(work, &unit.development).await?;
    let development = development.filter(|development| development.developer == *desk.developer());
    let development = development.ok_or(DraftError::Unknown)?;
    let id = AgreementId::new(work);
    let mut tx = work.write().await?;
    let values = args![
        &id,
        desk.developer(),
        &development.id,
        &unit.id,
        lang.tag(),
        development.jadual.as_str(),
        desk.account(),
        work.now
    ];
    tx.execute(store::DRAFT, values).await?;
    audit::record(work, &mut tx, "espa.drafted", id.as_str(), json!({ "unit": unit.id })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Enters the parties of a draft, in place of those entered before. Each is registered as a person; their
/// contacts count once they proved them. `order` gives the places of the list in the order of signing; without
/// it the order is by role (HIMS-15).
///
/// # Errors
/// [`DraftError::Party`] and [`DraftError::Person`] name the place; [`DraftError::NotADraft`].
pub async fn set_parties(
    work: &Work,
    keys: &dyn KeyStore,
    desk: &DeveloperDesk,
    agreement: &AgreementId,
    parties: &[NewParty],
    order: Option<&[usize]>,
) -> Result<(), DraftError> {
    let order = party::arrange(parties, order)?;
    let mut registrations = Vec::new();
    for party in parties {
        let new = NewPerson { name: party.name.clone(), id: party.id.clone(), lang: party.lang };
        registrations.push(person::prepare(work, keys, new).await?);
    }
    let mut tx = work.write().await?;
    let version = hold_draft(work, &mut tx, desk, agreement).await? + 1;
    let mut people = Vec::new();
    for (at, (party, registration)) in parties.iter().zip(registrations).enumerate() {
        let person = enlist(work, &mut tx, &registration).await;
        let person = person.map_err(|source| DraftError::Person { at: at + 1, source })?;
        introduce(work, &mut tx, &person, party).await?;
        people.push(person);
    }
    tx.execute(store::CLEAR_PARTIES, args![agreement, version]).await?;
    let ids: Vec<PartyId> = parties.iter().map(|_| PartyId::new(work)).collect();
    for (seq, at) in order.iter().copied().enumerate() {
        let (Some(party), Some(id), Some(person)) = (parties.get(at), ids.get(at), people.get(at)) else { continue };
        let witness_of = party.witness_of.and_then(|of| ids.get(of));
        let company = party.on_behalf_of.as_ref().map(organisation::Title::as_str);
        let (seq, entered) = (place(seq), place(at));
        let values = args![id, agreement, version, seq, entered, person, party.role.as_str(), witness_of, company];
        tx.execute(store::ADD_PARTY, values).await?;
    }
    let facts = json!({ "version": version, "parties": parties.len() });
    audit::record(work, &mut tx, "espa.parties-set", agreement.as_str(), facts).await?;
    Ok(tx.commit().await?)
}

/// Registers a person, or puts a mistyped name right while nothing stands on it: no identity check that waits or was
/// passed, no document in force.
async fn enlist(work: &Work, tx: &mut Tx, new: &Registration) -> Result<PersonId, RegisterError> {
    match person::register(work, tx, new).await {
        Err(RegisterError::NameDiffers) => {
            let person = person::correct_name(work, tx, new).await?;
            let named = tx.first(store::NAMED_IN_FORCE, args![&person]).await?.is_some();
            if named || ekyc::stands_on_name(tx, &person).await? {
                return Err(RegisterError::NameDiffers);
            }
            Ok(person)
        }
        registered => registered,
    }
}

fn place(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX) + 1
}

/// The newest version of an editable agreement; holds its row, so that no generation begins meanwhile.
async fn hold_draft(
    work: &Work,
    tx: &mut Tx,
    desk: &DeveloperDesk,
    agreement: &AgreementId,
) -> Result<i64, DraftError> {
    let held = tx.first(store::TOUCH_DRAFT, args![agreement, desk.developer(), work.now]).await?;
    match held {
        Some(row) => Ok(row.int("version")?),
        None if Agreement::of(tx, desk, agreement).await?.is_some() => Err(DraftError::NotADraft),
        None => Err(DraftError::Unknown),
    }
}

async fn introduce(work: &Work, tx: &mut Tx, person: &PersonId, party: &NewParty) -> Result<(), DbError> {
    contact::propose(work, tx, person, Some(&party.email), Some(&party.phone)).await?;
    person::tell(tx, person, &Residence { address: party.address.clone(), ..Residence::default() }).await
}

/// Copies the parties of `version` as the draft of the next one (after a request for a correction).
pub(super) async fn copy_parties(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    version: u32,
) -> Result<(), DbError> {
    let parties = Party::all(tx, agreement, version).await?;
    let ids: Vec<PartyId> = parties.iter().map(|_| PartyId::new(work)).collect();
    tx.execute(store::CLEAR_PARTIES, args![agreement, version + 1]).await?;
    for (party, id) in parties.iter().zip(&ids) {
        let of = party.witness_of.as_ref();
        let of = of.and_then(|of| parties.iter().position(|other| other.id == *of)).and_then(|at| ids.get(at));
        let (role, company) = (party.title.role.as_str(), party.on_behalf_of.as_deref());
        let (seq, entered, next) = (party.seq, party.entered, version + 1);
        let values = args![id, agreement, next, seq, entered, &party.person, role, of, company];
        tx.execute(store::ADD_PARTY, values).await?;
    }
    Ok(())
}
