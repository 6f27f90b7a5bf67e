//! The platform's own signature on what it tells a phone. The public half is pinned in the app when the phone
//! is bound: the current key, and the next one so that a change needs no new enrolment.

use mohor_shared::jws::{self, Header, Jwk};
use mohor_shared::transcript::sha256;
use serde::Serialize;

use crate::keystore::{Custody, KeySpec, KeyStore, KeyStoreError, SignAlgorithm, TokenKey};

const CURRENT: &str = "platform-current";
const NEXT: &str = "platform-next";

/// The public keys to pin: current, next. Made on first use.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn keys(store: &dyn KeyStore) -> Result<[Jwk; 2], KeyStoreError> {
    Ok([public(store, CURRENT).await?, public(store, NEXT).await?])
}

/// Signs `claims` as a message of kind `typ`.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn sign(store: &dyn KeyStore, typ: &str, claims: &impl Serialize) -> Result<String, KeyStoreError> {
    sign_as(store, CURRENT, typ, claims).await
}

/// The public half of the key `label`, made on first use.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn public(store: &dyn KeyStore, label: &str) -> Result<Jwk, KeyStoreError> {
    jwk(&open(store, label).await?)
}

/// Signs `claims` as a message of kind `typ` with the key `label`: an officer's, whose permission the caller holds.
///
/// # Errors
/// [`KeyStoreError`] when the key store refuses.
pub async fn sign_as(
    store: &dyn KeyStore,
    label: &str,
    typ: &str,
    claims: &impl Serialize,
) -> Result<String, KeyStoreError> {
    let key = open(store, label).await?;
    let header = Header::by(typ, &jwk(&key)?.thumbprint());
    let input = jws::signing_input(&header, claims).map_err(broken)?;
    let der = store.sign(&key.handle, SignAlgorithm::EcdsaSha256, &sha256(input.as_bytes())).await?;
    Ok(jws::assemble(&input, &jws::raw_signature(&der).map_err(broken)?))
}

async fn open(store: &dyn KeyStore, label: &str) -> Result<TokenKey, KeyStoreError> {
    if let Some(key) = store.find(label).await? {
        return Ok(key);
    }
    match store.generate(KeySpec::P256, Custody::Token { label: label.to_owned() }).await {
        Ok(made) => Ok(TokenKey { handle: made.handle, spki: made.spki }),
        // Somebody else made it in the same moment.
        Err(KeyStoreError::LabelTaken(_)) => store.find(label).await?.ok_or(KeyStoreError::Missing),
        Err(error) => Err(error),
    }
}

fn jwk(key: &TokenKey) -> Result<Jwk, KeyStoreError> {
    use p256::pkcs8::DecodePublicKey as _;
    let public = p256::PublicKey::from_public_key_der(&key.spki).map_err(broken)?;
    Ok(Jwk::of(&public.into()))
}

fn broken(error: impl std::fmt::Display) -> KeyStoreError {
    KeyStoreError::Broken(format!("platform key: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mohor_shared::wire::ServerTime;

    #[tokio::test]
    async fn the_pinned_key_verifies_what_the_platform_signs() {
        let store = crate::testkit::keys();
        let [current, next] = keys(&store).await.expect("keys");
        assert_ne!(current, next);
        let token = sign(&store, "mohor-time+jwt", &ServerTime { srv_time: 7 }).await.expect("signs");
        let key = current.key().expect("a key");
        let said: ServerTime = jws::verify(&token, "mohor-time+jwt", &key).expect("valid");
        assert_eq!(said.srv_time, 7);
        assert_eq!(keys(&store).await.expect("the same keys")[0], current);
    }
}
