//! Keys, tries and refusals.

use crate::attempt::{Spent, TooMany};
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind};
use crate::keystore::{KeySpec, KeyStoreError};
use crate::person::PersonId;
use crate::{fault, typed_id};

typed_id! {
    /// Names a roaming key.
    VaultKeyId
}

/// Consecutive wrong PINs that block a key (PIN-6, SEC-4).
pub const PIN_TRIES: u32 = 3;

/// A roaming key, without its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultKey {
    /// Its name.
    pub id: VaultKeyId,
    /// Whose it is.
    pub person: PersonId,
    /// Its kind.
    pub spec: KeySpec,
    /// DER `SubjectPublicKeyInfo`.
    pub spki: Vec<u8>,
}

impl VaultKey {
    pub(super) fn subject(&self) -> Subject {
        Subject::new(&self.person, &self.spki)
    }
}

/// The counter of wrong PINs of a key. Each key has its own: a reset makes a new key and so begins at zero.
pub(super) fn counter(key: &VaultKeyId) -> String {
    format!("pin:{key}")
}

/// Whom and what a seal is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    person: String,
    spki_sha256: [u8; 32],
}

impl Subject {
    /// The person and the public key (DER `SubjectPublicKeyInfo`).
    pub fn new(person: &PersonId, spki: &[u8]) -> Self {
        Self { person: person.as_str().to_owned(), spki_sha256: mohor_shared::transcript::sha256(spki) }
    }

    /// The person and the hash, as elements of a transcript.
    pub fn parts(&self) -> [&[u8]; 2] {
        [self.person.as_bytes(), &self.spki_sha256]
    }
}

/// What the person sees of their PIN (STM-4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinState {
    /// No key yet.
    Unset,
    /// A key, and how many tries are left (1 to [`PIN_TRIES`]).
    Active {
        /// Tries left.
        left: u32,
    },
    /// Three wrong PINs in a row; only a reset helps.
    Blocked,
}

/// One try at the PIN of one key: paid for, committed, good for one opening.
#[derive(Debug)]
#[must_use = "a try that opens nothing must be refunded"]
pub struct PinTry {
    pub(super) key: VaultKey,
    pub(super) spent: Spent,
}

impl PinTry {
    /// The key it may open.
    pub const fn key(&self) -> &VaultKey {
        &self.key
    }

    /// The payment, to note beside the ceremony it belongs to.
    pub const fn spent(&self) -> &Spent {
        &self.spent
    }

    /// Gives the try up unused, for a refund.
    pub fn into_spent(self) -> Spent {
        self.spent
    }
}

/// Why the vault cannot serve. None of these says anything about a PIN.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The stored bytes are no seal of this program.
    #[error("the sealed key is damaged: {0}")]
    Damaged(&'static str),
    /// The key store refused.
    #[error(transparent)]
    KeyStore(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A library failed.
    #[error("the vault failed: {0}")]
    Broken(String),
}

fault! {
    VaultError {
        Damaged => "sealed-key-damaged", Broken;
        Broken => "vault-failed", Broken;
    } transparent { KeyStore, Database }
}

/// Why a PIN did not open a key.
#[derive(Debug, thiserror::Error)]
pub enum PinRefused {
    /// The person has no key.
    #[error("no PIN is set")]
    Unset,
    /// The seal did not open.
    #[error("the PIN is wrong, {left} tries are left")]
    Wrong {
        /// Tries left; at 0 this very try has blocked the PIN.
        left: u32,
    },
    /// Three wrong PINs before this one: not even looked at.
    #[error("the PIN is blocked")]
    Blocked,
    /// The vault cannot serve; the try is to be given back.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<DbError> for PinRefused {
    fn from(error: DbError) -> Self {
        Self::Vault(error.into())
    }
}

impl From<TooMany> for PinRefused {
    fn from(refused: TooMany) -> Self {
        match refused {
            TooMany::Database(error) => error.into(),
            TooMany::Blocked { .. } | TooMany::Later { .. } => Self::Blocked,
        }
    }
}

impl Fault for PinRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Unset => "pin-unset",
            Self::Wrong { left: 0 } => "pin-wrong-now-blocked",
            Self::Wrong { .. } => "pin-wrong",
            Self::Blocked => "pin-blocked",
            Self::Vault(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unset => Kind::Missing,
            Self::Wrong { .. } => Kind::Unproven,
            Self::Blocked => Kind::TooMany,
            Self::Vault(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Wrong { left } => vec![("left", left.to_string())],
            Self::Vault(error) => error.facts(),
            Self::Unset | Self::Blocked => Vec::new(),
        }
    }
}
