//! Numbering entries and signing the head: one job, once a second.

use super::tree::{Frontier, Hash};
use super::{CheckpointLog, Entry, Head, Notary, NotaryError, store};
use crate::args;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

/// Why numbering stopped.
#[derive(Debug, thiserror::Error)]
pub enum SequenceError {
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The head could not be signed or kept.
    #[error(transparent)]
    Notary(#[from] NotaryError),
}

/// Numbers every entry that has no number yet and signs the new head. Returns the head, or `None` when
/// nothing was new. Running it twice at once is harmless: the second waits for the first and finds nothing.
pub async fn sequence(
    work: &Work,
    notary: &dyn Notary,
    log: &dyn CheckpointLog,
) -> Result<Option<Head>, SequenceError> {
    let Some((size, root)) = number(work).await? else { return Ok(None) };
    let signature = notary.sign(Head::note(size, &root, work.now).as_bytes()).await?;
    let head = Head { size, root, at: work.now, signature };
    log.append(&head).await?;
    let mut tx = work.write().await?;
    tx.execute(store::KEEP_HEAD, args![head.size as i64, head.root.to_vec(), head.at, &head.signature, work.server()])
        .await?;
    tx.commit().await?;
    Ok(Some(head))
}

/// Gives numbers; `None` when the newest head already covers everything.
async fn number(work: &Work) -> Result<Option<(u64, Hash)>, DbError> {
    let mut tx = work.write().await?;
    // Touching the one row of the edge first makes a second sequencer wait on either engine.
    let edge = tx.one(store::LOCK_EDGE, args![]).await?;
    let size = edge.int("size")? as u64;
    let mut frontier = Frontier::from_bytes(size, &edge.bytes("frontier")?)
        .ok_or_else(|| DbError::Inconsistent("audit edge".to_owned()))?;
    for row in tx.all(store::UNNUMBERED, args![]).await? {
        let entry = Entry::from_row(&row)?;
        tx.execute(store::NUMBER, args![&entry.id, frontier.size() as i64]).await?;
        frontier.push(entry.leaf());
    }
    tx.execute(store::MOVE_EDGE, args![frontier.size() as i64, frontier.to_bytes()]).await?;
    let signed = tx.first(store::NEWEST_HEAD, args![]).await?.map(|row| row.int("size")).transpose()?;
    tx.commit().await?;
    Ok((signed.unwrap_or(0) as u64 != frontier.size()).then(|| (frontier.size(), frontier.root())))
}

/// The newest signed head, if it covers every entry that says `kind` of `subject`. Numbers decide, not instants: a clock
/// may go back.
pub async fn covering(tx: &mut Tx, kind: &'static str, subject: &str) -> Result<Option<Head>, DbError> {
    let newest = tx.one(store::NEWEST_OF, args![subject, kind]).await?;
    let (Some(seq), 0) = (newest.opt_int("seq")?, newest.int("unnumbered")?) else { return Ok(None) };
    Ok(head(tx).await?.filter(|head| head.size > seq as u64))
}

/// The newest signed head, if there is one.
pub async fn head(tx: &mut Tx) -> Result<Option<Head>, DbError> {
    let Some(row) = tx.first(store::NEWEST_HEAD, args![]).await? else { return Ok(None) };
    let root = row.bytes("root")?.try_into().map_err(|_| DbError::Inconsistent("audit root".to_owned()))?;
    Ok(Some(Head { size: row.int("size")? as u64, root, at: row.time("at")?, signature: row.bytes("signature")? }))
}
