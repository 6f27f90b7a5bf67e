//! The key that the phone is bound by.

use mohor_shared::jws::KeyPair;
use p256::ecdsa::SigningKey;
use rand::TryRng as _;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::error::PhoneError;
use crate::secure::{SecureStore, StoreError};

const NAME: &str = "device-key";
/// A key that no server has confirmed yet.
const FRESH: &str = "device-key-new";

/// A device key: signs, and says where it lives. The software key is one; a key in a phone's hardware is
/// another behind the same trait.
pub trait DeviceKey: KeyPair + Send + Sync {
    /// `software`, `tee`, `strongbox` or `se`.
    fn storage(&self) -> &'static str;
}

impl DeviceKey for SigningKey {
    fn storage(&self) -> &'static str {
        "software"
    }
}

/// A fresh key. It rests in the store before any server hears of it: a phone that could not keep its key must not be
/// bound by it.
pub(crate) fn fresh(store: &dyn SecureStore) -> Result<SigningKey, PhoneError> {
    loop {
        // All but 2⁻³² of the draws are scalars of the curve.
        if let Ok(key) = SigningKey::from_slice(random::<32>()?.as_slice()) {
            put(store, FRESH, &key)?;
            return Ok(key);
        }
    }
}

/// Keeps the key of a phone that was bound.
pub(crate) fn keep(store: &dyn SecureStore, key: &SigningKey) -> Result<(), StoreError> {
    put(store, NAME, key)?;
    store.delete(FRESH)
}

fn put(store: &dyn SecureStore, name: &str, key: &SigningKey) -> Result<(), StoreError> {
    store.set(name, &Zeroizing::new(<[u8; 32]>::from(key.to_bytes()))[..])
}

/// The key of a bound phone.
pub(crate) fn load(store: &dyn SecureStore) -> Result<SigningKey, PhoneError> {
    let bytes = store.get(NAME)?.ok_or(PhoneError::NotBound)?;
    SigningKey::from_slice(&bytes).map_err(|_| PhoneError::NotBound)
}

/// Forgets the key.
pub(crate) fn forget(store: &dyn SecureStore) -> Result<(), StoreError> {
    store.delete(FRESH)?;
    store.delete(NAME)
}

/// `N` bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, PhoneError> {
    let mut bytes = Zeroizing::new([0; N]);
    SysRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|_| PhoneError::Randomness)?;
    Ok(bytes)
}
