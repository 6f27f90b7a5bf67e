//! How a payment document is signed: this room's plug in the spine ([`signing::Purpose`](crate::signing::Purpose)).

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::model::StepId;
use super::record::{Document, DocumentStep};
use super::refused::ActRefused;
use super::sign::{self, NewSignature};
use super::{run, store};
use crate::document::SignatureRole;
use crate::document::appearance::{self, Drawing, PartyBlock};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::person::{self, PersonId};
use crate::signing::{Draft, Order, Purpose, Refusal, Signed};
use crate::{args, audit};

/// The word of this purpose in submissions and rows.
pub const PAYMENTS: &str = "igfmas";

/// Signs payment documents. The subject of a submission is the step ([`StepId`]).
pub struct Payments {
    /// Opens masked numbers.
    pub keys: Arc<dyn KeyStore>,
}

async fn step_of(tx: &mut Tx, subject: &str) -> Result<DocumentStep, ActRefused> {
    let id = StepId::parse(subject).ok_or(ActRefused::Unknown)?;
    DocumentStep::find(tx, &id).await?.ok_or(ActRefused::Unknown)
}

/// The order of a step on the newest revision of its version's file.
async fn order(tx: &mut Tx, step: &DocumentStep) -> Result<Order, DbError> {
    let row = tx.one(store::HEAD, args![&step.document, step.version]).await?;
    let odd = |what: &str| DbError::Inconsistent(format!("igfmas {what}"));
    Ok(Order {
        subject: step.id.to_string(),
        version: step.version,
        document: row.text("file")?,
        head_length: u64::try_from(row.int("head_length")?).map_err(|_| odd("length"))?,
        head_sha256: row.bytes("head_sha256")?.try_into().map_err(|_| odd("digest"))?,
    })
}

#[async_trait]
impl Purpose for Payments {
    fn name(&self) -> &'static str {
        PAYMENTS
    }

    async fn open(&self, work: &Work, subject: &str, person: &PersonId) -> Result<Order, Refusal> {
        let mut tx = work.read().await?;
        let step = step_of(&mut tx, subject).await?;
        run::may_sign(work, &mut tx, person, &step).await?;
        run::at_screen(&mut tx, &step, person).await?;
        Ok(order(&mut tx, &step).await?)
    }

    async fn prepare(
        &self,
        work: &Work,
        order: &Order,
        person: &PersonId,
        drawing: Option<&Drawing>,
    ) -> Result<Draft, Refusal> {
        let mut tx = work.read().await?;
        let step = step_of(&mut tx, &order.subject).await?;
        let document = Document::get(&mut tx, &step.document).await?;
        let signer = person::by_id_in(&mut tx, person).await?.ok_or(ActRefused::Unknown)?;
        drop(tx);
        let role = Lang::Ms.say(&format!("igfmas-role-{}", step.role.as_str()));
        let masked = signer.masked_id(&*self.keys).await?;
        // Officers sign with PIN and code and draw nothing (SCR-14): their name stands where others draw.
        let typed = Drawing::typed(signer.name.as_str())?;
        let drawing = drawing.unwrap_or(&typed);
        let block = PartyBlock { name: signer.name.as_str(), role: &role, ic_masked: &masked, time: work.now, drawing };
        Ok(Draft {
            field: format!("Party{}", step.seq),
            role: if step.seq == document.steps { SignatureRole::Last } else { SignatureRole::Middle },
            name: signer.name.to_string(),
            reason: Lang::Ms.say_with("igfmas-reason", &[("role", &role)]),
            fills: Vec::new(),
            appearance: Some(appearance::party_block(&block)?),
        })
    }

    async fn claim(&self, work: &Work, tx: &mut Tx, wanted: &Order, person: &PersonId) -> Result<(), Refusal> {
        let step = step_of(tx, &wanted.subject).await?;
        let hash = Document::get(tx, &step.document).await?.hash;
        let step = sign::claim_step(work, tx, person, &step.id, &hash).await?;
        if order(tx, &step).await? == *wanted { Ok(()) } else { Err(ActRefused::Changed.into()) }
    }

    async fn release(&self, _work: &Work, tx: &mut Tx, order: &Order) -> Result<(), Refusal> {
        let step = step_of(tx, &order.subject).await?;
        Ok(sign::release_step(tx, &step.id).await?)
    }

    async fn void(&self, work: &Work, tx: &mut Tx, order: &Order, person: &PersonId) -> Result<(), Refusal> {
        let step = step_of(tx, &order.subject).await?;
        sign::release_step(tx, &step.id).await?;
        let facts = json!({ "version": step.version, "seq": step.seq, "person": person });
        Ok(audit::record(work, tx, "igfmas.signature-void", step.document.as_str(), facts).await?)
    }

    async fn commit(&self, work: &Work, tx: &mut Tx, signed: &Signed) -> Result<(), Refusal> {
        let step = step_of(tx, &signed.order.subject).await?;
        let length = i64::try_from(signed.length).map_err(|_| DbError::Inconsistent("length".to_owned()))?;
        let (before, after) = (signed.order.head_sha256.to_vec(), signed.sha256.to_vec());
        let values = args![&step.document, step.version, before, length, after];
        let moved = tx.first(store::MOVE_HEAD, values).await?;
        moved.ok_or_else(|| DbError::Conflict { constraint: "igfmas_document_version head".to_owned() })?;
        let made = NewSignature {
            officer: &signed.person,
            ceremony: signed.ceremony.as_str(),
            certificate: &signed.certificate,
            factor: &signed.factor,
            revision: signed.sha256,
            at: signed.at,
        };
        sign::record_signature(work, tx, &step.id, &made).await?;
        Ok(())
    }
}
