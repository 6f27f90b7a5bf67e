//! The key of one case: pictures and findings are sealed under it (PUB-LAW-15), and erasing it erases them.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::model::SubmissionId;
use super::store;
use crate::kernel::db::DbError;
use crate::kernel::rng::Rng;
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::{args, fault};

/// The purpose of the seal over a case key.
const SEAL: &str = "ekyc-case";

/// Why a case stays closed.
#[derive(Debug, thiserror::Error)]
pub enum CaseKeyError {
    /// The pictures were erased.
    #[error("the case has been erased")]
    Erased,
    /// The key store refused, or something sealed was changed.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    CaseKeyError {
        Erased => "ekyc-erased", Gone;
    } transparent { Keys, Db }
}

/// The key.
pub(super) struct CaseKey(Secret<[u8; 32]>);

impl CaseKey {
    /// The key of a case that takes pictures; made for the first of them.
    pub(super) async fn make(work: &Work, keys: &dyn KeyStore, id: &SubmissionId) -> Result<Self, CaseKeyError> {
        match Self::of(work, keys, id).await {
            Err(CaseKeyError::Erased) => {}
            found => return found,
        }
        let fresh = Secret::new(work.rng().bytes::<32>());
        let sealed = keystore::seal(keys, work.rng(), SEAL, id.as_str().as_bytes(), fresh.expose()).await?;
        let mut tx = work.write().await?;
        tx.execute(store::GIVE_KEY, args![id, sealed]).await?;
        tx.commit().await?;
        // Two pictures at once: whichever key was stored first is the key.
        Self::of(work, keys, id).await
    }

    /// The key of a case.
    pub(super) async fn of(work: &Work, keys: &dyn KeyStore, id: &SubmissionId) -> Result<Self, CaseKeyError> {
        let row = work.read().await?.first(store::KEY, args![id]).await?;
        let sealed = match row {
            Some(row) => row.opt_bytes("case_key")?.ok_or(CaseKeyError::Erased)?,
            None => return Err(CaseKeyError::Erased),
        };
        let opened = keystore::open(keys, SEAL, id.as_str().as_bytes(), &sealed).await?;
        let bytes = opened.expose().as_slice().try_into().map_err(|_| KeyStoreError::Integrity)?;
        Ok(Self(Secret::new(bytes)))
    }

    /// Nonce ‖ AES-256-GCM, bound to `name`.
    pub(super) fn seal(&self, rng: &dyn Rng, name: &str, plain: &[u8]) -> Result<Vec<u8>, CaseKeyError> {
        let nonce: [u8; NONCE_LEN] = rng.bytes();
        let mut body = plain.to_vec();
        let aad = Aad::from(name.as_bytes());
        let sealed = self.key()?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body);
        sealed.map_err(|_| KeyStoreError::Broken("sealing".to_owned()))?;
        Ok([nonce.as_slice(), &body].concat())
    }

    /// Opens what [`CaseKey::seal`] sealed under the same `name`.
    pub(super) fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, CaseKeyError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(KeyStoreError::Integrity)?;
        let (mut body, nonce) = (body.to_vec(), Nonce::assume_unique_for_key(*nonce));
        let key = self.key()?;
        let plain = key.open_in_place(nonce, Aad::from(name.as_bytes()), &mut body);
        Ok(plain.map_err(|_| KeyStoreError::Integrity)?.to_vec())
    }

    fn key(&self) -> Result<LessSafeKey, KeyStoreError> {
        let key = UnboundKey::new(&AES_256_GCM, self.0.expose());
        Ok(LessSafeKey::new(key.map_err(|_| KeyStoreError::Broken("case key".to_owned()))?))
    }
}
