//! A new key, sealed under a new PIN.

use mohor_shared::pin::Pin;

use super::model::{Subject, VaultError, VaultKeyId};
use super::seal::{self, Header};
use super::{Vault, store};
use crate::args;
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

/// Makes a key of kind `spec` inside the key store, seals it under `pin` and stores it as waiting. A key of the
/// same person that was already waiting is destroyed: the newest PIN typed is the one that counts.
///
/// # Errors
/// [`VaultError`]; nothing is left behind in the key store.
pub async fn generate(
    work: &Work,
    vault: &Vault,
    person: &PersonId,
    spec: KeySpec,
    pin: &Pin,
) -> Result<NewKey, VaultError> {
    let Generated { handle, spki } = vault.keystore.generate(spec, Custody::Session).await?;
    let wrapped = vault.keystore.wrap(&handle).await;
    let ended = vault.keystore.destroy(handle).await;
    let sealed = seal_new(work, vault, &Subject::new(person, &spki), pin, &wrapped?).await?;
    ended?;
    let id = VaultKeyId::new(work);
    let mut tx = work.write().await?;
    tx.execute(store::RETIRE_PENDING, args![person, work.now]).await?;
    tx.execute(store::INSERT, args![&id, person, spec.as_str(), &spki, sealed, work.now]).await?;
    tx.commit().await?;
    Ok(NewKey { id, spki })
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
