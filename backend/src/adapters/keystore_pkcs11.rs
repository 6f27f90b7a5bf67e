//! The key store behind PKCS#11: an HSM in production, SoftHSM2 in the tests. Never behind a paywall.
//!
//! Keys are generated in the token and never leave it but wrapped (`CKM_AES_KEY_WRAP_PAD`, RFC 5649). The wrapping
//! key and the HMAC key are token objects that cannot be extracted. A session of cryptoki is `Send`, not `Sync`: a
//! pool lends them out, and every call runs where blocking is allowed. Sessions stay open, because closing one ends
//! the session keys made in it.

mod objects;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use tokio::sync::Semaphore;

use crate::kernel::secret::Secret;
use crate::keystore::{
    Custody, Generated, KeyHandle, KeySpec, KeyStore, KeyStoreError, Reaper, SignAlgorithm, TokenKey, WrappedKey,
};

/// More sessions do not make a token faster: measured on SoftHSM2, unwrap and sign stop scaling at two.
const SESSIONS: usize = 8;
/// The label of the HMAC key.
const MAC_LABEL: &str = "mohor-mac";
/// Wrapping keys are named so; the operator rotates by naming the next one.
const KEK_PREFIX: &str = "mohor-kek-";

/// Where the token is and how to log in.
#[derive(Clone, Debug)]
pub struct Pkcs11Settings {
    /// The module, such as `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The user PIN. Tried once.
    pub pin: Secret<String>,
    /// The newest wrapping key, `mohor-kek-1` at first; made when it is not there.
    pub wrapping_key: String,
}

/// The key store behind PKCS#11.
pub struct Pkcs11KeyStore {
    inner: Arc<Inner>,
}

struct Inner {
    context: Pkcs11,
    slot: Slot,
    idle: Mutex<Vec<Session>>,
    permits: Semaphore,
    keys: Mutex<HashMap<u64, Object>>,
    next: AtomicU64,
    reaper: Reaper,
    making: Mutex<()>,
    wrapping_key: String,
    kek: ObjectHandle,
    mac: ObjectHandle,
}

#[derive(Clone)]
struct Object {
    handle: ObjectHandle,
    label: Option<String>,
}

impl Pkcs11KeyStore {
    /// Opens the token, logs in once, and finds or makes the wrapping and HMAC keys. Blocking: call it at start.
    ///
    /// # Errors
    /// [`KeyStoreError::Login`] when the PIN is wrong, blocked, or has one try left: a start in a loop must not
    /// block the token. [`KeyStoreError::Unavailable`] when module or token is not there.
    pub fn open(settings: &Pkcs11Settings) -> Result<Self, KeyStoreError> {
        Self::opened(settings, true)
    }

    /// The same for whoever only looks: [`KeyStoreError::Missing`] where [`open`](Self::open) would make a key.
    pub fn look(settings: &Pkcs11Settings) -> Result<Self, KeyStoreError> {
        Self::opened(settings, false)
    }

    fn opened(settings: &Pkcs11Settings, make: bool) -> Result<Self, KeyStoreError> {
        if !settings.wrapping_key.starts_with(KEK_PREFIX) {
            return Err(KeyStoreError::Broken(format!("a wrapping key is named {KEK_PREFIX}N")));
        }
        let context = Pkcs11::new(&settings.module).map_err(|error| KeyStoreError::Unavailable(error.to_string()))?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        let slot = slot(&context, &settings.token)?;
        let session = login(&context, slot, &settings.pin)?;
        let kek = objects::wrapping_key(&session, &settings.wrapping_key, make)?;
        let mac = objects::mac_key(&session, MAC_LABEL, make)?;
        Ok(Self {
            inner: Arc::new(Inner {
                context,
                slot,
                idle: Mutex::new(vec![session]),
                permits: Semaphore::new(SESSIONS),
                keys: Mutex::default(),
                next: AtomicU64::new(1),
                reaper: Reaper::default(),
                making: Mutex::default(),
                wrapping_key: settings.wrapping_key.clone(),
                kek,
                mac,
            }),
        })
    }

    /// Lends a session to `job` on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Inner, &Session) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let inner = Arc::clone(&self.inner);
        let _permit = self.inner.permits.acquire().await.map_err(|_| stopped())?;
        tokio::task::spawn_blocking(move || inner.with_session(job)).await.map_err(|_| stopped())?
    }
}

impl Inner {
    fn with_session<T>(
        &self,
        job: impl FnOnce(&Self, &Session) -> Result<T, KeyStoreError>,
    ) -> Result<T, KeyStoreError> {
        let idle = lock(&self.idle).pop();
        let session = match idle {
            Some(session) => session,
            None => self.context.open_rw_session(self.slot).map_err(failed)?,
        };
        self.sweep(&session);
        let outcome = job(self, &session);
        // A session that the token no longer knows is of no use to the next caller.
        if !matches!(outcome, Err(KeyStoreError::Unavailable(_))) {
            lock(&self.idle).push(session);
        }
        outcome
    }

    /// Ends session keys whose handles were dropped.
    fn sweep(&self, session: &Session) {
        let lost: Vec<u64> = lock(&self.reaper).drain(..).collect();
        for id in lost {
            if let Some(object) = lock(&self.keys).remove(&id) {
                // Already gone is what is wanted.
                let _ = session.destroy_object(object.handle);
            }
        }
    }

    fn keep(&self, handle: ObjectHandle, spec: KeySpec, label: Option<String>) -> KeyHandle {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let reaper = label.is_none().then(|| Arc::clone(&self.reaper));
        lock(&self.keys).insert(id, Object { handle, label });
        KeyHandle::new(id, spec, reaper)
    }

    fn object(&self, id: u64) -> Result<ObjectHandle, KeyStoreError> {
        lock(&self.keys).get(&id).map(|object| object.handle).ok_or(KeyStoreError::Missing)
    }

    fn kek(&self, session: &Session, name: &str) -> Result<ObjectHandle, KeyStoreError> {
        if name == self.wrapping_key {
            return Ok(self.kek);
        }
        if !name.starts_with(KEK_PREFIX) {
            return Err(KeyStoreError::Missing);
        }
        objects::labelled(session, ObjectClass::SECRET_KEY, name).map_err(failed)?.ok_or(KeyStoreError::Missing)
    }

    fn find(&self, session: &Session, label: &str) -> Result<Option<TokenKey>, KeyStoreError> {
        let Some(handle) = objects::labelled(session, ObjectClass::PRIVATE_KEY, label).map_err(failed)? else {
            return Ok(None);
        };
        let public = objects::labelled(session, ObjectClass::PUBLIC_KEY, label).map_err(failed)?;
        let public = public.ok_or_else(|| KeyStoreError::Broken(format!("no public key for {label}")))?;
        let (spec, spki) = objects::spki(session, public)?;
        let known =
            lock(&self.keys).iter().find(|(_, object)| object.label.as_deref() == Some(label)).map(|(id, _)| *id);
        let handle = match known {
            Some(id) => KeyHandle::new(id, spec, None),
            None => self.keep(handle, spec, Some(label.to_owned())),
        };
        Ok(Some(TokenKey { handle, spki }))
    }

    fn generate(&self, session: &Session, spec: KeySpec, custody: Custody) -> Result<Generated, KeyStoreError> {
        let _one_at_a_time = lock(&self.making);
        if let Custody::Token { label } = &custody
            && objects::labelled(session, ObjectClass::PRIVATE_KEY, label).map_err(failed)?.is_some()
        {
            return Err(KeyStoreError::LabelTaken(label.clone()));
        }
        let (public, private) = objects::pair(session, spec, &custody).map_err(failed)?;
        let (_, spki) = objects::spki(session, public)?;
        let label = match custody {
            Custody::Token { label } => Some(label),
            Custody::Session => {
                session.destroy_object(public).map_err(failed)?;
                None
            }
        };
        Ok(Generated { handle: self.keep(private, spec, label), spki })
    }

    fn destroy(&self, session: &Session, id: u64) -> Result<(), KeyStoreError> {
        let object = lock(&self.keys).remove(&id).ok_or(KeyStoreError::Missing)?;
        session.destroy_object(object.handle).map_err(failed)?;
        if let Some(label) = object.label
            && let Some(public) = objects::labelled(session, ObjectClass::PUBLIC_KEY, &label).map_err(failed)?
        {
            session.destroy_object(public).map_err(failed)?;
        }
        Ok(())
    }
}

#[async_trait]
impl KeyStore for Pkcs11KeyStore {
    async fn generate(&self, spec: KeySpec, custody: Custody) -> Result<Generated, KeyStoreError> {
        self.run(move |inner, session| inner.generate(session, spec, custody)).await
    }

    async fn wrap(&self, key: &KeyHandle) -> Result<WrappedKey, KeyStoreError> {
        let (id, spec) = (key.id(), key.spec());
        self.run(move |inner, session| {
            let blob =
                session.wrap_key(&Mechanism::AesKeyWrapPad, inner.kek, inner.object(id)?).map_err(not_extractable)?;
            Ok(WrappedKey { kek: inner.wrapping_key.clone(), spec, blob })
        })
        .await
    }

    async fn unwrap(&self, wrapped: &WrappedKey) -> Result<KeyHandle, KeyStoreError> {
        let wrapped = wrapped.clone();
        self.run(move |inner, session| {
            let kek = inner.kek(session, &wrapped.kek)?;
            let handle = objects::unwrap(session, kek, &wrapped, false).map_err(damaged)?;
            Ok(inner.keep(handle, wrapped.spec, None))
        })
        .await
    }

    async fn rewrap(&self, wrapped: &WrappedKey) -> Result<WrappedKey, KeyStoreError> {
        let wrapped = wrapped.clone();
        self.run(move |inner, session| {
            let kek = inner.kek(session, &wrapped.kek)?;
            let handle = objects::unwrap(session, kek, &wrapped, true).map_err(damaged)?;
            let blob = session.wrap_key(&Mechanism::AesKeyWrapPad, inner.kek, handle);
            session.destroy_object(handle).map_err(failed)?;
            Ok(WrappedKey { kek: inner.wrapping_key.clone(), spec: wrapped.spec, blob: blob.map_err(failed)? })
        })
        .await
    }

    fn wrapping_key(&self) -> String {
        self.inner.wrapping_key.clone()
    }

    async fn sign(
        &self,
        key: &KeyHandle,
        algorithm: SignAlgorithm,
        digest: &[u8; 32],
    ) -> Result<Vec<u8>, KeyStoreError> {
        if key.spec().algorithm() != algorithm {
            return Err(KeyStoreError::WrongAlgorithm);
        }
        let (id, digest) = (key.id(), *digest);
        self.run(move |inner, session| objects::sign(session, inner.object(id)?, algorithm, &digest)).await
    }

    async fn hmac(&self, label: &str, data: &[u8]) -> Result<[u8; 32], KeyStoreError> {
        let length = u8::try_from(label.len()).map_err(|_| KeyStoreError::Broken("label too long".to_owned()))?;
        let message = [&[length], label.as_bytes(), data].concat();
        self.run(move |inner, session| {
            let mac = session.sign(&Mechanism::Sha256Hmac, inner.mac, &message).map_err(failed)?;
            mac.try_into().map_err(|_| KeyStoreError::Broken("the length of an HMAC".to_owned()))
        })
        .await
    }

    async fn find(&self, label: &str) -> Result<Option<TokenKey>, KeyStoreError> {
        let label = label.to_owned();
        self.run(move |inner, session| inner.find(session, &label)).await
    }

    async fn destroy(&self, key: KeyHandle) -> Result<(), KeyStoreError> {
        let id = key.into_id();
        self.run(move |inner, session| inner.destroy(session, id)).await
    }

    async fn object_count(&self) -> Result<usize, KeyStoreError> {
        self.run(|_, session| {
            let all = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).map_err(failed)?;
            Ok(all.len())
        })
        .await
    }
}

fn slot(context: &Pkcs11, token: &str) -> Result<Slot, KeyStoreError> {
    let slots = context.get_slots_with_initialized_token().map_err(failed)?;
    slots
        .into_iter()
        .find(|slot| context.get_token_info(*slot).is_ok_and(|info| info.label() == token))
        .ok_or_else(|| KeyStoreError::Unavailable(format!("no token is named {token}")))
}

/// One attempt per start, and none at all when the next wrong one would block the token.
fn login(context: &Pkcs11, slot: Slot, pin: &Secret<String>) -> Result<Session, KeyStoreError> {
    let about = context.get_token_info(slot).map_err(failed)?;
    may_try(about.user_pin_locked(), about.user_pin_final_try())?;
    let session = context.open_rw_session(slot).map_err(failed)?;
    match session.login(UserType::User, Some(&AuthPin::from(pin.expose().clone()))) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
        Err(Error::Pkcs11(RvError::PinIncorrect, _)) => {
            Err(KeyStoreError::Login("the PIN is wrong; it was tried once"))
        }
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(KeyStoreError::Login("the token is blocked")),
        Err(error) => Err(failed(error)),
    }
}

const fn may_try(locked: bool, final_try: bool) -> Result<(), KeyStoreError> {
    match (locked, final_try) {
        (true, _) => Err(KeyStoreError::Login("the token is blocked")),
        (false, true) => Err(KeyStoreError::Login("one try is left; log in by hand first")),
        (false, false) => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stopped() -> KeyStoreError {
    KeyStoreError::Broken("the operation did not finish".to_owned())
}

/// What the token says, without its arguments.
fn failed(error: Error) -> KeyStoreError {
    match error {
        Error::Pkcs11(
            rv @ (RvError::DeviceError
            | RvError::DeviceRemoved
            | RvError::SessionClosed
            | RvError::SessionHandleInvalid
            | RvError::SessionCount
            | RvError::TokenNotPresent
            | RvError::UserNotLoggedIn),
            _,
        ) => KeyStoreError::Unavailable(rv.to_string()),
        Error::Pkcs11(rv, function) => KeyStoreError::Broken(format!("{function:?}: {rv}")),
        other => KeyStoreError::Broken(other.to_string()),
    }
}

/// SoftHSM answers `CKR_GENERAL_ERROR` to a blob that was tampered with; others have words for it.
fn damaged(error: Error) -> KeyStoreError {
    match error {
        Error::Pkcs11(
            RvError::GeneralError
            | RvError::WrappedKeyInvalid
            | RvError::WrappedKeyLenRange
            | RvError::EncryptedDataInvalid
            | RvError::EncryptedDataLenRange
            | RvError::AttributeValueInvalid
            | RvError::FunctionFailed,
            _,
        ) => KeyStoreError::Integrity,
        other => failed(other),
    }
}

fn not_extractable(error: Error) -> KeyStoreError {
    match error {
        Error::Pkcs11(RvError::KeyUnextractable | RvError::KeyNotWrappable, _) => KeyStoreError::NotExtractable,
        other => failed(other),
    }
}

#[cfg(test)]
mod tests;
