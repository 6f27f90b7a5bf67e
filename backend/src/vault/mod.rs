//! Roaming keys: made and used inside the key store, at rest under two locks, opened by the person's PIN alone.
//!
//! ```text
//! key ──RFC 5649, wrapping key that never leaves the key store──▶ wrapped ──AES-256-GCM, key from the PIN──▶ sealed
//!
//! state of a key:   PENDING ──certificate issued──▶ ACTIVE ──replaced (renewal, PIN reset)──▶ DESTROYED
//!                      └────────refused, given up, begun again─────────────────────────────────────▲
//! state of a PIN (STM-4):  UNSET ──▶ ACTIVE(0) ⇄ ACTIVE(1) ⇄ ACTIVE(2) ──▶ BLOCKED ──reset: a new key──▶ ACTIVE(0)
//! ```
//!
//! Invariants
//! * Opening the seal ([`open()`]) is the only check of a PIN: no verifier, hash or hint is stored (ADR 0006).
//! * A seal is opened only against a [`PinTry`], which is spent and committed before (PIN-6).
//! * The seal is bound to the person and the public key: a row that is moved or changed does not open.
//! * An opened key is a session object of the key store; [`OpenedKey::sign`] ends it whatever happens, and one
//!   that is dropped is swept by the key store. The number of objects stays constant.
//! * A seal with an old version, an old wrapping key or old costs is made anew when it is next opened.

mod change;
mod generate;
mod kdf;
mod model;
mod open;
pub mod seal;
mod state;
pub mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use change::{activate, discard, waits};
pub use generate::{Made, NewKey, generate, make};
pub use kdf::{Cost, CostTooLow};
pub use model::{PIN_TRIES, PinRefused, PinState, PinTry, VaultError, VaultKey, VaultKeyId};
pub use open::{Opened, OpenedKey, Unopened, open};
pub use state::{active_key, pin_state, take_try, take_try_in};

use crate::keystore::KeyStore;

/// What the verbs of this room need besides [`Work`](crate::kernel::work::Work).
#[derive(Clone)]
pub struct Vault {
    keystore: Arc<dyn KeyStore>,
    kitchen: kdf::Kitchen,
}

impl Vault {
    /// A vault over `keystore`. A PIN hash costs `cost`; at most `at_once` of them run at the same time, so the
    /// memory they take is bounded by `at_once` × the memory of `cost`.
    pub fn new(keystore: Arc<dyn KeyStore>, cost: Cost, at_once: usize) -> Self {
        Self { keystore, kitchen: kdf::Kitchen::new(cost, at_once) }
    }

    /// The key store, which also makes the HMACs of mailed codes and links.
    pub fn keystore(&self) -> &dyn KeyStore {
        &*self.keystore
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}
