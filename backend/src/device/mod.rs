//! # Device: the phone that is bound to a person
//!
//! Invariants
//! * One current phone for a person (a unique index says so). A second one never comes silently: the person is told
//!   on every channel.
//! * While the old phone is there, it signs for the new one, which may sign at once ([`transfer`]). When it is lost, the
//!   new one waits 24 hours and until somebody has seen its holder ([`vouch`]): fresh pictures that a reviewer
//!   approved, or an officer with the person in front of them. Till then the old phone, or the link in the mail,
//!   sends it away ([`deny`]), or it leaves by itself, and the old one is in use again.
//! * Staff end a phone in twos ([`revocation`]); the next one is then a replacement of a lost one.
//! * A phone is a key: it proves possession when it is bound ([`finish`](finish::finish)) and at every call
//!   ([`prove`](prove::prove)). A [`BoundDevice`] can only be made by such a proof.
//! * A challenge is spent before the proof is looked at: a failure burns it, a replay finds nothing.
//! * An approval is one signature over what was shown and what is meant; [`Approved`] carries it to the verb
//!   that needs it and is used once.
//!
//! ```text
//! invitation: OPEN ──finish (one phone wins)──▶ CLAIMED
//! challenge:  OPEN ──finish, right or wrong──▶ SPENT
//! transfer:   OPEN ──the old phone signs──▶ SIGNED ──finish, by that key only──▶ SPENT
//! device:     ACTIVE ◀───────reinstated────────┐
//!               ├──────another phone bound─▶ REPLACED
//!               └──────signs for another, staff──▶ REVOKED ◀──sent away, replaced once more, staff──┐
//!             COOLING (counts as active after cool_until, once vouched for) ────────────────────────┘
//! approval:   WAITING ──phone──▶ APPROVED ──take──▶ USED      WAITING ──phone──▶ DECLINED
//! ```

pub mod approval;
mod bind;
mod challenge;
mod deny;
mod end;
pub mod finish;
mod freeze;
pub mod invite;
pub mod letters;
mod model;
pub mod platform;
pub mod prove;
mod register;
mod revocation;
pub mod start;
pub mod store;
mod transfer;
mod vouch;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use approval::{AnswerRefused, Approved, Asked, Question, answer, ask, asked, question, take, waiting};
pub use challenge::FinishRefused;
pub use deny::{DenyRefused, NotMe, deniable, deny, deny_link, leave, not_me};
pub use end::{by_id, changed_at, cooling, current, current_in, phones, revoke, sweep};
pub use finish::finish;
pub use freeze::{Frozen, frozen, thaw};
pub use invite::{Invitation, InviteRefused, invitation, invite, link, resend_code, set_password, withdraw_invitation};
pub(crate) use model::id_bytes;
pub use model::{
    ApprovalId, Assurance, BoundDevice, Device, DeviceId, InvitationId, Replaced, RevocationId, State, TransferId,
};
pub use prove::{ProofRefused, nonce, prove};
pub use register::{RegisterRefused, register};
pub use revocation::{
    Reason as RevocationReason, RevokeRefused, Wish, ask_revocation, confirm_revocation, revocation_asked,
    withdraw_revocation,
};
pub use start::{StartRefused, start};
pub use transfer::{TransferRefused, request as request_transfer, sign_transfer, transfer_facts};
pub use vouch::{VouchRefused, vouch_at_desk, vouched_by_pictures};
