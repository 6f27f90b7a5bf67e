//! `enrol/finish`: the phone proves that it holds its key, and is bound.

use mohor_shared::jws::{self, Jwk, JwsRefusal, b64, unb64, unb64_array};
use mohor_shared::transcript::sha256;
use mohor_shared::wire::{ENROL, ENROLLED, EnrolDone, EnrolFinish, EnrolProof, Enrolled};
use subtle::ConstantTimeEq as _;

use super::bind::bind;
use super::freeze::Frozen;
use super::model::{DeviceId, EnrolId};
use super::{platform, store, transfer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::{ContactId, PersonId, ProveError};
use crate::{args, fault};

/// How far the phone's clock may be off: this proof is the first word it hears from us.
const SKEW_SECONDS: i64 = 300;

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

/// What the challenge said, after it was spent.
pub(super) struct Spent {
    pub(super) person: PersonId,
    pub(super) ground: Ground,
    challenge: Vec<u8>,
    number_mac: Vec<u8>,
}

/// What a phone is bound on.
pub(super) enum Ground {
    /// Activation password and the code mailed to this contact.
    Invitation { id: String, contact: ContactId },
    /// The signature of the old phone.
    Transfer { old: DeviceId },
}

/// Binds the phone. The challenge is spent and committed first; of two phones with the same invitation, or signed for
/// by the same old phone, one wins.
///
/// # Errors
/// [`FinishRefused`]; the person then starts again, except after [`FinishRefused::Waiting`].
pub async fn finish(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    request: &EnrolFinish,
) -> Result<EnrolDone, FinishRefused> {
    let (jwk, proof): (Jwk, EnrolProof) = jws::verify_embedded(&request.proof, ENROL)?;
    let spent = match spend(work, &proof).await? {
        Some(spent) => spent,
        None => transfer::spend(work, keys, &proof.enrol_id, &jwk.thumbprint()).await?,
    };
    fits(work, keys, origin, request, &proof, &spent).await?;

    let bound = bind(work, request, &jwk, &proof, &spent).await?;
    let srv = Enrolled {
        device_id: bound.id.to_string(),
        jkt: jwk.thumbprint(),
        account: spent.person.to_string(),
        storage: proof.storage,
        att_result: attestation_result(request).to_owned(),
        iat: work.now.seconds(),
    };
    Ok(EnrolDone {
        device_id: srv.device_id.clone(),
        jkt: srv.jkt.clone(),
        state: bound.state.word().to_owned(),
        cool_until: bound.state.cool_until().map(Timestamp::seconds),
        vouching: bound.vouching(),
        srv: platform::sign(keys, ENROLLED, &srv).await?,
    })
}

/// Spends the challenge of an enrolment; `None` when there is none of this name.
async fn spend(work: &Work, proof: &EnrolProof) -> Result<Option<Spent>, FinishRefused> {
    let enrol = EnrolId::parse(&proof.enrol_id).ok_or(FinishRefused::Over)?;
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::SPEND, args![&enrol, work.now]).await? else { return Ok(None) };
    tx.commit().await?;
    Ok(Some(Spent {
        person: row.id("person")?,
        ground: Ground::Invitation { id: row.text("invitation")?, contact: row.id("contact")? },
        challenge: row.bytes("challenge")?,
        number_mac: row.bytes("number_mac")?,
    }))
}

impl Spent {
    pub(super) const fn transfer(person: PersonId, old: DeviceId, challenge: Vec<u8>, number_mac: Vec<u8>) -> Self {
        Self { person, ground: Ground::Transfer { old }, challenge, number_mac }
    }
}

async fn fits(
    work: &Work,
    keys: &dyn KeyStore,
    origin: &str,
    request: &EnrolFinish,
    proof: &EnrolProof,
    spent: &Spent,
) -> Result<(), FinishRefused> {
    let number = unb64_array::<32>(&proof.mykad_h)?;
    let number_mac = number_mac(keys, &number).await?;
    let now = work.now.seconds();
    let young = proof.iat <= now + SKEW_SECONDS && proof.exp >= now - SKEW_SECONDS && proof.exp - proof.iat <= 120;
    let ours = proof.iss == "device" && proof.aud == origin && proof.challenge == b64(&spent.challenge);
    let same_person = bool::from(number_mac.ct_eq(&spent.number_mac));
    let attestation = unb64(&request.attestation.data)?;
    let same_attestation = proof.att_h == b64(&sha256(&attestation));
    let known = matches!(proof.storage.as_str(), "software" | "tee" | "strongbox" | "se")
        && matches!(proof.unlock.as_str(), "pin6" | "bio")
        && matches!(request.push.kind.as_str(), "fcm" | "apns" | "none");
    if young && ours && same_person && same_attestation && known { Ok(()) } else { Err(FinishRefused::Proof) }
}

/// The hash of a number can be searched through; under the key store's HMAC it cannot.
pub(super) async fn number_mac(keys: &dyn KeyStore, mykad_hash: &[u8; 32]) -> Result<[u8; 32], KeyStoreError> {
    keys.hmac("mohor/enrol-number", mykad_hash).await
}

/// `absent` or `unverified`: roots of the makers are not configured in this release, and nothing is said to be
/// verified that was not.
pub(super) fn attestation_result(request: &EnrolFinish) -> &'static str {
    if request.attestation.fmt == "none" { "absent" } else { "unverified" }
}
