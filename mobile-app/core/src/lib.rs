//! The phone without a window: its key, its codes, what it says to the server and what it remembers.
//!
//! ```text
//! Phone ─┬─ DeviceKey    signs proofs and answers (software here; hardware behind the same port later)
//!        ├─ SecureStore  secrets: OS keyring, or memory in tests
//!        ├─ Records      what is no secret: SQLite, a versioned schema
//!        ├─ Server       /m/v1 calls with DPoP, one retry on a stale nonce
//!        └─ PhoneClock   the wall clock, corrected by the server's signed time
//! ```
//!
//! Invariants: no secret is in [`Records`], in a log line or in `Debug`; what the server says counts only under a key
//! that was pinned when the phone was bound; what is shown for approval are the very bytes that are signed.

mod approve;
mod bind;
mod capture;
mod clock;
mod code;
mod ekyc;
mod error;
mod key;
mod lock;
mod phone;
mod records;
mod register;
mod secure;
mod server;
mod transfer;

pub use approve::Pending;
pub use capture::{Capture, Source};
pub use clock::{PhoneClock, SystemClock};
pub use code::{Shown, ShownForRequest, ShownForTurn};
pub use ekyc::Picture;
pub use error::PhoneError;
pub use key::DeviceKey;
pub use lock::{Lock, LockRefused};
pub use mohor_shared::approve::{Decision, Display, Reason};
pub use mohor_shared::wire::{
    EkycConsent, EnrolLinkState, Frozen, HelpLine, Me, Notice, Standing, TurnBrowser, WaitingRequest, WaitingTurn,
};
pub use phone::Phone;
pub use records::{Event, Records};
#[cfg(any(target_os = "linux", target_os = "android", target_os = "ios"))]
pub use secure::Keyring;
pub use secure::{MemoryStore, SecureStore, StoreError};
pub use transfer::{Move, NewPhone};
