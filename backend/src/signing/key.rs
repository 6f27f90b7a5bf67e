//! The key of a ceremony and its PIN: what a document and a batch do alike.

use serde_json::json;

use super::model::{CeremonyId, SignError};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::Fault as _;
use crate::kernel::work::Work;
use crate::vault::{self, OpenedKey, PinRefused, PinTry, VaultKey};
use crate::{args, audit};

/// Begins tx A: one PIN try for `key` is spent in it. A refusal is recorded.
pub(super) async fn spend(work: &Work, key: &VaultKey, subject: &str) -> Result<(Tx, PinTry), SignError> {
    let mut tx = work.write().await?;
    match vault::take_try_in(work, &mut tx, &key.person).await {
        Ok(pin_try) if pin_try.key().id == key.id => Ok((tx, pin_try)),
        Ok(_) => Err(replaced()),
        Err(refused) => {
            drop(tx);
            audit::refused(work, "signing.pin-refused", subject, json!({ "reason": refused.code() })).await?;
            Err(refused.into())
        }
    }
}

/// Ends a ceremony whose PIN was wrong by the `swap` out of its first state; the try stays spent.
pub(super) async fn refuse(
    work: &Work,
    swap: &'static str,
    ceremony: &CeremonyId,
    subject: &str,
    refused: &PinRefused,
) -> Result<(), SignError> {
    let mut tx = work.write().await?;
    // Whoever waited so long that the ceremony was released has the try back, and hears no verdict.
    if tx.execute(swap, args![ceremony, work.now]).await? == 0 {
        return Err(SignError::Underway);
    }
    audit::record(work, &mut tx, "signing.pin-wrong", subject, json!({ "reason": refused.code() })).await?;
    Ok(tx.commit().await?)
}

/// Passes while `key` is its person's: a PIN reset replaces it.
pub(super) async fn still(tx: &mut Tx, key: &VaultKey) -> Result<(), SignError> {
    let active = vault::active_key(tx, &key.person).await?;
    if active.is_some_and(|active| active.id == key.id) { Ok(()) } else { Err(replaced()) }
}

/// Ends the session object of a key that is not needed any more.
pub(super) async fn close(key: OpenedKey) {
    if let Err(failed) = key.close().await {
        tracing::warn!(%failed, "a session key could not be closed; the key store sweeps it");
    }
}

/// A PIN reset was faster: the key that was looked at or opened is not the person's any more.
fn replaced() -> SignError {
    DbError::Conflict { constraint: "vault_key_active".to_owned() }.into()
}
