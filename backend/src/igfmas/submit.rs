//! Handing a draft to its first signer: the file that everybody signs is made, and nothing is edited after it.

use std::sync::Arc;

use mohor_shared::transcript::sha256;
use serde_json::json;

use super::facts;
use super::model::{DocumentId, DocumentState, Role, StepId};
use super::payload::Payload;
use super::process::{self, Process};
use super::record::Document;
use super::refused::{self, ActRefused, Wanted};
use super::store;
use crate::blob::{BlobError, BlobStore};
use crate::document::generate::{self, Base, GenerateError, PaymentData, PaymentLine};
use crate::hims::{Certifier, CertifyError};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::organisation::{self, OfficeId};
use crate::person::PersonId;
use crate::{args, audit, fault};

/// What the file of a document is made with.
#[derive(Clone)]
pub struct Printer {
    /// Keeps it.
    pub blobs: Arc<dyn BlobStore>,
    /// Certifies it: from then on it may only be signed.
    pub certifier: Arc<dyn Certifier>,
}

/// Why a draft was not submitted. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The preparer may not.
    #[error(transparent)]
    Act(#[from] ActRefused),
    /// The file could not be generated.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The file could not be certified.
    #[error(transparent)]
    Certify(#[from] CertifyError),
    /// The file could not be stored.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    SubmitError {} transparent { Act, Generate, Certify, Blob, Db }
}

/// Hands a draft to its first signer: its file is generated and certified, and every signature that its process asks for
/// gets its place, in order.
///
/// # Errors
/// [`SubmitError`].
pub async fn submit(
    work: &Work,
    printer: &Printer,
    preparer: &PersonId,
    id: &DocumentId,
    seen: u32,
) -> Result<(), SubmitError> {
    let mut tx = work.read().await?;
    let document = Document::find(&mut tx, id).await?.ok_or(ActRefused::Unknown)?;
    if document.version != seen || document.state != DocumentState::Draft {
        return Err(not_now(work, &mut tx, &document, preparer, seen).await?.into());
    }
    let process = process::in_version(&mut tx, document.process).await?;
    let payload = document.payload(&mut tx).await?;
    let data = data(work, &mut tx, &document, &process, &payload).await?;
    drop(tx);
    let base = tokio::task::spawn_blocking(move || generate::payment(&data)).await;
    let base: Base = base.map_err(|_| GenerateError::Broken("the generator stopped".to_owned()))??;
    let certified = printer.certifier.certify(work, &base.bytes).await?;
    let file = format!("igfmas-{}", crate::kernel::id::fresh(work.now, work.rng()));
    printer.blobs.append(&file, 0, &certified).await?;
    let done = hand_over(work, preparer, &document, &process, &file, &certified).await;
    if done.is_err() {
        // Nobody owns the file: it may go now, and does no harm if it stays.
        let _ = printer.blobs.remove(&file).await;
    }
    Ok(done?)
}

async fn not_now(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    preparer: &PersonId,
    seen: u32,
) -> Result<ActRefused, DbError> {
    let wanted = Wanted { version: seen, step: None, states: &[DocumentState::Draft] };
    refused::why(work, tx, document, preparer, wanted).await
}

/// The one transaction that submits: the guard, the file, the places of the signatures, the preparer's hand.
async fn hand_over(
    work: &Work,
    preparer: &PersonId,
    document: &Document,
    process: &Process,
    file: &str,
    bytes: &[u8],
) -> Result<(), ActRefused> {
    let (id, version) = (&document.id, document.version);
    let roles = process.form.steps.signatures();
    let first = roles.first().copied().unwrap_or(Role::Pelaksana);
    let (office, desk) = document.desk(first);
    let mut tx = work.write().await?;
    let values = args![id, preparer, work.now, version, first.as_str(), &office, desk, document.hash.to_vec()];
    if tx.first(store::SUBMIT, values).await?.is_none() {
        let document = Document::get(&mut tx, id).await?;
        return Err(not_now(work, &mut tx, &document, preparer, version).await?);
    }
    let length = i64::try_from(bytes.len()).map_err(|_| DbError::Inconsistent("length".to_owned()))?;
    let values = args![id, version, work.now, file, length, sha256(bytes).to_vec()];
    tx.execute(store::SUBMIT_VERSION, values).await?;
    for (seq, role) in (1_u32..).zip(roles) {
        let values = args![&StepId::new(work), id, version, seq, role.as_str(), &document.desk(*role).0];
        tx.execute(store::ADD_STEP, values).await?;
    }
    if first != Role::Pelaksana {
        let values = args![id, version, preparer, Role::Penyedia.as_str(), work.now];
        tx.execute(store::ADD_HAND, values).await?;
    }
    let facts = json!({
        "version": version, "steps": process.form.steps.words(), "hash": hex::encode(document.hash),
        "sha256": hex::encode(sha256(bytes)),
    });
    audit::record(work, &mut tx, "igfmas.submitted", id.as_str(), facts).await?;
    Ok(tx.commit().await?)
}

/// What the file says.
async fn data(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    process: &Process,
    payload: &Payload,
) -> Result<PaymentData, DbError> {
    let receiver = match &document.receiver {
        Some(receiver) => Some(named(tx, receiver).await?),
        None => None,
    };
    let payee = payload.payee();
    let line =
        |line: &super::payload::Line| PaymentLine { text: line.text.clone(), code: line.code.clone(), sen: line.sen };
    let role = |role: &Role| Lang::Ms.say(&format!("igfmas-role-{}", role.as_str()));
    Ok(PaymentData {
        id: format!("{}-{}", document.id, document.version),
        version: document.version,
        issued: work.now,
        process: format!("{} · {} · {}", process.number, process.form.module.as_str(), process.form.name),
        office: named(tx, &document.office).await?,
        receiver,
        company: document.company.as_str().to_owned(),
        reference: document.reference.as_str().to_owned(),
        hash: facts::shown(&document.hash),
        purpose: payload.purpose().to_owned(),
        payee: payee.name.clone(),
        bank: payee.bank.clone(),
        account: payee.account.clone(),
        lines: payload.lines().iter().map(line).collect(),
        certifiers: process.form.steps.signatures().iter().map(role).collect(),
    })
}

async fn named(tx: &mut Tx, office: &OfficeId) -> Result<String, DbError> {
    let office = organisation::office(tx, office).await?;
    let office = office.ok_or_else(|| DbError::Inconsistent("igfmas office gone".to_owned()))?;
    Ok(format!("{} ({})", office.name, office.code.as_str()))
}
