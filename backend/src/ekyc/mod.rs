//! Identity checks (eKYC): pictures from the person's phone, examined by the program, decided by reviewers.
//!
//! Invariants
//! * What is stored was decoded and written anew: no metadata, no second file hidden behind the first
//!   (`mohor_shared::picture`). The hash of the original stays as evidence.
//! * Pictures and findings are sealed under a key of the case ([`casekey`]); erasing the key erases them.
//! * One check is under way per person at most. A capture can be taken up again for a week; its challenge (a nonce
//!   that only the asking phone knows, and a prompt drawn at random) counts ten minutes.
//! * The program never decides: [`examine()`] compares and says where to look. An approval is a swap on `SUBMITTED` by
//!   an [`Officer<EkycReviewer>`](crate::account::Officer) who was given the case, is not the person, and ticked the
//!   whole [`Checklist`]; every look at the pictures is in the audit trail.
//! * Cases drawn for the sample, and approvals against a finding, get a second look by somebody who does not know of
//!   the first; when the two disagree, a third decides.
//! * [`Approved`] is the proof that others ask for. It ends when the decision said (GAP-8: after twelve months, or with
//!   the first certificate that is issued on it), and those who wait for it hear of it (`ekyc.ended`).
//! * Consent can be taken back ([`withdraw`]): pictures and findings are erased at once, decisions stay.
//!
//! ```text
//! OPEN ──submit──▶ SUBMITTED ─examine─ look ─(look, look)─▶ APPROVED   DILULUSKAN
//!  │ ▲ 7 d              DALAM SEMAKAN                   ├─▶ REJECTED   DITOLAK
//!  ▼ └────────── next attempt ──────────────────────────┴── RETAKE     (new pictures of some sides, please)
//! LAPSED
//! ```

mod capture;
mod casekey;
pub mod checks;
mod consent;
mod decide;
mod examine;
pub mod letters;
mod model;
pub mod port;
mod queue;
mod reading;
mod report;
mod retain;
mod status;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod upload;
mod watermark;

pub use capture::{Capture, CaptureError, start, submit};
pub use casekey::CaseKeyError;
pub use consent::{Consent, withdraw, withdrawable};
pub use decide::{Checklist, DecideError, Decision, Settled, decide};
pub use examine::{ExamineError, Examiner, examine};
pub use model::{Document, Reason, Slot, Source, Status, SubmissionId};
pub use queue::{Case, Decided, DeskView, Look, Shown, case, desk, next, picture, release, renew};
pub use report::{Report, report};
pub use retain::{RetainError, sweep};
pub use status::{Approved, NotApproved, approved, on_certificate, progress, stands_on_name, status, taken_at};
pub use upload::{Upload, put_image};
