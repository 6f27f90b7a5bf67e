//! Proposing a contact and proving to hold it with a mailed code.

use std::time::Duration;

use mohor_shared::code::SixDigits;
use serde_json::json;

use super::contact::{Channel, Contact, Email, Phone};
use super::id::{ContactId, PersonId};
use super::store;
use crate::attempt::{self, TooMany};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::{args, audit, fault, outbox};

/// How long a code proves a contact (SEC-3).
const VALID: Duration = Duration::from_secs(10 * 60);
/// Wrong codes before the code is worth nothing (GAP-6).
const TRIES: u32 = 5;
/// Codes sent in an hour (GAP-6).
const SENDS: u32 = 5;

/// Why a contact was not proved.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The code is not the one that was sent.
    #[error("wrong code")]
    WrongCode,
    /// The code is over (10 minutes), superseded, used, or was never sent.
    #[error("the code is over")]
    CodeOver,
    /// Somebody else proved to hold this address or number.
    #[error("the contact belongs to somebody else")]
    Taken,
    /// There is no such contact.
    #[error("no such contact")]
    Unknown,
    /// Too many codes were sent or tried.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ProveError {
        WrongCode => "contact-code-wrong", Unproven;
        CodeOver => "contact-code-over", Gone;
        Taken => "contact-taken", Conflict;
        Unknown => "contact-unknown", Missing;
    } transparent { TooMany, Keys, Db }
}

/// A contact somebody says a person has.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// An e-mail address.
    Email(Email),
    /// A phone number.
    Phone(Phone),
}

impl From<Email> for Proposal {
    fn from(email: Email) -> Self {
        Self::Email(email)
    }
}

impl From<Phone> for Proposal {
    fn from(phone: Phone) -> Self {
        Self::Phone(phone)
    }
}

impl Proposal {
    const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Phone(_) => Channel::Phone,
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

/// Notes a contact of `person` that is still to be proved. An earlier proposal of the same kind is withdrawn;
/// a proven contact stays in use. Proposing what is noted already changes nothing.
pub async fn propose_contact(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    proposal: impl Into<Proposal>,
) -> Result<Contact, DbError> {
    let proposal = proposal.into();
    let (channel, value) = (proposal.channel(), proposal.value());
    if let Some(row) = tx.first(store::SAME_CONTACT, args![person, channel.as_str(), value]).await? {
        return store::contact(&row);
    }
    tx.execute(store::WITHDRAW, args![person, channel.as_str(), work.now]).await?;
    let id = ContactId::new(work);
    tx.execute(store::PROPOSE, args![&id, person, channel.as_str(), value, work.now]).await?;
    let facts = json!({ "contact": id, "channel": channel.as_str() });
    audit::record(work, tx, "contact.proposed", person.as_str(), facts).await?;
    Ok(Contact::new(id, person.clone(), channel, value.to_owned(), None))
}

/// Mails a fresh code to a proposed e-mail contact; an earlier code is worth nothing from then on.
///
/// # Errors
/// [`ProveError::TooMany`] after five codes in an hour.
pub async fn send_code(work: &Work, contact: &ContactId) -> Result<(), ProveError> {
    attempt::limit(work, &format!("contact-send:{contact}"), SENDS, Duration::from_secs(3600)).await?;
    let mut tx = work.write().await?;
    let row = tx.first(store::NEXT_CODE, args![contact, work.now.plus(VALID)]).await?.ok_or(ProveError::Unknown)?;
    let ids = json!({ "contact": contact, "generation": row.int("generation")? });
    outbox::mail(work, &mut tx, "person.contact-code", &Recipient::Contact(contact.to_string()), ids).await?;
    Ok(tx.commit().await?)
}

/// The code of one sending: derived, so that no row holds it.
///
/// # Errors
/// [`KeyStoreError::Unavailable`] when the key store does not answer.
pub async fn code_for(keys: &dyn KeyStore, contact: &ContactId, generation: i64) -> Result<SixDigits, KeyStoreError> {
    keystore::sent_code(keys, "person/contact-code", contact.as_str(), generation).await
}

/// Proves a contact with the code that was mailed to it. A try is spent before the code is looked at.
///
/// # Errors
/// [`ProveError::WrongCode`], [`ProveError::CodeOver`], and after five wrong codes [`ProveError::TooMany`]
/// until a new one is sent.
pub async fn prove_contact(
    work: &Work,
    keys: &dyn KeyStore,
    contact: &ContactId,
    code: &SixDigits,
) -> Result<PersonId, ProveError> {
    let row = work.read().await?.first(store::CODE, args![contact]).await?.ok_or(ProveError::CodeOver)?;
    let generation = row.int("generation")?;
    if row.opt_time("code_until")?.is_none_or(|until| work.now >= until) {
        return Err(ProveError::CodeOver);
    }
    let spent = attempt::spend(work, &format!("contact-code:{contact}:{generation}"), TRIES).await?;
    if code_for(keys, contact, generation).await? != *code {
        return Err(ProveError::WrongCode);
    }
    let mut tx = work.write().await?;
    attempt::refund(work, &mut tx, spent).await?;
    let person = confirm_contact(work, &mut tx, contact).await?;
    tx.commit().await?;
    Ok(person)
}

/// Makes a proposed contact the proven one, after a proof that the caller has checked. When it replaces
/// another, the change is dated and both addresses are told.
///
/// # Errors
/// [`ProveError::Taken`] when another person proved to hold it; [`ProveError::CodeOver`] when it is proposed
/// no more.
pub async fn confirm_contact(work: &Work, tx: &mut Tx, contact: &ContactId) -> Result<PersonId, ProveError> {
    let row = tx.first(store::CONTACT, args![contact]).await?.ok_or(ProveError::CodeOver)?;
    let found = store::contact(&row)?;
    let (person, channel) = (found.person.clone(), found.channel.as_str());
    if found.proven_at.is_some() {
        return Err(ProveError::CodeOver);
    }
    if tx.first(store::HOLDER, args![channel, found.value()]).await?.is_some() {
        return Err(ProveError::Taken);
    }
    let replaced = tx.first(store::REPLACE, args![&person, channel, work.now]).await?;
    match tx.first(store::PROVE, args![contact, work.now]).await {
        Ok(Some(_)) => {}
        Ok(None) => return Err(ProveError::CodeOver),
        Err(DbError::Conflict { .. }) => return Err(ProveError::Taken),
        Err(error) => return Err(error.into()),
    }
    if let Some(old) = replaced {
        tell_of_change(work, tx, &person, &old.id("id")?, contact).await?;
    }
    let facts = json!({ "contact": contact, "channel": channel });
    audit::record(work, tx, "contact.proven", person.as_str(), facts).await?;
    Ok(person)
}

async fn tell_of_change(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    old: &ContactId,
    new: &ContactId,
) -> Result<(), DbError> {
    tx.execute(store::CONTACT_CHANGED, args![person, work.now]).await?;
    let ids = json!({ "old": old, "new": new });
    outbox::mail(work, tx, "person.contact-changed", &Recipient::Contact(old.to_string()), ids.clone()).await?;
    outbox::mail(work, tx, "person.contact-changed", &Recipient::Contact(new.to_string()), ids.clone()).await?;
    outbox::notice(work, tx, person.as_str(), "contact-changed", ids).await
}
