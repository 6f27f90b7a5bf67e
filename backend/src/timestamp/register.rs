//! The register of the authority: every stamp has an entry in the audit trail before anybody sees it (ADR 0030).
//!
//! Stamps that are asked for while a commit is under way share the next one, so a flood costs commits, not stamps. The
//! register also knows which instant no stamp may lie before: a clock that runs backwards is not synchronised.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use super::{model::Failure, store};
use crate::args;
use crate::audit;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;

/// How far a clock may step back (leap smearing, NTP), or two servers' clocks may differ, before stamping stops.
const STEP_BACK: Duration = Duration::from_millis(500);

/// What the trail says of one stamp. Who asked is the actor of the work.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    /// Serial number of the token, hexadecimal.
    pub(super) serial: String,
    /// Policy under which it was made, dotted.
    pub(super) policy: String,
    /// Hash algorithm of the imprint, dotted.
    pub(super) algorithm: String,
    /// The imprint, hexadecimal.
    pub(super) digest: String,
    /// Serial number of the certificate that made it.
    pub(super) certificate: String,
}

impl Issued {
    fn facts(&self) -> Json {
        json!({
            "policy": self.policy, "algorithm": self.algorithm, "digest": self.digest,
            "certificate": self.certificate,
        })
    }
}

struct Waiting {
    work: Work,
    issued: Issued,
    written: oneshot::Sender<Result<(), Failure>>,
}

/// Writes entries, many in one transaction.
#[derive(Default)]
pub(super) struct Register {
    waiting: Mutex<Vec<Waiting>>,
    writer: tokio::sync::Mutex<()>,
}

impl Register {
    /// Returns when the entry is in the trail for good.
    ///
    /// # Errors
    /// [`Failure::TimeNotAvailable`] for a stamp older than the newest one, [`Failure::SystemFailure`] when the database
    /// refused it.
    pub(super) async fn enter(&self, work: &Work, issued: Issued) -> Result<(), Failure> {
        loop {
            let (written, answer) = oneshot::channel();
            self.waiting().push(Waiting { work: work.clone(), issued: issued.clone(), written });
            {
                let _writer = self.writer.lock().await;
                let batch = std::mem::take(&mut *self.waiting());
                write(batch).await;
            }
            // Whoever wrote for all of them may have hung up in the middle: then each asks anew.
            if let Ok(written) = answer.await {
                return written;
            }
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(batch: Vec<Waiting>) {
    let outcomes = commit(&batch).await.unwrap_or_else(|error| {
        tracing::warn!(stamps = batch.len(), %error, "no stamp without its entry: refused");
        vec![Err(Failure::SystemFailure); batch.len()]
    });
    for (waiting, outcome) in batch.into_iter().zip(outcomes) {
        // Somebody who has hung up hears nothing.
        _ = waiting.written.send(outcome);
    }
}

/// Enters what is not older than what stands there, one outcome for each.
async fn commit(batch: &[Waiting]) -> Result<Vec<Result<(), Failure>>, DbError> {
    let Some(first) = batch.first() else { return Ok(Vec::new()) };
    let mut tx = first.work.write().await?;
    let mut newest = newest(&mut tx).await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for Waiting { work, issued, .. } in batch {
        if newest.is_some_and(|newest| work.now.plus(STEP_BACK) < newest) {
            tracing::warn!(now = %work.now, newest = ?newest, "the clock has gone back: no stamp until it has caught up");
            outcomes.push(Err(Failure::TimeNotAvailable));
            continue;
        }
        audit::record(work, &mut tx, "timestamp.issued", &issued.serial, issued.facts()).await?;
        newest = newest.max(Some(work.now));
        outcomes.push(Ok(()));
    }
    tx.commit().await?;
    Ok(outcomes)
}

async fn newest(tx: &mut Tx) -> Result<Option<Timestamp>, DbError> {
    tx.one(store::NEWEST, args![]).await?.opt_time("at")
}
