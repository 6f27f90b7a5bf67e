//! Nonce, digests, PIN and code come together: the signatures are made.

use std::sync::Arc;

use async_trait::async_trait;
use mohor_shared::pin::Pin;
use serde_json::json;

use super::ask::windows;
use super::model::{Request, RequestId};
use super::store::{self, load};
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::signing::{self, BatchOrder, BatchReceipt, Claim, Refusal, SignError, Spine};
use crate::{args, attempt, audit, fault};

/// The word of this workflow among the batches.
const PURPOSE: &str = "roaming";

/// What the system hands in (GPKI-17: PIN and code in the same request).
#[derive(Clone, Debug)]
pub struct Redeem {
    /// The request.
    pub id: RequestId,
    /// Who hands in: the id of the system.
    pub requester: String,
    /// What the system was given with the request.
    pub nonce: [u8; 32],
    /// What is to be signed: the same, in the same order.
    pub digests: Vec<[u8; 32]>,
    /// The PIN.
    pub pin: Pin,
    /// The code.
    pub code: Secret<String>,
    /// Names this submission: the same one sent twice gives the same answer.
    pub key: String,
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum RedeemRefused {
    /// No request of that id, nonce and system stands. Which of them is wrong is told to nobody.
    #[error("the request is over")]
    Over,
    /// Other digests than those that the person was asked for.
    #[error("the digests are not those of the request")]
    Changed,
    /// The ceremony refused.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RedeemRefused {
        Over => "roaming-over", Gone;
        Changed => "roaming-digests-changed", Conflict;
    } transparent { Sign, Db }
}

/// Signs what the person was asked for. All of it is authorised or nothing is; each digest has its own result.
///
/// # Errors
/// [`RedeemRefused`].
pub async fn authorise(work: &Work, spine: &Spine, redeem: Redeem) -> Result<BatchReceipt, RedeemRefused> {
    let request = known(work, &redeem).await?;
    if request.open && !request.stands(work.now) {
        return Err(RedeemRefused::Over);
    }
    if request.digests != redeem.digests {
        return Err(RedeemRefused::Changed);
    }
    let order = BatchOrder {
        purpose: PURPOSE,
        subject: request.id.to_string(),
        person: request.person.clone(),
        key: redeem.key,
        target: request.target(redeem.nonce, &redeem.digests),
        digests: redeem.digests,
        pin: redeem.pin,
        code: redeem.code,
    };
    if !request.open {
        // Over for whoever comes new; the same submission again hears its answer.
        return again(work, &order).await;
    }
    match signing::sign_digests(work, spine, order, Arc::new(Consume(request))).await {
        Ok(receipt) => Ok(receipt),
        Err(SignError::Refused(refusal)) if refusal.0.code() == "roaming-over" => Err(RedeemRefused::Over),
        Err(error) => Err(error.into()),
    }
}

/// What became of a request that was redeemed: for a system that did not hear the answer.
///
/// # Errors
/// [`RedeemRefused::Over`] for another id, nonce or system.
pub async fn outcome(
    work: &Work,
    requester: &str,
    id: &RequestId,
    nonce: &[u8; 32],
) -> Result<Option<BatchReceipt>, RedeemRefused> {
    let request = load(work, id).await?.ok_or(RedeemRefused::Over)?;
    if request.requester != requester || !request.is_held_by(nonce) {
        return Err(RedeemRefused::Over);
    }
    Ok(signing::batch_of(work, PURPOSE, id.as_str()).await?)
}

async fn known(work: &Work, redeem: &Redeem) -> Result<Request, RedeemRefused> {
    let request = load(work, &redeem.id).await?.ok_or(RedeemRefused::Over)?;
    let own = request.requester == redeem.requester && request.is_held_by(&redeem.nonce);
    if own { Ok(request) } else { Err(RedeemRefused::Over) }
}

async fn again(work: &Work, order: &BatchOrder) -> Result<BatchReceipt, RedeemRefused> {
    match signing::batch_answer(work, order).await {
        Ok(Some(receipt)) => Ok(receipt),
        Ok(None) | Err(SignError::AlreadySigned) => Err(RedeemRefused::Over),
        Err(error) => Err(error.into()),
    }
}

/// The request in tx B of its batch.
struct Consume(Request);

#[async_trait]
impl Claim for Consume {
    async fn claim(&self, work: &Work, tx: &mut Tx) -> Result<(), Refusal> {
        let taken = tx.first(store::CONSUME, args![&self.0.id, work.now]).await?;
        taken.ok_or(RedeemRefused::Over)?;
        for (window, ..) in windows(&self.0.person) {
            attempt::forgive(tx, &window).await?;
        }
        let facts = json!({ "request": self.0.id, "requester": self.0.requester, "count": self.0.digests.len() });
        audit::record(work, tx, "roaming.consumed", self.0.person.as_str(), facts).await?;
        Ok(())
    }
}
