//! Judging a document at the door: a few at a time, off the threads that answer requests.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::document::verify::{Report, Trust, verify};
use crate::fault;
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

/// Judges `bytes` at the instant of the visit against our root. The seat is given up when the judging ends, also
/// after nobody waits for it any more.
///
/// # Errors
/// [`CheckFault::TooHard`], [`DoorFault::Failed`] when the judge itself fails.
pub async fn judge(
    doors: &Doors,
    visit: &Visit,
    seat: SemaphorePermit<'static>,
    bytes: Vec<u8>,
) -> Result<Report, Problem> {
    let roots = vec![doors.office.authority.root().der().to_vec()];
    let trust = Trust { roots, crls: Vec::new(), at: Some(visit.work.now) };
    let judging = tokio::task::spawn_blocking(move || {
        let report = verify(&bytes, &trust);
        drop(seat);
        report
    });
    let judged = tokio::time::timeout(PATIENCE, judging).await.map_err(|_| CheckFault::TooHard)?;
    judged.map_err(|error| Problem { cause: error.to_string(), ..DoorFault::Failed.into() })
}
