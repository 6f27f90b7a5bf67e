//! One ceremony for one key at a time (ADR 0013): whoever comes second waits, and finds what the first has done.
//!
//! The lease is good manners, not the guard: tries, codes, turns and heads are each guarded by their own statement.

use std::time::Duration;

use super::model::{CeremonyId, Left, SignError};
use super::store;
use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::vault::VaultKeyId;

/// How long a lease lasts that a dead process did not give back: longer than a document's ceremony takes. A
/// batch may outlast it, and loses its place in the row and nothing else.
pub(super) const LASTS: Duration = Duration::from_secs(30);
/// How often the one who waits looks again.
const GLANCE: Duration = Duration::from_millis(100);
/// How often at most: 15 seconds, half of what a browser waits.
const GLANCES: u32 = 150;

/// The right to be the only ceremony of a key.
#[derive(Debug)]
#[must_use = "a lease that is not given back makes the person wait until it runs out"]
pub(super) struct Lease {
    pub(super) ceremony: CeremonyId,
}

/// Takes the lease of `key`, after waiting for another ceremony to end.
///
/// # Errors
/// [`SignError::Underway`] when the other one takes too long; [`SignError::Database`].
pub(super) async fn take(work: &Work, key: &VaultKeyId) -> Result<Lease, SignError> {
    let ceremony = CeremonyId::new(work);
    for _ in 0..GLANCES {
        if taken(work, key, &ceremony).await? {
            return Ok(Lease { ceremony });
        }
        tokio::time::sleep(GLANCE).await;
    }
    Err(SignError::Underway)
}

pub(super) async fn taken(work: &Work, key: &VaultKeyId, ceremony: &CeremonyId) -> Result<bool, DbError> {
    // The instant of the work stands still; the lease of somebody else runs out.
    let now = work.later().now;
    // Whoever waits only reads: a hundred of them must not queue for the one writer of SQLite.
    if work.read().await?.first(store::LEASED, args![key, now]).await?.is_some() {
        return Ok(false);
    }
    let mut tx = work.write().await?;
    let taken = tx.first(store::LEASE, args![key, ceremony, now.plus(LASTS), now, work.server()]).await?.is_some();
    tx.commit().await?;
    Ok(taken)
}

impl Lease {
    /// Lets the next one in. A failure costs the next one a wait, and this one nothing.
    pub(super) async fn give_back(self, work: &Work) {
        let given = async {
            let mut tx = work.write().await?;
            tx.execute(store::END_LEASE, args![&self.ceremony]).await?;
            tx.commit().await
        };
        if let Err(error) = given.await {
            let error: DbError = error;
            tracing::warn!(ceremony = %self.ceremony, %error, "a lease was not given back; it runs out");
        }
    }
}

/// Ends the leases whose holders are dead.
pub(super) async fn end_left(work: &Work, left: Left) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    match left {
        Left::ByUs => tx.execute(store::END_OWN_LEASES, args![work.server()]).await?,
        Left::For(idle) => tx.execute(store::END_LEASES, args![work.now.minus(idle).plus(LASTS)]).await?,
    };
    tx.commit().await
}
