//! The mailed link names a turn and nothing more; a new browser proves itself with the number of the identity
//! document and a mailed code.

use std::time::Duration;

use mohor_shared::code::SixDigits;
use mohor_shared::ic::IdNumber;
use serde_json::json;

use super::browser::{self, Browser};
use super::model::TurnId;
use super::record::Turn;
use super::store;
use super::turn::TurnRefused;
use crate::attempt::{self, TooMany};
use crate::kernel::db::DbError;
use crate::kernel::secret::{Secret, digest};
use crate::kernel::work::{Actor, Work};
use crate::keystore::{self, KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, ContactId, FindError, PersonId, ProveError};
use crate::{args, audit, fault, outbox};

/// How long a mailed code proves a browser.
const CODE: Duration = Duration::from_secs(10 * 60);
/// Wrong answers before a code is worth nothing, and codes an hour (GAP-6).
const TRIES: u32 = 5;
/// How long a proven browser may act for the turn.
const SESSION: Duration = Duration::from_secs(2 * 3600);

/// Why a browser was not let in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The link leads to no turn (any more).
    #[error(transparent)]
    Turn(#[from] TurnRefused),
    /// Number or code is wrong; which one is not said.
    #[error("number or code is wrong")]
    Refused,
    /// The code is over, used or was never sent.
    #[error("the code is over")]
    CodeOver,
    /// The person has no e-mail address.
    #[error("the person has no e-mail address")]
    NoAddress,
    /// Too many codes were sent or tried.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The number could not be compared.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The address could not be confirmed.
    #[error(transparent)]
    Contact(#[from] ProveError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    LinkError {
        Refused => "turn-proof-wrong", Unproven;
        CodeOver => "turn-proof-over", Gone;
        NoAddress => "turn-no-address", Invalid;
    } transparent { Turn, TooMany, Find, Contact, Keys, Db }
}

/// A browser that proved to be in the hands of the signer of one turn.
#[derive(Clone, Debug)]
pub struct TurnSession {
    turn: TurnId,
    person: PersonId,
}

impl TurnSession {
    /// The turn.
    pub const fn turn(&self) -> &TurnId {
        &self.turn
    }

    /// The signer.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }

    /// Who acts, for the audit trail.
    pub fn actor(&self) -> Actor {
        Actor::Person(self.person.to_string())
    }

    #[cfg(test)]
    pub(crate) fn for_test(turn: TurnId, person: PersonId) -> Self {
        Self { turn, person }
    }
}

/// The token of a turn's link: derived, so that no row holds it; the row holds its hash.
pub(super) async fn token(keys: &dyn KeyStore, turn: &TurnId, generation: i64) -> Result<String, KeyStoreError> {
    keystore::sent_token(keys, "hims/turn-link", turn.as_str(), generation).await
}

/// The turn a link names. Changes nothing: mail scanners open every link.
///
/// # Errors
/// [`TurnRefused::Unknown`] when the link leads nowhere (any more).
pub async fn turn_of_link(work: &Work, token: &str) -> Result<TurnId, TurnRefused> {
    let row = work.read().await?.first(store::TURN_BY_LINK, args![digest(token)]).await?;
    Ok(Turn::read(&row.ok_or(TurnRefused::Unknown)?)?.id)
}

/// Mails a code to the signer of the turn that `token` names; an older code dies.
///
/// # Errors
/// [`LinkError::TooMany`] after five codes in an hour.
pub async fn send_proof(work: &Work, token: &str) -> Result<(), LinkError> {
    let id = turn_of_link(work, token).await?;
    attempt::limit(work, &format!("turn-proof-send:{id}"), TRIES, Duration::from_secs(3600)).await?;
    let turn = Turn::find(&mut work.read().await?, &id).await?.ok_or(TurnRefused::Unknown)?;
    let person = person::by_id(work, &turn.person).await?.ok_or(TurnRefused::Unknown)?;
    let contact = person.email.ok_or(LinkError::NoAddress)?.id;
    let mut tx = work.write().await?;
    let row = tx.one(store::SEND_PROOF, args![&id, &contact, work.now.plus(CODE)]).await?;
    let ids = json!({ "turn": id, "generation": row.int("generation")? });
    outbox::mail(work, &mut tx, "hims.proof", &Recipient::Contact(contact.to_string()), ids).await?;
    Ok(tx.commit().await?)
}

/// The code of one sending: derived, so that no row holds it.
pub(super) async fn proof_code(
    keys: &dyn KeyStore,
    turn: &TurnId,
    generation: i64,
) -> Result<SixDigits, KeyStoreError> {
    keystore::sent_code(keys, "hims/turn-proof", turn.as_str(), generation).await
}

/// Lets a browser act for a turn: the number of the identity document and the mailed code, both right. The code
/// proves the address too. Answers the token that the browser keeps.
///
/// # Errors
/// [`LinkError::Refused`] without saying which was wrong; after five, [`LinkError::TooMany`] until a new code.
pub async fn prove(
    work: &Work,
    keys: &dyn KeyStore,
    token: &str,
    number: &IdNumber,
    code: &SixDigits,
    browser: &Browser,
) -> Result<Secret<String>, LinkError> {
    let id = turn_of_link(work, token).await?;
    let mut tx = work.read().await?;
    let turn = Turn::find(&mut tx, &id).await?.ok_or(TurnRefused::Unknown)?;
    let row = tx.first(store::PROOF, args![&id]).await?.ok_or(LinkError::CodeOver)?;
    drop(tx);
    let generation = row.int("generation")?;
    if work.now >= row.time("until")? {
        return Err(LinkError::CodeOver);
    }
    let spent = attempt::spend(work, &format!("turn-proof:{id}:{generation}"), TRIES).await?;
    // Both are computed before either is judged: the time says nothing.
    let holds = person::holds_id(work, keys, &turn.person, number).await?;
    let right = proof_code(keys, &id, generation).await? == *code;
    if !(holds && right) {
        audit::refused(work, "espa.proof-refused", id.as_str(), json!({})).await?;
        return Err(LinkError::Refused);
    }
    let mut tx = work.write().await?;
    attempt::refund(work, &mut tx, spent).await?;
    tx.first(store::SPEND_PROOF, args![&id, generation, work.now]).await?.ok_or(LinkError::CodeOver)?;
    // A code that went to an address which was put right since proves nobody.
    let contact: ContactId = row.id("contact")?;
    let email = person::by_id_in(&mut tx, &turn.person).await?.and_then(|person| person.email);
    let email = email.filter(|email| email.id == contact).ok_or(LinkError::CodeOver)?;
    if email.proven_at.is_none() {
        person::confirm_contact(work, &mut tx, &contact).await?;
    }
    let session = work.rng().token();
    let known = i64::from(browser::meet(work, &mut tx, &turn.person, browser).await?);
    let ends = work.now.plus(SESSION);
    let values = args![digest(&session), &id, &turn.person, work.now, ends, &browser.name, known];
    tx.execute(store::OPEN_SESSION, values).await?;
    audit::record(work, &mut tx, "espa.proved", id.as_str(), json!({ "person": turn.person })).await?;
    tx.commit().await?;
    Ok(Secret::new(session))
}

/// The proven browser behind the token it keeps, if its two hours are not over.
pub async fn turn_session(work: &Work, token: &str) -> Result<Option<TurnSession>, DbError> {
    let row = work.read().await?.first(store::SESSION, args![digest(token), work.now]).await?;
    row.map(|row| Ok(TurnSession { turn: row.id("turn")?, person: row.id("person")? })).transpose()
}

/// Forgets proven browsers whose time is over (a job).
pub async fn sweep_sessions(work: &Work) -> Result<u64, DbError> {
    let mut tx = work.write().await?;
    let swept = tx.execute(store::SWEEP_SESSIONS, args![work.now]).await?;
    tx.commit().await?;
    Ok(swept)
}
