//! The task list of an officer (STH, Senarai Tugas Harian; PUB-FIN-1): what waits for them, oldest first.

use super::amount::Amount;
use super::facts::Reference;
use super::model::{DocumentId, DocumentState, Role};
use super::record::at;
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;

/// How many lines a page has.
pub const TASKS: usize = 50;

/// Where a page begins: behind this document.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TaskPlace {
    since: Timestamp,
    id: String,
}

impl TaskPlace {
    /// As it stands in an address.
    pub fn word(&self) -> String {
        format!("{}.{}", self.since.millis(), self.id)
    }

    /// Reads the word of an address; `None` for anything else.
    pub fn parse(word: &str) -> Option<Self> {
        let (since, id) = word.split_once('.')?;
        let id = DocumentId::parse(id)?.to_string();
        Some(Self { since: Timestamp::from_millis(since.parse().ok()?), id })
    }

    fn of(task: &Task) -> Self {
        Self { since: task.since, id: task.document.to_string() }
    }
}

/// A document that waits for the officer.
#[derive(Clone, Debug)]
pub struct Task {
    /// The document.
    pub document: DocumentId,
    /// Number and version of its work process.
    pub process: (u32, u32),
    /// In whose books.
    pub company: String,
    /// Its reference.
    pub reference: Reference,
    /// The sum.
    pub amount: Amount,
    /// How it stands.
    pub state: DocumentState,
    /// What the officer is asked to be.
    pub role: Role,
    /// Its version.
    pub version: u32,
    /// Which signature, from 1; 0 at the preparer's.
    pub step: u32,
    /// Since when it waits here.
    pub since: Timestamp,
}

impl Task {
    fn read(row: &Row) -> Result<Self, DbError> {
        let odd = |what: &str| DbError::Inconsistent(format!("igfmas task {what}"));
        let number = |column: &str| u32::try_from(row.int(column)?).map_err(|_| odd(column));
        Ok(Self {
            document: row.id("id")?,
            process: (number("process")?, number("process_version")?),
            company: row.text("company")?,
            reference: Reference::parse(&row.text("reference")?).map_err(|_| odd("reference"))?,
            amount: Amount::new(row.int("amount_sen")?).map_err(|_| odd("amount"))?,
            state: DocumentState::from_stored(&row.text("state")?).ok_or_else(|| odd("state"))?,
            role: Role::from_stored(&row.text("awaits")?).ok_or_else(|| odd("role"))?,
            version: number("version")?,
            step: number("step")?,
            since: row.time("since")?,
        })
    }
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// At most [`TASKS`] lines.
    pub lines: Vec<Task>,
    /// Where the next page begins, if there is one.
    pub next: Option<TaskPlace>,
}

/// The desks at which an officer may sit now: their own, with their drafts, and one for each role in each office.
async fn desks(tx: &mut Tx, work: &Work, officer: &PersonId) -> Result<Vec<String>, DbError> {
    let mut desks = vec![officer.to_string()];
    for row in tx.all(store::DESKS, args![officer, work.now]).await? {
        let role = row.text("role")?;
        let role = Role::from_stored(&role).ok_or_else(|| DbError::Inconsistent(format!("role {role}")))?;
        desks.push(at(&row.id("office")?, role).1);
    }
    Ok(desks)
}

/// A page of what waits for `officer`, the longest waiting first: one indexed query for each desk, whatever waits there.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn tasks(work: &Work, officer: &PersonId, after: Option<&TaskPlace>) -> Result<Tasks, DbError> {
    let first = TaskPlace { since: Timestamp::from_millis(i64::MIN), id: String::new() };
    let after = after.unwrap_or(&first);
    let most = i64::try_from(TASKS + 1).unwrap_or(i64::MAX);
    let mut tx = work.read().await?;
    let mut lines: Vec<Task> = Vec::new();
    for desk in desks(&mut tx, work, officer).await? {
        let values = args![desk, officer, work.now, after.since, &after.id, most];
        for row in tx.all(store::DESK, values).await? {
            lines.push(Task::read(&row)?);
        }
    }
    lines.sort_by_cached_key(TaskPlace::of);
    let more = lines.len() > TASKS;
    lines.truncate(TASKS);
    let next = lines.last().filter(|_| more).map(TaskPlace::of);
    Ok(Tasks { lines, next })
}

/// How many documents wait for `officer`.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn tasks_waiting(work: &Work, officer: &PersonId) -> Result<u64, DbError> {
    let mut tx = work.read().await?;
    let mut waiting = 0;
    for desk in desks(&mut tx, work, officer).await? {
        let row = tx.one(store::DESK_SIZE, args![desk, officer, work.now]).await?;
        waiting += u64::try_from(row.int("waiting")?).unwrap_or(0);
    }
    Ok(waiting)
}
