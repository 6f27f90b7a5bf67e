//! Rows into types, for the verbs of this room.

use super::model::{AgreementId, AgreementState, Head, Header, PartyId, Role, Title, TurnId, TurnState, VersionState};
use super::store;
use crate::account::{AccountId, DeveloperDesk};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::words::Lang;
use crate::organisation::{DeveloperId, DevelopmentId, Jadual, UnitId};
use crate::person::PersonId;

fn odd(what: &str) -> DbError {
    DbError::Inconsistent(format!("espa {what}"))
}

fn version(row: &Row) -> Result<u32, DbError> {
    u32::try_from(row.int("version")?).map_err(|_| odd("version"))
}

/// An agreement as stored.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    pub(super) id: AgreementId,
    pub(super) developer: DeveloperId,
    pub(super) development: DevelopmentId,
    pub(super) unit: UnitId,
    pub(super) lang: Lang,
    pub(super) jadual: Jadual,
    pub(super) state: AgreementState,
    pub(super) version: u32,
    pub(super) created_by: AccountId,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
    pub(super) completed_at: Option<Timestamp>,
    pub(super) header: Header,
}

impl Agreement {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id("id")?,
            developer: row.id("developer")?,
            development: row.id("development")?,
            unit: row.id("unit")?,
            lang: Lang::from_tag(&row.text("lang")?),
            jadual: Jadual::parse(&row.text("jadual")?).ok_or_else(|| odd("jadual"))?,
            state: AgreementState::from_stored(&row.text("state")?).ok_or_else(|| odd("state"))?,
            version: version(row)?,
            created_by: row.id("created_by")?,
            created_at: row.time("created_at")?,
            changed_at: row.time("changed_at")?,
            completed_at: row.opt_time("completed_at")?,
            header: Header {
                code: row.text("code")?,
                name: row.text("name")?,
                unit: row.text("number")?,
                developer: row.text("company")?,
            },
        })
    }

    pub(super) async fn find(tx: &mut Tx, id: &AgreementId) -> Result<Option<Self>, DbError> {
        tx.first(store::AGREEMENT, args![id]).await?.as_ref().map(Self::read).transpose()
    }

    /// The agreement, when it is of the developer at this desk.
    pub(super) async fn of(tx: &mut Tx, desk: &DeveloperDesk, id: &AgreementId) -> Result<Option<Self>, DbError> {
        Ok(Self::find(tx, id).await?.filter(|known| known.developer == *desk.developer()))
    }

    pub(super) async fn get(tx: &mut Tx, id: &AgreementId) -> Result<Self, DbError> {
        Self::find(tx, id).await?.ok_or_else(|| odd("gone"))
    }
}

/// A party as stored.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) id: PartyId,
    pub(super) seq: u32,
    pub(super) entered: u32,
    pub(super) person: PersonId,
    pub(super) title: Title,
    pub(super) witness_of: Option<PartyId>,
    pub(super) on_behalf_of: Option<String>,
}

impl Party {
    fn read(row: &Row) -> Result<Self, DbError> {
        let number = |column| row.int(column).and_then(|value| u32::try_from(value).map_err(|_| odd(column)));
        let witnessed = row.opt_text("witnessed")?.and_then(|word| Role::from_stored(&word));
        Ok(Self {
            id: row.id("id")?,
            seq: number("seq")?,
            entered: number("entered")?,
            person: row.id("person")?,
            title: Title { role: Role::from_stored(&row.text("role")?).ok_or_else(|| odd("role"))?, witnessed },
            witness_of: row.opt_id("witness_of")?,
            on_behalf_of: row.opt_text("on_behalf_of")?,
        })
    }

    pub(super) async fn all(tx: &mut Tx, agreement: &AgreementId, version: u32) -> Result<Vec<Self>, DbError> {
        tx.all(store::PARTIES, args![agreement, version]).await?.iter().map(Self::read).collect()
    }

    pub(super) async fn get(tx: &mut Tx, id: &PartyId) -> Result<Self, DbError> {
        Self::read(&tx.one(store::PARTY, args![id]).await?)
    }
}

/// A version as stored.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) agreement: AgreementId,
    pub(super) number: u32,
    pub(super) state: VersionState,
    pub(super) head: Head,
    pub(super) serial: Option<String>,
    pub(super) pages: u32,
    pub(super) page_texts: Vec<String>,
    pub(super) issued_at: Timestamp,
    pub(super) ended_at: Option<Timestamp>,
}

impl Version {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        let length = row.int("head_length")?;
        let sha256 = row.bytes("head_sha256")?;
        Ok(Self {
            agreement: row.id("agreement")?,
            number: version(row)?,
            state: VersionState::from_stored(&row.text("state")?).ok_or_else(|| odd("version state"))?,
            head: Head {
                document: row.text("document")?,
                length: u64::try_from(length).map_err(|_| odd("length"))?,
                sha256: sha256.try_into().map_err(|_| odd("digest"))?,
            },
            serial: row.opt_text("serial")?,
            pages: u32::try_from(row.int("pages")?).map_err(|_| odd("pages"))?,
            page_texts: serde_json::from_str(&row.text("page_texts")?).map_err(|_| odd("page texts"))?,
            issued_at: row.time("issued_at")?,
            ended_at: row.opt_time("ended_at")?,
        })
    }

    pub(super) async fn get(tx: &mut Tx, agreement: &AgreementId, number: u32) -> Result<Self, DbError> {
        Self::read(&tx.one(store::VERSION, args![agreement, number]).await?)
    }
}

/// A turn as stored.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    pub(super) agreement: AgreementId,
    pub(super) version: u32,
    pub(super) party: PartyId,
    pub(super) person: PersonId,
    pub(super) seq: u32,
    pub(super) state: TurnState,
    pub(super) generation: i64,
    pub(super) deadline: Option<Timestamp>,
    pub(super) reviewed: Option<Vec<u8>>,
    pub(super) signed_at: Option<Timestamp>,
    pub(super) version_state: VersionState,
}

impl Turn {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id("id")?,
            agreement: row.id("agreement")?,
            version: version(row)?,
            party: row.id("party")?,
            person: row.id("person")?,
            seq: u32::try_from(row.int("seq")?).map_err(|_| odd("seq"))?,
            state: TurnState::from_stored(&row.text("state")?).ok_or_else(|| odd("turn state"))?,
            generation: row.int("generation")?,
            deadline: row.opt_time("deadline")?,
            reviewed: row.opt_bytes("reviewed_sha256")?,
            signed_at: row.opt_time("signed_at")?,
            version_state: VersionState::from_stored(&row.text("version_state")?)
                .ok_or_else(|| odd("version state"))?,
        })
    }

    pub(super) async fn find(tx: &mut Tx, id: &TurnId) -> Result<Option<Self>, DbError> {
        tx.first(store::TURN, args![id]).await?.as_ref().map(Self::read).transpose()
    }

    /// The turn, when its agreement is of the developer at this desk.
    pub(super) async fn of(tx: &mut Tx, desk: &DeveloperDesk, id: &TurnId) -> Result<Option<Self>, DbError> {
        let Some(turn) = Self::find(tx, id).await? else { return Ok(None) };
        Ok(Agreement::of(tx, desk, &turn.agreement).await?.map(|_| turn))
    }

    pub(super) async fn all(tx: &mut Tx, agreement: &AgreementId, version: u32) -> Result<Vec<Self>, DbError> {
        tx.all(store::TURNS, args![agreement, version]).await?.iter().map(Self::read).collect()
    }

    /// Whether the window has ended at `now`, also when no job has noticed yet (HIMS-21).
    pub(super) fn window_over(&self, now: Timestamp) -> bool {
        self.state == TurnState::Expired
            || (matches!(self.state, TurnState::Reviewing | TurnState::Ready)
                && self.deadline.is_some_and(|deadline| now >= deadline))
    }
}
