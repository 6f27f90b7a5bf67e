//! The developer takes an issued agreement back: a number is wrong, a party never gets the mail (GAP-4).

use serde_json::json;

use super::draft;
use super::model::{AgreementId, AgreementState, CorrectionId, Remark, TurnId};
use super::record::{Agreement, Turn};
use super::store;
use crate::account::DeveloperDesk;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::{args, audit, fault, outbox};

/// Why an agreement was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// There is no such agreement, or it is another developer's.
    #[error("no such agreement")]
    Unknown,
    /// Everybody has signed: what is complete stays (HIMS-9).
    #[error("everybody has signed")]
    Complete,
    /// A signature is being made; in a moment it is made or given up.
    #[error("a signature is being made")]
    Underway,
    /// Nothing is issued that could be taken back.
    #[error("nothing is issued")]
    NotIssued,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    WithdrawError {
        Unknown => "espa-unknown", Missing;
        Complete => "espa-complete", Conflict;
        Underway => "espa-signature-underway", Conflict;
        NotIssued => "espa-not-issued", Conflict;
    } transparent { Db }
}

/// Takes an issued agreement back for amendment: the same rows as a correction that a signer asks for. The version
/// is closed with every signature in it, whoever was asked to sign is told why, and everybody signs the next one.
///
/// # Errors
/// [`WithdrawError`]: complete, not issued, or a signature is being made this moment.
pub async fn withdraw(
    work: &Work,
    desk: &DeveloperDesk,
    agreement: &AgreementId,
    remark: &Remark,
) -> Result<CorrectionId, WithdrawError> {
    let mut tx = work.write().await?;
    let known = Agreement::of(&mut tx, desk, agreement).await?.ok_or(WithdrawError::Unknown)?;
    let version = known.version;
    // The swap of the open turn: a signature, a correction and a withdrawal exclude each other.
    let Some(row) = tx.first(store::CLOSE_OPEN_TURN, args![agreement, version]).await? else {
        return Err(refused(known.state));
    };
    let turn: TurnId = row.id("id")?;
    tx.execute(store::RETURN_VERSION, args![agreement, version, work.now]).await?;
    tx.execute(store::CLOSE_TURNS, args![agreement, version]).await?;
    tx.execute(store::SET_STATE, args![agreement, AgreementState::Returned.as_str(), work.now]).await?;
    draft::copy_parties(work, &mut tx, agreement, version).await?;
    let id = CorrectionId::new(work);
    let values = args![&id, agreement, version, &turn, remark.as_str(), work.now, desk.account()];
    tx.execute(store::ADD_WITHDRAWAL, values).await?;
    tell(work, &mut tx, agreement, version, &turn, &id).await?;
    let facts = json!({ "version": version, "correction": id, "by": desk.account() });
    audit::record(work, &mut tx, "espa.withdrawn", agreement.as_str(), facts).await?;
    tx.commit().await?;
    Ok(id)
}

const fn refused(state: AgreementState) -> WithdrawError {
    match state {
        AgreementState::Completed => WithdrawError::Complete,
        AgreementState::Issued | AgreementState::Signing | AgreementState::Expired => WithdrawError::Underway,
        AgreementState::Draft | AgreementState::Generating | AgreementState::Returned => WithdrawError::NotIssued,
    }
}

/// Whoever signed, and whoever was asked to, reads why the link says that this version is closed.
async fn tell(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    version: u32,
    open: &TurnId,
    id: &CorrectionId,
) -> Result<(), DbError> {
    let ids = json!({ "correction": id });
    let mut told = Vec::new();
    for turn in Turn::all(tx, agreement, version).await? {
        if (turn.signed_at.is_none() && turn.id != *open) || told.contains(&turn.person) {
            continue;
        }
        let to = Recipient::Person(turn.person.to_string());
        outbox::mail(work, tx, "hims.withdrawn", &to, ids.clone()).await?;
        outbox::notice(work, tx, turn.person.as_str(), "espa-withdrawn", ids.clone()).await?;
        told.push(turn.person);
    }
    Ok(())
}
