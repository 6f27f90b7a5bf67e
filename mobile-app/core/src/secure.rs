//! Where secrets rest on the phone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// Why the secure store does not serve. What to do differs, so the screens say each in its own words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// No keyring service runs: start one (on Linux gnome-keyring or KWallet), then open the app again.
    #[error("there is no secure store on this device")]
    Missing,
    /// The keyring is locked, or the person did not open it: unlock it, then try again. Nothing was lost.
    #[error("the secure store is locked")]
    Locked,
    /// Anything else, without a secret in it.
    #[error("the secure store: {0}")]
    Failed(String),
}

impl StoreError {
    /// The stable code that screens have words for: `keyring-missing`, `keyring-locked`, `keyring-failed`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "keyring-missing",
            Self::Locked => "keyring-locked",
            Self::Failed(_) => "keyring-failed",
        }
    }
}

/// A store of named secrets. Never holds anything that is not a secret, and nothing else holds a secret.
pub trait SecureStore: Send + Sync {
    /// The secret `name`, if there is one.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError>;

    /// Keeps `secret` under `name`, in place of an older one.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), StoreError>;

    /// Forgets the secret `name`; no error when there is none.
    fn delete(&self, name: &str) -> Result<(), StoreError>;
}

/// A store that is gone with the process: tests and demonstrations.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

impl SecureStore for MemoryStore {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
        let secret = Zeroizing::new(secret.to_vec());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), secret);
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "ios"))]
pub use keyring::Keyring;

#[cfg(any(target_os = "linux", target_os = "android", target_os = "ios"))]
mod keyring {
    use std::sync::Arc;

    #[cfg(target_os = "android")]
    use android_native_keyring_store::Store;
    #[cfg(target_os = "ios")]
    use apple_native_keyring_store::protected::Store;
    use keyring_core::{CredentialStore, Entry, Error};
    #[cfg(target_os = "linux")]
    use zbus_secret_service_keyring_store::Store;
    use zeroize::Zeroizing;

    use super::{SecureStore, StoreError};

    /// The keyring of the operating system: Secret Service, Android Keystore or iOS Keychain. Keeps secrets out of files; it does not keep them
    /// from programs of the same user, hence assurance A0.
    pub struct Keyring {
        store: Arc<CredentialStore>,
        profile: String,
    }

    impl Keyring {
        /// Opens the keyring; `profile` separates several phones on one machine.
        pub fn open(profile: &str) -> Result<Self, StoreError> {
            let store = Store::new().map_err(|error| match failed(&error) {
                // Only the connection is made here: whatever refuses it, nobody serves.
                StoreError::Failed(_) => StoreError::Missing,
                other => other,
            })?;
            Ok(Self { store, profile: format!("mohor-phone/{profile}") })
        }

        fn entry(&self, name: &str) -> Result<Entry, StoreError> {
            self.store.build(&self.profile, name, None).map_err(|error| failed(&error))
        }
    }

    impl SecureStore for Keyring {
        fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
            match self.entry(name)?.get_secret() {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(failed(&error)),
            }
        }

        fn set(&self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
            self.entry(name)?.set_secret(secret).map_err(|error| failed(&error))
        }

        fn delete(&self, name: &str) -> Result<(), StoreError> {
            match self.entry(name)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(failed(&error)),
            }
        }
    }

    fn failed(error: &Error) -> StoreError {
        match error {
            Error::NoStorageAccess(_) => StoreError::Locked,
            // `Debug` of some keyring errors repeats the secret; `Display` does not.
            other => StoreError::Failed(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_replaced_and_forgotten() {
        let store = MemoryStore::default();
        assert!(store.get("a").expect("reads").is_none());
        store.set("a", b"one").expect("keeps");
        store.set("a", b"two").expect("replaces");
        assert_eq!(store.get("a").expect("reads").expect("is there").as_slice(), b"two");
        store.delete("a").expect("forgets");
        store.delete("a").expect("forgets again");
        assert!(store.get("a").expect("reads").is_none());
    }
}
