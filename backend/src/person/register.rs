//! Registering a person by the number of their identity document.

use mohor_shared::ic::IdNumber;

use super::id::PersonId;
use super::model::{IdKind, SEAL};
use super::name::PersonName;
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::search::{self, folded};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::{args, audit, fault};

/// Who is to be registered.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name on the identity document.
    pub name: PersonName,
    /// The number of the identity document.
    pub id: IdNumber,
    /// The language of mails and pages.
    pub lang: Lang,
}

/// A person ready to be registered: sealed and indexed, which needs the key store and therefore happens
/// before a transaction begins.
#[derive(Debug)]
pub struct Registration {
    id: PersonId,
    name: PersonName,
    kind: IdKind,
    index: String,
    sealed: Vec<u8>,
    lang: Lang,
}

/// Why a person could not be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The number is registered under another name: one of the two was mistyped.
    #[error("this number is registered under another name")]
    NameDiffers,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RegisterError {
        NameDiffers => "name-differs", Conflict;
    } transparent { Db }
}

/// The keyed index of a document number: equal numbers have equal indexes, and without the key store
/// nobody can try numbers against it.
pub async fn index(keys: &dyn KeyStore, number: &IdNumber) -> Result<String, KeyStoreError> {
    let kind = IdKind::of(number).as_str();
    Ok(hex::encode(keys.hmac("person/id-index", format!("{kind}:{}", number.expose()).as_bytes()).await?))
}

/// Seals and indexes the number of `new`. Call it before the transaction of [`register`].
///
/// # Errors
/// [`KeyStoreError::Unavailable`] when the key store does not answer.
pub async fn prepare(work: &Work, keys: &dyn KeyStore, new: NewPerson) -> Result<Registration, KeyStoreError> {
    let id = PersonId::new(work);
    let index = index(keys, &new.id).await?;
    let number = new.id.expose().as_bytes();
    let sealed = keystore::seal(keys, work.rng(), SEAL, id.as_str().as_bytes(), number).await?;
    Ok(Registration { id, name: new.name, kind: IdKind::of(&new.id), index, sealed, lang: new.lang })
}

/// Registers a person, or finds the one who is registered under the same number and the same name.
///
/// # Errors
/// [`RegisterError::NameDiffers`] when the number belongs to somebody of another name.
pub async fn register(work: &Work, tx: &mut Tx, new: &Registration) -> Result<PersonId, RegisterError> {
    let Registration { id, name, kind, index, sealed, lang } = new;
    let values = args![id, name.as_str(), kind.as_str(), index, sealed, lang.tag(), work.now, folded(name.as_str())];
    if tx.execute(store::INSERT, values).await? == 1 {
        let facts = serde_json::json!({ "document": kind.as_str() });
        audit::record(work, tx, "person.registered", id.as_str(), facts).await?;
        return Ok(id.clone());
    }
    let row = tx.one(store::BY_INDEX, args![index]).await?;
    let known = row.text("name")?;
    // Capitals are how people fill in forms, not another name.
    if known.to_lowercase() == name.as_str().to_lowercase() {
        Ok(row.id("id")?)
    } else {
        Err(RegisterError::NameDiffers)
    }
}

/// Gives the person who is registered under the number of `new` its name: somebody mistyped it. Whoever calls knows
/// that nothing stands on the old one. The trail says that it happened, and neither name.
pub async fn correct_name(work: &Work, tx: &mut Tx, new: &Registration) -> Result<PersonId, DbError> {
    let person: PersonId =
        tx.one(store::CORRECT_NAME, args![&new.index, new.name.as_str(), folded(new.name.as_str())]).await?.id("id")?;
    audit::record(work, tx, "person.name-corrected", person.as_str(), serde_json::json!({})).await?;
    Ok(person)
}

/// Folds the names of people from before names were folded (a job).
pub async fn fold_names(work: &Work) -> Result<(), DbError> {
    search::fold_rows(work, store::UNFOLDED, store::FOLD).await
}
