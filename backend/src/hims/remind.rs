//! A mail is lost, and with it the way to the turn: what a signer waits for is mailed once more, to the address on
//! record and to no other.

use std::time::Duration;

use mohor_shared::ic::IdNumber;
use serde_json::{Value as Json, json};

use super::model::{TurnId, TurnState, VersionState};
use super::record::Turn;
use super::store;
use super::turn::{TurnRefused, refusal};
use crate::account::DeveloperDesk;
use crate::attempt::{self, TooMany};
use crate::ekyc::{self, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::person::{self, Email, FindError, PersonId};
use crate::{args, audit, device, fault, outbox};

/// Mails an hour for one turn, for each who may ask; and requests an hour for one identity number.
const TRIES: u32 = 3;
const HOUR: Duration = Duration::from_secs(3600);

/// Why nothing was mailed again.
#[derive(Debug, thiserror::Error)]
pub enum RemindError {
    /// Nothing stands open for the signer in this turn, or it is somebody else's.
    #[error(transparent)]
    Turn(#[from] TurnRefused),
    /// Sent often enough this hour.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Nobody could be looked up.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RemindError {} transparent { Turn, TooMany, Find, Keys, Db }
}

/// The letter that a signer waits for.
enum Due {
    /// MAIL-1: the phone and the identity check.
    Identity,
    /// MAIL-2: the certificate.
    Certificate,
    /// MAIL-3: review until the deadline.
    Review(Timestamp),
}

/// Mails a signer of the developer's agreement once more what they wait for. The link stays the one it was, so that
/// a mail that was only late still leads to the turn.
///
/// # Errors
/// [`RemindError::Turn`] when nothing stands open for this signer; [`RemindError::TooMany`] after three in an hour.
pub async fn remind(work: &Work, desk: &DeveloperDesk, id: &TurnId) -> Result<(), RemindError> {
    let turn = Turn::of(&mut work.read().await?, desk, id).await?.ok_or(TurnRefused::Unknown)?;
    let due = due(work, &turn).await??;
    attempt::limit(work, &format!("remind:{id}"), TRIES, HOUR).await?;
    send(work, &turn, &due, json!({ "by": desk.account() })).await?;
    Ok(())
}

/// The same for the signer, who asks on the phone.
///
/// # Errors
/// [`RemindError`]; a turn of somebody else is [`TurnRefused::Unknown`].
pub async fn remind_signer(work: &Work, person: &PersonId, id: &TurnId) -> Result<(), RemindError> {
    let turn = Turn::find(&mut work.read().await?, id).await?.filter(|turn| turn.person == *person);
    let turn = turn.ok_or(TurnRefused::Unknown)?;
    let due = due(work, &turn).await??;
    attempt::limit(work, &format!("remind-own:{id}"), TRIES, HOUR).await?;
    send(work, &turn, &due, json!({ "by": person })).await?;
    Ok(())
}

/// Somebody lost the mail and asks with identity number and address. Everybody gets the same answer and leaves the
/// same rows; the mail follows by way of the outbox, to the address on record, where the two belong together.
///
/// # Errors
/// [`RemindError::TooMany`] after three requests in an hour for one number, known or not.
pub async fn ask_for_links(
    work: &Work,
    keys: &dyn KeyStore,
    number: &IdNumber,
    email: &Email,
) -> Result<(), RemindError> {
    let label = person::number_label(keys, "hims/links-limit", number).await?;
    attempt::limit(work, &format!("links:{label}"), TRIES, HOUR).await?;
    let known = person::by_id_number(work, keys, number).await?;
    let fits = |contact: &person::Contact| contact.value() == email.as_str();
    let known = known.filter(|person| person.email.as_ref().is_some_and(fits)).map(|person| person.id);
    let mut tx = work.write().await?;
    audit::record(work, &mut tx, "espa.links-asked", &label, json!({ "known": known.is_some() })).await?;
    outbox::event(work, &mut tx, "hims.links-asked", json!({ "person": known })).await?;
    Ok(tx.commit().await?)
}

/// News: a signer lost the mail (`hims.links-asked`). Mails what every open turn of theirs waits for.
pub async fn on_links_asked(work: &Work, person: &PersonId) -> Result<(), DbError> {
    let mut asked = false;
    for row in work.read().await?.all(store::TURNS_OF, args![person]).await? {
        let turn = Turn::read(&row)?;
        let Ok(due) = due(work, &turn).await? else { continue };
        // One way to bind a phone is enough.
        if !(asked && matches!(due, Due::Identity)) {
            send(work, &turn, &due, json!({ "by": person })).await?;
        }
        asked |= matches!(due, Due::Identity);
    }
    Ok(())
}

/// What the signer of `turn` waits for; the inner error says why nothing.
async fn due(work: &Work, turn: &Turn) -> Result<Result<Due, TurnRefused>, DbError> {
    let over = turn.window_over(work.now) || turn.version_state != VersionState::Current;
    let open = match (turn.state, turn.deadline) {
        _ if over => None,
        (TurnState::Reviewing | TurnState::Ready, Some(deadline)) => Some(Due::Review(deadline)),
        (TurnState::Invited | TurnState::Waiting, _) => match ekyc::status(work, &turn.person).await? {
            Status::Approved { .. } => Some(Due::Certificate).filter(|_| turn.state == TurnState::Invited),
            _ => Some(Due::Identity),
        },
        _ => None,
    };
    match open {
        Some(due) => Ok(Ok(due)),
        None => Ok(Err(refusal(work, &mut work.read().await?, turn).await?)),
    }
}

/// Queues the letter; whatever moves the turn meanwhile makes it drop itself.
async fn send(work: &Work, turn: &Turn, due: &Due, by: Json) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    let template = queue(work, &mut tx, turn, due).await?;
    let facts = json!({ "agreement": turn.agreement, "letter": template, "asked": by });
    audit::record(work, &mut tx, "espa.mailed-again", turn.id.as_str(), facts).await?;
    tx.commit().await
}

async fn queue(work: &Work, tx: &mut Tx, turn: &Turn, due: &Due) -> Result<&'static str, DbError> {
    let (template, ids) = match due {
        Due::Identity => {
            let invitation = device::invite(work, tx, &turn.person).await?;
            ("hims.mail-1", json!({ "agreement": turn.agreement, "invitation": invitation }))
        }
        Due::Certificate => ("hims.mail-2", json!({ "turn": turn.id })),
        Due::Review(deadline) => ("hims.mail-3", json!({ "turn": turn.id, "deadline": deadline.millis() })),
    };
    outbox::mail(work, tx, template, &Recipient::Person(turn.person.to_string()), ids).await?;
    Ok(template)
}
