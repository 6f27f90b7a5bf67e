//! A challenge for a new phone, and what it is worth once it was spent: asked by [`start`](super::start::start) on what
//! the person knows and by [`request_transfer`](super::request_transfer) beside the old phone, answered at
//! [`finish`](super::finish::finish).

use std::time::Duration;

use mohor_shared::jws::{Jwk, JwsRefusal, b64};
use mohor_shared::wire::{EnrolChallenge, EnrolFinish, EnrolProof, Policy};

use super::freeze::Frozen;
use super::model::DeviceId;
use super::platform;
use crate::fault;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::{ContactId, PersonId, ProveError};

/// How long a challenge lives.
pub(super) const LIFE: Duration = Duration::from_secs(600);

/// What the phone is sent: `nonce` in a proof under the name `id`, within [`LIFE`].
pub(super) async fn sent(
    work: &Work,
    keys: &dyn KeyStore,
    id: String,
    nonce: &[u8; 32],
) -> Result<EnrolChallenge, KeyStoreError> {
    Ok(EnrolChallenge {
        enrol_id: id,
        challenge: b64(nonce),
        exp: work.now.plus(LIFE).seconds(),
        policy: Policy { min_storage: "software".into(), attest: "none".into(), unlock: "pin6".into() },
        server_jwks: platform::keys(keys).await?.to_vec(),
        srv_time: work.now.seconds(),
    })
}

/// The hash of a number can be searched through; under the key store's HMAC it cannot.
pub(super) async fn number_mac(keys: &dyn KeyStore, mykad_hash: &[u8; 32]) -> Result<[u8; 32], KeyStoreError> {
    keys.hmac("mohor/enrol-number", mykad_hash).await
}

/// Why a phone is not bound. The challenge is spent in every case.
#[derive(Debug, thiserror::Error)]
pub enum FinishRefused {
    /// The challenge is unknown, over, or was used before (a replay).
    #[error("the enrolment is over")]
    Over,
    /// The proof does not fit the challenge, the person, this server or its own key.
    #[error("the proof of the new key does not fit")]
    Proof,
    /// The key is bound already.
    #[error("the key is bound already")]
    KeyBound,
    /// The old phone has not signed the move yet. Nothing was spent.
    #[error("the old phone has not signed yet")]
    Waiting,
    /// Another phone took the invitation, or the place of the old phone.
    #[error("another phone was faster")]
    Claimed,
    /// The person froze signing ("not me"): no phone is moved until that is over.
    #[error(transparent)]
    Frozen(#[from] Frozen),
    /// The address could not be confirmed (somebody else proved to hold it).
    #[error(transparent)]
    Contact(#[from] ProveError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<JwsRefusal> for FinishRefused {
    fn from(_: JwsRefusal) -> Self {
        Self::Proof
    }
}

fault! {
    FinishRefused {
        Over => "enrol-over", Gone;
        Proof => "enrol-proof-invalid", Unproven;
        KeyBound => "enrol-key-bound", Conflict;
        Waiting => "transfer-waiting", Conflict;
        Claimed => "enrol-claimed", Conflict;
    } transparent { Frozen, Contact, Keys, Db }
}

/// What a new phone brings, beside the challenge that it spent.
pub(super) struct Candidate<'a> {
    pub(super) request: &'a EnrolFinish,
    /// The key to be bound.
    pub(super) jwk: Jwk,
    /// What that key has signed.
    pub(super) proof: EnrolProof,
    pub(super) spent: Spent,
}

/// What the challenge said, after it was spent.
pub(super) struct Spent {
    pub(super) person: PersonId,
    pub(super) ground: Ground,
    pub(super) nonce: Vec<u8>,
    pub(super) number_mac: Vec<u8>,
}

/// What a phone is bound on.
pub(super) enum Ground {
    /// Activation password and the code mailed to this contact.
    Invitation { id: String, contact: ContactId },
    /// The signature of the old phone.
    Transfer { old: DeviceId },
}
