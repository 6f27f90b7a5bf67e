//! Messages for one reader: HPKE (RFC 9180) base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//!
//! The reader makes a key for one answer and throws it away, so a device key that leaks later opens nothing.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::jws::{Jwk, b64, unb64};

type Suite = DhP256HkdfSha256;

/// A sealed message as it travels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The encapsulated key, base64url.
    pub enc: String,
    /// The ciphertext with its tag, base64url.
    pub ct: String,
}

/// The message cannot be sealed or opened: wrong key, context or bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sealed message cannot be opened")]
pub struct SealFailed;

/// The key that opens one answer.
pub struct OneTimeKey {
    secret: <Suite as hpke::Kem>::PrivateKey,
    public: Jwk,
}

impl OneTimeKey {
    /// A key from 32 fresh random bytes.
    pub fn from_random(mut random: [u8; 32]) -> Result<Self, SealFailed> {
        let (secret, public) = Suite::derive_keypair(&random);
        random.zeroize();
        let public = Jwk::from_sec1(&public.to_bytes()).map_err(|_| SealFailed)?;
        Ok(Self { secret, public })
    }

    /// The public half, to be put into the request.
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// Opens an answer. Consumes the key: it opens one message.
    pub fn open(self, info: &[u8], aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealFailed> {
        let enc = unb64(&sealed.enc).map_err(|_| SealFailed)?;
        let ct = unb64(&sealed.ct).map_err(|_| SealFailed)?;
        let enc = <Suite as hpke::Kem>::EncappedKey::from_bytes(&enc).map_err(|_| SealFailed)?;
        hpke::setup_receiver::<AesGcm256, HkdfSha256, Suite>(&OpModeR::Base, &self.secret, &enc, info)
            .and_then(|mut context| context.open(&ct, aad))
            .map(Zeroizing::new)
            .map_err(|_| SealFailed)
    }
}

/// Seals `plain` for the holder of `reader`. `random` is 32 fresh bytes for the ephemeral key.
pub fn seal(reader: &Jwk, info: &[u8], aad: &[u8], plain: &[u8], random: [u8; 32]) -> Result<Sealed, SealFailed> {
    reader.key().map_err(|_| SealFailed)?;
    let point = reader.sec1().map_err(|_| SealFailed)?;
    let public = <Suite as hpke::Kem>::PublicKey::from_bytes(&point).map_err(|_| SealFailed)?;
    let mut rng = ChaCha20Rng::from_seed(random);
    let (enc, mut context) =
        hpke::setup_sender_with_rng::<AesGcm256, HkdfSha256, Suite>(&OpModeS::Base, &public, info, &mut rng)
            .map_err(|_| SealFailed)?;
    let ct = context.seal(plain, aad).map_err(|_| SealFailed)?;
    Ok(Sealed { enc: b64(&enc.to_bytes()), ct: b64(&ct) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> OneTimeKey {
        OneTimeKey::from_random([3; 32]).expect("a key")
    }

    #[test]
    fn only_the_reader_in_the_same_context_opens_it() {
        let sealed = seal(key().public(), b"info", b"aad", b"876644", [4; 32]).expect("seals");
        assert_eq!(key().open(b"info", b"aad", &sealed).expect("opens").as_slice(), b"876644");
        assert_eq!(key().open(b"other", b"aad", &sealed).err(), Some(SealFailed));
        assert_eq!(key().open(b"info", b"other", &sealed).err(), Some(SealFailed));
        let stranger = OneTimeKey::from_random([5; 32]).expect("a key");
        assert_eq!(stranger.open(b"info", b"aad", &sealed).err(), Some(SealFailed));
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let mut sealed = seal(key().public(), b"info", b"aad", b"876644", [4; 32]).expect("seals");
        let mut ct = unb64(&sealed.ct).expect("base64");
        ct[0] ^= 1;
        sealed.ct = b64(&ct);
        assert_eq!(key().open(b"info", b"aad", &sealed).err(), Some(SealFailed));
    }
}
