//! A request ends without a signature.

use serde_json::json;

use super::model::RequestId;
use super::store::{self, load};
use crate::device::{self, BoundDevice};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::{args, audit};

/// The system that asked takes it back. `false`: it was over already, or somebody else's.
///
/// # Errors
/// [`DbError`].
pub async fn cancel(work: &Work, id: &RequestId, nonce: &[u8; 32]) -> Result<bool, DbError> {
    match load(work, id).await? {
        Some(request) if request.is_held_by(nonce) => over(work, id, "CANCELLED").await,
        _ => Ok(false),
    }
}

/// "Bukan saya": ends the request and freezes signing.
///
/// # Errors
/// [`DbError`].
pub async fn deny(work: &Work, device: &BoundDevice, id: &RequestId) -> Result<bool, DbError> {
    let own = load(work, id).await?.is_some_and(|request| request.person == *device.person());
    if !own || !over(work, id, "DENIED").await? {
        return Ok(false);
    }
    device::not_me(work, device).await?;
    Ok(true)
}

pub(super) async fn over(work: &Work, id: &RequestId, state: &str) -> Result<bool, DbError> {
    let mut tx = work.write().await?;
    let ended = tx.first(store::END, args![id, work.now, state]).await?.is_some();
    if ended {
        audit::record(work, &mut tx, "roaming.ended", id.as_str(), json!({ "state": state })).await?;
        tx.commit().await?;
    }
    Ok(ended)
}
