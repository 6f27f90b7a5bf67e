//! Values that must not be printed and are wiped when dropped.

use std::fmt;

use mohor_shared::transcript::sha256;
use zeroize::Zeroize;

/// A secret: `Debug` shows nothing, dropping wipes it.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes custody of `value`.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value; the name makes every look at it easy to find.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What a row holds of a token that opens something: its SHA-256, in hexadecimal.
pub fn digest(token: &str) -> String {
    hex::encode(sha256(token.as_bytes()))
}
