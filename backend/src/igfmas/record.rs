//! Rows into types, for the verbs of this room.

use super::amount::Amount;
use super::facts::{Hashed, Reference};
use super::model::{DocumentId, DocumentState, Module, Role, StepId};
use super::payload::Payload;
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::work::Work;
use crate::organisation::{self, CompanyCode, OfficeId};
use crate::person::PersonId;

fn odd(what: &str) -> DbError {
    DbError::Inconsistent(format!("igfmas {what}"))
}

fn number(row: &Row, column: &str) -> Result<u32, DbError> {
    u32::try_from(row.int(column)?).map_err(|_| odd(column))
}

fn role(row: &Row, column: &str) -> Result<Option<Role>, DbError> {
    let word = row.opt_text(column)?;
    word.map(|word| Role::from_stored(&word).ok_or_else(|| odd(column))).transpose()
}

/// A payment document as it stands.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Number and version of the work process it began with.
    pub process: (u32, u32),
    /// The module of that process.
    pub module: Module,
    /// The office that pays.
    pub office: OfficeId,
    /// The office that receives, where the process asks for Akuan Terima.
    pub receiver: Option<OfficeId>,
    /// In whose books.
    pub company: CompanyCode,
    /// Its reference, once in these books.
    pub reference: Reference,
    /// Who prepared it.
    pub preparer: PersonId,
    /// How it stands.
    pub state: DocumentState,
    /// The version, from 1; each kuiri makes one more.
    pub version: u32,
    /// The sum of its lines.
    pub amount: Amount,
    /// The "Data Hash To Sign" (FIN-26).
    pub hash: [u8; 32],
    /// The signature it stands at, from 1; 0 before it is submitted.
    pub step: u32,
    /// How many signatures it needs.
    pub steps: u32,
    /// Whose act is waited for.
    pub awaits: Option<Role>,
    /// Where.
    pub awaits_office: Option<OfficeId>,
    /// Since when it stands so.
    pub since: Timestamp,
    /// Why it came back, is held or was rejected.
    pub reason: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
}

impl Document {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id("id")?,
            process: (number(row, "process")?, number(row, "process_version")?),
            module: Module::parse(&row.text("module")?).map_err(|_| odd("module"))?,
            office: row.id("office")?,
            receiver: row.opt_id("receiver")?,
            company: CompanyCode::parse(&row.text("company")?).map_err(|_| odd("company"))?,
            reference: Reference::parse(&row.text("reference")?).map_err(|_| odd("reference"))?,
            preparer: row.id("preparer")?,
            state: DocumentState::from_stored(&row.text("state")?).ok_or_else(|| odd("state"))?,
            version: number(row, "version")?,
            amount: Amount::new(row.int("amount_sen")?).map_err(|_| odd("amount"))?,
            hash: row.bytes("hash")?.try_into().map_err(|_| odd("hash"))?,
            step: number(row, "step")?,
            steps: number(row, "steps")?,
            awaits: role(row, "awaits")?,
            awaits_office: row.opt_id("awaits_office")?,
            since: row.time("since")?,
            reason: row.opt_text("reason")?,
            created_at: row.time("created_at")?,
        })
    }

    pub(super) async fn find(tx: &mut Tx, id: &DocumentId) -> Result<Option<Self>, DbError> {
        tx.first(store::DOCUMENT, args![id]).await?.as_ref().map(Self::read).transpose()
    }

    pub(super) async fn get(tx: &mut Tx, id: &DocumentId) -> Result<Self, DbError> {
        Self::find(tx, id).await?.ok_or_else(|| odd("document gone"))
    }

    /// The payment data of the newest version.
    pub(super) async fn payload(&self, tx: &mut Tx) -> Result<Payload, DbError> {
        let bytes = tx.one(store::PAYLOAD, args![&self.id, self.version]).await?.bytes("payload")?;
        Payload::from_bytes(&bytes).ok_or_else(|| odd("payload"))
    }

    /// The desk on which `role` finds it.
    pub(super) fn desk(&self, role: Role) -> (OfficeId, String) {
        match role {
            Role::Penyedia | Role::Pelaksana => (self.office.clone(), self.preparer.to_string()),
            Role::AkuanTerima => at(self.receiver.as_ref().unwrap_or(&self.office), role),
            _ => at(&self.office, role),
        }
    }

    /// The hash of `version` with `payload` (FIN-26).
    pub(super) async fn hash_of(&self, tx: &mut Tx, version: u32, payload: &Payload) -> Result<[u8; 32], DbError> {
        let mut codes = [String::new(), String::new()];
        for (code, office) in codes.iter_mut().zip([Some(&self.office), self.receiver.as_ref()]) {
            if let Some(office) = office {
                let known = organisation::office(tx, office).await?.ok_or_else(|| odd("office gone"))?;
                known.code.as_str().clone_into(code);
            }
        }
        let hashed = Hashed {
            document: self.id.as_str(),
            version,
            process: self.process,
            offices: (&codes[0], &codes[1]),
            company: self.company.as_str(),
            reference: self.reference.as_str(),
            amount: payload.total().map_err(|_| odd("amount"))?,
            payload: &payload.bytes(),
        };
        Ok(hashed.hash())
    }
}

/// A document with the payment data of its newest version, if there is one.
///
/// # Errors
/// [`DbError`] of the database.
pub async fn document(work: &Work, id: &DocumentId) -> Result<Option<(Document, Payload)>, DbError> {
    let mut tx = work.read().await?;
    let Some(document) = Document::find(&mut tx, id).await? else { return Ok(None) };
    let payload = document.payload(&mut tx).await?;
    Ok(Some((document, payload)))
}

/// A desk of officers.
pub(super) fn at(office: &OfficeId, role: Role) -> (OfficeId, String) {
    (office.clone(), format!("{office}/{}", role.as_str()))
}

/// One signature that a version needs.
#[derive(Clone, Debug)]
pub struct DocumentStep {
    /// Its id: what a ceremony signs.
    pub id: StepId,
    /// The document.
    pub document: DocumentId,
    /// The version.
    pub version: u32,
    /// Its place, from 1.
    pub seq: u32,
    /// Who gives it.
    pub role: Role,
    /// Where.
    pub office: OfficeId,
}

impl DocumentStep {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id("id")?,
            document: row.id("document")?,
            version: number(row, "version")?,
            seq: number(row, "seq")?,
            role: role(row, "role")?.ok_or_else(|| odd("role"))?,
            office: row.id("office")?,
        })
    }

    pub(super) async fn find(tx: &mut Tx, id: &StepId) -> Result<Option<Self>, DbError> {
        tx.first(store::STEP, args![id]).await?.as_ref().map(Self::read).transpose()
    }

    pub(super) async fn all(tx: &mut Tx, document: &DocumentId, version: u32) -> Result<Vec<Self>, DbError> {
        tx.all(store::STEPS, args![document, version]).await?.iter().map(Self::read).collect()
    }
}
