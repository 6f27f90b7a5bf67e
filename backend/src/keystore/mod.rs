//! Where private keys live: a port that hands out handles and never bytes.
//!
//! Invariants
//! * No verb returns private bytes. The only way out is [`KeyStore::wrap`]: RFC 5649 under a wrapping key that
//!   never leaves the store, and only for a session key that was generated here and not yet unwrapped.
//! * A token key (CA, TSA, seal) is found by its label, outlives the process and cannot be wrapped at all.
//! * A session key lives for one ceremony. [`KeyStore::destroy`] ends it; a handle that is dropped (a request
//!   cancelled half-way) is swept at the next call, so the number of objects stays constant.
//! * Blobs that were tampered with are refused as [`KeyStoreError::Integrity`], never half-opened.
//!
//! ```text
//!            generate(Session) ──► fresh ──wrap──► blob (stored by the vault)
//!                                    │ destroy         │ unwrap
//!                                    ▼                 ▼
//!                                  gone ◄─destroy─ usable, cannot be wrapped
//! ```

mod link;
mod model;
mod sealing;

use async_trait::async_trait;

pub use link::{link_token, linked, sent_code, sent_token};
pub use model::{Custody, Generated, KeyHandle, KeySpec, KeyStoreError, Reaper, SignAlgorithm, TokenKey, WrappedKey};
pub use sealing::{open, seal};

/// A store of private keys. Two adapters: software (embedded default) and PKCS#11 (an HSM, SoftHSM in the tests).
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Makes a key pair inside the store. The randomness is the store's own: a key that a seeded test generator
    /// could repeat would not be a key.
    ///
    /// # Errors
    /// [`KeyStoreError::LabelTaken`] when a token key of that label exists.
    async fn generate(&self, spec: KeySpec, custody: Custody) -> Result<Generated, KeyStoreError>;

    /// The private key (PKCS#8) wrapped by RFC 5649 under the store's newest wrapping key.
    ///
    /// # Errors
    /// [`KeyStoreError::NotExtractable`] for token keys and for keys that came from [`unwrap`](Self::unwrap).
    async fn wrap(&self, key: &KeyHandle) -> Result<WrappedKey, KeyStoreError>;

    /// Opens a wrapped key as a session key that can sign and cannot be wrapped again.
    ///
    /// # Errors
    /// [`KeyStoreError::Integrity`] when a byte was changed, [`KeyStoreError::Missing`] when the wrapping key is gone.
    async fn unwrap(&self, wrapped: &WrappedKey) -> Result<KeyHandle, KeyStoreError>;

    /// Moves a wrapped key under the newest wrapping key without ever letting it out.
    ///
    /// # Errors
    /// As [`unwrap`](Self::unwrap).
    async fn rewrap(&self, wrapped: &WrappedKey) -> Result<WrappedKey, KeyStoreError>;

    /// Names the newest wrapping key: a blob under another one is re-wrapped on use.
    fn wrapping_key(&self) -> String;

    /// Signs a SHA-256 digest: ECDSA as a DER `ECDSA-Sig-Value` (RFC 3279), RSA as PKCS#1 v1.5 (RFC 8017).
    ///
    /// # Errors
    /// [`KeyStoreError::WrongAlgorithm`] when the algorithm does not fit the key.
    async fn sign(
        &self,
        key: &KeyHandle,
        algorithm: SignAlgorithm,
        digest: &[u8; 32],
    ) -> Result<Vec<u8>, KeyStoreError>;

    /// HMAC-SHA-256 under a key that never leaves the store. `label` (at most 255 bytes) separates purposes.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`] when the store does not answer.
    async fn hmac(&self, label: &str, data: &[u8]) -> Result<[u8; 32], KeyStoreError>;

    /// The token key `label`, if there is one.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`] when the store does not answer.
    async fn find(&self, label: &str) -> Result<Option<TokenKey>, KeyStoreError>;

    /// Ends a key: a session key is forgotten, a token key is erased.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`] when it is gone already.
    async fn destroy(&self, key: KeyHandle) -> Result<(), KeyStoreError>;

    /// How many private keys the store holds now, session keys included.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`] when the store does not answer.
    async fn object_count(&self) -> Result<usize, KeyStoreError>;
}
