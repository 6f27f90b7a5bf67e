//! A new key, sealed under a new PIN.

use mohor_shared::pin::Pin;

use super::model::{Subject, VaultError, VaultKeyId};
use super::seal::{self, Header};
use super::{Vault, store};
use crate::args;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{Custody, Generated, KeySpec, WrappedKey};
use crate::person::PersonId;

/// A key that waits for its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Its name.
    pub id: VaultKeyId,
    /// DER `SubjectPublicKeyInfo`.
    pub spki: Vec<u8>,
}

/// A key under its seal that is stored nowhere yet: dropped, it was never there.
#[must_use = "a key that is not kept is gone"]
pub struct Made {
    person: PersonId,
    spec: KeySpec,
    spki: Vec<u8>,
    sealed: Vec<u8>,
}

/// Makes a key of kind `spec` inside the key store and seals it under `pin`. The slow part: no transaction is open.
///
/// # Errors
/// [`VaultError`]; nothing is left behind in the key store.
pub async fn make(work: &Work, vault: &Vault, person: &PersonId, spec: KeySpec, pin: &Pin) -> Result<Made, VaultError> {
    let Generated { handle, spki } = vault.keystore.generate(spec, Custody::Session).await?;
    let wrapped = vault.keystore.wrap(&handle).await;
    let ended = vault.keystore.destroy(handle).await;
    let sealed = seal_new(work, vault, &Subject::new(person, &spki), pin, &wrapped?).await?;
    ended?;
    Ok(Made { person: person.clone(), spec, spki, sealed })
}

impl Made {
    /// Stores the key as waiting, in the transaction of the row that it waits for. A key of the same person that was
    /// waiting is destroyed: the newest PIN typed is the one that counts.
    ///
    /// # Errors
    /// [`DbError::Conflict`] when another one is stored at the same time.
    pub async fn keep(self, work: &Work, tx: &mut Tx) -> Result<NewKey, DbError> {
        let id = VaultKeyId::new(work);
        tx.execute(store::RETIRE_PENDING, args![&self.person, work.now]).await?;
        let row = args![&id, &self.person, self.spec.as_str(), &self.spki, self.sealed, work.now];
        tx.execute(store::INSERT, row).await?;
        Ok(NewKey { id, spki: self.spki })
    }
}

/// A key that is made and kept at once, for whoever has nothing to store beside it.
///
/// # Errors
/// [`VaultError`].
pub async fn generate(
    work: &Work,
    vault: &Vault,
    person: &PersonId,
    spec: KeySpec,
    pin: &Pin,
) -> Result<NewKey, VaultError> {
    let made = make(work, vault, person, spec, pin).await?;
    let mut tx = work.write().await?;
    let key = made.keep(work, &mut tx).await?;
    tx.commit().await?;
    Ok(key)
}

/// Seals `wrapped` at today's version, cost and labels, with a new salt.
pub(super) async fn seal_new(
    work: &Work,
    vault: &Vault,
    subject: &Subject,
    pin: &Pin,
    wrapped: &WrappedKey,
) -> Result<Vec<u8>, VaultError> {
    let header = Header {
        spec: wrapped.spec,
        kek: wrapped.kek.clone(),
        pepper: seal::PEPPER.to_owned(),
        cost: vault.kitchen.cost(),
        salt: work.rng().bytes(),
        nonce: work.rng().bytes(),
    };
    let stretched = vault.kitchen.stretch(header.cost, pin, header.salt).await?;
    let pepper = vault.keystore.hmac(&header.pepper, &header.pepper_input(subject, &stretched)).await?;
    seal::close(&header, subject, &stretched, &pepper, wrapped)
}
