//! Queueing, claiming and finishing.

use std::time::Duration;

use serde_json::Value as Json;

use super::{Recipient, store};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;

crate::typed_id! {
    /// A row of the outbox.
    OutboxId
}

/// How long a claimed job may take before another worker takes it over.
const LEASE: Duration = Duration::from_secs(60);

/// How long a mail server that does not answer is left alone at most.
const PAUSE: Duration = Duration::from_secs(300);

/// How long a mail waits for a mail server.
const PATIENCE: Duration = Duration::from_secs(5 * 86_400);

/// What is due.
#[derive(Clone, PartialEq, Debug)]
pub enum Job {
    /// Compose and send a mail.
    Mail {
        /// Room and template: `hims.mail-3`.
        template: String,
        /// Whom for.
        to: Recipient,
        /// Identifiers the composer needs.
        ids: Json,
    },
    /// Hand news to the verb that waits for it.
    Event {
        /// Room and event: `ekyc.approved`.
        kind: String,
        /// Identifiers the verb needs.
        ids: Json,
    },
}

/// A job under lease.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The row.
    pub id: OutboxId,
    /// What is due.
    pub job: Job,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

/// Queues a mail in the caller's transaction.
pub async fn mail(work: &Work, tx: &mut Tx, template: &'static str, to: &Recipient, ids: Json) -> Result<(), DbError> {
    queue(work, tx, "mail", template, &to.to_string(), &ids).await
}

/// Queues news for another room in the caller's transaction.
pub async fn event(work: &Work, tx: &mut Tx, kind: &'static str, ids: Json) -> Result<(), DbError> {
    queue(work, tx, "event", kind, "", &ids).await
}

async fn queue(work: &Work, tx: &mut Tx, kind: &str, name: &str, to: &str, ids: &Json) -> Result<(), DbError> {
    let id = OutboxId::new(work);
    tx.execute(store::QUEUE, args![&id, kind, name, to, ids.to_string(), work.now]).await?;
    Ok(())
}

/// Claims the job that has waited longest, or `None` when nothing is due.
pub async fn claim(work: &Work) -> Result<Option<Claimed>, DbError> {
    let mut tx = work.write().await?;
    let row = tx.first(store::CLAIM, args![work.now, work.now.plus(LEASE), work.server()]).await?;
    tx.commit().await?;
    row.map(|row| claimed(&row)).transpose()
}

fn claimed(row: &Row) -> Result<Claimed, DbError> {
    let id: OutboxId = row.id("id")?;
    let broken = |what: &str| DbError::Inconsistent(format!("outbox row {id}: {what}"));
    let ids = serde_json::from_str(&row.text("ids")?).map_err(|_| broken("ids"))?;
    let name = row.text("name")?;
    let job = match row.text("kind")?.as_str() {
        "mail" => {
            let to = Recipient::parse(&row.text("recipient")?).ok_or_else(|| broken("recipient"))?;
            Job::Mail { template: name, to, ids }
        }
        "event" => Job::Event { kind: name, ids },
        _ => return Err(broken("kind")),
    };
    Ok(Claimed { job, attempt: row.int("attempts")?, id })
}

/// Marks a claimed job as done.
pub async fn done(work: &Work, claimed: &Claimed) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    tx.execute(store::DONE, args![&claimed.id, work.now]).await?;
    tx.commit().await
}

/// Puts a claimed job back with a growing delay, or among the dead letters after the twelfth failure.
/// `reason` is a stable code, never an address or a message text.
pub async fn failed(work: &Work, claimed: &Claimed, reason: &str) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    tx.execute(store::FAILED, args![&claimed.id, retry_at(work.now, claimed.attempt), reason]).await?;
    tx.commit().await
}

/// Puts back a mail that the mail server did not take. It keeps its place before later mails to the same person, and
/// an outage of days loses nothing (RFC 5321 section 4.5.4.1: four to five days).
pub async fn delayed(work: &Work, claimed: &Claimed, status: &str) -> Result<(), DbError> {
    let due = retry_at(work.now, claimed.attempt).min(work.now.plus(PAUSE));
    let reason = format!("mail-server: {status}");
    let mut tx = work.write().await?;
    tx.execute(store::DELAYED, args![&claimed.id, due, &reason, work.now.minus(PATIENCE)]).await?;
    tx.commit().await
}

/// Makes every mail due that the mail server did not take before: it takes mails again.
pub async fn wake(work: &Work) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    tx.execute(store::WAKE, args![work.now]).await?;
    tx.commit().await
}

/// Whether a mail of now to `to` has to wait for the mail server, as far as the last tries tell: older ones to the same
/// recipient wait, or it has taken nobody's for as long as it is left alone at most. For a page to say so in time.
pub async fn mails_wait(work: &Work, to: Option<&Recipient>) -> Result<bool, DbError> {
    let to = to.map_or_else(String::new, ToString::to_string);
    let mut tx = work.read().await?;
    Ok(tx.one(store::WAITING, args![to, work.now.minus(PAUSE)]).await?.int("waiting")? > 0)
}

/// Takes over, at the start, what the last life of this server had claimed. What other servers claimed is alive: their
/// mails would go twice.
pub async fn recover(work: &Work) -> Result<u64, DbError> {
    let mut tx = work.write().await?;
    let left = tx.execute(store::UNCLAIM, args![work.now, work.server()]).await?;
    tx.commit().await?;
    Ok(left)
}

/// `2^attempt` seconds later, at most an hour.
fn retry_at(now: Timestamp, attempt: i64) -> Timestamp {
    let seconds = 2u64.saturating_pow(u32::try_from(attempt).unwrap_or(12)).min(3600);
    now.plus(Duration::from_secs(seconds))
}

/// How many jobs have been given up.
pub async fn dead_letters(work: &Work) -> Result<i64, DbError> {
    let mut tx = work.read().await?;
    tx.one(store::DEAD, args![]).await?.int("dead")
}
