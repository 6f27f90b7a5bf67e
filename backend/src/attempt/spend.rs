//! A counter that blocks: spend a try, give it back, begin a new round.

use crate::args;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

use super::model::{Spent, TooMany};
use super::store;

/// Spends one of `limit` tries of the counter `name`, committed before this returns: what is checked
/// afterwards may fail, crash or be raced, the try stays spent until somebody refunds it by name.
///
/// # Errors
/// [`TooMany::Blocked`] when none is left.
pub async fn spend(work: &Work, name: &str, limit: u32) -> Result<Spent, TooMany> {
    let mut tx = work.write().await?;
    let spent = spend_in(work, &mut tx, name, limit).await?;
    tx.commit().await?;
    Ok(spent)
}

/// [`spend`] inside the caller's transaction, for a caller that records in the same breath what the try is
/// for. The caller must commit before it looks at the secret, else a rollback makes guessing free.
///
/// # Errors
/// [`TooMany`] when no try is left.
pub async fn spend_in(work: &Work, tx: &mut Tx, name: &str, limit: u32) -> Result<Spent, TooMany> {
    let blocked = TooMany::Blocked { limit };
    if limit == 0 {
        return Err(blocked);
    }
    let row = tx.first(store::SPEND, args![name, work.now, limit]).await?.ok_or(blocked)?;
    let tries = u32::try_from(row.int("tries")?).unwrap_or(limit);
    Ok(Spent { name: name.to_owned(), round: row.int("round")?, tries, limit })
}

/// Gives one try back: it was not the secret that failed. A try of an earlier round is gone with that round.
pub async fn refund(work: &Work, tx: &mut Tx, spent: Spent) -> Result<(), DbError> {
    tx.execute(store::REFUND, args![&spent.name, spent.round, work.now]).await?;
    Ok(())
}

/// The secret was right: this try and the wrong ones before it are forgotten (PIN-6: *consecutive* tries).
pub async fn refund_all(work: &Work, tx: &mut Tx, spent: Spent) -> Result<(), DbError> {
    clear(work, tx, &spent.name).await
}

/// Forgets all tries of `name`, after a fresh proof of the person. A new round begins.
pub async fn clear(work: &Work, tx: &mut Tx, name: &str) -> Result<(), DbError> {
    tx.execute(store::CLEAR, args![name, work.now]).await?;
    Ok(())
}

/// Tries spent in the running round; to show, never to decide by.
pub async fn tries(tx: &mut Tx, name: &str) -> Result<u32, DbError> {
    let row = tx.first(store::TRIES, args![name]).await?;
    let tries = row.map_or(Ok(0), |row| row.int("tries"))?;
    u32::try_from(tries).map_err(|_| DbError::Inconsistent(format!("{tries} tries of {name}")))
}
