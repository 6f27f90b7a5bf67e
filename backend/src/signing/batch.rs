//! Signatures over digests: one PIN and one code for up to a thousand of them (GPKI-8, FIN-31).
//!
//! ```text
//!  tx A     TRYING     one PIN try spent
//!             │  vault opens the seal ──wrong──▶ REFUSED (the try stays spent)
//!  tx B     INTENDED   code consumed · tries forgiven · request claimed: all or nothing
//!             │  vault signs a group, the group is stored, the next one …
//!           DONE       every digest has its signature
//!
//!  TRYING ──crash──▶ RELEASED: try given back       INTENDED ──crash, revoked, key store fails──▶ CUT: what is signed counts
//! ```
//!
//! A digest of a batch that was cut is signed by a new request with a new code: the key is gone with the process.

use std::sync::Arc;

use async_trait::async_trait;
use mohor_shared::pin::Pin;
use serde_json::json;

use super::beside::detached;
use super::model::{CeremonyId, Refusal, SignError};
use super::ports::{Credential, ReservedCode};
use super::step::Step;
use super::store::{self, Batch};
use super::{Spine, key, lease};
use crate::attempt::{self, Spent};
use crate::factor::Target;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::vault::{self, Opened, OpenedKey, PinRefused, PinTry, Unopened, VaultKey};
use crate::{args, audit};

/// How many signatures are stored at once: what a crash can lose.
const GROUP: usize = 100;

/// Digests to be signed, and what the person gave for them.
#[derive(Clone, Debug)]
pub struct BatchOrder {
    /// The workflow: `roaming`.
    pub purpose: &'static str,
    /// The request.
    pub subject: String,
    /// Whose key.
    pub person: PersonId,
    /// Names this submission: the same one sent twice gives the same answer.
    pub key: String,
    /// What the code has to be for.
    pub target: Target,
    /// What is signed, in this order.
    pub digests: Vec<[u8; 32]>,
    /// The PIN.
    pub pin: Pin,
    /// The code.
    pub code: Secret<String>,
}

/// The workflow's part of tx B.
#[async_trait]
pub trait Claim: Send + Sync {
    /// A compare-and-swap that takes the request, if it still stands.
    ///
    /// # Errors
    /// The refusal of the workflow; then nothing of the batch has happened but the check of PIN and code.
    async fn claim(&self, work: &Work, tx: &mut Tx) -> Result<(), Refusal>;
}

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchReceipt {
    /// The ceremony.
    pub ceremony: CeremonyId,
    /// Serial number of the certificate, lower-case hexadecimal.
    pub certificate: String,
    /// The factor beside the PIN: `turn-code`, `mail-code`.
    pub factor: String,
    /// When the person authorised it.
    pub at: Timestamp,
    /// One for each digest, in its order; `None` where the batch was cut before it.
    pub signatures: Vec<Option<Vec<u8>>>,
}

/// Signs the digests of `order`: all are authorised together, and each has its own result.
///
/// The same submission sent again gives the same answer. A caller that goes away does not end the batch.
///
/// # Errors
/// [`SignError`]. A wrong code spends no PIN try; a wrong PIN uses up no code.
pub async fn sign_digests(
    work: &Work,
    spine: &Spine,
    order: BatchOrder,
    claim: Arc<dyn Claim>,
) -> Result<BatchReceipt, SignError> {
    let (work, spine) = (work.clone(), spine.clone());
    detached(async move { in_turn(&work, &spine, &order, &*claim).await }).await
}

/// The receipt of the batch that `subject` of `purpose` got; `None` before there is one.
///
/// # Errors
/// [`SignError::Database`].
pub async fn batch_of(work: &Work, purpose: &str, subject: &str) -> Result<Option<BatchReceipt>, SignError> {
    match held(work, purpose, subject).await? {
        Some(batch) if batch.state.is_over() => Ok(Some(receipt(work, batch).await?)),
        _ => Ok(None),
    }
}

async fn in_turn(work: &Work, spine: &Spine, order: &BatchOrder, claim: &dyn Claim) -> Result<BatchReceipt, SignError> {
    if let Some(done) = batch_answer(work, order).await? {
        return Ok(done);
    }
    let key = vault::active_key(&mut work.read().await?, &order.person).await?.ok_or(PinRefused::Unset)?;
    let lease = lease::take(work, &key.id).await?;
    let done = alone(work, spine, order, claim, &key, &lease.ceremony).await;
    lease.give_back(work).await;
    done
}

async fn alone(
    work: &Work,
    spine: &Spine,
    order: &BatchOrder,
    claim: &dyn Claim,
    key: &VaultKey,
    ceremony: &CeremonyId,
) -> Result<BatchReceipt, SignError> {
    // Whoever waited for the lease finds what the other one has done.
    if let Some(done) = batch_answer(work, order).await? {
        return Ok(done);
    }
    // The certificate before the PIN: nobody spends a try on a certificate that has ended.
    let credential = spine.tools.credentials.current(work, key).await?;
    let reserved = spine.tools.factor.check(work, &order.person, &order.target, order.code.expose()).await?;
    let underway = Underway { spine, order, credential: &credential, ceremony };
    let pin_try = underway.begin(work, key, reserved.kind()).await?;
    spine.tools.steps.reached(Step::TrySpent);
    let Opened { key, spent } = underway.open(work, pin_try).await?;
    spine.tools.steps.reached(Step::Opened);
    if let Err(error) = underway.intend(work, key.key(), claim, reserved, spent).await {
        return underway.give_up(work, key, error).await;
    }
    spine.tools.steps.reached(Step::Intended);
    let signed = underway.sign(work, &key).await;
    key::close(key).await;
    if let Err(error) = signed {
        tracing::warn!(%ceremony, %error, "a batch was cut");
    }
    close(work, ceremony).await?;
    receipt(work, load(work, ceremony).await?).await
}

async fn held(work: &Work, purpose: &str, subject: &str) -> Result<Option<Batch>, DbError> {
    let row = work.read().await?.first(store::BATCH_HOLDER, args![purpose, subject]).await?;
    row.map(Batch::from_row).transpose()
}

async fn load(work: &Work, id: &CeremonyId) -> Result<Batch, DbError> {
    Batch::from_row(work.read().await?.one(store::BATCH, args![id]).await?)
}

/// What became of an earlier submission for the request; `None`: there was none.
///
/// # Errors
/// [`SignError::AlreadySigned`] when it was another one, [`SignError::Underway`] while it is at work.
pub async fn batch_answer(work: &Work, order: &BatchOrder) -> Result<Option<BatchReceipt>, SignError> {
    let Some(batch) = held(work, order.purpose, &order.subject).await? else { return Ok(None) };
    let same = batch.person == order.person && batch.submission == order.key;
    match batch.state.is_over() {
        true if same => Ok(Some(receipt(work, batch).await?)),
        true => Err(SignError::AlreadySigned),
        false => Err(SignError::Underway),
    }
}

async fn receipt(work: &Work, batch: Batch) -> Result<BatchReceipt, SignError> {
    let mut signatures = vec![None; batch.count];
    for row in work.read().await?.all(store::GROUPS, args![&batch.id]).await? {
        let first = usize::try_from(row.int("first")?).unwrap_or(usize::MAX);
        let slots = signatures.iter_mut().skip(first);
        for (slot, signature) in slots.zip(unpacked(&row.bytes("signatures")?)?) {
            *slot = Some(signature);
        }
    }
    let Batch { id, certificate, factor, at, .. } = batch;
    Ok(BatchReceipt { ceremony: id, certificate, factor, at, signatures })
}

/// Ends a batch that was intended: DONE when every digest has its signature, CUT when not.
pub(super) async fn close(work: &Work, id: &CeremonyId) -> Result<bool, SignError> {
    let mut tx = work.write().await?;
    let batch = Batch::from_row(tx.one(store::BATCH, args![id]).await?)?;
    let mut signed = 0;
    for row in tx.all(store::GROUPS, args![id]).await? {
        signed += unpacked(&row.bytes("signatures")?)?.len();
    }
    let word = if signed == batch.count { "DONE" } else { "CUT" };
    let closed = tx.first(store::BATCH_CLOSE, args![id, word, work.now]).await?.is_some();
    if closed {
        let facts = json!({ "ceremony": id.as_str(), "person": batch.person.as_str(), "factor": batch.factor,
            "certificate": batch.certificate, "count": batch.count, "signed": signed });
        audit::record(work, &mut tx, "signing.batch-done", &batch.subject, facts).await?;
        tx.commit().await?;
    }
    Ok(closed)
}

/// Ends a batch before the key has signed: gives the try back. `false` when it has moved on meanwhile.
pub(super) async fn release(work: &Work, id: &CeremonyId) -> Result<bool, SignError> {
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::BATCH_RELEASE, args![id, work.now]).await? else { return Ok(false) };
    let spent = Spent::unfinished(row.text("pin_counter")?, row.int("pin_round")?);
    attempt::refund(work, &mut tx, spent).await?;
    audit::record(work, &mut tx, "signing.batch-released", &row.text("subject")?, json!({ "ceremony": id })).await?;
    tx.commit().await?;
    Ok(true)
}

struct Underway<'a> {
    spine: &'a Spine,
    order: &'a BatchOrder,
    credential: &'a Credential,
    ceremony: &'a CeremonyId,
}

impl Underway<'_> {
    /// Tx A: one PIN try is spent, and the batch that it is spent for is written down with it.
    async fn begin(&self, work: &Work, key: &VaultKey, factor: &str) -> Result<PinTry, SignError> {
        let order = self.order;
        let (mut tx, pin_try) = key::spend(work, key, &order.subject).await?;
        let row = args![
            self.ceremony,
            order.purpose,
            &order.subject,
            &order.person,
            &order.key,
            order.digests.concat(),
            pin_try.spent().name(),
            pin_try.spent().round(),
            &self.credential.serial,
            factor,
            work.server(),
            work.now,
        ];
        tx.execute(store::BATCH_BEGIN, row).await?;
        tx.commit().await?;
        Ok(pin_try)
    }

    /// The PIN check. A wrong PIN ends the batch and keeps the try; a fault of the vault gives it back.
    async fn open(&self, work: &Work, pin_try: PinTry) -> Result<Opened, SignError> {
        let opened = vault::open(work, &self.spine.tools.vault, pin_try, &self.order.pin).await;
        let Unopened { refused, spent } = match opened {
            Ok(opened) => return Ok(opened),
            Err(unopened) => unopened,
        };
        if spent.is_some() {
            release(work, self.ceremony).await?;
            return Err(refused.into());
        }
        key::refuse(work, store::BATCH_REFUSE, self.ceremony, &self.order.subject, &refused).await?;
        Err(refused.into())
    }

    /// Tx B: key still the person's, code consumed, request claimed, tries forgiven.
    async fn intend(
        &self,
        work: &Work,
        key: &VaultKey,
        claim: &dyn Claim,
        reserved: Box<dyn ReservedCode>,
        spent: Spent,
    ) -> Result<(), SignError> {
        let mut tx = work.write().await?;
        key::still(&mut tx, key).await?;
        match tx.first(store::BATCH_INTEND, args![self.ceremony, work.now]).await {
            Ok(Some(_)) => {}
            Ok(None) | Err(DbError::Conflict { .. }) => return Err(SignError::Underway),
            Err(error) => return Err(error.into()),
        }
        let factor = reserved.kind();
        reserved.consume(work, &mut tx).await?;
        claim.claim(work, &mut tx).await?;
        attempt::refund_all(work, &mut tx, spent).await?;
        let facts = json!({
            "ceremony": self.ceremony.as_str(), "factor": factor, "certificate": self.credential.serial,
            "count": self.order.digests.len(),
            "digests": hex::encode(mohor_shared::binding::digests(&self.order.digests)),
        });
        audit::record(work, &mut tx, "signing.batch-intended", &self.order.subject, facts).await?;
        Ok(tx.commit().await?)
    }

    /// Group by group. Before each one the certificate is asked for again: what is revoked in the middle of a batch signs
    /// no more of it.
    async fn sign(&self, work: &Work, key: &OpenedKey) -> Result<(), SignError> {
        for (number, group) in (0_i64..).zip(self.order.digests.chunks(GROUP)) {
            let work = &work.later();
            self.spine.tools.credentials.current(work, key.key()).await?;
            let mut packed = Vec::new();
            for digest in group {
                pack(&mut packed, &key.sign_one(digest).await.map_err(SignError::Key)?)?;
            }
            self.spine.tools.steps.reached(Step::Signed);
            let mut tx = work.write().await?;
            key::still(&mut tx, key.key()).await?;
            // A recovery that took this batch for dead has closed it: what it told the caller stays true.
            tx.first(store::BATCH_MOVE, args![self.ceremony, work.now]).await?.ok_or(SignError::Underway)?;
            let first = number * i64::try_from(GROUP).unwrap_or(i64::MAX);
            tx.execute(store::GROUP, args![self.ceremony, first, packed]).await?;
            tx.commit().await?;
            self.spine.tools.steps.reached(Step::Valued);
        }
        Ok(())
    }

    /// Ends a batch whose PIN was right but whose tx B was not committed: key closed, try given back.
    async fn give_up<T>(&self, work: &Work, key: OpenedKey, error: SignError) -> Result<T, SignError> {
        key::close(key).await;
        release(work, self.ceremony).await?;
        Err(error)
    }
}

/// A signature behind its length.
fn pack(into: &mut Vec<u8>, signature: &[u8]) -> Result<(), DbError> {
    let length = u16::try_from(signature.len()).map_err(|_| damaged())?;
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(signature);
    Ok(())
}

fn unpacked(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, DbError> {
    let mut signatures = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (signature, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(damaged)?;
        signatures.push(signature.to_vec());
        bytes = rest;
    }
    if bytes.is_empty() { Ok(signatures) } else { Err(damaged()) }
}

fn damaged() -> DbError {
    DbError::Inconsistent("a group of signatures".to_owned())
}
