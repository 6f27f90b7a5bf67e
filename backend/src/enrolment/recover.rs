//! What nobody answered, and what a crash left between approval and certificate.

use super::complete::complete;
use super::model::{CompleteError, Desk};
use super::store;
use super::wait::release_due;
use crate::args;
use crate::kernel::work::Work;
use crate::vault;

/// Gives up what the phone did not answer in time and finishes what it approved. Takes no input, idempotent; a job.
///
/// # Errors
/// Only when the database does not answer; what goes wrong with one certificate is logged and leaves the others.
pub async fn recover(work: &Work, desk: &Desk) -> Result<(), CompleteError> {
    let mut tx = work.write().await?;
    for row in tx.all(store::EXPIRE, args![work.now]).await? {
        vault::discard(work, &mut tx, &row.id("vault_key_id")?).await?;
    }
    tx.commit().await?;
    release_due(work, desk).await?;
    let waiting = work.read().await?.all(store::APPROVED, args![]).await?;
    for row in waiting {
        let row = work.read().await?.one(store::BY_ID, args![row.text("id")?]).await?;
        let issuance = store::issuance(&row)?;
        let id = issuance.id.clone();
        if let Err(error) = complete(work, desk, issuance).await {
            tracing::error!(issuance = %id, %error, "a certificate could not be finished; it is tried again");
        }
    }
    Ok(())
}
