//! The secret that an operator keeps for a software key store.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::adapters::secret_file;
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;
use crate::keystore::KeyStoreError;

/// The secret under which everything in a software key store rests: 32 random bytes.
#[derive(Clone, Debug)]
pub struct MasterKey(Secret<[u8; 32]>);

impl MasterKey {
    /// Reads the master key from a file that only its owner may read, or from a file descriptor (`/dev/fd/3`).
    ///
    /// # Errors
    /// [`KeyStoreError::Login`] when others may read the file or it does not hold exactly 32 bytes.
    pub fn read(path: &Path) -> Result<Self, KeyStoreError> {
        let bytes = secret_file::read(path, 64)?;
        let bytes: [u8; 32] = bytes
            .expose()
            .as_slice()
            .try_into()
            .map_err(|_| KeyStoreError::Login("the master key must be 32 bytes"))?;
        Ok(Self(Secret::new(bytes)))
    }

    /// Reads the master key, or makes one with mode 0600 when the file is not there (first start, demo).
    ///
    /// # Errors
    /// As [`read`](Self::read); [`KeyStoreError::Unavailable`] when the file cannot be written.
    pub fn read_or_create(path: &Path, rng: &dyn Rng) -> Result<Self, KeyStoreError> {
        let key = Zeroizing::new(rng.bytes::<32>());
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => {
                file.write_all(&*key).and_then(|()| file.sync_all()).map_err(unavailable)?;
                Ok(Self(Secret::new(*key)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Self::read(path),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// A master key from 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    pub(super) const fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

pub(super) fn unavailable(error: std::io::Error) -> KeyStoreError {
    KeyStoreError::Unavailable(error.to_string())
}
