//! Secrets that the operator hands over: a file only its owner may read, or a file descriptor (`/dev/fd/3`).

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::kernel::secret::Secret;
use crate::keystore::KeyStoreError;

/// Reads at most `longest` bytes.
///
/// # Errors
/// [`KeyStoreError::Login`] when others may read the file, [`KeyStoreError::Unavailable`] when it cannot be read.
pub fn read(path: &Path, longest: u64) -> Result<Secret<Vec<u8>>, KeyStoreError> {
    let unavailable = |error: std::io::Error| KeyStoreError::Unavailable(error.to_string());
    let file = fs::File::open(path).map_err(unavailable)?;
    let about = file.metadata().map_err(unavailable)?;
    if about.is_file() && about.permissions().mode() & 0o077 != 0 {
        return Err(KeyStoreError::Login("others may read the secret file; set its mode to 0600"));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    file.take(longest).read_to_end(&mut bytes).map_err(unavailable)?;
    Ok(Secret::new(bytes.to_vec()))
}

/// Reads a PIN: one line of text, without its line break.
///
/// # Errors
/// As [`read`]; [`KeyStoreError::Login`] when it is not text.
pub fn read_pin(path: &Path) -> Result<Secret<String>, KeyStoreError> {
    let bytes = read(path, 256)?;
    let text = std::str::from_utf8(bytes.expose()).map_err(|_| KeyStoreError::Login("the PIN is not text"))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
