//! The register of the authority: every stamp has an entry in the audit trail before anybody sees it (ADR 0030).
//!
//! Stamps that are asked for while a commit is under way share the next one, so a flood costs commits, not stamps.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use crate::audit;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

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
    written: oneshot::Sender<bool>,
}

/// Writes entries, many in one transaction.
#[derive(Default)]
pub(super) struct Register {
    waiting: Mutex<Vec<Waiting>>,
    writer: tokio::sync::Mutex<()>,
}

impl Register {
    /// Returns when the entry is in the trail for good; `false` when the database refused it.
    pub(super) async fn enter(&self, work: &Work, issued: Issued) -> bool {
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
    let outcome = commit(&batch).await;
    if let Err(error) = &outcome {
        tracing::warn!(stamps = batch.len(), %error, "no stamp without its entry: refused");
    }
    for waiting in batch {
        // Somebody who has hung up hears nothing.
        _ = waiting.written.send(outcome.is_ok());
    }
}

async fn commit(batch: &[Waiting]) -> Result<(), DbError> {
    let Some(first) = batch.first() else { return Ok(()) };
    let mut tx = first.work.write().await?;
    for Waiting { work, issued, .. } in batch {
        audit::record(work, &mut tx, "timestamp.issued", &issued.serial, issued.facts()).await?;
    }
    tx.commit().await
}
