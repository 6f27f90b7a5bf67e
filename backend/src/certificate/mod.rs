//! Certificates: who is named, for how long, under whose authority, and whether it still holds.
//!
//! Invariants
//! * Nothing is signed that was not linted ([`Linted`]), stored first (the intent holds the exact bytes) and
//!   authorised ([`Authorised`]) over (subject, SPKI, profile, reason) by the bound phone's key, an officer's key
//!   or the ceremony. Skipping one of the three does not compile.
//! * One approval, one certificate: the database refuses a second one.
//! * A crash between intent and result leaves a row that can be finished ([`recover`]) and revoked.
//! * Serial numbers carry 126 random bits and are unique over both authorities.
//! * A revocation is in a new CRL before the verb returns, and in OCSP at once.
//!
//! ```text
//! intended ──signed──► issued ──revoke──► revoked
//!     └───────────────────────revoke─────────▲
//! ```

mod authorise;
mod authority;
mod ceremony;
mod crl;
mod issue;
pub mod letters;
mod lint;
mod model;
mod names;
mod ocsp;
mod ocsp_model;
mod profile;
mod read;
mod request;
mod revoke;
mod store;
#[cfg(any(test, feature = "samples"))]
pub mod testing;
mod wish;

pub use authorise::{Approver, AuthoriseError, Authorised, OFFICER_ANSWER, WAITED_ANSWER, authorise};
pub(crate) use authority::verifies;
pub use authority::{Authority, Member, SignError};
pub use ceremony::{CeremonyError, ceremony, is_founded, renew};
pub use crl::{Crl, CrlError, crl, refresh};
pub use issue::{IssueError, issue, prepare, recover};
pub use lint::{Findings, Linted};
pub use model::{Ca, CaSettings, Leaf, Profile, RevocationData, RevocationReason, Revoked, Status, Subject, Term};
#[cfg(test)]
pub(crate) use ocsp::client::request as ocsp_request;
pub use ocsp::{ANSWER_LIFE, LONGEST_REQUEST, OcspAnswer, ocsp};
pub use read::{all_for, by_serial, by_serial_in, current_for, current_in, of_key, revocation_data, status};
pub use request::{IssueReason, IssueRequest, RequestError};
pub use revoke::{Published, RevokeError, abandon, publish, revoke, within};
pub use wish::{
    RevocationId, Wish, WishRefused, ask_revocation, confirm_revocation, revocation_asked, withdraw_revocation,
};

#[cfg(test)]
mod tests;
