//! Why an officer may not act on a document now, found out after a guard has said no.

use super::amount::Amount;
use super::model::{DocumentState, Role};
use super::record::Document;
use super::store;
use crate::args;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::person::PersonId;

/// Why an officer may not act on a document now.
#[derive(Debug, thiserror::Error)]
pub enum ActRefused {
    /// There is no such document or step.
    #[error("no such document")]
    Unknown,
    /// There is a newer version than the one that was looked at.
    #[error("the document has changed")]
    Changed,
    /// The document is in a state in which this is not done.
    #[error("the document is {}", .0.as_str())]
    State(DocumentState),
    /// Somebody else's act comes first.
    #[error("{} comes first", .0.as_str())]
    NotYourTurn(Role),
    /// Only whoever prepared it.
    #[error("only the preparer does this")]
    NotPreparer,
    /// The officer has had a hand in this document in another role (PUB-FIN-2, SEC-5).
    #[error("the officer acted as {} already", .0.as_str())]
    Twice(Role),
    /// Not appointed to this role here.
    #[error("not appointed as {}", .0.as_str())]
    NotAppointed(Role),
    /// The appointment has not begun or has ended.
    #[error("the appointment as {} does not hold today", .0.as_str())]
    NotToday(Role),
    /// The amount is above the officer's limit.
    #[error("the amount is above the limit")]
    OverLimit(Amount),
    /// The step before this one was left out (FIN-1 to FIN-14).
    #[error("the event before this one is missing")]
    OutOfOrder,
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for ActRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "igfmas-document-unknown",
            Self::Changed => "igfmas-document-changed",
            Self::State(_) => "igfmas-document-state",
            Self::NotYourTurn(_) => "igfmas-not-your-turn",
            Self::NotPreparer => "igfmas-not-preparer",
            Self::Twice(_) => "igfmas-same-officer",
            Self::NotAppointed(_) => "igfmas-not-appointed",
            Self::NotToday(_) => "igfmas-appointment-not-today",
            Self::OverLimit(_) => "igfmas-over-limit",
            Self::OutOfOrder => "igfmas-out-of-order",
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Missing,
            Self::Changed | Self::State(_) | Self::NotYourTurn(_) | Self::OutOfOrder => Kind::Conflict,
            Self::NotPreparer | Self::Twice(_) | Self::NotAppointed(_) | Self::NotToday(_) | Self::OverLimit(_) => {
                Kind::Denied
            }
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::State(state) => vec![("@state", format!("igfmas-state-{}", term(state.as_str())))],
            Self::NotYourTurn(role) | Self::Twice(role) | Self::NotAppointed(role) | Self::NotToday(role) => {
                vec![("@role", format!("igfmas-role-{}", role.as_str()))]
            }
            Self::OverLimit(limit) => vec![("limit", limit.ringgit())],
            _ => Vec::new(),
        }
    }
}

/// A state as the words spell it.
fn term(state: &str) -> String {
    state.to_ascii_lowercase().replace('_', "-")
}

/// What an officer wanted to do: with which version, at which step, in which state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) version: u32,
    /// `None`: the preparer's own act.
    pub(super) step: Option<u32>,
    pub(super) states: &'static [DocumentState],
}

/// Why `officer` could not do it. The guard of the statement has said no already: this finds words, not permissions.
pub(super) async fn why(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    officer: &PersonId,
    wanted: Wanted,
) -> Result<ActRefused, DbError> {
    if wanted.version != document.version {
        return Ok(ActRefused::Changed);
    }
    if !wanted.states.contains(&document.state) {
        return Ok(ActRefused::State(document.state));
    }
    let Some(awaits) = document.awaits else { return Ok(ActRefused::State(document.state)) };
    if wanted.step.is_some_and(|step| step != document.step) {
        return Ok(ActRefused::NotYourTurn(awaits));
    }
    let own = matches!(awaits, Role::Penyedia | Role::Pelaksana);
    if own && document.preparer != *officer {
        return Ok(ActRefused::NotPreparer);
    }
    for hand in tx.all(store::HANDS, args![&document.id]).await? {
        let role = hand.text("role")?;
        if hand.text("person")? == officer.as_str() && role != awaits.as_str() {
            return Ok(Role::from_stored(&role).map_or(ActRefused::Unknown, ActRefused::Twice));
        }
    }
    unappointed(work, tx, document, officer, awaits).await
}

async fn unappointed(
    work: &Work,
    tx: &mut Tx,
    document: &Document,
    officer: &PersonId,
    awaits: Role,
) -> Result<ActRefused, DbError> {
    let office = document.awaits_office.as_ref().unwrap_or(&document.office);
    let asked = if awaits == Role::Pelaksana { Role::Penyedia } else { awaits };
    let rows = tx.all(store::APPOINTED, args![officer, office, document.module.as_str()]).await?;
    let held = |row: &&Row| row.text("role").is_ok_and(|role| role == asked.as_str());
    let held: Vec<_> = rows.iter().filter(held).collect();
    if held.is_empty() {
        let elsewhere = !rows.is_empty() && !matches!(asked, Role::Penyedia);
        return Ok(if elsewhere { ActRefused::NotYourTurn(awaits) } else { ActRefused::NotAppointed(asked) });
    }
    let mut limit = None;
    for row in held {
        if row.time("starts_at")? <= work.now && work.now < row.time("ends_at")? {
            limit = Some(row.int("limit_sen")?);
        }
    }
    Ok(match limit.map(Amount::new) {
        None => ActRefused::NotToday(asked),
        Some(Ok(limit)) if limit < document.amount => ActRefused::OverLimit(limit),
        // Somebody else was faster, or an appointment was made meanwhile: trying again has a chance.
        Some(_) => ActRefused::Changed,
    })
}
