//! How an agreement is signed: this room's plug in the spine ([`signing::Purpose`](crate::signing::Purpose)).

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::model::{AgreementId, AgreementState, TurnId};
use super::record::{Agreement, Party, Turn, Version};
use super::turn::{self, TurnRefused, refusal};
use super::{serial, store};
use crate::document::appearance::{self, Drawing, PartyBlock};
use crate::document::{Fill, SignatureRole};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::Recipient;
use crate::person::{self, PersonId};
use crate::signing::{Draft, Order, Purpose, Refusal, Signed};
use crate::{args, audit, fault, outbox};

/// The word of this purpose in submissions and rows.
pub const PURPOSE: &str = "espa";

/// Signs housing sale agreements.
pub struct Espa {
    /// Opens masked numbers, derives the address of the QR code.
    pub keys: Arc<dyn KeyStore>,
    /// The origin of that address.
    pub public_url: String,
    /// Keep a complete agreement by a document time stamp.
    pub archive: bool,
}

/// There is no drawn signature (SIGN-7).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the signature is not drawn")]
pub struct NotDrawn;

fault! { NotDrawn => "signature-not-drawn", Invalid }

/// The turn named by `subject`, if it is this person's.
async fn turn_of(tx: &mut Tx, subject: &str, person: &PersonId) -> Result<Turn, TurnRefused> {
    let id = TurnId::parse(subject).ok_or(TurnRefused::Unknown)?;
    Turn::find(tx, &id).await?.filter(|turn| turn.person == *person).ok_or(TurnRefused::Unknown)
}

#[async_trait]
impl Purpose for Espa {
    fn name(&self) -> &'static str {
        PURPOSE
    }

    fn archives(&self) -> bool {
        self.archive
    }

    async fn open(&self, work: &Work, subject: &str, person: &PersonId) -> Result<Order, Refusal> {
        let mut tx = work.read().await?;
        let turn = turn_of(&mut tx, subject, person).await?;
        let version = Version::get(&mut tx, &turn.agreement, turn.version).await?;
        match refusal(work, &mut tx, &turn).await? {
            // A ready turn lacks nothing but, perhaps, the same bytes.
            TurnRefused::HeadChanged if turn.reviewed.as_deref() == Some(&version.head.sha256[..]) => {}
            refused => return Err(refused.into()),
        }
        Ok(Order {
            subject: subject.to_owned(),
            version: turn.version,
            document: version.head.document,
            head_length: version.head.length,
            head_sha256: version.head.sha256,
        })
    }

    async fn prepare(
        &self,
        work: &Work,
        order: &Order,
        person: &PersonId,
        drawing: Option<&Drawing>,
    ) -> Result<Draft, Refusal> {
        let drawing = drawing.ok_or(NotDrawn)?;
        let mut tx = work.read().await?;
        let turn = turn_of(&mut tx, &order.subject, person).await?;
        let agreement = Agreement::get(&mut tx, &turn.agreement).await?;
        let party = Party::get(&mut tx, &turn.party).await?;
        let turns = Turn::all(&mut tx, &turn.agreement, turn.version).await?.len();
        let signer = person::by_id_in(&mut tx, person).await?.ok_or(TurnRefused::Unknown)?;
        drop(tx);
        let role = party.title.say(agreement.lang);
        let masked = signer.masked_id(&*self.keys).await?;
        let block = PartyBlock { name: signer.name.as_str(), role: &role, ic_masked: &masked, time: work.now, drawing };
        let appearance = appearance::party_block(&block)?;
        let fills = if turn.seq == 1 { self.first_fills(work, &turn).await? } else { Vec::new() };
        Ok(Draft {
            field: format!("Party{}", turn.seq),
            role: part(turn.seq as usize, turns, &fills),
            name: signer.name.to_string(),
            reason: agreement.lang.say_with("espa-reason", &[("role", &role)]),
            fills,
            appearance: Some(appearance),
        })
    }

    async fn claim(&self, work: &Work, tx: &mut Tx, order: &Order, person: &PersonId) -> Result<(), Refusal> {
        let values = args![&order.subject, person, order.version, order.head_sha256.to_vec(), work.now];
        if tx.first(store::CLAIM_TURN, values).await?.is_some() {
            return Ok(());
        }
        let turn = turn_of(tx, &order.subject, person).await?;
        Err(refusal(work, tx, &turn).await?.into())
    }

    async fn release(&self, _work: &Work, tx: &mut Tx, order: &Order) -> Result<(), Refusal> {
        tx.execute(store::RELEASE_TURN, args![&order.subject]).await?;
        Ok(())
    }

    async fn void(&self, work: &Work, tx: &mut Tx, order: &Order, person: &PersonId) -> Result<(), Refusal> {
        self.release(work, tx, order).await?;
        let to = Recipient::Person(person.to_string());
        outbox::mail(work, tx, "hims.signature-void", &to, json!({ "turn": order.subject })).await?;
        Ok(())
    }

    async fn commit(&self, work: &Work, tx: &mut Tx, signed: &Signed) -> Result<(), Refusal> {
        let row = tx.first(store::SIGN_TURN, args![&signed.order.subject, signed.at]).await?;
        let row = row.ok_or(TurnRefused::Signed)?;
        let agreement: AgreementId = row.id("agreement")?;
        let version = u32::try_from(row.int("version")?).unwrap_or(0);
        store_revision(work, tx, &agreement, version, signed).await?;
        match turn::open_next(work, tx, &agreement, version).await? {
            Some(_) => {
                tx.execute(store::SET_STATE, args![&agreement, AgreementState::Signing.as_str(), work.now]).await?;
            }
            None => complete(work, tx, &agreement, version).await?,
        }
        let facts = json!({
            "turn": signed.order.subject, "version": version, "sha256": hex::encode(signed.sha256),
            "certificate": signed.certificate,
        });
        audit::record(work, tx, "espa.signed", agreement.as_str(), facts).await?;
        Ok(())
    }
}

impl Espa {
    /// Serial number and QR code: filled in the revision of the first signature, and so covered by it.
    async fn first_fills(&self, work: &Work, turn: &Turn) -> Result<Vec<Fill>, Refusal> {
        let serial = serial::allocate(work, &turn.agreement, turn.version).await?;
        let shown = appearance::serial(&serial.number)?;
        let mut fills: Vec<Fill> = (1..=serial.fields)
            .map(|page| Fill {
                field: format!("Serial{page}"),
                value: Some(serial.number.clone()),
                appearance: shown.clone(),
            })
            .collect();
        let path = serial::path(&*self.keys, &serial.number).await?;
        let address = format!("{}{path}", self.public_url);
        fills.push(Fill { field: "QR".to_owned(), value: None, appearance: appearance::qr(&address)? });
        Ok(fills)
    }
}

/// The part a signature plays: the first locks what it filled in, the last leaves room for validation data only.
fn part(seq: usize, turns: usize, fills: &[Fill]) -> SignatureRole {
    if seq == 1 {
        SignatureRole::First { locks: fills.iter().map(|fill| fill.field.clone()).collect() }
    } else if seq == turns {
        SignatureRole::Last
    } else {
        SignatureRole::Middle
    }
}

async fn store_revision(
    work: &Work,
    tx: &mut Tx,
    agreement: &AgreementId,
    version: u32,
    signed: &Signed,
) -> Result<(), DbError> {
    let length = i64::try_from(signed.length).map_err(|_| DbError::Inconsistent("length".to_owned()))?;
    let (before, after) = (signed.order.head_sha256.to_vec(), signed.sha256.to_vec());
    let moved = tx.first(store::MOVE_HEAD, args![agreement, version, before, length, after]).await?;
    let seq = moved.ok_or_else(|| DbError::Conflict { constraint: "espa_version head".to_owned() })?.int("head_seq")?;
    let values = args![
        agreement,
        version,
        seq,
        length,
        hex::encode(signed.sha256),
        &signed.order.subject,
        signed.ceremony.as_str(),
        &signed.certificate,
        &signed.factor,
        work.now
    ];
    tx.execute(store::ADD_REVISION, values).await?;
    Ok(())
}

/// Everybody has signed: the agreement is complete, and everybody gets it with the head of the audit trail.
async fn complete(work: &Work, tx: &mut Tx, agreement: &AgreementId, version: u32) -> Result<(), DbError> {
    let unsigned = tx.one(store::UNSIGNED, args![agreement, version]).await?.int("unsigned")?;
    if unsigned != 0 {
        return Err(DbError::Inconsistent(format!("{unsigned} turns of {agreement} neither wait nor are signed")));
    }
    tx.execute(store::COMPLETE, args![agreement, work.now]).await?;
    tx.execute(store::COMPLETE_VERSION, args![agreement, version, work.now]).await?;
    let ids = json!({ "agreement": agreement, "version": version, "at": work.now.millis() });
    let mut told: Vec<PersonId> = Vec::new();
    for turn in Turn::all(tx, agreement, version).await? {
        if !told.contains(&turn.person) {
            let to = Recipient::Person(turn.person.to_string());
            outbox::mail(work, tx, "hims.completed", &to, ids.clone()).await?;
            outbox::notice(work, tx, turn.person.as_str(), "espa-completed", ids.clone()).await?;
            told.push(turn.person);
        }
    }
    let pemaju = Agreement::get(tx, agreement).await?.created_by;
    outbox::mail(work, tx, "hims.completed", &Recipient::Account(pemaju.to_string()), ids).await?;
    audit::record(work, tx, "espa.completed", agreement.as_str(), json!({ "version": version })).await
}
