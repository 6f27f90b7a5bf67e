//! Judging a document at the door: a few at a time, off the threads that answer requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::certificate::{self, Authority, Ca};
use crate::document::verify::{Report, Trust, verify_until};
use crate::fault;
use crate::kernel::work::Work;
use crate::web::Doors;
use crate::web::guard::Visit;
use crate::web::problem::{DoorFault, Problem};

/// How many documents are held in memory and judged at once; each may have [`UPLOAD_LIMIT`] bytes.
///
/// [`UPLOAD_LIMIT`]: crate::web::guard::UPLOAD_LIMIT
static SEATS: Semaphore = Semaphore::const_new(4);
/// How long somebody waits for a seat, and for a verdict.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a document was not judged.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum CheckFault {
    /// Too many others are being judged.
    #[error("all seats are taken")]
    Busy,
    /// It took too long.
    #[error("the document takes too long to judge")]
    TooHard,
}

fault! {
    CheckFault {
        Busy => "check-busy", Unavailable;
        TooHard => "check-too-hard", Invalid;
    }
}

/// A seat, taken before a document is read into memory.
///
/// # Errors
/// [`CheckFault::Busy`].
pub async fn seat() -> Result<SemaphorePermit<'static>, CheckFault> {
    let seat = tokio::time::timeout(PATIENCE, SEATS.acquire()).await;
    seat.ok().and_then(Result::ok).ok_or(CheckFault::Busy)
}

/// Sets the flag when the asker is gone: answered, out of patience, or away from the page.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Judges `bytes` at the instant of the visit against our root and the lists that our authorities publish today. The
/// seat is given up when the judging ends, which it does soon after nobody waits for it any more.
///
/// # Errors
/// [`CheckFault::TooHard`], [`DoorFault::Failed`] when the judge itself fails.
pub async fn judge(
    doors: &Doors,
    visit: &Visit,
    seat: SemaphorePermit<'static>,
    bytes: Vec<u8>,
) -> Result<Report, Problem> {
    let trust = trust(&visit.work, &doors.office.authority).await;
    let waiting = Waiting(Arc::default());
    let halt = Arc::clone(&waiting.0);
    let judging = tokio::task::spawn_blocking(move || {
        let report = verify_until(&bytes, &trust, halt);
        drop(seat);
        report
    });
    let judged = tokio::time::timeout(PATIENCE, judging).await.map_err(|_| CheckFault::TooHard)?;
    judged.map_err(|error| Problem { cause: error.to_string(), ..DoorFault::Failed.into() })
}

/// Our root, and what is revoked as of today: the lists in a document know no later than the document.
async fn trust(work: &Work, authority: &Authority) -> Trust {
    let mut crls = Vec::new();
    for ca in [Ca::Issuing, Ca::Root] {
        match certificate::crl(work, authority, ca).await {
            Ok(list) => crls.push(list.der),
            // What the document brings may well suffice.
            Err(error) => tracing::warn!(%error, "today's revocation list cannot be had for a verdict"),
        }
    }
    Trust { roots: vec![authority.root().der().to_vec()], crls, at: Some(work.now) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::doors;

    #[tokio::test]
    async fn a_verdict_asks_the_lists_of_today_of_both_authorities() {
        let (bench, doors) = doors("http://127.0.0.1:8080").await;
        let work = bench.work();
        let trust = trust(&work, &doors.office.authority).await;
        let newest = certificate::crl(&work, &doors.office.authority, Ca::Issuing).await.expect("a list");
        assert_eq!((trust.crls.len(), &trust.crls[0]), (2, &newest.der));
    }

    #[test]
    fn whoever_leaves_stops_the_judge() {
        let halt: Arc<AtomicBool> = Arc::default();
        let waiting = Waiting(Arc::clone(&halt));
        assert!(!halt.load(Ordering::Relaxed));
        drop(waiting);
        assert!(halt.load(Ordering::Relaxed));
    }
}
