//! Finding people and their addresses.

use mohor_shared::ic::IdNumber;
use subtle::ConstantTimeEq as _;

use super::contact::{Channel, Contact, Email};
use super::id::{ContactId, PersonId};
use super::model::Person;
use super::{register, store};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::{args, fault};

/// Why nobody could be looked up.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    FindError {} transparent { Keys, Db }
}

/// The person `id`, if there is one.
pub async fn by_id(work: &Work, id: &PersonId) -> Result<Option<Person>, DbError> {
    by_id_in(&mut work.read().await?, id).await
}

/// The person `id` as the transaction of the caller sees them.
pub async fn by_id_in(tx: &mut Tx, id: &PersonId) -> Result<Option<Person>, DbError> {
    match tx.first(store::BY_ID, args![id]).await? {
        Some(row) => Ok(Some(store::person(tx, &row).await?)),
        None => Ok(None),
    }
}

/// The person whose identity document has this number.
pub async fn by_id_number(work: &Work, keys: &dyn KeyStore, number: &IdNumber) -> Result<Option<Person>, FindError> {
    let index = register::index(keys, number).await?;
    let mut tx = work.read().await?;
    match tx.first(store::BY_INDEX, args![index]).await? {
        Some(row) => Ok(Some(store::person(&mut tx, &row).await?)),
        None => Ok(None),
    }
}

/// The person who proved to hold this address.
pub async fn by_email(work: &Work, email: &Email) -> Result<Option<Person>, DbError> {
    let mut tx = work.read().await?;
    match tx.first(store::HOLDER, args![Channel::Email.as_str(), email.as_str()]).await? {
        Some(row) => by_id_in(&mut tx, &row.id("person")?).await,
        None => Ok(None),
    }
}

/// The people whom the holder of a document with this [`index`](register::index) and of the mailbox `email` can be: the
/// one whose document it is, and the one who proved to read the mailbox.
pub async fn same_human(tx: &mut Tx, index: Option<&str>, email: &str) -> Result<Vec<PersonId>, DbError> {
    let mut found: Vec<PersonId> = Vec::new();
    if let Some(index) = index
        && let Some(row) = tx.first(store::ID_BY_INDEX, args![index]).await?
    {
        found.push(row.id("id")?);
    }
    if let Some(row) = tx.first(store::HOLDER, args![Channel::Email.as_str(), email]).await? {
        found.push(row.id("person")?);
    }
    Ok(found)
}

/// Whether `number` is the document number of `person`; the same work whether or not it is.
pub async fn holds_id(
    work: &Work,
    keys: &dyn KeyStore,
    person: &PersonId,
    number: &IdNumber,
) -> Result<bool, FindError> {
    let offered = register::index(keys, number).await?;
    let row = work.read().await?.first(store::HOLDS, args![person]).await?;
    let stored = row.map_or(Ok(String::new()), |row| row.text("id_index"))?;
    Ok(bool::from(stored.as_bytes().ct_eq(offered.as_bytes())))
}

/// One contact that is proposed or proven.
pub async fn contact(work: &Work, id: &ContactId) -> Result<Option<Contact>, DbError> {
    contact_in(&mut work.read().await?, id).await
}

/// The same as the transaction of the caller sees it.
pub async fn contact_in(tx: &mut Tx, id: &ContactId) -> Result<Option<Contact>, DbError> {
    tx.first(store::CONTACT, args![id]).await?.map(|row| store::contact(&row)).transpose()
}

/// Stands for a document number in limits and in the trail, where the number itself must not stand: known or not,
/// and different for each `purpose`.
///
/// # Errors
/// As [`KeyStore::hmac`].
pub async fn number_label(keys: &dyn KeyStore, purpose: &str, number: &IdNumber) -> Result<String, KeyStoreError> {
    Ok(hex::encode(&keys.hmac(purpose, number.expose().as_bytes()).await?[..16]))
}

/// The person and the e-mail address that a mail to `recipient` goes to: for a person the proven address,
/// else the proposed one. `None` when there is none (any more), for a phone number, or for an account.
pub async fn mailbox(work: &Work, recipient: &Recipient) -> Result<Option<(Person, String)>, DbError> {
    let mut tx = work.read().await?;
    let wanted = match recipient {
        Recipient::Person(id) => PersonId::parse(id).map(|person| (person, None)),
        Recipient::Contact(id) => match tx.first(store::ANY_CONTACT, args![id]).await? {
            Some(row) => {
                let contact = store::contact(&row)?;
                // A mail to a phone number would be a mail to whoever made an address of it.
                (contact.channel == Channel::Email).then(|| (contact.person.clone(), Some(contact)))
            }
            None => None,
        },
        Recipient::Account(_) => None,
    };
    let Some((id, contact)) = wanted else { return Ok(None) };
    let Some(person) = by_id_in(&mut tx, &id).await? else { return Ok(None) };
    let address = contact.or_else(|| person.email.clone()).map(|contact| contact.value().to_owned());
    Ok(address.map(|address| (person, address)))
}

/// Until the caller's transaction ends, whoever else does something for which a person is held waits. On PostgreSQL two
/// that look before they write would otherwise not see each other.
pub async fn hold(tx: &mut Tx, person: &PersonId) -> Result<(), DbError> {
    tx.execute(store::HOLD, args![person]).await?;
    Ok(())
}
