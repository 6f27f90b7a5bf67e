//! Secrets of a phone in a file. Its owner is invented: there is nothing to protect, and a kept world goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mohor_phone::{SecureStore, StoreError};
use zeroize::Zeroizing;

/// Named secrets, hexadecimal, in one JSON file.
pub(super) struct Pocket(Mutex<PathBuf>);

impl Pocket {
    /// The secrets in the file at `path`, which is made with the first.
    pub(super) fn at(path: &Path) -> Self {
        Self(Mutex::new(path.to_owned()))
    }

    fn path(&self) -> MutexGuard<'_, PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), StoreError> {
        let path = self.path();
        let mut secrets = read(&path)?;
        edit(&mut secrets);
        let text = serde_json::to_string_pretty(&secrets).map_err(failed)?;
        // A crash leaves the old file or the new one.
        let new = path.with_extension("new");
        std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, &*path)).map_err(failed)
    }
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, StoreError> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(failed),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

impl SecureStore for Pocket {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let secret = read(&self.path())?.remove(name);
        secret.map(|secret| hex::decode(secret).map(Zeroizing::new).map_err(failed)).transpose()
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
        self.change(|secrets| _ = secrets.insert(name.to_owned(), hex::encode(secret)))
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.change(|secrets| _ = secrets.remove(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_still_there_for_the_next_process() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("aina.json");
        Pocket::at(&path).set("a", b"one").expect("keeps");
        Pocket::at(&path).set("b", b"two").expect("keeps");
        Pocket::at(&path).delete("b").expect("forgets");
        let pocket = Pocket::at(&path);
        assert_eq!(pocket.get("a").expect("reads").expect("is there").as_slice(), b"one");
        assert!(pocket.get("b").expect("reads").is_none());
    }
}
