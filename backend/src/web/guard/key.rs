//! The key of the doors: derived once from the key store, so that forms survive a restart and several
//! servers agree.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::kernel::secret::Secret;
use crate::keystore::{KeyStore, KeyStoreError};

/// Makes and checks short tokens for one purpose each.
#[derive(Clone, Debug)]
pub struct DoorKey(Secret<[u8; 32]>);

impl DoorKey {
    /// Derives the key from the key store.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn derive(keystore: &dyn KeyStore) -> Result<Self, KeyStoreError> {
        Ok(Self(Secret::new(keystore.hmac("web-doors", b"v1").await?)))
    }

    /// A key for tests.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self(Secret::new([7; 32]))
    }

    /// A token over `parts` for `purpose`; parts are length-prefixed, so none can be shifted into another.
    pub fn token(&self, purpose: &str, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, parts))
    }

    /// Whether `token` was made by [`token`](Self::token), compared in constant time.
    pub fn fits(&self, token: &str, purpose: &str, parts: &[&str]) -> bool {
        let expected = self.token(purpose, parts);
        expected.as_bytes().ct_eq(token.as_bytes()).into()
    }

    fn mac(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        // A key of 32 bytes is always accepted; HMAC takes any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose()) else { return [0; 32] };
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_purpose_and_parts_only() {
        let key = DoorKey::for_tests();
        let token = key.token("form", &["ab", "c"]);
        assert!(key.fits(&token, "form", &["ab", "c"]));
        assert!(!key.fits(&token, "form", &["a", "bc"]));
        assert!(!key.fits(&token, "turn", &["ab", "c"]));
        assert!(!key.fits("", "form", &["ab", "c"]));
    }
}
