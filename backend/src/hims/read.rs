//! What the developer sees: the list of agreements, one agreement, its documents.

use super::model::{AgreementId, AgreementState, Head, Header, PartyId, Title, TurnId, TurnState, VersionState};
use super::record::{Agreement, Party, Turn, Version};
use super::store;
use super::turn::TurnRefused;
use crate::account::DeveloperDesk;
use crate::args;
use crate::blob::{BlobError, BlobStore};
use crate::ekyc::{self, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::organisation::{Jadual, UnitId};
use crate::person::{self, PersonId};

/// Who is waited for.
#[derive(Clone, Debug)]
pub struct AwaitedParty {
    /// The turn.
    pub turn: TurnId,
    /// The role.
    pub title: Title,
    /// The name.
    pub name: String,
    /// How the turn stands; a window that is over counts as [`TurnState::Expired`] at once.
    pub state: TurnState,
    /// Until when, while the window runs.
    pub deadline: Option<Timestamp>,
}

/// One line of the developer's list.
#[derive(Clone, Debug)]
pub struct AgreementLine {
    /// The agreement.
    pub id: AgreementId,
    /// Development and unit.
    pub header: Header,
    /// How it stands.
    pub state: AgreementState,
    /// The newest issued version; 0 before the first.
    pub version: u32,
    /// How many have signed this version.
    pub signed: usize,
    /// How many sign it.
    pub parties: usize,
    /// Who is waited for.
    pub awaited: Option<AwaitedParty>,
    /// When anything last happened.
    pub changed_at: Timestamp,
}

/// A party on the page of an agreement.
#[derive(Clone, Debug)]
pub struct PartyLine {
    /// The party of this version.
    pub id: PartyId,
    /// The language of mails and pages.
    pub lang: Lang,
    /// The person.
    pub person: PersonId,
    /// The role.
    pub title: Title,
    /// The name.
    pub name: String,
    /// Masked e-mail address, and whether it is proven.
    pub email: Option<(String, bool)>,
    /// The company signed for.
    pub on_behalf_of: Option<String>,
    /// For a witness: the place (from 1) of the party witnessed.
    pub witness_of: Option<usize>,
    /// How the identity check stands.
    pub ekyc: Status,
    /// The turn, once issued, and how it stands.
    pub turn: Option<(TurnId, TurnState)>,
    /// When the window ends.
    pub deadline: Option<Timestamp>,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
}

impl PartyLine {
    /// Whether a mail that this signer waits for can be sent again.
    pub const fn remindable(&self) -> bool {
        use TurnState::{Invited, Ready, Reviewing, Waiting};
        match &self.turn {
            Some((_, Invited | Reviewing | Ready)) => true,
            Some((_, Waiting)) => !matches!(self.ekyc, Status::Approved { .. }),
            _ => false,
        }
    }

    /// Whether the developer may still put the contact right: nobody has proved the address.
    pub fn correctable(&self) -> bool {
        let begun = self.email.as_ref().is_some_and(|(_, proven)| *proven);
        matches!(&self.turn, Some((_, TurnState::Waiting | TurnState::Invited))) && !begun
    }
}

/// A version on the page of an agreement.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// Its number.
    pub number: u32,
    /// How it stands.
    pub state: VersionState,
    /// Its serial number, from the first signature on.
    pub serial: Option<String>,
    /// The newest revision.
    pub head: Head,
    /// Number of pages.
    pub pages: u32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was completed or sent back.
    pub ended_at: Option<Timestamp>,
}

/// A request for a correction.
#[derive(Clone, Debug)]
pub struct CorrectionLine {
    /// Which version.
    pub version: u32,
    /// The role of the signer who asked; `None` when the developer took the version back.
    pub title: Option<Title>,
    /// What they wrote.
    pub remark: String,
    /// When.
    pub at: Timestamp,
}

/// Everything on the page of an agreement.
#[derive(Clone, Debug)]
pub struct AgreementDetail {
    /// The agreement.
    pub id: AgreementId,
    /// Development and unit.
    pub header: Header,
    /// The unit.
    pub unit: UnitId,
    /// How it stands.
    pub state: AgreementState,
    /// The schedule it follows.
    pub jadual: Jadual,
    /// The language of the document.
    pub lang: Lang,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When everybody had signed.
    pub completed_at: Option<Timestamp>,
    /// The parties in the order of signing: of the draft while it is edited, else of the newest version.
    pub parties: Vec<PartyLine>,
    /// Issued versions, newest first.
    pub versions: Vec<VersionLine>,
    /// Requests for corrections, newest first.
    pub corrections: Vec<CorrectionLine>,
}

impl AgreementDetail {
    /// Whether parties may be entered and "Jana eSPA" may be pressed.
    pub const fn editable(&self) -> bool {
        matches!(self.state, AgreementState::Draft | AgreementState::Returned)
    }

    /// Whether the developer may take it back for amendment.
    pub const fn withdrawable(&self) -> bool {
        matches!(self.state, AgreementState::Issued | AgreementState::Signing | AgreementState::Expired)
    }
}

pub(super) const fn is_open(turn: &Turn) -> bool {
    use TurnState::{Expired, Invited, Ready, Reviewing, Signing};
    matches!(turn.state, Invited | Reviewing | Ready | Signing | Expired)
}

/// How a turn stands at `now`, also before a job has noticed that its window is over.
pub(super) fn state_now(turn: &Turn, now: Timestamp) -> TurnState {
    if turn.window_over(now) { TurnState::Expired } else { turn.state }
}

pub(super) async fn awaited(work: &Work, tx: &mut Tx, turn: &Turn) -> Result<AwaitedParty, DbError> {
    let party = Party::get(tx, &turn.party).await?;
    let person = person::by_id_in(tx, &turn.person).await?;
    Ok(AwaitedParty {
        turn: turn.id.clone(),
        title: party.title,
        name: person.map_or_else(String::new, |person| person.name.to_string()),
        state: state_now(turn, work.now),
        deadline: turn.deadline,
    })
}

/// One agreement of the developer.
///
/// # Errors
/// [`TurnRefused::Unknown`] when it is another developer's.
pub async fn agreement(work: &Work, desk: &DeveloperDesk, id: &AgreementId) -> Result<AgreementDetail, TurnRefused> {
    let mut tx = work.read().await?;
    let known = Agreement::of(&mut tx, desk, id).await?.ok_or(TurnRefused::Unknown)?;
    let editable = matches!(known.state, AgreementState::Draft | AgreementState::Returned);
    let shown = if editable || known.version == 0 { known.version + 1 } else { known.version };
    let parties = Party::all(&mut tx, id, shown).await?;
    let turns = Turn::all(&mut tx, id, shown).await?;
    let versions = versions(&mut tx, id).await?;
    let corrections = corrections(&mut tx, id).await?;
    drop(tx);
    let mut lines = Vec::new();
    for party in &parties {
        let turn = turns.iter().find(|turn| turn.party == party.id);
        lines.push(party_line(work, &parties, party, turn).await?);
    }
    Ok(AgreementDetail {
        parties: lines,
        versions,
        corrections,
        id: known.id,
        header: known.header,
        unit: known.unit,
        state: known.state,
        jadual: known.jadual,
        lang: known.lang,
        created_at: known.created_at,
        completed_at: known.completed_at,
    })
}

async fn party_line(work: &Work, parties: &[Party], party: &Party, turn: Option<&Turn>) -> Result<PartyLine, DbError> {
    let person = person::by_id(work, &party.person).await?;
    let person = person.ok_or_else(|| DbError::Inconsistent("party without a person".to_owned()))?;
    let email = person.email.as_ref().and_then(|contact| {
        let address = person::Email::parse(contact.value()).ok()?;
        Some((address.masked(), contact.proven_at.is_some()))
    });
    let witnessed = party.witness_of.as_ref().and_then(|of| parties.iter().position(|other| other.id == *of));
    Ok(PartyLine {
        id: party.id.clone(),
        lang: person.lang,
        title: party.title,
        name: person.name.to_string(),
        email,
        on_behalf_of: party.on_behalf_of.clone(),
        witness_of: witnessed.map(|at| at + 1),
        ekyc: ekyc::status(work, &person.id).await?,
        turn: turn.map(|turn| (turn.id.clone(), state_now(turn, work.now))),
        deadline: turn.and_then(|turn| turn.deadline),
        signed_at: turn.and_then(|turn| turn.signed_at),
        person: person.id,
    })
}

async fn versions(tx: &mut Tx, id: &AgreementId) -> Result<Vec<VersionLine>, DbError> {
    let rows = tx.all(store::VERSIONS, args![id]).await?;
    let line = |version: Version| VersionLine {
        number: version.number,
        state: version.state,
        serial: version.serial,
        head: version.head,
        pages: version.pages,
        issued_at: version.issued_at,
        ended_at: version.ended_at,
    };
    rows.iter().map(|row| Version::read(row).map(line)).collect()
}

async fn corrections(tx: &mut Tx, id: &AgreementId) -> Result<Vec<CorrectionLine>, DbError> {
    let mut lines = Vec::new();
    for row in tx.all(store::CORRECTIONS, args![id]).await? {
        lines.push(CorrectionLine {
            version: u32::try_from(row.int("version")?).unwrap_or(0),
            title: match row.opt_text("account")? {
                Some(_) => None,
                None => Some(Party::get(tx, &row.id("party")?).await?.title),
            },
            remark: row.text("remark")?,
            at: row.time("at")?,
        });
    }
    Ok(lines)
}

/// The newest revision of a version of the developer's agreement, as a file.
///
/// # Errors
/// The outer error is the store's; `None` when there is no such version or it is another developer's.
pub async fn document(
    work: &Work,
    blobs: &dyn BlobStore,
    desk: &DeveloperDesk,
    id: &AgreementId,
    version: u32,
) -> Result<Option<Vec<u8>>, BlobError> {
    let Ok(detail) = agreement(work, desk, id).await else { return Ok(None) };
    let Some(line) = detail.versions.into_iter().find(|line| line.number == version) else { return Ok(None) };
    blobs.read(&line.head.document, line.head.length).await.map(Some)
}
