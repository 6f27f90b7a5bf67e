//! Opening the seal: the one and only check of a PIN.

use std::sync::Arc;

use mohor_shared::pin::Pin;
use zeroize::Zeroizing;

use super::generate::seal_new;
use super::model::{PinRefused, PinTry, VaultError, VaultKey};
use super::seal::{self, Header};
use super::{Vault, store};
use crate::args;
use crate::attempt::{self, Spent};
use crate::kernel::work::Work;
use crate::keystore::{KeyHandle, KeyStore, WrappedKey};

/// A key that a right PIN opened, and the try to forgive for it.
#[derive(Debug)]
pub struct Opened {
    /// The key, good for one ceremony.
    pub key: OpenedKey,
    /// Pay it back with [`attempt::refund_all`] in the transaction that records what the PIN was given for.
    pub spent: Spent,
}

/// A session object of the key store, for one signature or for one batch.
pub struct OpenedKey {
    key: VaultKey,
    handle: KeyHandle,
    keystore: Arc<dyn KeyStore>,
}

impl std::fmt::Debug for OpenedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedKey({})", self.key.id)
    }
}

impl OpenedKey {
    /// The key.
    pub const fn key(&self) -> &VaultKey {
        &self.key
    }

    /// Signs the SHA-256 `digest` and ends the session object, also when signing fails.
    ///
    /// # Errors
    /// [`VaultError::KeyStore`].
    pub async fn sign(self, digest: &[u8; 32]) -> Result<Vec<u8>, VaultError> {
        let signed = self.keystore.sign(&self.handle, self.key.spec.algorithm(), digest).await;
        self.keystore.destroy(self.handle).await?;
        Ok(signed?)
    }

    /// Signs one SHA-256 `digest` of a batch that one PIN and one code authorised. [`close`](Self::close) ends the batch.
    ///
    /// # Errors
    /// [`VaultError::KeyStore`].
    pub async fn sign_one(&self, digest: &[u8; 32]) -> Result<Vec<u8>, VaultError> {
        Ok(self.keystore.sign(&self.handle, self.key.spec.algorithm(), digest).await?)
    }

    /// Ends the session object.
    ///
    /// # Errors
    /// [`VaultError::KeyStore`].
    pub async fn close(self) -> Result<(), VaultError> {
        Ok(self.keystore.destroy(self.handle).await?)
    }
}

/// A key that did not open.
#[derive(Debug)]
pub struct Unopened {
    /// Why.
    pub refused: PinRefused,
    /// The try, when the PIN was not judged: the caller gives it back.
    pub spent: Option<Spent>,
}

impl Unopened {
    /// Gives the try back, if it is to be given back, in a transaction of its own.
    pub async fn settle(self, work: &Work) -> PinRefused {
        let Some(spent) = self.spent else { return self.refused };
        let settled = async {
            let mut tx = work.write().await?;
            attempt::refund(work, &mut tx, spent).await?;
            tx.commit().await
        };
        match settled.await {
            Ok(()) => self.refused,
            Err(error) => error.into(),
        }
    }
}

/// Opens the key of `pin_try` with `pin`. A wrong PIN keeps the try; anything else that goes wrong hands it back.
///
/// # Errors
/// [`Unopened`] with [`PinRefused::Wrong`], or with [`PinRefused::Vault`] when the vault cannot serve.
pub async fn open(work: &Work, vault: &Vault, pin_try: PinTry, pin: &Pin) -> Result<Opened, Unopened> {
    let PinTry { key, spent } = pin_try;
    match unseal(work, vault, &key, pin).await {
        Ok(Some((handle, wrapped, sealed))) => {
            if is_old(vault, &sealed) {
                renew(work, vault, &key, pin, &wrapped, &sealed).await;
            }
            let key = OpenedKey { key, handle, keystore: vault.keystore.clone() };
            Ok(Opened { key, spent })
        }
        Ok(None) => Err(Unopened { refused: PinRefused::Wrong { left: spent.left() }, spent: None }),
        Err(error) => Err(Unopened { refused: error.into(), spent: Some(spent) }),
    }
}

type Unsealed = (KeyHandle, WrappedKey, Vec<u8>);

async fn unseal(work: &Work, vault: &Vault, key: &VaultKey, pin: &Pin) -> Result<Option<Unsealed>, VaultError> {
    let row = work.read().await?.first(store::SEALED, args![&key.id]).await?;
    let sealed = row.ok_or(VaultError::Damaged("the key was replaced meanwhile"))?.bytes("sealed")?;
    let (header, _) = Header::decode(&sealed)?;
    let subject = key.subject();
    let stretched = vault.kitchen.stretch(header.cost, pin, header.salt).await?;
    let input = header.pepper_input(&subject, &stretched);
    let pepper = Zeroizing::new(vault.keystore.hmac(&header.pepper, &input).await?);
    let Some(wrapped) = seal::open(&sealed, &subject, &stretched, &pepper)? else { return Ok(None) };
    let handle = vault.keystore.unwrap(&wrapped).await?;
    Ok(Some((handle, wrapped, sealed)))
}

fn is_old(vault: &Vault, sealed: &[u8]) -> bool {
    Header::decode(sealed).is_ok_and(|(header, _)| {
        header.cost < vault.kitchen.cost()
            || header.pepper != seal::PEPPER
            || header.kek != vault.keystore.wrapping_key()
    })
}

/// Seals again at today's costs under today's wrapping key. The signature does not wait for it to succeed: the
/// old seal still opens, and the next use tries again.
async fn renew(work: &Work, vault: &Vault, key: &VaultKey, pin: &Pin, wrapped: &WrappedKey, old: &[u8]) {
    let renewed = async {
        let wrapped = vault.keystore.rewrap(wrapped).await?;
        let sealed = seal_new(work, vault, &key.subject(), pin, &wrapped).await?;
        let mut tx = work.write().await?;
        tx.execute(store::RESEAL, args![&key.id, old, sealed, work.now]).await?;
        tx.commit().await?;
        Ok::<(), VaultError>(())
    };
    if let Err(error) = renewed.await {
        tracing::warn!(key = %key.id, %error, "a seal could not be renewed; it is tried again at its next use");
    }
}
