//! The byte format of a sealed key, and the two pure steps on it.
//!
//! ```text
//! offset  length  field
//! 0       1       version, 1
//! 1       1       kind of the key: 1 P-256, 2 RSA-2048, 3 RSA-3072
//! 2       1       n, length of the name of the wrapping key
//! 3       n       name of the wrapping key (UTF-8)
//! 3+n     1       k, length of the label of the HMAC key
//! 4+n     k       label of the HMAC key (UTF-8)
//! 4+n+k   4       Argon2id memory in KiB   ┐
//! 8+n+k   4       Argon2id passes          ├ big-endian
//! 12+n+k  4       Argon2id lanes           ┘
//! 16+n+k  16      salt
//! 32+n+k  12      nonce                      … the header ends at H = 44+n+k
//! H       rest    AES-256-GCM ciphertext of the wrapped key (RFC 5649 over PKCS#8), then its tag of 16 bytes
//!
//! subject   = LP-list (person id, SHA-256(SubjectPublicKeyInfo DER))
//! stretched = Argon2id version 0x13 (PIN, salt, costs, 32 bytes)
//! pepper    = KeyStore.hmac(label, LP("mohor/vault/pepper/v1", salt, subject…, stretched))
//! key       = HKDF-SHA-256(ikm = stretched ‖ pepper, salt = salt, info = LP("mohor/vault/key/v1", subject…), 32 bytes)
//! AAD       = LP("mohor/vault/aad/v1", header, subject…)
//! ```
//!
//! `LP` is [`mohor_shared::transcript::lp`]. The stretched PIN goes *into* the HMAC: with the database and a live
//! key store every single guess costs one call to the key store, and with the database alone none can be made.
//! The salt is new for each sealing, so each key seals one value and the random nonce cannot repeat under it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use hkdf::Hkdf;
use mohor_shared::transcript::lp;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::kdf::Cost;
use super::model::{Subject, VaultError};
use crate::keystore::{KeySpec, WrappedKey};

/// The version this program writes.
pub const VERSION: u8 = 1;
/// The label of the HMAC key that peppers new seals.
pub const PEPPER: &str = "mohor/vault/pepper/1";

const TAG: usize = 16;

/// What stands in clear before the ciphertext.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The kind of the key.
    pub spec: KeySpec,
    /// The wrapping key.
    pub kek: String,
    /// The label of the HMAC key.
    pub pepper: String,
    /// The work factor.
    pub cost: Cost,
    /// Salt of the PIN hash.
    pub salt: [u8; 16],
    /// Nonce of AES-256-GCM.
    pub nonce: [u8; 12],
}

impl Header {
    /// The bytes before the ciphertext.
    ///
    /// # Errors
    /// [`VaultError::Broken`] when a name is longer than 255 bytes.
    pub fn encode(&self) -> Result<Vec<u8>, VaultError> {
        let mut bytes = vec![VERSION, kind(self.spec)];
        for name in [&self.kek, &self.pepper] {
            let length = u8::try_from(name.len()).map_err(|_| VaultError::Broken("name too long".to_owned()))?;
            bytes.push(length);
            bytes.extend_from_slice(name.as_bytes());
        }
        self.cost.parts().iter().for_each(|part| bytes.extend_from_slice(&part.to_be_bytes()));
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.nonce);
        Ok(bytes)
    }

    /// Reads a header and gives the length it had.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] for anything this program did not write, costs below the floor included.
    pub fn decode(sealed: &[u8]) -> Result<(Self, usize), VaultError> {
        let mut reader = Reader { rest: sealed };
        let [version, kind] = reader.array()?;
        if version != VERSION {
            return Err(VaultError::Damaged("unknown version"));
        }
        let spec = spec(kind).ok_or(VaultError::Damaged("unknown kind of key"))?;
        let (kek, pepper) = (reader.name()?, reader.name()?);
        let [memory, passes, lanes] = [reader.number()?, reader.number()?, reader.number()?];
        let cost = Cost::new(memory, passes, lanes).map_err(|_| VaultError::Damaged("work factor out of bounds"))?;
        let header = Self { spec, kek, pepper, cost, salt: reader.array()?, nonce: reader.array()? };
        if reader.rest.len() <= TAG {
            return Err(VaultError::Damaged("too short"));
        }
        Ok((header, sealed.len() - reader.rest.len()))
    }

    /// What the key store is asked to HMAC.
    pub fn pepper_input(&self, subject: &Subject, stretched: &[u8; 32]) -> Zeroizing<Vec<u8>> {
        let [person, spki] = subject.parts();
        Zeroizing::new(lp("mohor/vault/pepper/v1", &[&self.salt, person, spki, stretched]))
    }

    fn key(&self, subject: &Subject, stretched: &[u8; 32], pepper: &[u8; 32]) -> Result<LessSafeKey, VaultError> {
        let broken = || VaultError::Broken("key derivation".to_owned());
        let mut ikm = Zeroizing::new([0; 64]);
        ikm[..32].copy_from_slice(stretched);
        ikm[32..].copy_from_slice(pepper);
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(&self.salt), &*ikm)
            .expand(&lp("mohor/vault/key/v1", &subject.parts()), &mut *key)
            .map_err(|_| broken())?;
        Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*key).map_err(|_| broken())?))
    }
}

fn aad(header: &[u8], subject: &Subject) -> Vec<u8> {
    let [person, spki] = subject.parts();
    lp("mohor/vault/aad/v1", &[header, person, spki])
}

/// Seals `wrapped` under `stretched` and `pepper`.
///
/// # Errors
/// [`VaultError::Broken`] when a name is too long or the library fails.
pub fn close(
    header: &Header,
    subject: &Subject,
    stretched: &[u8; 32],
    pepper: &[u8; 32],
    wrapped: &WrappedKey,
) -> Result<Vec<u8>, VaultError> {
    let mut sealed = header.encode()?;
    let mut body = wrapped.blob.clone();
    header
        .key(subject, stretched, pepper)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(header.nonce),
            Aad::from(aad(&sealed, subject)),
            &mut body,
        )
        .map_err(|_| VaultError::Broken("sealing".to_owned()))?;
    sealed.append(&mut body);
    Ok(sealed)
}

/// Opens `sealed`; `None` when it does not open: a wrong PIN, another person's row or a changed byte. Which of
/// them cannot be told apart, and need not be.
///
/// # Errors
/// [`VaultError::Damaged`] when the bytes are no seal at all.
pub fn open(
    sealed: &[u8],
    subject: &Subject,
    stretched: &[u8; 32],
    pepper: &[u8; 32],
) -> Result<Option<WrappedKey>, VaultError> {
    let (header, length) = Header::decode(sealed)?;
    let (head, body) = sealed.split_at(length);
    let mut body = Zeroizing::new(body.to_vec());
    let nonce = Nonce::assume_unique_for_key(header.nonce);
    let opened = header.key(subject, stretched, pepper)?.open_in_place(nonce, Aad::from(aad(head, subject)), &mut body);
    Ok(opened.ok().map(|blob| WrappedKey { kek: header.kek.clone(), spec: header.spec, blob: blob.to_vec() }))
}

const fn kind(spec: KeySpec) -> u8 {
    match spec {
        KeySpec::P256 => 1,
        KeySpec::Rsa2048 => 2,
        KeySpec::Rsa3072 => 3,
    }
}

const fn spec(kind: u8) -> Option<KeySpec> {
    match kind {
        1 => Some(KeySpec::P256),
        2 => Some(KeySpec::Rsa2048),
        3 => Some(KeySpec::Rsa3072),
        _ => None,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], VaultError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(VaultError::Damaged("too short"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], VaultError> {
        self.take(N)?.try_into().map_err(|_| VaultError::Damaged("too short"))
    }

    fn number(&mut self) -> Result<u32, VaultError> {
        self.array().map(u32::from_be_bytes)
    }

    fn name(&mut self) -> Result<String, VaultError> {
        let [length] = self.array()?;
        let name = self.take(usize::from(length))?;
        String::from_utf8(name.to_vec()).map_err(|_| VaultError::Damaged("name is not UTF-8"))
    }
}
