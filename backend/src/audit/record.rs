//! Writing entries, and reading them for people.

use serde_json::Value as Json;

use super::{Entry, store};
use crate::args;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

/// Records in the caller's transaction that `kind` happened to `subject`.
pub async fn record(work: &Work, tx: &mut Tx, kind: &'static str, subject: &str, facts: Json) -> Result<(), DbError> {
    let entry = Entry {
        id: crate::kernel::id::fresh(work.now, work.rng()),
        at: work.now,
        request: work.request.clone(),
        actor: work.actor.label(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        facts: facts.to_string(),
        salt: work.rng().bytes::<16>().to_vec(),
    };
    let Entry { id, at, request, actor, kind, subject, facts, salt } = entry;
    tx.execute(store::INSERT, args![id, at, request, actor, kind, subject, facts, salt]).await?;
    Ok(())
}

/// Records a refusal in a transaction of its own, because the verb's is rolled back.
pub async fn refused(work: &Work, kind: &'static str, subject: &str, facts: Json) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    record(work, &mut tx, kind, subject, facts).await?;
    tx.commit().await
}

/// Every entry about `subject`, oldest first.
pub async fn trail(work: &Work, subject: &str) -> Result<Vec<Entry>, DbError> {
    let mut tx = work.read().await?;
    tx.all(store::TRAIL, args![subject]).await?.iter().map(Entry::from_row).collect()
}

/// Every entry with an identifier greater than `after` (empty: from the beginning), oldest first, at most 1,000.
pub async fn recent(work: &Work, after: &str) -> Result<Vec<Entry>, DbError> {
    let mut tx = work.read().await?;
    tx.all(store::RECENT, args![after]).await?.iter().map(Entry::from_row).collect()
}
