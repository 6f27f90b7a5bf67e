//! Identity checks (eKYC): pictures from the person's phone, a decision by a reviewer.
//!
//! Invariants
//! * What is stored was decoded and written anew: no metadata, no second file hidden behind the first
//!   ([`image`]). The hash of the original stays as evidence.
//! * One check is under way per person at most; a capture carries a nonce that only the asking phone knows.
//! * A decision is a swap on `SUBMITTED` by an [`Officer<EkycReviewer>`](crate::account::Officer) who is not
//!   the person; every look at the pictures is in the audit trail.
//! * [`Approved`] is the proof that others ask for; it ends a year after the decision (GAP-8).
//!
//! ```text
//! OPEN ──submit──▶ SUBMITTED ──▶ APPROVED   DILULUSKAN
//!  │ 1 h               │    └──▶ REJECTED   DITOLAK
//!  ▼                   └───────▶ RETAKE     (new pictures, please)
//! LAPSED       DALAM SEMAKAN
//! ```

mod capture;
mod decide;
pub mod image;
pub mod letters;
mod model;
mod queue;
mod status;
pub mod store;
#[cfg(test)]
mod tests;

pub use capture::{Capture, CaptureError, put_image, start, submit};
pub use decide::{DecideError, Decision, decide};
pub use model::{Document, Reason, Slot, Status, SubmissionId};
pub use queue::{Case, Queued, case, picture, queue};
pub use status::{Approved, NotApproved, approved, status, taken_at};
