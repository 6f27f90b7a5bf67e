//! The turn: it arrives, the signer is invited, the window runs. News from other rooms end in [`advance`], which
//! may be called as often as anybody likes.

use serde_json::json;

use super::model::{AgreementId, Title, TurnId, TurnState, VersionState};
use super::record::{Party, Turn};
use super::{identity, pause, store};
use crate::ekyc::{self, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::settings::Hims;
use crate::kernel::work::Work;
use crate::outbox::Recipient;
use crate::person::{self, PersonId};
use crate::{args, audit, certificate, outbox};

/// Why a turn cannot be taken now.
#[derive(Debug, thiserror::Error)]
pub enum TurnRefused {
    /// There is no such turn, or it is somebody else's.
    #[error("no such turn")]
    Unknown,
    /// Others come first (HIMS-10).
    #[error("waiting for {}", .title.role.as_str())]
    Waiting {
        /// The role that is waited for.
        title: Title,
        /// Their masked name.
        name: String,
    },
    /// The identity check or the certificate is missing.
    #[error("identity check or certificate is missing")]
    NotPrepared,
    /// The box is not ticked on the newest bytes.
    #[error("the document was not reviewed")]
    NotReviewed,
    /// The window ended (HIMS-21).
    #[error("the window ended at {deadline}")]
    Over {
        /// When.
        deadline: Timestamp,
    },
    /// The version was sent back for correction, or a newer one has taken its place (GAP-4).
    #[error("this version is not signed any more")]
    Superseded,
    /// Signed already.
    #[error("already signed")]
    Signed,
    /// A signature is being made.
    #[error("a signature is being made")]
    Underway,
    /// The document is not the one that was shown.
    #[error("the document has changed")]
    HeadChanged,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for TurnRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "turn-unknown",
            Self::Waiting { .. } => "turn-waiting",
            Self::NotPrepared => "turn-not-prepared",
            Self::NotReviewed => "turn-not-reviewed",
            Self::Over { .. } => "turn-over",
            Self::Superseded => "turn-superseded",
            Self::Signed => "turn-signed",
            Self::Underway => "turn-underway",
            Self::HeadChanged => "turn-head-changed",
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Missing,
            Self::Waiting { .. } | Self::NotPrepared | Self::NotReviewed => Kind::Denied,
            Self::Over { .. } | Self::Superseded => Kind::Gone,
            Self::Signed | Self::Underway | Self::HeadChanged => Kind::Conflict,
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Waiting { title, name } => vec![("@role", title.term()), ("name", name.clone())],
            Self::Over { deadline } => vec![("deadline", deadline.myt())],
            _ => Vec::new(),
        }
    }
}

/// Why `turn` cannot be signed now although somebody tried.
pub(super) async fn refusal(work: &Work, tx: &mut Tx, turn: &Turn) -> Result<TurnRefused, DbError> {
    if !matches!(turn.version_state, VersionState::Current | VersionState::Completed) {
        return Ok(TurnRefused::Superseded);
    }
    if turn.window_over(work.now) {
        return Ok(TurnRefused::Over { deadline: turn.deadline.unwrap_or(work.now) });
    }
    Ok(match turn.state {
        TurnState::Waiting => waited_for(tx, turn).await?,
        TurnState::Invited => TurnRefused::NotPrepared,
        TurnState::Reviewing => TurnRefused::NotReviewed,
        TurnState::Signing => TurnRefused::Underway,
        TurnState::Signed => TurnRefused::Signed,
        TurnState::Ready => TurnRefused::HeadChanged,
        TurnState::Expired | TurnState::Returned | TurnState::Closed => TurnRefused::Superseded,
    })
}

/// Who is waited for before `turn`, by role and masked name.
async fn waited_for(tx: &mut Tx, turn: &Turn) -> Result<TurnRefused, DbError> {
    let Some(row) = tx.first(store::OPEN_TURN, args![&turn.agreement, turn.version]).await? else {
        return Ok(TurnRefused::NotPrepared);
    };
    let party = Party::get(tx, &row.id("party")?).await?;
    let person = person::by_id_in(tx, &row.id("person")?).await?;
    let name = person.map_or_else(String::new, |person| person.name.masked());
    Ok(TurnRefused::Waiting { title: party.title, name })
}

/// Lets the next turn in line arrive; `None` when nobody is left, or somebody else let it arrive.
pub(super) async fn open_next(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    version: u32,
) -> Result<Option<TurnId>, DbError> {
    let Some(row) = tx.first(store::OPEN_NEXT, args![agreement, version, work.now]).await? else { return Ok(None) };
    let turn: TurnId = row.id("id")?;
    let facts = json!({ "agreement": agreement, "version": version, "person": row.text("person")? });
    audit::record(work, tx, "espa.turn-arrived", turn.as_str(), facts).await?;
    outbox::event(work, tx, "hims.turn-arrived", json!({ "turn": turn })).await?;
    Ok(Some(turn))
}

/// Moves a turn that has arrived as far as it can go: with a valid certificate the window begins and MAIL-3 goes
/// out (HIMS-11); with an approved identity check but no certificate MAIL-2 goes out, once (HIMS-13); else the
/// signer is asked by MAIL-1, if they were not. Idempotent: this is where every piece of news ends.
pub(super) async fn advance(work: &Work, settings: &Hims, id: &TurnId) -> Result<(), DbError> {
    let Some(turn) = Turn::find(&mut work.read().await?, id).await? else { return Ok(()) };
    let arrived = turn.state == TurnState::Invited;
    let early = turn.state == TurnState::Waiting && settings.invite_early;
    if turn.version_state != VersionState::Current || !(arrived || early) {
        return Ok(());
    }
    match ekyc::status(work, &turn.person).await? {
        Status::Approved { .. } => {}
        standing => return identity::ask_again(work, &turn, standing).await,
    }
    let certified = certificate::current_for(work, &turn.person).await?.is_some();
    match (certified, arrived) {
        (true, true) => start_window(work, settings, &turn).await,
        (true, false) => Ok(()),
        (false, _) => ask_for_certificate(work, &turn).await,
    }
}

async fn start_window(work: &Work, settings: &Hims, turn: &Turn) -> Result<(), DbError> {
    let ready = pause::ready(work, &turn.person).await?;
    let deadline = ready.plus(settings.window());
    let mut tx = work.write().await?;
    if tx.first(store::START_WINDOW, args![&turn.id, work.now, deadline]).await?.is_none() {
        return Ok(());
    }
    if ready > work.now {
        pause::paused(&mut tx, &turn.id, turn.generation, work.now, ready).await?;
    }
    let ids = json!({ "turn": turn.id, "deadline": deadline.millis() });
    outbox::mail(work, &mut tx, "hims.mail-3", &Recipient::Person(turn.person.to_string()), ids.clone()).await?;
    outbox::notice(work, &mut tx, turn.person.as_str(), "espa-turn", ids).await?;
    let facts = json!({ "agreement": turn.agreement, "deadline": deadline.rfc3339() });
    audit::record(work, &mut tx, "espa.window-opened", turn.id.as_str(), facts).await?;
    tx.commit().await
}

async fn ask_for_certificate(work: &Work, turn: &Turn) -> Result<(), DbError> {
    let mut tx = work.write().await?;
    if tx.first(store::ASK_CERTIFICATE, args![&turn.id, work.now]).await?.is_none() {
        return Ok(());
    }
    let ids = json!({ "turn": turn.id });
    outbox::mail(work, &mut tx, "hims.mail-2", &Recipient::Person(turn.person.to_string()), ids).await?;
    let facts = json!({ "agreement": turn.agreement });
    audit::record(work, &mut tx, "espa.certificate-asked", turn.id.as_str(), facts).await?;
    tx.commit().await
}

/// News: a turn has arrived (`hims.turn-arrived`). Under the policy "invite early" (CON-11) those behind it hear of
/// it too, if their identity is known and they have no certificate.
pub async fn on_turn_arrived(work: &Work, settings: &Hims, turn: &TurnId) -> Result<(), DbError> {
    advance(work, settings, turn).await?;
    if !settings.invite_early {
        return Ok(());
    }
    let mut tx = work.read().await?;
    let Some(turn) = Turn::find(&mut tx, turn).await? else { return Ok(()) };
    let all = Turn::all(&mut tx, &turn.agreement, turn.version).await?;
    drop(tx);
    for waiting in all.iter().filter(|turn| turn.state == TurnState::Waiting) {
        advance(work, settings, &waiting.id).await?;
    }
    Ok(())
}

/// News: the identity check of a person was approved (`ekyc.approved`).
pub async fn on_ekyc_approved(work: &Work, settings: &Hims, person: &PersonId) -> Result<(), DbError> {
    advance_all(work, settings, person).await
}

/// News: an approval of a person has ended (`ekyc.ended`): whoever waits to make a certificate is asked again.
pub async fn on_ekyc_ended(work: &Work, settings: &Hims, person: &PersonId) -> Result<(), DbError> {
    advance_all(work, settings, person).await
}

/// News: a person has a valid certificate.
pub async fn on_certificate_active(work: &Work, settings: &Hims, person: &PersonId) -> Result<(), DbError> {
    advance_all(work, settings, person).await
}

async fn advance_all(work: &Work, settings: &Hims, person: &PersonId) -> Result<(), DbError> {
    let rows = work.read().await?.all(store::TURNS_OF, args![person]).await?;
    for row in rows {
        advance(work, settings, &row.id("id")?).await?;
    }
    Ok(())
}
