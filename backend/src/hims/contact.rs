//! Contacts that the developer entered: put right while nobody has proved them, and never afterwards.

use std::time::Duration;

use serde_json::json;

use super::model::{TurnId, TurnState, VersionState};
use super::record::Turn;
use super::remind;
use super::turn::TurnRefused;
use crate::account::DeveloperDesk;
use crate::attempt::{self, TooMany};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::{self, Email, Person, PersonId, Phone};
use crate::{audit, device, fault, outbox};

/// Corrections a day for one person.
const TRIES: u32 = 5;

/// Why a contact was not put right.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// There is no such turn, it is another developer's, or it is not open any more.
    #[error(transparent)]
    Turn(#[from] TurnRefused),
    /// The person proved the address: from then on it is theirs alone to change.
    #[error("the address is proven")]
    Proven,
    /// Neither address nor number differs from what is recorded.
    #[error("nothing changed")]
    Same,
    /// Put right often enough today.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ContactError {
        Proven => "contact-proven", Denied;
        Same => "contact-same", Invalid;
    } transparent { Turn, TooMany, Db }
}

/// Puts address or phone number of a signer right, as long as nobody has proved the address. The old address is told,
/// the way it was sent ends, and the mail goes out anew.
///
/// # Errors
/// [`ContactError::Proven`] once the signer has proved the address: a developer never takes a signer over.
pub async fn correct_contact(
    work: &Work,
    desk: &DeveloperDesk,
    id: &TurnId,
    email: Option<&Email>,
    phone: Option<&Phone>,
) -> Result<(), ContactError> {
    let turn = open_turn(work, desk, id).await?;
    let known = unproven(&mut work.read().await?, &turn.person).await?;
    let email = email.filter(|email| differs(known.email.as_ref(), email.as_str()));
    let phone = phone.filter(|phone| differs(known.phone.as_ref(), phone.as_str()));
    if email.is_none() && phone.is_none() {
        return Err(ContactError::Same);
    }
    attempt::limit(work, &format!("correct-contact:{}", turn.person), TRIES, Duration::from_secs(86_400)).await?;
    let mut tx = work.write().await?;
    propose(work, &mut tx, &turn.person, email, phone).await?;
    // Whoever proved the address meanwhile keeps it: nothing of this is written.
    unproven(&mut tx, &turn.person).await?;
    let facts = json!({ "agreement": turn.agreement, "by": desk.account(), "email": email.is_some(),
        "phone": phone.is_some() });
    audit::record(work, &mut tx, "espa.contact-corrected", turn.person.as_str(), facts).await?;
    tx.commit().await?;
    Ok(remind::on_links_asked(work, &turn.person).await?)
}

fn differs(contact: Option<&person::Contact>, value: &str) -> bool {
    contact.is_none_or(|contact| contact.value() != value)
}

/// A turn whose signer has not begun: whoever has a window has proved the address long ago.
async fn open_turn(work: &Work, desk: &DeveloperDesk, id: &TurnId) -> Result<Turn, ContactError> {
    let turn = Turn::of(&mut work.read().await?, desk, id).await?.ok_or(TurnRefused::Unknown)?;
    if turn.version_state != VersionState::Current {
        return Err(TurnRefused::Superseded.into());
    }
    let open = matches!(turn.state, TurnState::Waiting | TurnState::Invited);
    if open { Ok(turn) } else { Err(ContactError::Proven) }
}

async fn unproven(tx: &mut Tx, person: &PersonId) -> Result<Person, ContactError> {
    let known = person::by_id_in(tx, person).await?.ok_or(TurnRefused::Unknown)?;
    match &known.email {
        Some(email) if email.proven_at.is_some() => Err(ContactError::Proven),
        _ => Ok(known),
    }
}

/// Notes contacts that the developer entered. Where mail has gone to an unproven address before and something changes,
/// that address is told, and the invitation that was sent there is worth nothing from then on: whoever reads the wrong
/// mailbox has no password, no code and no link.
pub(super) async fn propose(
    work: &Work,
    tx: &mut Tx,
    person: &PersonId,
    email: Option<&Email>,
    phone: Option<&Phone>,
) -> Result<(), DbError> {
    let before = person::by_id_in(tx, person).await?;
    if let Some(email) = email {
        person::propose_contact(work, tx, person, email.clone()).await?;
    }
    if let Some(phone) = phone {
        person::propose_contact(work, tx, person, phone.clone()).await?;
    }
    let Some(before) = before else { return Ok(()) };
    let Some(old) = before.email.as_ref().filter(|email| email.proven_at.is_none()) else { return Ok(()) };
    let same = email.is_none_or(|email| old.value() == email.as_str())
        && phone.is_none_or(|phone| !differs(before.phone.as_ref(), phone.as_str()));
    if !same && device::withdraw_invitation(work, tx, person).await? {
        let ids = json!({ "contact": old.id });
        outbox::mail(work, tx, "person.contact-corrected", &Recipient::Contact(old.id.to_string()), ids).await?;
    }
    Ok(())
}
