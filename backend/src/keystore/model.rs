//! What keys are made of, seen from outside the store.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::kernel::error::{Fault, Kind};
use crate::outbox::ComposeError;

/// The kind of a key. P-256 is the default; RSA by profile (SEC-8).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySpec {
    /// ECDSA on NIST P-256.
    #[default]
    P256,
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
}

impl KeySpec {
    /// The signature algorithm of the platform for such a key.
    pub const fn algorithm(self) -> SignAlgorithm {
        match self {
            Self::P256 => SignAlgorithm::EcdsaSha256,
            Self::Rsa2048 | Self::Rsa3072 => SignAlgorithm::RsaPkcs1Sha256,
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
        }
    }

    /// Parses the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::P256, Self::Rsa2048, Self::Rsa3072].into_iter().find(|spec| spec.as_str() == word)
    }
}

/// How a digest is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignAlgorithm {
    /// ecdsa-with-SHA256 (RFC 5758).
    EcdsaSha256,
    /// sha256WithRSAEncryption (RFC 4055), PKCS#1 v1.5.
    RsaPkcs1Sha256,
}

/// How long a key lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Custody {
    /// Until it is destroyed, found again by its label. Never leaves the store in any form.
    Token {
        /// Unique name.
        label: String,
    },
    /// Until the ceremony ends.
    Session,
}

/// Where dropped session handles are noted until the store sweeps them.
pub type Reaper = Arc<Mutex<Vec<u64>>>;

/// Stands for a private key inside one store. Not `Clone`: who destroys it is the one who holds it.
pub struct KeyHandle {
    id: u64,
    spec: KeySpec,
    reaper: Option<Reaper>,
}

impl KeyHandle {
    /// A handle for the adapter's object `id`; a session key brings the list that its loss is noted on.
    pub const fn new(id: u64, spec: KeySpec, reaper: Option<Reaper>) -> Self {
        Self { id, spec, reaper }
    }

    /// The adapter's number of the object. Means nothing outside the adapter.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// The kind of the key.
    pub const fn spec(&self) -> KeySpec {
        self.spec
    }

    /// Gives up the handle without noting a loss: the adapter destroys the object itself.
    pub fn into_id(mut self) -> u64 {
        self.reaper = None;
        self.id
    }
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        if let Some(reaper) = &self.reaper {
            reaper.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
        }
    }
}

impl fmt::Debug for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHandle({}, {})", self.id, self.spec.as_str())
    }
}

/// A key pair that was just made.
#[derive(Debug)]
pub struct Generated {
    /// The private key.
    pub handle: KeyHandle,
    /// The public key: DER `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    pub spki: Vec<u8>,
}

/// A token key that was found by its label.
#[derive(Debug)]
pub struct TokenKey {
    /// The private key.
    pub handle: KeyHandle,
    /// The public key: DER `SubjectPublicKeyInfo`.
    pub spki: Vec<u8>,
}

/// A private key on its way to the database: useless without the wrapping key.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Names the wrapping key.
    pub kek: String,
    /// The kind of the wrapped key.
    pub spec: KeySpec,
    /// RFC 5649 over a PKCS#8 `PrivateKeyInfo`.
    pub blob: Vec<u8>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({}, {}, {} bytes)", self.kek, self.spec.as_str(), self.blob.len())
    }
}

/// Why the key store refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// A wrapped key or a sealed value was changed, or belongs to somebody else.
    #[error("the wrapped key or sealed value is not what was stored")]
    Integrity,
    /// This key may not leave the store in any form.
    #[error("this key may not be wrapped")]
    NotExtractable,
    /// The handle or the wrapping key is gone.
    #[error("no such key")]
    Missing,
    /// A token key of this label exists.
    #[error("a key named {0} exists")]
    LabelTaken(String),
    /// The algorithm does not fit the key.
    #[error("the algorithm does not fit the key")]
    WrongAlgorithm,
    /// The token's PIN is wrong, or one more wrong try would block it: an operator must look.
    #[error("the key store does not accept the login: {0}")]
    Login(&'static str),
    /// The store does not answer.
    #[error("the key store does not answer: {0}")]
    Unavailable(String),
    /// The store failed in a way that trying again will not mend.
    #[error("the key store failed: {0}")]
    Broken(String),
}

impl From<KeyStoreError> for ComposeError {
    fn from(error: KeyStoreError) -> Self {
        Self::Later(error.to_string())
    }
}

impl Fault for KeyStoreError {
    fn code(&self) -> &'static str {
        match self {
            Self::Integrity => "key-damaged",
            Self::Unavailable(_) | Self::Login(_) => "key-store-unavailable",
            _ => "key-store-failed",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) | Self::Login(_) => Kind::Unavailable,
            _ => Kind::Broken,
        }
    }
}
