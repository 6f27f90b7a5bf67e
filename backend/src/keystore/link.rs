//! What is mailed and no row holds: names in links, and the tokens and codes of one sending, derived when they are
//! needed.

use mohor_shared::code::SixDigits;
use mohor_shared::jws::b64;
use mohor_shared::otp;
use subtle::ConstantTimeEq as _;

use super::{KeyStore, KeyStoreError};
use crate::kernel::id::{TypedId, canonical};

/// The token `<id>.<mac>` for `purpose`; one purpose's token is worth nothing for another.
///
/// # Errors
/// As [`KeyStore::hmac`].
pub async fn link_token(keys: &dyn KeyStore, purpose: &str, id: &str) -> Result<String, KeyStoreError> {
    let mac = keys.hmac(purpose, id.as_bytes()).await?;
    Ok(format!("{id}.{}", b64(&mac[..16])))
}

/// The identifier in a token that [`link_token`] made for `purpose`; `None` for anything else. Compared in constant
/// time.
///
/// # Errors
/// As [`KeyStore::hmac`].
pub async fn linked<I: TypedId>(keys: &dyn KeyStore, purpose: &str, token: &str) -> Result<Option<I>, KeyStoreError> {
    let Some(id) = token.split_once('.').and_then(|(id, _)| canonical(id)) else { return Ok(None) };
    let ours = link_token(keys, purpose, &id).await?;
    Ok(bool::from(ours.as_bytes().ct_eq(token.as_bytes())).then(|| I::from_stored(id)))
}

/// What the sending number `generation` about `id` carries: 32 bytes that follow from the two and nothing else.
async fn derive(keys: &dyn KeyStore, purpose: &str, id: &str, generation: i64) -> Result<[u8; 32], KeyStoreError> {
    keys.hmac(purpose, format!("{id}:{generation}").as_bytes()).await
}

/// The token of one sending, in base64url. Its row holds the hash.
///
/// # Errors
/// As [`KeyStore::hmac`].
pub async fn sent_token(
    keys: &dyn KeyStore,
    purpose: &str,
    id: &str,
    generation: i64,
) -> Result<String, KeyStoreError> {
    Ok(b64(&derive(keys, purpose, id, generation).await?))
}

/// The six digits of one sending (RFC 4226 section 5.3).
///
/// # Errors
/// As [`KeyStore::hmac`].
pub async fn sent_code(
    keys: &dyn KeyStore,
    purpose: &str,
    id: &str,
    generation: i64,
) -> Result<SixDigits, KeyStoreError> {
    Ok(otp::from_mac(&derive(keys, purpose, id, generation).await?))
}
