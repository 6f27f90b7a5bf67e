//! What a crash, a fault or a silent time-stamp authority left behind.

use serde_json::json;

use super::finish::finish;
use super::model::{CeremonyId, Left, Outcome, SignError};
use super::store::{self, BatchState, Ceremony, State};
use super::{Spine, batch, lease};
use crate::attempt::{self, Spent};
use crate::kernel::work::Work;
use crate::{args, audit};

/// What a recovery did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recovered {
    /// Ended without a signature: turn open again, try given back.
    pub released: u32,
    /// Finished without the person.
    pub finished: u32,
    /// Still waiting for the time-stamp authority, or failing for a reason that is in the log.
    pub waiting: u32,
}

impl Recovered {
    fn count(&mut self, finished: Result<Outcome, SignError>) -> Result<(), SignError> {
        match finished {
            Ok(Outcome::Signed(_)) => self.finished += 1,
            Ok(Outcome::Waiting(_)) => self.waiting += 1,
            Err(SignError::CertificateEnded | SignError::CertificateRevoked) => self.released += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Closes every ceremony that was left: finishes it when its signature value exists, releases it when not. Takes no
/// other input and is idempotent.
///
/// # Errors
/// Only when the database does not answer; what goes wrong with one ceremony is logged and leaves the others.
pub async fn recover(work: &Work, spine: &Spine, left: Left) -> Result<Recovered, SignError> {
    let rows = match left {
        Left::ByUs => work.read().await?.all(store::OWN_LEFT, args![work.server()]).await?,
        Left::For(idle) => work.read().await?.all(store::LEFT, args![work.now.minus(idle)]).await?,
    };
    let (mut done, mut silent) = (Recovered::default(), false);
    for row in rows {
        let id: CeremonyId = row.id("id")?;
        let result = match State::parse(&row.text("state")?)? {
            state @ (State::Trying | State::Intended) => {
                release(work, spine, &id, state).await.map(|released| done.released += u32::from(released))
            }
            // Whoever has not answered is not asked again for each of the others: other jobs wait behind this one.
            _ if silent => done.count(Ok(Outcome::Waiting(id.clone()))),
            _ => {
                let finished = finish(work, spine, &id).await;
                silent = matches!(finished, Ok(Outcome::Waiting(_)));
                done.count(finished)
            }
        };
        if let Err(error) = result {
            done.waiting += 1;
            tracing::error!(ceremony = %id, %error, "a ceremony could not be recovered; it is tried again");
        }
    }
    recover_batches(work, left, &mut done).await?;
    lease::end_left(work, left).await?;
    Ok(done)
}

/// Batches need nobody's answer: what is signed counts, and the rest is asked for anew.
async fn recover_batches(work: &Work, left: Left, done: &mut Recovered) -> Result<(), SignError> {
    let rows = match left {
        Left::ByUs => work.read().await?.all(store::BATCHES_OWN_LEFT, args![work.server()]).await?,
        Left::For(idle) => work.read().await?.all(store::BATCHES_LEFT, args![work.now.minus(idle)]).await?,
    };
    for row in rows {
        let id: CeremonyId = row.id("id")?;
        match BatchState::parse(&row.text("state")?)? {
            BatchState::Trying => done.released += u32::from(batch::release(work, &id).await?),
            _ => done.finished += u32::from(batch::close(work, &id).await?),
        }
    }
    Ok(())
}

/// Ends a ceremony that stands at `state`, before the key has signed: gives the try back, opens the turn again.
/// `false` when it has moved on meanwhile.
///
/// A try of a ceremony in TRYING comes back although nobody knows whether its PIN was right. That gives no
/// guess away: every verdict is committed before it is told, so the outcome of such a try was told to no one.
pub(super) async fn release(work: &Work, spine: &Spine, id: &CeremonyId, state: State) -> Result<bool, SignError> {
    let word = if state == State::Trying { "TRYING" } else { "INTENDED" };
    let mut tx = work.write().await?;
    let Some(row) = tx.first(store::RELEASE, args![id, word, work.now]).await? else { return Ok(false) };
    let spent = Spent::unfinished(row.text("pin_counter")?, row.int("pin_round")?);
    attempt::refund(work, &mut tx, spent).await?;
    let ceremony = Ceremony::from_row(tx.one(store::BY_ID, args![id]).await?)?;
    if state == State::Intended {
        spine.purpose(&ceremony.purpose)?.release(work, &mut tx, &ceremony.order).await?;
    }
    let facts = json!({ "ceremony": id.as_str(), "state": word });
    audit::record(work, &mut tx, "signing.released", &ceremony.order.subject, facts).await?;
    tx.commit().await?;
    Ok(true)
}
