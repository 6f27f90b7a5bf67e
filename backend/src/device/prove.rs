//! Whose phone is calling: the DPoP proof of every call.

use std::time::Duration;

use mohor_shared::dpop::{self, Call, NONCE_SECONDS};
use mohor_shared::jws::{JwsRefusal, b64, unb64_array};
use subtle::ConstantTimeEq as _;

use super::model::{BoundDevice, Device, State};
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::{args, fault};

/// Why a call is not taken as coming from a bound phone.
#[derive(Debug, thiserror::Error)]
pub enum ProofRefused {
    /// No proof, or not one for this call.
    #[error("the proof of the phone does not fit the call: {0}")]
    Proof(#[from] JwsRefusal),
    /// The nonce is missing, old or not ours: try again with the one in the answer.
    #[error("the proof needs a fresh nonce")]
    Nonce,
    /// The same proof was used before.
    #[error("the proof was used before")]
    Replayed,
    /// The key is not bound to anybody, or not any more.
    #[error("the phone is not bound")]
    Unbound,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ProofRefused {
        Proof => "phone-proof-invalid", Unproven;
        Nonce => "phone-nonce-stale", Unproven;
        Replayed => "phone-proof-replayed", Unproven;
        Unbound => "phone-not-bound", Unproven;
    } transparent { Keys, Db }
}

/// A nonce good for 60 seconds. Nothing is stored: it carries its instant and a MAC over it.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn nonce(work: &Work, keys: &dyn KeyStore) -> Result<String, KeyStoreError> {
    Ok(b64(&nonce_bytes(keys, work.now).await?))
}

async fn nonce_bytes(keys: &dyn KeyStore, at: Timestamp) -> Result<[u8; 24], KeyStoreError> {
    let instant = at.millis().to_be_bytes();
    let mac = keys.hmac("mohor/dpop-nonce", &instant).await?;
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&instant);
    bytes[8..].copy_from_slice(&mac[..16]);
    Ok(bytes)
}

async fn is_fresh(work: &Work, keys: &dyn KeyStore, nonce: &str) -> Result<bool, KeyStoreError> {
    let Ok(given) = unb64_array::<24>(nonce) else { return Ok(false) };
    let (instant, _) = given.split_at(8);
    let made = Timestamp::from_millis(instant.try_into().map_or(0, i64::from_be_bytes));
    let ours = nonce_bytes(keys, made).await?;
    let lived = work.now.since(made) < Duration::from_secs(NONCE_SECONDS as u64) && made <= work.now;
    Ok(bool::from(ours.ct_eq(&given)) && lived)
}

/// The phone that makes `call`, by its `proof`. Revoked phones are nobody; replaced ones are known, but may
/// do little (see [`BoundDevice::may_sign`]).
///
/// # Errors
/// [`ProofRefused`]; after [`ProofRefused::Nonce`] the phone tries once more.
pub async fn prove(work: &Work, keys: &dyn KeyStore, proof: &str, call: Call<'_>) -> Result<BoundDevice, ProofRefused> {
    let proven = dpop::check(proof, call)?;
    if !is_fresh(work, keys, &proven.claims.nonce).await? {
        return Err(ProofRefused::Nonce);
    }
    let mut tx = work.write().await?;
    let row = tx.first(store::BY_KEY, args![&proven.jkt]).await?.ok_or(ProofRefused::Unbound)?;
    let device = Device::from_row(&row, work.now)?;
    if device.state == State::Revoked {
        return Err(ProofRefused::Unbound);
    }
    // A nonce lives a minute, so a proof need not be remembered for longer than two.
    let forget_at = work.now.plus(Duration::from_secs(2 * NONCE_SECONDS as u64));
    tx.first(store::PROOF, args![&proven.jkt, &proven.claims.jti, forget_at]).await?.ok_or(ProofRefused::Replayed)?;
    tx.commit().await?;
    Ok(BoundDevice { device })
}
