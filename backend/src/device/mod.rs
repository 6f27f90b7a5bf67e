//! # Device: the phone that is bound to a person
//!
//! Invariants
//! * One current phone for a person (a unique index says so). A second one never comes silently: it replaces
//!   the first, waits 24 hours before it may sign or approve, and the person is told on every channel.
//! * A phone is a key: it proves possession when it is bound ([`finish`](finish::finish)) and at every call
//!   ([`prove`](prove::prove)). A [`BoundDevice`] can only be made by such a proof.
//! * A challenge is spent before the proof is looked at: a failure burns it, a replay finds nothing.
//! * An approval is one signature over what was shown and what is meant; [`Approved`] carries it to the verb
//!   that needs it and is used once.
//!
//! ```text
//! invitation: OPEN ──finish (one phone wins)──▶ CLAIMED
//! challenge:  OPEN ──finish, right or wrong──▶ SPENT
//! device:     ACTIVE ─┐
//!             COOLING ┴─another phone bound─▶ REPLACED        ACTIVE|COOLING ──revoke──▶ REVOKED
//!             (COOLING counts as active after cool_until)
//! approval:   WAITING ──phone──▶ APPROVED ──take──▶ USED      WAITING ──phone──▶ DECLINED
//! ```

pub mod approval;
mod end;
pub mod finish;
pub mod invite;
pub mod letters;
mod model;
pub mod platform;
pub mod prove;
pub mod start;
pub mod store;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use approval::{AnswerRefused, Approved, Asked, Question, answer, ask, asked, question, take, waiting};
pub use end::{NotMe, by_id, changed_at, current, frozen, not_me, revoke, sweep};
pub use finish::{FinishRefused, finish};
pub use invite::{Invitation, InviteRefused, invitation, invite, link, resend_code, set_password};
pub(crate) use model::id_bytes;
pub use model::{ApprovalId, Assurance, BoundDevice, Device, DeviceId, InvitationId, State};
pub use prove::{ProofRefused, nonce, prove};
pub use start::{StartRefused, start};
