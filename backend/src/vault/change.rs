//! A waiting key begins its service, or is given up.

use super::model::VaultKeyId;
use super::store;
use crate::args;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

/// Puts the waiting key `id` in service, now that its certificate exists, and destroys the seal of the one before
/// it. The certificate of the old key is not touched: signatures already made stay valid (house section 6).
///
/// # Errors
/// [`DbError::Conflict`] when `id` is not waiting any more.
pub async fn activate(work: &Work, tx: &mut Tx, id: &VaultKeyId) -> Result<Option<VaultKeyId>, DbError> {
    let gone = || DbError::Conflict { constraint: "vault_key_pending".to_owned() };
    let owner = tx.first(store::PENDING_OWNER, args![id]).await?.ok_or_else(gone)?.text("person_id")?;
    let old = tx.first(store::RETIRE_ACTIVE, args![owner, work.now]).await?;
    tx.first(store::ACTIVATE, args![id, work.now]).await?.ok_or_else(gone)?;
    old.map(|row| row.id("id")).transpose()
}

/// Destroys the waiting key `id`: refused, expired or begun again.
pub async fn discard(work: &Work, tx: &mut Tx, id: &VaultKeyId) -> Result<(), DbError> {
    tx.execute(store::DISCARD, args![id, work.now]).await?;
    Ok(())
}

/// Whether `id` waits for its certificate: it can be put in service.
pub async fn waits(tx: &mut Tx, id: &VaultKeyId) -> Result<bool, DbError> {
    Ok(tx.first(store::PENDING_OWNER, args![id]).await?.is_some())
}
