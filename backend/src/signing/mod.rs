//! The ceremony for every kind of document: show, challenge, authorise, sign, recover.
//!
//! A workflow plugs in from the right as a [`Purpose`], registered in `app.rs`. [`authorise()`] is the spine: it calls
//! each room once, in this order, and commits between them (house section 7, ADR 0007):
//!
//! ```text
//!           lease of the key: one ceremony at a time, the next one waits (ADR 0013)
//!           purpose opens the turn · certificate good · code checked and reserved
//!  tx A     TRYING              one PIN try spent
//!             │  vault opens the seal ──wrong──▶ REFUSED (the try stays spent)
//!             │  document prepared, digest fixed
//!  tx B     INTENDED            code consumed · tries forgiven · turn claimed · digest recorded
//!             │  vault signs and destroys
//!           WAITING_TIMESTAMP   signature value stored: from here on the person is not needed any more
//!             │  time stamp ──none to be had──▶ waits, and is never silently lower (B-LT or nothing)
//!  tx C     STAMPED             CMS stored
//!             │  embed · validation data · own verdict on own output
//!  tx D     DONE                blob appended · revision, turn and next turn by the purpose · audit · news
//!
//!  TRYING, INTENDED ──crash, fault──▶ RELEASED: turn open again, try given back
//!  STAMPED ──certificate revoked or ended before the stamp──▶ RELEASED: turn open again, the person is told (ADR 0045)
//! ```
//!
//! Invariants
//! * A digest is signed only in a ceremony that stored it before, over bytes the person was shown
//!   ([`Submission::shown`]); in a batch, over digests that the person's code was bound to.
//! * Each step is a compare-and-swap on the state; who loses it has changed nothing.
//! * One signature for one turn and one for one head of a document (two unique indexes).
//! * No network and no private-key work inside a transaction.

mod authorise;
mod batch;
mod beside;
mod codes;
mod credentials;
mod finish;
mod key;
mod lease;
mod model;
mod ports;
mod proof;
mod purpose;
mod recover;
mod step;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

pub use authorise::authorise;
pub use batch::{BatchOrder, BatchReceipt, Claim, batch_answer, batch_of, sign_digests};
pub use codes::AnyCode;
pub use credentials::IssuedHere;
pub use model::{CeremonyId, Left, Outcome, Receipt, Refusal, SignError, Submission};
pub use ports::{Credential, Credentials, ReservedCode, SecondFactor};
pub use proof::proof;
pub use purpose::{Draft, Order, Purpose, Signed};
pub use recover::{Recovered, recover};
pub use step::{DieAt, NoSteps, Step, Steps};

use crate::blob::BlobStore;
use crate::timestamp::TimeStamper;
use crate::vault::Vault;

/// What a ceremony is made with.
#[derive(Clone)]
pub struct Tools {
    /// Keys behind PINs.
    pub vault: Vault,
    /// Where documents are kept.
    pub blobs: Arc<dyn BlobStore>,
    /// The time-stamp authority.
    pub stamper: Arc<dyn TimeStamper>,
    /// Codes.
    pub factor: Arc<dyn SecondFactor>,
    /// Certificates, chains and revocation data.
    pub credentials: Arc<dyn Credentials>,
    /// Told of every step; [`NoSteps`] outside of crash tests.
    pub steps: Arc<dyn Steps>,
}

/// The spine with everything plugged in.
#[derive(Clone)]
pub struct Spine {
    tools: Tools,
    purposes: Vec<Arc<dyn Purpose>>,
}

impl Spine {
    /// A spine for `purposes`, each with a name of its own.
    pub fn new(tools: Tools, purposes: Vec<Arc<dyn Purpose>>) -> Self {
        Self { tools, purposes }
    }

    /// The vault of this spine, for the PIN state on a page.
    pub const fn vault(&self) -> &Vault {
        &self.tools.vault
    }

    fn purpose(&self, name: &str) -> Result<&dyn Purpose, SignError> {
        let found = self.purposes.iter().find(|purpose| purpose.name() == name);
        found.map(|purpose| &**purpose).ok_or(SignError::NoPurpose)
    }
}

impl std::fmt::Debug for Spine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spine(…)")
    }
}
