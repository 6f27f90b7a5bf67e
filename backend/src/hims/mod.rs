//! Housing sale agreements (eSPA): drafted by the developer, issued, signed in turns, corrected, completed.
//!
//! ```text
//! agreement  DRAFT ──Jana eSPA──▶ GENERATING ──▶ ISSUED ──1st signature──▶ SIGNING ──last──▶ COMPLETED
//!              ▲  └──fails: as it was──┘            │  ▲                      │
//!              │                                    ├──┼──window over──▶ EXPIRED ──reopen──┐
//!              │                                    │  └──────────────────────────────────┘
//!              └── RETURNED ◀──correction asked, ───┘   (edits make version + 1, everybody signs anew)
//!                             taken back
//!
//! turn       WAITING ──▶ INVITED ──certificate──▶ REVIEWING ──tick──▶ READY ⇄ SIGNING ──▶ SIGNED
//!               │            ▲                        │ window over      │
//!               │            └────────reopen──── EXPIRED ◀───────────────┤
//!               └─▶ CLOSED  (version sent back)       RETURNED ◀─────────┘ correction
//!                     ▲ every open turn but SIGNING, when the developer takes the version back
//! ```
//!
//! Invariants
//! * One turn is open at a time (a unique index), and every change of an agreement under signature goes through
//!   a swap of that turn's row: a correction, an expiry and a signature cannot both happen.
//! * A signature is taken on the bytes that were reviewed: the swap compares the head (see [`Espa`]).
//! * After a signature nothing is edited: a correction makes a new version, the old one stays readable at its
//!   QR code as superseded (GAP-4).
//! * The serial number is given once for a version, also when the first signature has to be tried again.
//! * While the signer cannot sign by our own rules (a new phone cools, a new PIN waits) the window stands still, once.
//! * What was lost is mailed once more to the address on record only; the developer corrects an address until somebody
//!   has proved it, never afterwards.
//! * A mailed link names a turn; looking at it changes nothing; rows hold its hash only.

mod amend;
mod browser;
mod certify;
mod contact;
mod data;
mod draft;
mod generate;
mod identity;
pub mod letters;
mod link;
mod list;
mod model;
mod party;
mod pause;
mod public;
mod purpose;
mod read;
mod record;
mod remind;
mod review;
mod revocation;
mod serial;
pub mod store;
#[cfg(test)]
mod tests;
mod turn;
mod turn_page;
mod waiting;
mod window;
mod withdraw;

pub use amend::{AmendError, amend_development, amend_unit, kept_parties};
pub use browser::{Browser, OpenIn};
pub use certify::{Certifier, CertifyError, Seal};
pub use contact::{ContactError, correct_contact};
pub use draft::{DraftError, draft_agreement, set_parties};
pub use generate::{Press, PressError, generate_agreement};
pub use link::{LinkError, TurnSession, prove, send_proof, sweep_sessions, turn_of_link, turn_session};
pub use list::{Listed, PAGE, Pile, Place, Wanted, agreements, agreements_in};
pub use model::{
    AgreementId, AgreementState, CorrectionId, Head, Header, PartyId, Remark, RemarkError, Role, Title, TurnId,
    TurnState, VersionState,
};
pub use party::{NewParty, PartyError};
pub use pause::on_signer_held_up;
pub use public::{PublicFacts, PublicParty, PublicRefused, PublicVersion, Recognised, public_facts, recognise};
pub use purpose::{Espa, NotDrawn, PURPOSE};
pub use read::{
    AgreementDetail, AgreementLine, AwaitedParty, CorrectionLine, PartyLine, VersionLine, agreement, document,
};
pub use remind::{RemindError, ask_for_links, on_links_asked, remind, remind_signer};
pub use review::{request_correction, review};
pub use revocation::on_certificate_revoked;
pub use turn::{TurnRefused, on_certificate_active, on_ekyc_approved, on_ekyc_ended, on_turn_arrived};
pub use turn_page::{LinkFacts, ReturnedBy, TurnFacts, TurnStep, link_facts, turn_document, turn_facts};
pub use waiting::{WaitingSignature, waiting_signatures};
pub use window::{ReopenError, expire_windows, reopen};
pub use withdraw::{WithdrawError, withdraw};
