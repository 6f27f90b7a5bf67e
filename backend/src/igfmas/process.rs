//! The list of work processes, and its edits by an administrator (FIN-P01 to FIN-P50, CON-32, CON-33).

use serde_json::json;

use super::input::IgfmasInput;
use super::model::{Confidence, Module, Steps, System};
use super::store;
use crate::account::{Admin, Officer};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;
use crate::organisation::Title;
use crate::person::printable_line;
use crate::{args, audit, fault};

/// The longest remark, in characters.
const REMARK: usize = 200;

/// What an administrator may say of a process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessForm {
    /// The module.
    pub module: Module,
    /// The name, exactly as the list has it.
    pub name: Title,
    /// Where it is worked with.
    pub system: System,
    /// Which signatures, in which order.
    pub steps: Steps,
    /// Whether its documents are signed in batches (FIN-31, CON-33).
    pub batch: bool,
    /// How sure the row is (CON-32).
    pub confidence: Confidence,
    /// A remark, may be empty.
    pub remark: String,
    /// Whether new documents may begin in it.
    pub in_use: bool,
}

/// A work process in one of its versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The version, from 1.
    pub version: u32,
    /// What the version says.
    pub form: ProcessForm,
    /// When the version was made; the beginning of time for the list as it was found.
    pub changed_at: Timestamp,
}

/// Why a process was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no process of this number.
    #[error("no such process")]
    Unknown,
    /// The number is taken.
    #[error("the number is taken")]
    Exists,
    /// Somebody else has changed the process since it was looked at.
    #[error("the process was changed meanwhile")]
    ChangedMeanwhile,
    /// A particular is wrong.
    #[error(transparent)]
    Input(#[from] IgfmasInput),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    ProcessError {
        Unknown => "igfmas-process-unknown", Missing;
        Exists => "igfmas-process-exists", Conflict;
        ChangedMeanwhile => "igfmas-process-changed", Conflict;
    } transparent { Input, Db }
}

impl Process {
    fn read(row: &Row) -> Result<Self, DbError> {
        let odd = |what: &str| DbError::Inconsistent(format!("igfmas process {what}"));
        let number = |column: &str| u32::try_from(row.int(column)?).map_err(|_| odd(column));
        let form = ProcessForm {
            module: Module::parse(&row.text("module")?).map_err(|_| odd("module"))?,
            name: Title::parse(&row.text("name")?).map_err(|_| odd("name"))?,
            system: System::from_stored(&row.text("system")?).ok_or_else(|| odd("system"))?,
            steps: Steps::parse(&row.text("steps")?).map_err(|_| odd("steps"))?,
            batch: row.flag("batch")?,
            confidence: Confidence::from_stored(&row.text("confidence")?).ok_or_else(|| odd("confidence"))?,
            remark: row.text("remark")?,
            in_use: row.flag("in_use")?,
        };
        Ok(Self { number: number("process")?, version: number("version")?, form, changed_at: row.time("changed_at")? })
    }

    /// The newest version of a process.
    pub(super) async fn newest(tx: &mut Tx, number: u32) -> Result<Option<Self>, DbError> {
        tx.first(store::PROCESS, args![number]).await?.as_ref().map(Self::read).transpose()
    }
}

/// The version of a process that a document began with.
pub(super) async fn in_version(tx: &mut Tx, (number, version): (u32, u32)) -> Result<Process, DbError> {
    Process::read(&tx.one(store::PROCESS_VERSION, args![number, version]).await?)
}

/// The newest version of every process, by number.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn processes(work: &Work) -> Result<Vec<Process>, DbError> {
    work.read().await?.all(store::PROCESSES, args![]).await?.iter().map(Process::read).collect()
}

/// A process in the version that a document began with.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn process(work: &Work, number: u32, version: u32) -> Result<Option<Process>, DbError> {
    let row = work.read().await?.first(store::PROCESS_VERSION, args![number, version]).await?;
    row.as_ref().map(Process::read).transpose()
}

/// Adds the next version of a process; `seen` is the version that the administrator looked at. What says the same as
/// before is no change. Gives the version in force.
///
/// # Errors
/// [`ProcessError::Unknown`]; [`ProcessError::ChangedMeanwhile`] when somebody else was faster.
pub async fn change_process(
    work: &Work,
    admin: &Officer<Admin>,
    number: u32,
    seen: u32,
    form: &ProcessForm,
) -> Result<u32, ProcessError> {
    let form = tidy(form)?;
    let mut tx = work.write().await?;
    let before = Process::newest(&mut tx, number).await?.ok_or(ProcessError::Unknown)?;
    if before.version != seen {
        return Err(ProcessError::ChangedMeanwhile);
    }
    if before.form == form {
        return Ok(seen);
    }
    let next = tx.first(store::NEXT_PROCESS_VERSION, args![number, seen]).await?;
    let next = next.ok_or(ProcessError::ChangedMeanwhile)?.int("version")?;
    write(work, &mut tx, admin, number, next, &form).await?;
    let facts = json!({ "version": next, "from": said(&before.form), "to": said(&form) });
    audit::record(work, &mut tx, "igfmas.process-changed", &number.to_string(), facts).await?;
    tx.commit().await?;
    Ok(seen + 1)
}

/// Adds a process behind the list.
///
/// # Errors
/// [`ProcessError::Exists`] when the number is taken.
pub async fn add_process(
    work: &Work,
    admin: &Officer<Admin>,
    number: u32,
    form: &ProcessForm,
) -> Result<(), ProcessError> {
    let form = tidy(form)?;
    let mut tx = work.write().await?;
    if tx.execute(store::ADD_PROCESS, args![number]).await? == 0 {
        return Err(ProcessError::Exists);
    }
    write(work, &mut tx, admin, number, 1, &form).await?;
    audit::record(work, &mut tx, "igfmas.process-added", &number.to_string(), said(&form)).await?;
    Ok(tx.commit().await?)
}

fn tidy(form: &ProcessForm) -> Result<ProcessForm, IgfmasInput> {
    let empty = form.remark.trim().is_empty();
    let remark = if empty { Some(String::new()) } else { printable_line(&form.remark, REMARK) };
    Ok(ProcessForm { remark: remark.ok_or(IgfmasInput::Remark)?, ..form.clone() })
}

async fn write(
    work: &Work,
    tx: &mut Tx,
    admin: &Officer<Admin>,
    number: u32,
    version: i64,
    form: &ProcessForm,
) -> Result<(), DbError> {
    let values = args![
        number,
        version,
        form.module.as_str(),
        form.name.as_str(),
        form.system.as_str(),
        form.steps.words(),
        form.batch,
        form.confidence.as_str(),
        &form.remark,
        form.in_use,
        admin.account(),
        work.now
    ];
    tx.execute(store::ADD_PROCESS_VERSION, values).await?;
    Ok(())
}

/// A version as the trail tells it: what is public anyway.
fn said(form: &ProcessForm) -> serde_json::Value {
    json!({
        "module": form.module.as_str(), "name": form.name.as_str(), "system": form.system.as_str(),
        "steps": form.steps.words(), "batch": form.batch, "confidence": form.confidence.as_str(),
        "remark": form.remark, "in_use": form.in_use,
    })
}
