//! The audit key: signs the heads of the trail, inside the key store.

use std::sync::Arc;

use async_trait::async_trait;
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;
use sha2::{Digest as _, Sha256};

use crate::audit::{Notary, NotaryError};
use crate::keystore::{Custody, KeySpec, KeyStore, KeyStoreError};

const LABEL: &str = "audit";

/// Signs with the token key `audit`, P-256.
pub struct KeyStoreNotary {
    keystore: Arc<dyn KeyStore>,
    public: VerifyingKey,
}

impl KeyStoreNotary {
    /// Finds the audit key, or makes it at the first start.
    pub async fn open(keystore: Arc<dyn KeyStore>) -> Result<Self, NotaryError> {
        let spki = match keystore.find(LABEL).await.map_err(failed)? {
            Some(key) => key.spki,
            None => {
                let custody = Custody::Token { label: LABEL.to_owned() };
                keystore.generate(KeySpec::P256, custody).await.map_err(failed)?.spki
            }
        };
        Self::of(keystore, &spki)
    }

    /// Finds the audit key and makes none: whoever checks heads needs the one that signed them.
    pub async fn existing(keystore: Arc<dyn KeyStore>) -> Result<Self, NotaryError> {
        let key = keystore.find(LABEL).await.map_err(failed)?.ok_or_else(gone)?;
        Self::of(keystore, &key.spki)
    }

    fn of(keystore: Arc<dyn KeyStore>, spki: &[u8]) -> Result<Self, NotaryError> {
        let public = VerifyingKey::from_public_key_der(spki).map_err(|error| NotaryError(error.to_string()))?;
        Ok(Self { keystore, public })
    }
}

#[async_trait]
impl Notary for KeyStoreNotary {
    async fn sign(&self, note: &[u8]) -> Result<Vec<u8>, NotaryError> {
        let key = self.keystore.find(LABEL).await.map_err(failed)?;
        let key = key.ok_or_else(gone)?;
        let digest = Sha256::digest(note).into();
        self.keystore.sign(&key.handle, KeySpec::P256.algorithm(), &digest).await.map_err(failed)
    }

    fn verify(&self, note: &[u8], signature: &[u8]) -> bool {
        Signature::from_der(signature)
            .is_ok_and(|signature| self.public.verify_prehash(&Sha256::digest(note), &signature).is_ok())
    }
}

fn gone() -> NotaryError {
    NotaryError("kunci audit tiada dalam stor kunci ini · the audit key is not in this key store".to_owned())
}

fn failed(error: KeyStoreError) -> NotaryError {
    NotaryError(error.to_string())
}
