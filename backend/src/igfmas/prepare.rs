//! Preparing a document and changing it: the acts of its preparer (PUB-FIN-1).

use serde_json::json;

use super::facts::Reference;
use super::input::IgfmasInput;
use super::model::{DocumentId, DocumentState, Role};
use super::payload::Payload;
use super::process::Process;
use super::record::Document;
use super::refused::{self, ActRefused, Wanted};
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::organisation::{self, Office, OfficeId};
use crate::person::PersonId;
use crate::{args, audit, fault};

/// A document to be prepared.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// The number of its work process; it keeps the version in force now.
    pub process: u32,
    /// The office that pays.
    pub office: OfficeId,
    /// The office that receives: where the process asks for Akuan Terima, and nowhere else.
    pub receiver: Option<OfficeId>,
    /// Its reference.
    pub reference: Reference,
    /// What it says.
    pub payload: Payload,
}

/// Why a document was not prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// There is no such process, or no document may begin in it any more.
    #[error("no such process")]
    Process,
    /// There is no such office.
    #[error("no such office")]
    Office,
    /// The receiving office is missing, or the process has none.
    #[error("the receiving office does not fit the process")]
    Receiver,
    /// The reference is taken in these books.
    #[error("the reference is taken")]
    ReferenceTaken,
    /// Not appointed to prepare such documents here, today, up to this amount.
    #[error("not appointed as preparer")]
    NotAppointed,
    /// The payment data.
    #[error(transparent)]
    Input(#[from] IgfmasInput),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    PrepareError {
        Process => "igfmas-process-unknown", Missing;
        Office => "igfmas-office-unknown", Missing;
        Receiver => "igfmas-receiver-unfit", Invalid;
        ReferenceTaken => "igfmas-reference-taken", Conflict;
        NotAppointed => "igfmas-not-preparer-here", Denied;
    } transparent { Input, Db }
}

/// Begins a document: a draft on the preparer's own desk.
///
/// # Errors
/// [`PrepareError`].
pub async fn prepare_document(work: &Work, preparer: &PersonId, new: &NewDocument) -> Result<DocumentId, PrepareError> {
    let amount = new.payload.total()?;
    let mut tx = work.write().await?;
    let process = Process::newest(&mut tx, new.process).await?.filter(|process| process.form.in_use);
    let process = process.ok_or(PrepareError::Process)?;
    if process.form.steps.roles().contains(&Role::AkuanTerima) != new.receiver.is_some() {
        return Err(PrepareError::Receiver);
    }
    let office = known(&mut tx, &new.office).await?;
    let document = Document {
        id: DocumentId::new(work),
        process: (process.number, process.version),
        module: process.form.module.clone(),
        office: office.id,
        receiver: match &new.receiver {
            Some(receiver) => Some(known(&mut tx, receiver).await?.id),
            None => None,
        },
        company: office.company,
        reference: new.reference.clone(),
        preparer: preparer.clone(),
        state: DocumentState::Draft,
        version: 1,
        amount,
        hash: [0; 32],
        step: 0,
        steps: u32::try_from(process.form.steps.signatures().len()).unwrap_or(u32::MAX),
        awaits: Some(Role::Penyedia),
        awaits_office: Some(new.office.clone()),
        since: work.now,
        reason: None,
        created_at: work.now,
    };
    let hash = document.hash_of(&mut tx, 1, &new.payload).await?;
    insert(work, &mut tx, &document, &hash).await?;
    let values = args![&document.id, 1_i64, new.payload.bytes(), hash.to_vec(), work.now];
    tx.execute(store::ADD_VERSION, values).await?;
    let facts = json!({
        "process": process.number, "process_version": process.version, "reference": new.reference.as_str(),
        "hash": hex::encode(hash),
    });
    audit::record(work, &mut tx, "igfmas.prepared", document.id.as_str(), facts).await?;
    tx.commit().await?;
    Ok(document.id)
}

async fn known(tx: &mut Tx, id: &OfficeId) -> Result<Office, PrepareError> {
    organisation::office(tx, id).await?.ok_or(PrepareError::Office)
}

async fn insert(work: &Work, tx: &mut Tx, new: &Document, hash: &[u8; 32]) -> Result<(), PrepareError> {
    let values = args![
        &new.id,
        new.process.0,
        new.process.1,
        new.module.as_str(),
        &new.office,
        new.receiver.as_ref(),
        new.company.as_str(),
        new.reference.as_str(),
        &new.preparer,
        new.amount.sen(),
        hash.to_vec(),
        new.steps,
        work.now
    ];
    if tx.execute(store::PREPARE, values).await? > 0 {
        return Ok(());
    }
    let taken = tx.first(store::REFERENCE_TAKEN, args![new.company.as_str(), new.reference.as_str()]).await?;
    Err(if taken.is_some() { PrepareError::ReferenceTaken } else { PrepareError::NotAppointed })
}

/// States in which the document is its preparer's to change.
const PREPARERS: &[DocumentState] = &[DocumentState::Draft, DocumentState::Returned, DocumentState::PostFailed];

/// Gives a draft other payment data; a document that came back (kuiri, or a signature that does not hold) gets its next
/// version, which everybody signs anew. `seen` is the version that was looked at. Gives the version.
///
/// # Errors
/// [`ActRefused`].
pub async fn amend(
    work: &Work,
    preparer: &PersonId,
    id: &DocumentId,
    seen: u32,
    payload: &Payload,
) -> Result<u32, ActRefused> {
    let mut tx = work.write().await?;
    let document = Document::find(&mut tx, id).await?.ok_or(ActRefused::Unknown)?;
    let amount = payload.total().map_err(|error| DbError::Inconsistent(error.to_string()))?;
    let version = if document.state == DocumentState::Draft { seen } else { seen + 1 };
    let hash = document.hash_of(&mut tx, version, payload).await?;
    let values = args![id, preparer, work.now, seen, amount.sen(), hash.to_vec()];
    // The statement asks for the sum that stands; the new one is held against the limit when it is submitted.
    let moved = tx.first(store::AMEND, values).await?.map(|row| row.int("version")).transpose()?;
    if moved != Some(i64::from(version)) {
        let wanted = Wanted { version: seen, step: None, states: PREPARERS };
        return Err(refused::why(work, &mut tx, &document, preparer, wanted).await?);
    }
    let values = args![id, version, payload.bytes(), hash.to_vec(), work.now];
    if version == seen {
        tx.execute(store::AMEND_VERSION, values).await?;
    } else {
        tx.execute(store::ADD_VERSION, values).await?;
    }
    let facts = json!({ "version": version, "hash": hex::encode(hash) });
    audit::record(work, &mut tx, "igfmas.amended", id.as_str(), facts).await?;
    tx.commit().await?;
    Ok(version)
}
