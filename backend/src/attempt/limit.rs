//! A window that passes: so many uses in so long.

use std::time::Duration;

use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

use super::model::TooMany;
use super::store;

/// Counts one use of `name`: at most `count` in a window of `per`, which begins with its first use.
/// Committed before this returns.
///
/// # Errors
/// [`TooMany::Later`] with the end of the window.
pub async fn limit(work: &Work, name: &str, count: u32, per: Duration) -> Result<(), TooMany> {
    let mut tx = work.write().await?;
    if count > 0 && tx.first(store::USE, args![name, work.now, work.now.plus(per), count]).await?.is_some() {
        tx.commit().await?;
        return Ok(());
    }
    let until = match tx.first(store::WINDOW_END, args![name]).await? {
        Some(row) => row.time("ends_at")?,
        None => work.now.plus(per),
    };
    Err(TooMany::Later { until, now: work.now })
}

/// Ends the window of `name` at once: what was tried was right, so the uses were no guesses.
pub async fn forgive(tx: &mut Tx, name: &str) -> Result<(), DbError> {
    tx.execute(store::FORGIVE, args![name]).await?;
    Ok(())
}

/// Forgets windows and holds that ended before `before` (a job; they decide nothing any more).
pub async fn sweep(work: &Work, before: Timestamp) -> Result<u64, DbError> {
    let mut tx = work.write().await?;
    let windows = tx.execute(store::SWEEP_WINDOWS, args![before]).await?;
    let holds = tx.execute(store::SWEEP_HOLDS, args![before]).await?;
    tx.commit().await?;
    Ok(windows + holds)
}
