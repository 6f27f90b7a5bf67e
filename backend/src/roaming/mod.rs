//! # Roaming: the Roaming OTP server
//!
//! A system of an agency asks a person to sign digests; the person sees what for, takes the code to that system, and the
//! system hands in nonce, digests, PIN and code together (GPKI-16 to GPKI-19, FIN-5 to FIN-10).
//!
//! ```text
//! STM-8:  OPEN(app) ──"Tiada liputan", after 20 s──▶ OPEN(mail)
//!           │  nonce + the same digests + PIN + code                    CONSUMED: the signatures are the signing room's
//!           ├──────────────────────────────────────────────────────────▶
//!           ├── the system takes it back, or asks anew ───────────────▶ CANCELLED
//!           ├── "Bukan saya" ─────────────────────────────────────────▶ DENIED, and signing is frozen
//!           └── time ─────────────────────────────────────────────────▶ (over)
//! ```
//!
//! Invariants
//! * Nobody but the system that asked knows the nonce; a code without it is worth nothing, and a nonce is used once.
//! * The code follows from the digests that are handed in, in their order: for others it has other digits.
//! * A time-based code does not count here: it is bound to nothing.
//! * One request at a time for a person. A newer one ends the older one only when its asker says so.
//! * The phone's code is voided as soon as one went to the mailbox (ADR 0053 names the gap).

mod ask;
mod authorise;
mod end;
mod mail;
mod model;
mod show;
pub mod store;
#[cfg(test)]
mod tests;

pub use ask::{Ask, AskRefused, Asked, ask};
pub use authorise::{Redeem, RedeemRefused, authorise, outcome};
pub use end::{cancel, deny};
pub use mail::{NoMail, to_mail};
pub use model::{BATCH_LIMIT, Channel, Facts, RequestId, Requester};
pub use show::{NotShown, code, waiting};
