//! The key store of the embedded default: keys made and used by aws-lc-rs in this process.
//!
//! Token keys rest in a folder, one file each, sealed (AES-256-GCM) under a key derived from the master key with
//! the label as associated data, so two files cannot be swapped. Code that runs inside this process can
//! reach the keys: `serve` refuses this store unless the configuration asks for it in words.

mod master;

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use crate::keystore::{
    Custody, Generated, KeyHandle, KeySpec, KeyStore, KeyStoreError, Reaper, SignAlgorithm, TokenKey, WrappedKey,
};

pub use master::MasterKey;
use master::unavailable;

const KEK: &str = "software-1";

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

struct Object {
    key: Arc<Key>,
    label: Option<String>,
    extractable: bool,
}

/// The software key store.
pub struct SoftwareKeyStore {
    folder: Option<PathBuf>,
    wrapping: Zeroizing<[u8; 32]>,
    resting: Zeroizing<[u8; 32]>,
    mac: hmac::Key,
    objects: Mutex<HashMap<u64, Object>>,
    next: AtomicU64,
    reaper: Reaper,
    /// Held while a token key is made: of two that ask for one label, one gets it.
    making: tokio::sync::Mutex<()>,
}

impl SoftwareKeyStore {
    /// Opens the store in `folder` (made with mode 0700 when missing) and loads its token keys.
    ///
    /// # Errors
    /// [`KeyStoreError::Integrity`] when a file was changed or the master key is another one.
    pub fn open(folder: &Path, master: &MasterKey) -> Result<Self, KeyStoreError> {
        fs::create_dir_all(folder).map_err(unavailable)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(unavailable)?;
        Self::look(folder, master)
    }

    /// The same for whoever only looks: the folder is there, and stays as it is.
    ///
    /// # Errors
    /// Those of [`open`](Self::open); [`KeyStoreError::Unavailable`] where there is no folder.
    pub fn look(folder: &Path, master: &MasterKey) -> Result<Self, KeyStoreError> {
        let store = Self::build(Some(folder.to_owned()), master)?;
        for entry in fs::read_dir(folder).map_err(unavailable)? {
            let path = entry.map_err(unavailable)?.path();
            if path.extension().is_some_and(|extension| extension == "key") {
                store.load(&path)?;
            }
        }
        Ok(store)
    }

    /// A store that forgets everything with the process (tests).
    ///
    /// # Errors
    /// [`KeyStoreError::Broken`] when the library cannot derive keys.
    pub fn in_memory(master: &MasterKey) -> Result<Self, KeyStoreError> {
        Self::build(None, master)
    }

    fn build(folder: Option<PathBuf>, master: &MasterKey) -> Result<Self, KeyStoreError> {
        let mac = derive(master, b"hmac")?;
        Ok(Self {
            folder,
            wrapping: derive(master, b"wrap")?,
            resting: derive(master, b"rest")?,
            mac: hmac::Key::new(hmac::HMAC_SHA256, &*mac),
            objects: Mutex::new(HashMap::new()),
            next: AtomicU64::new(1),
            reaper: Reaper::default(),
            making: tokio::sync::Mutex::default(),
        })
    }

    fn objects(&self) -> MutexGuard<'_, HashMap<u64, Object>> {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        for lost in self.reaper.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            objects.remove(&lost);
        }
        objects
    }

    fn insert(&self, object: Object, spec: KeySpec) -> KeyHandle {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let reaper = object.label.is_none().then(|| Arc::clone(&self.reaper));
        self.objects().insert(id, object);
        KeyHandle::new(id, spec, reaper)
    }

    fn key(&self, handle: &KeyHandle) -> Result<Arc<Key>, KeyStoreError> {
        self.objects().get(&handle.id()).map(|object| Arc::clone(&object.key)).ok_or(KeyStoreError::Missing)
    }

    fn labelled(&self, label: &str) -> Option<(u64, Arc<Key>)> {
        self.objects()
            .iter()
            .find(|(_, object)| object.label.as_deref() == Some(label))
            .map(|(id, object)| (*id, Arc::clone(&object.key)))
    }

    fn load(&self, path: &Path) -> Result<(), KeyStoreError> {
        let label = path.file_stem().and_then(|stem| stem.to_str()).ok_or(KeyStoreError::Integrity)?;
        let file = fs::read(path).map_err(unavailable)?;
        let (spec, nonce, body) = match file.as_slice() {
            [1, spec, rest @ ..] if rest.len() > 12 => (*spec, &rest[..12], &rest[12..]),
            _ => return Err(KeyStoreError::Integrity),
        };
        let spec = spec_from_byte(spec).ok_or(KeyStoreError::Integrity)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyStoreError::Integrity)?;
        let mut body = Zeroizing::new(body.to_vec());
        let pkcs8 = self
            .resting_key()?
            .open_in_place(nonce, Aad::from(label.as_bytes()), &mut body)
            .map_err(|_| KeyStoreError::Integrity)?;
        let key = Arc::new(parse(spec, pkcs8)?);
        self.insert(Object { key, label: Some(label.to_owned()), extractable: false }, spec);
        Ok(())
    }

    /// Writes beside, syncs, renames: a crash leaves the old state or the new one.
    fn persist(&self, label: &str, spec: KeySpec, key: &Key) -> Result<(), KeyStoreError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut nonce = [0; 12];
        aws_lc_rs::rand::fill(&mut nonce).map_err(broken)?;
        let mut body = pkcs8(key)?.to_vec();
        self.resting_key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label.as_bytes()), &mut body)
            .map_err(broken)?;
        let beside = folder.join(format!("{label}.new"));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)
            .map_err(unavailable)?;
        file.write_all(&[1, byte_from_spec(spec)])
            .and_then(|()| file.write_all(&nonce))
            .and_then(|()| file.write_all(&body))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&beside, folder.join(format!("{label}.key"))))
            .and_then(|()| fs::File::open(folder)?.sync_all())
            .map_err(unavailable)
    }

    fn resting_key(&self) -> Result<LessSafeKey, KeyStoreError> {
        Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*self.resting).map_err(broken)?))
    }

    fn open_wrapped(&self, wrapped: &WrappedKey) -> Result<Key, KeyStoreError> {
        if wrapped.kek != KEK {
            return Err(KeyStoreError::Missing);
        }
        let kek = AesKek::new(&AES_256, &*self.wrapping).map_err(broken)?;
        let mut out = Zeroizing::new(vec![0; wrapped.blob.len()]);
        let pkcs8 = kek.unwrap_with_padding(&wrapped.blob, &mut out).map_err(|_| KeyStoreError::Integrity)?;
        parse(wrapped.spec, pkcs8)
    }

    fn close_wrapped(&self, spec: KeySpec, key: &Key) -> Result<WrappedKey, KeyStoreError> {
        let pkcs8 = pkcs8(key)?;
        let kek = AesKek::new(&AES_256, &*self.wrapping).map_err(broken)?;
        let mut out = vec![0; pkcs8.len() + 15];
        let blob = kek.wrap_with_padding(&pkcs8, &mut out).map_err(broken)?.to_vec();
        Ok(WrappedKey { kek: KEK.to_owned(), spec, blob })
    }
}

#[async_trait]
impl KeyStore for SoftwareKeyStore {
    async fn generate(&self, spec: KeySpec, custody: Custody) -> Result<Generated, KeyStoreError> {
        let mut _making = None;
        if let Custody::Token { label } = &custody {
            _making = Some(self.making.lock().await);
            if !label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
                return Err(KeyStoreError::Broken("a label is lower-case letters, digits and hyphens".to_owned()));
            }
            if self.labelled(label).is_some() {
                return Err(KeyStoreError::LabelTaken(label.clone()));
            }
        }
        // An RSA key takes a tenth of a second and more: not on a thread that serves requests.
        let key = tokio::task::spawn_blocking(move || make(spec)).await.map_err(|_| stopped())??;
        let spki = spki(&key)?;
        let (label, extractable) = match custody {
            Custody::Token { label } => {
                self.persist(&label, spec, &key)?;
                (Some(label), false)
            }
            Custody::Session => (None, true),
        };
        let handle = self.insert(Object { key: Arc::new(key), label, extractable }, spec);
        Ok(Generated { handle, spki })
    }

    async fn wrap(&self, key: &KeyHandle) -> Result<WrappedKey, KeyStoreError> {
        let private = match self.objects().get(&key.id()) {
            None => return Err(KeyStoreError::Missing),
            Some(object) if !object.extractable => return Err(KeyStoreError::NotExtractable),
            Some(object) => Arc::clone(&object.key),
        };
        self.close_wrapped(key.spec(), &private)
    }

    async fn unwrap(&self, wrapped: &WrappedKey) -> Result<KeyHandle, KeyStoreError> {
        let key = Arc::new(self.open_wrapped(wrapped)?);
        Ok(self.insert(Object { key, label: None, extractable: false }, wrapped.spec))
    }

    async fn rewrap(&self, wrapped: &WrappedKey) -> Result<WrappedKey, KeyStoreError> {
        self.close_wrapped(wrapped.spec, &self.open_wrapped(wrapped)?)
    }

    fn wrapping_key(&self) -> String {
        KEK.to_owned()
    }

    async fn sign(
        &self,
        key: &KeyHandle,
        algorithm: SignAlgorithm,
        digest: &[u8; 32],
    ) -> Result<Vec<u8>, KeyStoreError> {
        let digest = Digest::import_less_safe(digest, &SHA256).map_err(broken)?;
        match (&*self.key(key)?, algorithm) {
            (Key::Ec(pair), SignAlgorithm::EcdsaSha256) => {
                Ok(pair.sign_digest(&digest).map_err(broken)?.as_ref().to_vec())
            }
            (Key::Rsa(pair), SignAlgorithm::RsaPkcs1Sha256) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).map_err(broken)?;
                Ok(signature)
            }
            _ => Err(KeyStoreError::WrongAlgorithm),
        }
    }

    async fn hmac(&self, label: &str, data: &[u8]) -> Result<[u8; 32], KeyStoreError> {
        let length = u8::try_from(label.len()).map_err(|_| KeyStoreError::Broken("label too long".to_owned()))?;
        let mut context = hmac::Context::with_key(&self.mac);
        context.update(&[length]);
        context.update(label.as_bytes());
        context.update(data);
        context.sign().as_ref().try_into().map_err(|_| stopped())
    }

    async fn find(&self, label: &str) -> Result<Option<TokenKey>, KeyStoreError> {
        let Some((id, key)) = self.labelled(label) else { return Ok(None) };
        Ok(Some(TokenKey { handle: KeyHandle::new(id, spec_of(&key), None), spki: spki(&key)? }))
    }

    async fn destroy(&self, key: KeyHandle) -> Result<(), KeyStoreError> {
        let object = self.objects().remove(&key.into_id()).ok_or(KeyStoreError::Missing)?;
        match (object.label, &self.folder) {
            (Some(label), Some(folder)) => fs::remove_file(folder.join(format!("{label}.key"))).map_err(unavailable),
            _ => Ok(()),
        }
    }

    async fn object_count(&self) -> Result<usize, KeyStoreError> {
        Ok(self.objects().len())
    }
}

fn make(spec: KeySpec) -> Result<Key, KeyStoreError> {
    Ok(match spec {
        KeySpec::P256 => Key::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(broken)?),
        KeySpec::Rsa2048 => Key::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(broken)?),
        KeySpec::Rsa3072 => Key::Rsa(RsaKeyPair::generate(KeySize::Rsa3072).map_err(broken)?),
    })
}

fn parse(spec: KeySpec, pkcs8: &[u8]) -> Result<Key, KeyStoreError> {
    let key = match spec {
        KeySpec::P256 => Key::Ec(
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8).map_err(|_| KeyStoreError::Integrity)?,
        ),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 => {
            Key::Rsa(RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyStoreError::Integrity)?)
        }
    };
    if spec_of(&key) == spec { Ok(key) } else { Err(KeyStoreError::Integrity) }
}

const fn byte_from_spec(spec: KeySpec) -> u8 {
    match spec {
        KeySpec::P256 => 1,
        KeySpec::Rsa2048 => 2,
        KeySpec::Rsa3072 => 3,
    }
}

fn spec_from_byte(byte: u8) -> Option<KeySpec> {
    [KeySpec::P256, KeySpec::Rsa2048, KeySpec::Rsa3072].into_iter().find(|spec| byte_from_spec(*spec) == byte)
}

fn spec_of(key: &Key) -> KeySpec {
    match key {
        Key::Ec(_) => KeySpec::P256,
        Key::Rsa(pair) if pair.public_modulus_len() == 256 => KeySpec::Rsa2048,
        Key::Rsa(_) => KeySpec::Rsa3072,
    }
}

fn spki(key: &Key) -> Result<Vec<u8>, KeyStoreError> {
    let der: PublicKeyX509Der<'_> = match key {
        Key::Ec(pair) => pair.public_key().as_der().map_err(broken)?,
        Key::Rsa(pair) => pair.public_key().as_der().map_err(broken)?,
    };
    Ok(der.as_ref().to_vec())
}

fn pkcs8(key: &Key) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
    Ok(Zeroizing::new(match key {
        Key::Ec(pair) => pair.to_pkcs8v1().map_err(broken)?.as_ref().to_vec(),
        Key::Rsa(pair) => {
            let der: Pkcs8V1Der<'_> = pair.as_der().map_err(broken)?;
            der.as_ref().to_vec()
        }
    }))
}

fn derive(master: &MasterKey, purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyStoreError> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"mohor software key store");
    let pseudorandom = salt.extract(master.expose());
    let info = [purpose];
    let material = pseudorandom.expand(&info, hkdf::HKDF_SHA256).map_err(broken)?;
    let mut key = Zeroizing::new([0; 32]);
    material.fill(&mut *key).map_err(broken)?;
    Ok(key)
}

fn broken(_: aws_lc_rs::error::Unspecified) -> KeyStoreError {
    KeyStoreError::Broken("the cryptographic library refused".to_owned())
}

fn stopped() -> KeyStoreError {
    KeyStoreError::Broken("the operation did not finish".to_owned())
}

#[cfg(test)]
mod tests;
