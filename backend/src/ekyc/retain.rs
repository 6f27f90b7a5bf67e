//! Pictures are kept as long as they are needed, and then cannot be opened by anybody.

use std::time::Duration;

use serde_json::json;

use super::model::SubmissionId;
use super::{status, store};
use crate::blob::{BlobError, BlobStore};
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, fault};

/// Why retention stopped; what is left is found again next time.
#[derive(Debug, thiserror::Error)]
pub enum RetainError {
    /// The disk refused.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RetainError {} transparent { Blob, Db }
}

/// Ends captures that nobody took up, tells of approvals that have ended, and erases key, findings and pictures of
/// cases that were decided more than `keep` ago or never submitted. How many cases were erased.
///
/// # Errors
/// [`RetainError`].
pub async fn sweep(work: &Work, blobs: &dyn BlobStore, keep: Duration) -> Result<usize, RetainError> {
    let mut tx = work.write().await?;
    tx.execute(store::LAPSE, args![work.now]).await?;
    tx.commit().await?;
    status::end(work).await?;
    let due = work.read().await?.all(store::TO_ERASE, args![work.now.minus(keep)]).await?;
    for row in &due {
        let (id, person): (SubmissionId, PersonId) = (row.id("id")?, row.id("person")?);
        let mut tx = work.write().await?;
        if tx.first(store::ERASE, args![&id, work.now]).await?.is_none() {
            continue;
        }
        let pictures = tx.all(store::FORGET_PICTURES, args![&id]).await?;
        audit::record(work, &mut tx, "ekyc.erased", person.as_str(), json!({ "submission": id })).await?;
        // Without the key, which this commit ends, a file that stays after a crash is noise.
        tx.commit().await?;
        for picture in pictures {
            blobs.remove(&picture.text("blob")?).await?;
        }
    }
    Ok(due.len())
}
