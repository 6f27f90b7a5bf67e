//! Small secrets at rest: AES-256-GCM under a key that the store derives for one value only.
//!
//! Layout: version (1 byte) ‖ salt (32) ‖ ciphertext ‖ tag (16). The key is `hmac("seal:" ‖ label, salt)`, so it
//! exists once; a nonce of zeros is safe because no key is ever used for a second value.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError};
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;

const VERSION: u8 = 1;
const SALT: usize = 32;
const TAG: usize = 16;

/// Seals `plain` for the purpose `label`, bound to `aad` (the row and column it belongs to).
///
/// # Errors
/// [`KeyStoreError::Unavailable`] when the store does not answer.
pub async fn seal(
    store: &dyn KeyStore,
    rng: &dyn Rng,
    label: &str,
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, KeyStoreError> {
    let salt: [u8; SALT] = rng.bytes();
    let key = key(store, label, &salt).await?;
    let mut sealed = Vec::with_capacity(1 + SALT + plain.len() + TAG);
    sealed.push(VERSION);
    sealed.extend_from_slice(&salt);
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::from(aad), &mut body)
        .map_err(|_| KeyStoreError::Broken("sealing".to_owned()))?;
    sealed.append(&mut body);
    Ok(sealed)
}

/// Opens what [`seal`] sealed under the same `label` and `aad`.
///
/// # Errors
/// [`KeyStoreError::Integrity`] when a byte, the label or the `aad` differs.
pub async fn open(
    store: &dyn KeyStore,
    label: &str,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>, KeyStoreError> {
    let (&version, rest) = sealed.split_first().ok_or(KeyStoreError::Integrity)?;
    if version != VERSION || rest.len() < SALT + TAG {
        return Err(KeyStoreError::Integrity);
    }
    let (salt, body) = rest.split_at(SALT);
    let key = key(store, label, salt).await?;
    let mut body = Zeroizing::new(body.to_vec());
    let plain = key
        .open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::from(aad), &mut body)
        .map_err(|_| KeyStoreError::Integrity)?;
    Ok(Secret::new(plain.to_vec()))
}

async fn key(store: &dyn KeyStore, label: &str, salt: &[u8]) -> Result<LessSafeKey, KeyStoreError> {
    let bytes = Zeroizing::new(store.hmac(&format!("seal:{label}"), salt).await?);
    let key = UnboundKey::new(&AES_256_GCM, &*bytes).map_err(|_| KeyStoreError::Broken("sealing key".to_owned()))?;
    Ok(LessSafeKey::new(key))
}
