//! What a signer sees: behind the bare link nearly nothing, behind the proof everything about the turn.

use super::link::{self, TurnSession};
use super::model::{AgreementId, Head, Header, Title, TurnId, TurnState, VersionState};
use super::read::{AwaitedParty, awaited, state_now};
use super::record::{Agreement, Party, Turn, Version};
use super::turn::TurnRefused;
use crate::blob::{BlobError, BlobStore};
use crate::certificate::{self, Term};
use crate::ekyc::{self, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::organisation::{self, CertificateTerm};
use crate::person::{self, Person};

/// What the bare link shows: whoever holds a forwarded mail learns no more than the mail says.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    /// The turn.
    pub turn: TurnId,
    /// Development and unit.
    pub header: Header,
    /// The role.
    pub title: Title,
    /// Until when, while the window runs.
    pub deadline: Option<Timestamp>,
    /// The version.
    pub version: u32,
    /// Where the code is mailed to, masked.
    pub mail: Option<String>,
    /// The language of the signer.
    pub lang: Lang,
}

/// What the signer of the turn has to do now.
#[derive(Clone, Debug)]
pub enum TurnStep {
    /// Others come first.
    Wait,
    /// The identity check is missing.
    Identity(Status),
    /// The certificate is missing: SCR-1.
    Certificate,
    /// Review, then tick: SCR-2.
    Review,
    /// Ticked: sign, SCR-3.
    Sign,
    /// A signature is being made, or waits for its time stamp.
    Underway,
    /// Signed.
    Signed,
    /// The window is over; the developer can open it again.
    Over,
    /// The version was sent back or superseded.
    Superseded,
}

/// Who sent the version back to the developer (HIMS-23).
#[derive(Clone, Debug)]
pub struct ReturnedBy {
    /// Their role.
    pub title: Title,
    /// Their name, masked.
    pub name: String,
    /// It was the signer of this turn.
    pub me: bool,
}

/// Everything the signer's pages need.
#[derive(Clone, Debug)]
pub struct TurnFacts {
    /// The turn.
    pub turn: TurnId,
    /// The agreement.
    pub agreement: AgreementId,
    /// The version.
    pub version: u32,
    /// Development and unit.
    pub header: Header,
    /// The role.
    pub title: Title,
    /// The signer.
    pub person: Person,
    /// What to do now.
    pub step: TurnStep,
    /// Whose turn it is, by masked name.
    pub awaited: Option<AwaitedParty>,
    /// Who sent the version back, while no newer one is issued.
    pub returned: Option<ReturnedBy>,
    /// The developer took the version back, and no newer one is issued.
    pub withdrawn: bool,
    /// Until when, while the window runs.
    pub deadline: Option<Timestamp>,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// The bytes to be reviewed and signed.
    pub head: Head,
    /// The text of each page, for people who do not see the file.
    pub page_texts: Vec<String>,
    /// The serial number; none before the first signature (HIMS-16).
    pub serial: Option<String>,
    /// How many have signed, and how many sign.
    pub signed: (usize, usize),
    /// The language of the document.
    pub lang: Lang,
    /// How long the certificate lasts that the signer makes for it (GAP-10).
    pub term: Term,
}

/// What the bare link shows. Changes nothing.
///
/// # Errors
/// [`TurnRefused::Unknown`] when the link leads nowhere (any more).
pub async fn link_facts(work: &Work, token: &str) -> Result<LinkFacts, TurnRefused> {
    let id = link::turn_of_link(work, token).await?;
    let mut tx = work.read().await?;
    let turn = Turn::find(&mut tx, &id).await?.ok_or(TurnRefused::Unknown)?;
    let agreement = Agreement::get(&mut tx, &turn.agreement).await?;
    let party = Party::get(&mut tx, &turn.party).await?;
    let person = person::by_id_in(&mut tx, &turn.person).await?.ok_or(TurnRefused::Unknown)?;
    let mail = person.email.and_then(|contact| person::Email::parse(contact.value()).ok());
    Ok(LinkFacts {
        header: agreement.header,
        title: party.title,
        deadline: open_deadline(&turn, work.now),
        version: turn.version,
        mail: mail.map(|mail| mail.masked()),
        lang: person.lang,
        turn: turn.id,
    })
}

fn open_deadline(turn: &Turn, now: Timestamp) -> Option<Timestamp> {
    let running = matches!(state_now(turn, now), TurnState::Reviewing | TurnState::Ready | TurnState::Expired);
    turn.deadline.filter(|_| running)
}

/// Everything about the turn, for the signer who proved themselves.
///
/// # Errors
/// [`TurnRefused::Unknown`] when the turn is gone.
pub async fn turn_facts(work: &Work, by: &TurnSession) -> Result<TurnFacts, TurnRefused> {
    let mut tx = work.read().await?;
    let turn = Turn::find(&mut tx, by.turn()).await?.filter(|turn| turn.person == *by.person());
    let turn = turn.ok_or(TurnRefused::Unknown)?;
    let agreement = Agreement::get(&mut tx, &turn.agreement).await?;
    let party = Party::get(&mut tx, &turn.party).await?;
    let version = Version::get(&mut tx, &turn.agreement, turn.version).await?;
    let turns = Turn::all(&mut tx, &turn.agreement, turn.version).await?;
    let person = person::by_id_in(&mut tx, &turn.person).await?.ok_or(TurnRefused::Unknown)?;
    let open = open_party(work, &mut tx, &turns).await?;
    let pending = turn.version_state == VersionState::Returned && turn.version == agreement.version;
    let returned = if pending { returned_by(work, &mut tx, &turns, &turn).await? } else { None };
    drop(tx);
    let development = organisation::development(work, &agreement.development).await?;
    let signed = turns.iter().filter(|turn| turn.state == TurnState::Signed).count();
    Ok(TurnFacts {
        step: step(work, &turn, &version.head).await?,
        awaited: open,
        deadline: open_deadline(&turn, work.now),
        withdrawn: pending && returned.is_none(),
        returned,
        header: agreement.header,
        lang: agreement.lang,
        term: term(development.map_or_else(CertificateTerm::default, |one| one.term)),
        title: party.title,
        signed: (signed, turns.len()),
        signed_at: turn.signed_at,
        version: turn.version,
        serial: version.serial,
        head: version.head,
        page_texts: version.page_texts,
        agreement: turn.agreement,
        turn: turn.id,
        person,
    })
}

const fn term(ordered: CertificateTerm) -> Term {
    match ordered {
        CertificateTerm::Month => Term::Month,
        CertificateTerm::Year => Term::Year,
    }
}

/// Whose turn it is.
async fn open_party(work: &Work, tx: &mut Tx, turns: &[Turn]) -> Result<Option<AwaitedParty>, DbError> {
    use TurnState::{Closed, Returned, Signed, Waiting};
    let open = turns.iter().find(|turn| !matches!(turn.state, Waiting | Signed | Returned | Closed));
    let Some(turn) = open else { return Ok(None) };
    masked(work, tx, turn).await.map(Some)
}

/// Who sent the version of `mine` back.
async fn returned_by(work: &Work, tx: &mut Tx, turns: &[Turn], mine: &Turn) -> Result<Option<ReturnedBy>, DbError> {
    let Some(turn) = turns.iter().find(|turn| turn.state == TurnState::Returned) else { return Ok(None) };
    let AwaitedParty { title, name, .. } = masked(work, tx, turn).await?;
    Ok(Some(ReturnedBy { title, name, me: turn.id == mine.id }))
}

/// The party of a turn, with the name masked: signers do not learn each other's particulars from us.
async fn masked(work: &Work, tx: &mut Tx, turn: &Turn) -> Result<AwaitedParty, DbError> {
    let party = awaited(work, tx, turn).await?;
    let name = person::PersonName::parse(&party.name).map(|name| name.masked()).unwrap_or_default();
    Ok(AwaitedParty { name, ..party })
}

async fn step(work: &Work, turn: &Turn, head: &Head) -> Result<TurnStep, DbError> {
    if turn.state == TurnState::Signed && matches!(turn.version_state, VersionState::Current | VersionState::Completed)
    {
        return Ok(TurnStep::Signed);
    }
    if turn.version_state != VersionState::Current {
        return Ok(TurnStep::Superseded);
    }
    Ok(match state_now(turn, work.now) {
        TurnState::Waiting => TurnStep::Wait,
        TurnState::Invited => prepare(work, turn).await?,
        // A certificate may end while the window runs (GAP-10).
        TurnState::Reviewing | TurnState::Ready if certificate::current_for(work, &turn.person).await?.is_none() => {
            prepare(work, turn).await?
        }
        TurnState::Reviewing => TurnStep::Review,
        TurnState::Ready if turn.reviewed.as_deref() == Some(&head.sha256[..]) => TurnStep::Sign,
        TurnState::Ready => TurnStep::Review,
        TurnState::Signing => TurnStep::Underway,
        TurnState::Expired => TurnStep::Over,
        TurnState::Signed => TurnStep::Signed,
        TurnState::Returned | TurnState::Closed => TurnStep::Superseded,
    })
}

/// Without a certificate: the identity check comes before it, also when both have ended since (GAP-10).
async fn prepare(work: &Work, turn: &Turn) -> Result<TurnStep, DbError> {
    Ok(match ekyc::status(work, &turn.person).await? {
        Status::Approved { .. } => TurnStep::Certificate,
        status => TurnStep::Identity(status),
    })
}

/// The very bytes that the turn is about, for the signer who proved themselves.
///
/// # Errors
/// The inner error is the turn's, the outer one the store's.
pub async fn turn_document(
    work: &Work,
    blobs: &dyn BlobStore,
    by: &TurnSession,
) -> Result<Result<Vec<u8>, TurnRefused>, BlobError> {
    match turn_facts(work, by).await {
        Ok(facts) => blobs.read(&facts.head.document, facts.head.length).await.map(Ok),
        Err(refused) => Ok(Err(refused)),
    }
}
