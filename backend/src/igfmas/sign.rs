//! The swaps of a signature: claimed before it is made, released or recorded afterwards.

use super::model::StepId;
use super::record::DocumentStep;
use super::refused::ActRefused;
use super::run::{self, Fin};
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;

/// Takes the document for one signature of `officer` over `hash`: from here until it is released or recorded nothing else
/// moves it. The hand is entered at once, so that a second role of the same officer cannot slip in between.
///
/// # Errors
/// [`ActRefused`].
pub async fn claim_step(
    work: &Work,
    tx: &mut Tx,
    officer: &PersonId,
    step: &StepId,
    hash: &[u8; 32],
) -> Result<DocumentStep, ActRefused> {
    let step = DocumentStep::find(tx, step).await?.ok_or(ActRefused::Unknown)?;
    let id = &step.document;
    let values = args![id, officer, work.now, step.version, step.seq, hash.to_vec()];
    if tx.first(store::CLAIM, values).await?.is_none() {
        return Err(run::not_now(work, tx, officer, &step).await?);
    }
    run::at_screen(tx, &step, officer).await?;
    tx.execute(store::ADD_HAND, args![id, step.version, officer, step.role.as_str(), work.now]).await?;
    Ok(step)
}

/// No signature was made: the document is in the task list again, and whoever tried begins anew (STM-9).
///
/// # Errors
/// [`ActRefused::Unknown`].
pub async fn release_step(tx: &mut Tx, step: &StepId) -> Result<(), ActRefused> {
    let step = DocumentStep::find(tx, step).await?.ok_or(ActRefused::Unknown)?;
    let place = || args![&step.document, step.version, step.seq];
    let Some(row) = tx.first(store::SIGNER, place()).await? else { return Ok(()) };
    let officer: PersonId = row.id("signer")?;
    if tx.first(store::RELEASE, place()).await?.is_some() {
        let values = args![&step.document, step.version, &officer, step.role.as_str()];
        tx.execute(store::DROP_HAND, values).await?;
        tx.execute(store::END_RUN, args![&step.id, &officer]).await?;
    }
    Ok(())
}

/// A signature that was made.
#[derive(Clone, Debug)]
pub struct NewSignature<'a> {
    /// Who signed.
    pub officer: &'a PersonId,
    /// The ceremony: one for one signature.
    pub ceremony: &'a str,
    /// Serial number of the certificate, lower-case hexadecimal.
    pub certificate: &'a str,
    /// The factor beside the PIN.
    pub factor: &'a str,
    /// SHA-256 of the file that carries it.
    pub revision: [u8; 32],
    /// When.
    pub at: Timestamp,
}

/// Records a signature: FIN-9 and FIN-10, and the document waits to be verified. Never refused for a claimed step.
///
/// # Errors
/// [`ActRefused`] when the step was not claimed.
pub async fn record_signature(
    work: &Work,
    tx: &mut Tx,
    step: &StepId,
    made: &NewSignature<'_>,
) -> Result<DocumentStep, ActRefused> {
    let step = DocumentStep::find(tx, step).await?.ok_or(ActRefused::Unknown)?;
    let signed = tx.first(store::SIGN, args![&step.document, step.version, step.seq, work.now]).await?;
    let signed = signed.ok_or_else(|| DbError::Conflict { constraint: "igfmas_document signing".to_owned() })?;
    let values = args![
        &step.id,
        made.officer,
        made.ceremony,
        made.certificate,
        made.factor,
        signed.bytes("hash")?,
        made.revision.to_vec(),
        made.at
    ];
    tx.execute(store::ADD_SIGNATURE, values).await?;
    run::advance(work, tx, &step, made.officer, Fin::StatusAsked).await?;
    run::advance(work, tx, &step, made.officer, Fin::StatusKnown).await?;
    Ok(step)
}
