//! "Jana eSPA": the document is generated, certified, stored and issued, and the first turn arrives (HIMS-2, HIMS-3).

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::certify::{Certifier, CertifyError};
use super::data::{self, Signer};
use super::model::{AgreementId, TurnId};
use super::record::Agreement;
use super::{identity, link, store, turn};
use crate::account::DeveloperDesk;
use crate::blob::{BlobError, BlobStore};
use crate::document::generate::{self, Base, GenerateError};
use crate::ekyc::{self, Status};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::Fault;
use crate::kernel::secret::digest;
use crate::kernel::settings::Hims;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::FindError;
use crate::{args, audit, fault};

/// A generation that has not finished by then has died.
const LEASE: Duration = Duration::from_secs(120);

/// What an agreement is made with.
#[derive(Clone)]
pub struct Press {
    /// Seals and derives.
    pub keys: Arc<dyn KeyStore>,
    /// Keeps the document.
    pub blobs: Arc<dyn BlobStore>,
    /// Certifies it.
    pub certifier: Arc<dyn Certifier>,
    /// What the operator decided.
    pub settings: Hims,
}

/// Why the agreement was not issued. Nothing has changed, except that a numberless attempt is in the audit trail.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// There is no such agreement, or it is another developer's.
    #[error("no such agreement")]
    Unknown,
    /// It was generated already and is being signed, or is complete.
    #[error("the agreement is not a draft")]
    NotADraft,
    /// The button was pressed twice: the first press is at work.
    #[error("the agreement is being generated")]
    Underway,
    /// No party was entered (HIMS-2).
    #[error("no party was entered")]
    NoParties,
    /// The document could not be generated.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The document could not be certified.
    #[error(transparent)]
    Certify(#[from] CertifyError),
    /// The document could not be stored.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// A party could not be read.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    PressError {
        Unknown => "espa-unknown", Missing;
        NotADraft => "espa-not-a-draft", Conflict;
        Underway => "espa-generating", Conflict;
        NoParties => "espa-no-parties", Invalid;
    } transparent { Generate, Certify, Blob, Keys, Find, Db }
}

/// Generates, certifies and issues the next version of a draft; answers its number. Signers without an approved
/// identity check get MAIL-1; the first turn arrives.
///
/// # Errors
/// [`PressError`]; whatever went wrong, the draft is as it was and the button works again.
pub async fn generate_agreement(
    work: &Work,
    press: &Press,
    desk: &DeveloperDesk,
    id: &AgreementId,
) -> Result<u32, PressError> {
    let claim = crate::kernel::id::fresh(work.now, work.rng());
    let (agreement, version) = take(work, desk, id, &claim).await?;
    match print(work, press, &agreement, version, &claim).await {
        Ok(first) => {
            turn::advance(work, &press.settings, &first).await?;
            Ok(version)
        }
        Err(error) => {
            give_back(work, id, &claim, &error).await?;
            Err(error)
        }
    }
}

/// Takes the agreement for this press; the version it will have.
async fn take(
    work: &Work,
    desk: &DeveloperDesk,
    id: &AgreementId,
    claim: &str,
) -> Result<(Agreement, u32), PressError> {
    let mut tx = work.write().await?;
    let values = args![id, desk.developer(), claim, work.now.plus(LEASE), work.now];
    let taken = tx.first(store::CLAIM, values).await?;
    let agreement = Agreement::of(&mut tx, desk, id).await?.ok_or(PressError::Unknown)?;
    if taken.is_none() {
        let generating = agreement.state == super::AgreementState::Generating;
        return Err(if generating { PressError::Underway } else { PressError::NotADraft });
    }
    tx.commit().await?;
    let next = agreement.version + 1;
    Ok((agreement, next))
}

async fn give_back(work: &Work, id: &AgreementId, claim: &str, error: &PressError) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    if tx.execute(store::UNCLAIM, args![id, claim]).await? == 1 {
        let facts = json!({ "reason": error.code() });
        audit::record(work, &mut tx, "espa.generation-failed", id.as_str(), facts).await?;
    }
    tx.commit().await
}

/// Everything slow, outside of any transaction: then one transaction that issues.
async fn print(
    work: &Work,
    press: &Press,
    agreement: &Agreement,
    version: u32,
    claim: &str,
) -> Result<TurnId, PressError> {
    let signers = data::signers(work, &*press.keys, &agreement.id, version).await?;
    if signers.is_empty() {
        return Err(PressError::NoParties);
    }
    let content = data::gather(work, agreement, version, &signers).await?;
    let base = tokio::task::spawn_blocking(move || generate::agreement(&content)).await;
    let base = base.map_err(|_| GenerateError::Broken("the generator stopped".to_owned()))??;
    let certified = press.certifier.certify(work, &base.bytes).await?;
    // The claim is in the name: a press that lost its lease writes to a document nobody will own.
    let document = format!("espa-{claim}");
    press.blobs.append(&document, 0, &certified).await?;
    let turns = turns(work, &*press.keys, signers).await?;
    let copy = Copy { version, document, sha256: mohor_shared::transcript::sha256(&certified), certified, base };
    issue(work, agreement, claim, &copy, &turns).await
}

/// A turn to be written: everything that needs the key store is done.
struct NewTurn {
    id: TurnId,
    link_hash: String,
    signer: Signer,
    identified: bool,
}

async fn turns(work: &Work, keys: &dyn KeyStore, signers: Vec<Signer>) -> Result<Vec<NewTurn>, PressError> {
    let mut turns = Vec::new();
    for signer in signers {
        let id = TurnId::new(work);
        let link_hash = digest(&link::token(keys, &id, 1).await?);
        let identified = matches!(ekyc::status(work, &signer.person.id).await?, Status::Approved { .. });
        turns.push(NewTurn { id, link_hash, signer, identified });
    }
    Ok(turns)
}

/// The version to be written.
struct Copy {
    version: u32,
    document: String,
    sha256: [u8; 32],
    certified: Vec<u8>,
    base: Base,
}

async fn issue(
    work: &Work,
    agreement: &Agreement,
    claim: &str,
    copy: &Copy,
    turns: &[NewTurn],
) -> Result<TurnId, PressError> {
    let id = &agreement.id;
    let mut tx = work.write().await?;
    tx.first(store::ISSUE, args![id, claim, work.now]).await?.ok_or(PressError::Underway)?;
    tx.execute(store::SUPERSEDE, args![id]).await?;
    write_version(work, &mut tx, id, copy).await?;
    for turn in turns {
        let party = &turn.signer.party;
        let values = args![&turn.id, id, copy.version, &party.id, &party.person, party.seq, &turn.link_hash];
        tx.execute(store::ADD_TURN, values).await?;
    }
    ask_for_identity(work, &mut tx, id, turns).await?;
    let first = turn::open_next(work, &mut tx, id, copy.version).await?;
    let first = first.ok_or_else(|| DbError::Inconsistent("an issued agreement without a turn".to_owned()))?;
    let facts = json!({
        "version": copy.version, "parties": turns.len(), "length": copy.certified.len(),
        "sha256": hex::encode(copy.sha256), "pages": copy.base.pages,
    });
    audit::record(work, &mut tx, "espa.issued", id.as_str(), facts).await?;
    tx.commit().await?;
    Ok(first)
}

async fn write_version(work: &Work, tx: &mut Tx, id: &AgreementId, copy: &Copy) -> Result<(), DbError> {
    let length = i64::try_from(copy.certified.len()).unwrap_or(i64::MAX);
    let serials = copy.base.fields.iter().filter(|field| field.starts_with("Serial")).count();
    let (serials, pages) = (i64::try_from(serials).unwrap_or(0), i64::try_from(copy.base.pages).unwrap_or(0));
    let texts = json!(copy.base.page_texts).to_string();
    let digest = copy.sha256.to_vec();
    let values = args![id, copy.version, &copy.document, length, digest, serials, pages, texts, work.now];
    tx.execute(store::ADD_VERSION, values).await?;
    let none = None::<&str>;
    let values = args![id, copy.version, 0, length, hex::encode(copy.sha256), none, none, none, none, work.now];
    tx.execute(store::ADD_REVISION, values).await?;
    Ok(())
}

/// MAIL-1 to everybody whose identity check is missing (HIMS-3), once for each person.
async fn ask_for_identity(work: &Work, tx: &mut Tx, id: &AgreementId, turns: &[NewTurn]) -> Result<(), DbError> {
    let waiting: Vec<_> = turns.iter().filter(|turn| !turn.identified).collect();
    for (at, turn) in waiting.iter().enumerate() {
        let person = &turn.signer.person.id;
        if waiting[..at].iter().any(|other| other.signer.person.id == *person) {
            continue;
        }
        let theirs = waiting.iter().filter(|other| other.signer.person.id == *person).map(|other| &other.id);
        identity::ask(work, tx, id, person, &theirs.collect::<Vec<_>>()).await?;
    }
    Ok(())
}
