//! Accounts: sign-in of everybody who has one (staff, developers, officers).
//!
//! Invariants
//! * A password is kept as an Argon2id PHC string, a TOTP secret sealed, a session or invitation as a hash.
//! * A TOTP step counts once: the swap `totp_step < step` has one winner, so a code seen over a shoulder is
//!   worth nothing.
//! * Who does not exist costs as much time as who does, and both get the same answer.
//! * A recovery code counts once, beside the password, and its use is told; a reset forgets codes, password, secret and
//!   sessions, and its invitation goes to the holder's address, never to the administrator.
//! * A permission is a value ([`Officer`], [`DeveloperDesk`]) that only a [`Session`] can make.
//! * Whoever decides about people is named by the number of their identity document, one account for one human: nobody
//!   decides about themselves (ADR 0046).
//! * A developer's account never holds a desk of the staff: nobody acts on both sides of one case.
//!
//! ```text
//! account: INVITED ──password set──▶ ENROLLING ──TOTP code──▶ ACTIVE ──disable──▶ DISABLED
//!             ├──────── invite again (older link dies) ────────┘       │  │
//!             └◀──────────────── reset, staff in twos ──────────────┴────┘
//! session: open until 30 minutes without use, 12 hours, sign-out, or the next sign-in of the same browser
//! ```

mod first;
mod invite;
pub mod letters;
mod list;
mod model;
mod password;
mod recovery;
mod reset;
mod session;
mod sign_in;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod totp;

pub use first::{ClaimError, claim_first_admin, first_admin_code};
pub use invite::{
    Invitation, InviteError, NewAccount, Setup, accept, confirm, invitation, invite, invite_again, link, tell_number,
};
pub use letters::mailbox;
pub use list::{AccountRow, accounts, disable};
pub use model::{AccountId, Desk, DeveloperDesk, EkycReviewer, Fresh, Officer, QcOfficer, RegistrationOfficer, Role};
pub use model::{Admin, NotYours, Session, VerificationSpecialist};
pub use password::{Password, PasswordError};
pub use recovery::{RecoveryCode, RecoveryError, make_recovery_codes, recovery_codes_left};
pub use reset::{Reset, ResetError, reset};
pub use session::{SessionToken, session, sign_out, sweep};
pub use sign_in::{SecondFactor, SignInError, prove_again, sign_in};
