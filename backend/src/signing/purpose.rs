//! Where a workflow plugs in.

use async_trait::async_trait;

use super::model::{CeremonyId, Refusal};
use crate::document::appearance::Drawing;
use crate::document::{Appearance, Fill, SignatureRole};
use crate::kernel::db::Tx;
use crate::kernel::work::Work;
use crate::person::PersonId;

/// What is to be signed, as it stands now: the turn and the head of its document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The turn (or document, or step of a batch) that the signature completes.
    pub subject: String,
    /// The version of the agreement.
    pub version: u32,
    /// The name of the document in the blob store.
    pub document: String,
    /// The length of its newest revision.
    pub head_length: u64,
    /// SHA-256 of that revision.
    pub head_sha256: [u8; 32],
}

/// One signature to be prepared: the owned form of [`SignatureRequest`](crate::document::SignatureRequest).
#[derive(Clone, Debug)]
pub struct Draft {
    /// The pre-made field.
    pub field: String,
    /// The part it plays.
    pub role: SignatureRole,
    /// `/Name`.
    pub name: String,
    /// `/Reason`.
    pub reason: String,
    /// Fields filled in the same revision.
    pub fills: Vec<Fill>,
    /// What the field shows.
    pub appearance: Option<Appearance>,
}

/// A finished signature, for the workflow to record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// What it was for; `head_length` and `head_sha256` are those *before* the signature.
    pub order: Order,
    /// Who signed.
    pub person: PersonId,
    /// The field.
    pub field: String,
    /// Serial number of the certificate (lower-case hexadecimal).
    pub certificate: String,
    /// The factor beside the PIN: `totp`, `turn-code`, `mail-code`.
    pub factor: String,
    /// The length of the new revision.
    pub length: u64,
    /// SHA-256 of the new revision.
    pub sha256: [u8; 32],
    /// When the person signed (tx B), which is the time printed in the document.
    pub at: crate::kernel::clock::Timestamp,
}

/// A workflow in which signatures are made. Every method may refuse with its own fault.
#[async_trait]
pub trait Purpose: Send + Sync {
    /// The word in the database and in submissions: `espa`.
    fn name(&self) -> &'static str;

    /// Whether a document after whose last signature nothing may be added is kept by a time stamp over all of it
    /// (PAdES B-LTA, ADR 0015).
    fn archives(&self) -> bool {
        false
    }

    /// Whether it is this person's turn now, and on what. Asked before anything is spent. Reads only.
    async fn open(&self, work: &Work, subject: &str, person: &PersonId) -> Result<Order, Refusal>;

    /// What the signature will look like. May allocate, in a transaction of its own and once for all, what the
    /// document shows (the serial number): after a crash the same is given again.
    async fn prepare(
        &self,
        work: &Work,
        order: &Order,
        person: &PersonId,
        drawing: Option<&Drawing>,
    ) -> Result<Draft, Refusal>;

    /// Tx B: a compare-and-swap that takes the turn, if it is still open, in its window, on this very version and
    /// head, and of this person. From here until [`commit`](Self::commit) or [`release`](Self::release) nothing
    /// else may move it: no expiry, no correction.
    async fn claim(&self, work: &Work, tx: &mut Tx, order: &Order, person: &PersonId) -> Result<(), Refusal>;

    /// The ceremony ended without a signature: the turn is open again, with the window it had.
    async fn release(&self, work: &Work, tx: &mut Tx, order: &Order) -> Result<(), Refusal>;

    /// The person has signed, but their certificate ended or was revoked before the time stamp: there is no signature,
    /// the turn is open again, and somebody must tell them.
    async fn void(&self, work: &Work, tx: &mut Tx, order: &Order, person: &PersonId) -> Result<(), Refusal>;

    /// Tx D: the revision, the turn and the next turn. Must succeed for every claimed turn, also after the window
    /// has ended meanwhile: the person has signed. Records its own audit entry and news.
    async fn commit(&self, work: &Work, tx: &mut Tx, signed: &Signed) -> Result<(), Refusal>;
}
