//! # Factor: the second factor beside the PIN
//!
//! Three kinds are typed into the same field and tried in this order:
//!
//! | kind | proves | bound to | life |
//! |---|---|---|---|
//! | turn-bound code, shown on the phone | the phone, and this very document | turn, version, SHA-256 of the head | 180 s, 3 tries |
//! | TOTP (RFC 6238) | the phone | nothing | ±1 step of 30 s |
//! | e-mailed code | the mailbox: lower assurance | as the first | 10 min, 5 tries |
//!
//! For the digests that a system asks for ([`Target::request`]) the first and the third count, bound to digests and nonce of
//! the request; the second, bound to nothing, does not.
//!
//! Invariants
//! * No code is stored: it follows from a row and a key that never leaves the key store.
//! * A try is counted, and the count committed, before the code is looked at.
//! * [`check`](check::check) reserves, [`Reserved::consume`] uses up, each in a single statement. Whoever
//!   checks the same code later takes the reservation over, so of many at once exactly one consumes, and a
//!   ceremony that died holds nothing up.
//! * A TOTP secret becomes active after two consecutive codes, on a phone that may sign, for a person whose
//!   identity was approved ([`IdentityApproved`]).
//! * The e-mailed code is not sent and not accepted for 24 hours after a change of contact, PIN or phone, and
//!   the phone is told whenever one is sent.
//!
//! ```text
//! totp: PENDING ──two consecutive codes──▶ ACTIVE ──a newer one activated──▶ ENDED
//! code: LIVE ──consume──▶ CONSUMED        LIVE ──a newer one──▶ SUPERSEDED
//! ```

pub mod check;
pub mod letters;
pub mod mail;
mod model;
pub mod provision;
pub mod show;
pub mod store;
mod totp;

#[cfg(test)]
mod tests;

pub use check::{CodeRefused, Reserved, check};
pub use mail::{MailRefused, MailSent, note_pin_change, send};
pub use model::{IdentityApproved, Kind, Target};
pub use provision::{ProvisionRefused, confirm, provision, status};
pub use show::{ShowRefused, show, shown_tag, void_shown};
