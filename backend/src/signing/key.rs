//! The key of a ceremony, when it is not needed or not the right one any more.

use super::model::SignError;
use crate::kernel::db::DbError;
use crate::vault::OpenedKey;

/// Ends the session object of a key that is not needed any more.
pub(super) async fn close(key: OpenedKey) {
    if let Err(failed) = key.close().await {
        tracing::warn!(%failed, "a session key could not be closed; the key store sweeps it");
    }
}

/// A PIN reset was faster: the key that was looked at or opened is not the person's any more.
pub(super) fn replaced() -> SignError {
    DbError::Conflict { constraint: "vault_key_active".to_owned() }.into()
}
