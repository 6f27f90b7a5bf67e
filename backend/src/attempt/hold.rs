//! A hold that ends: not before a certain instant.

use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

use super::model::TooMany;
use super::store;

/// Holds `name` until `until`; a longer hold that is already on stays.
pub async fn hold(tx: &mut Tx, name: &str, until: Timestamp) -> Result<(), DbError> {
    tx.execute(store::HOLD, args![name, until]).await?;
    Ok(())
}

/// Passes when no hold on `name` is on.
///
/// # Errors
/// [`TooMany::Later`] with the end of the hold.
pub async fn held(work: &Work, tx: &mut Tx, name: &str) -> Result<(), TooMany> {
    match tx.first(store::HELD, args![name]).await? {
        Some(row) if row.time("until")? > work.now => Err(TooMany::Later { until: row.time("until")?, now: work.now }),
        _ => Ok(()),
    }
}
