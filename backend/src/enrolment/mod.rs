//! How a person comes to a certificate with a PIN, and to a new PIN.
//!
//! ```text
//! certificate page ──begin──▶ WAITING ──phone approves──▶ APPROVED ──authority issues──▶ ISSUED
//! reset form ───────submit──▶    │                            │
//!                                ├─phone declines─▶ DECLINED  └─approval out of date, phone replaced─▶ FAILED
//!                                └─time over, begun again─▶ WITHDRAWN
//!
//! without a phone: WAITING ──24 h, or an officer──▶ APPROVED      WAITING ──link in the mail, "not me"──▶ DECLINED
//! ```
//!
//! Invariants
//! * No certificate without an identity check that was approved (EKYC-6, SEC-13): [`begin()`] refuses.
//! * The key is made and sealed under the PIN when the page is sent; it waits, unused, until the certificate exists.
//!   Everything that ends otherwise destroys its seal.
//! * The authority signs what the bound phone signed: subject, public key, profile with term, reason. The phone that
//!   approved must still be the person's phone when the certificate is issued.
//! * A reset of a PIN is a new key for the rest of the term. The new PIN is asked for after document number, address and
//!   a code mailed to it (GAP-5), and comes into force when the phone approves. Where no phone can be asked it waits a
//!   day, in which the mail and every phone can stop it, or for an officer with the person in front of them: an
//!   address alone learns nothing and changes nothing. The old seal is destroyed, the old certificate is not revoked,
//!   so what was signed stays valid (house section 6); codes that are on their way are void.
//! * Every step can be repeated: [`recover()`] finishes what a crash left between approval and certificate.
//!
//! Quota (CERT-10, GAP-9) comes with the room of that name, left of this one: reserved in `begin` beside the row
//! that waits, consumed in `complete` beside ISSUED, released wherever the state ends otherwise; a reset takes none.

mod approver;
mod begin;
mod complete;
pub mod letters;
mod model;
mod recover;
mod reset;
pub mod store;
#[cfg(test)]
mod tests;
mod wait;

pub use begin::{Application, begin, progress};
pub use complete::{approved, declined};
pub use model::{
    BeginError, CompleteError, Desk, IssuanceId, Progress, ResetId, ResetRefused, Stage, Wait, WaitRefused,
};
pub use recover::recover;
pub use reset::{ResetProof, mail_reset_code, prove_reset, proved, revoke_own, start_reset, submit_reset};
pub use wait::{approve_at_desk, cancel, cancel_link, cancellable, on_not_me, waiting_for};

/// The kind of the question put to the phone for a new certificate.
pub const ISSUE: &str = "certificate-issue";
/// The kind of the question put to the phone for a new PIN.
pub const RESET: &str = "pin-reset";
