//! Names in mailed links: an identifier and a MAC over it, so that no row holds what opens a page.

use mohor_shared::jws::b64;
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
