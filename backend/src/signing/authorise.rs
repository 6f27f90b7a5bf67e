//! The spine: from a submission to a signature, each room once (house section 7).

use serde_json::json;

use super::beside::{computed, detached};
use super::finish::finish;
use super::model::{CeremonyId, Outcome, SignError, Submission};
use super::ports::{Credential, ReservedCode};
use super::purpose::{Order, Purpose};
use super::recover::release;
use super::step::Step;
use super::store::{self, Ceremony, State};
use super::{Spine, finish, key, lease};
use crate::attempt::{self, Spent};
use crate::document::cms::{SignedAttributes, signed_attributes};
use crate::document::{Prepared, SignatureRequest};
use crate::factor::Target;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault as _, Kind};
use crate::kernel::work::Work;
use crate::vault::{self, Opened, OpenedKey, PinRefused, PinTry, Unopened, VaultKey};
use crate::{args, audit, document};

/// Signs what was shown, if the person is who they say and wants to.
///
/// The same submission sent again gives the same answer. A second one for the same turn waits for the first and gets
/// [`SignError::AlreadySigned`], or [`SignError::Underway`] while the first waits for its time stamp. A browser that
/// goes away (the first of two clicks) does not end its ceremony.
///
/// # Errors
/// [`SignError`]. A wrong code spends no PIN try; a wrong PIN uses up no code.
pub async fn authorise(work: &Work, spine: &Spine, submission: &Submission) -> Result<Outcome, SignError> {
    let (work, spine, submission) = (work.clone(), spine.clone(), submission.clone());
    detached(async move { in_turn(&work, &spine, &submission).await }).await
}

/// One ceremony for one key at a time.
async fn in_turn(work: &Work, spine: &Spine, submission: &Submission) -> Result<Outcome, SignError> {
    let purpose = spine.purpose(&submission.purpose)?;
    let Some(key) = vault::active_key(&mut work.read().await?, &submission.person).await? else {
        if let Some(outcome) = answered(work, submission).await? {
            return Ok(outcome);
        }
        // Whoever is not asked for anything learns that, rather than what they would need.
        purpose.open(work, &submission.subject, &submission.person).await?;
        return Err(PinRefused::Unset.into());
    };
    let lease = lease::take(work, &key.id).await?;
    let outcome = alone(work, spine, purpose, submission, &key, &lease.ceremony).await;
    lease.give_back(work).await;
    outcome
}

async fn alone(
    work: &Work,
    spine: &Spine,
    purpose: &dyn Purpose,
    submission: &Submission,
    key: &VaultKey,
    ceremony: &CeremonyId,
) -> Result<Outcome, SignError> {
    if let Some(outcome) = answered(work, submission).await? {
        return Ok(outcome);
    }
    let order = purpose.open(work, &submission.subject, &submission.person).await?;
    if order.head_sha256 != submission.shown {
        return Err(SignError::HeadChanged);
    }
    // The certificate before the PIN: nobody spends a try on a certificate that has ended.
    let credential = spine.tools.credentials.current(work, key).await?;
    let code = submission.code.expose();
    let target = Target::turn(&order.subject, order.version, &order.head_sha256);
    let reserved = spine.tools.factor.check(work, &submission.person, &target, code).await?;
    let underway = Underway { spine, purpose, submission, order: &order, credential: &credential, ceremony };
    let pin_try = underway.begin(work, key, reserved.kind()).await?;
    spine.tools.steps.reached(Step::TrySpent);
    let Opened { key, spent } = underway.open(work, pin_try).await?;
    spine.tools.steps.reached(Step::Opened);
    let attributes = match underway.intend(work, key.key(), reserved, spent).await {
        Ok(attributes) => attributes,
        Err(error) => return underway.give_up(work, key, error).await,
    };
    spine.tools.steps.reached(Step::Intended);
    underway.sign(work, key, &attributes).await?;
    match finish(work, spine, ceremony).await {
        // The person has signed. What is down now (storage, database) is waited for without them.
        Err(error) if error.kind() == Kind::Unavailable => {
            tracing::warn!(%ceremony, %error, "a signature is finished later");
            Ok(Outcome::Waiting(ceremony.clone()))
        }
        outcome => outcome,
    }
}

/// What became of an earlier submission for the turn.
async fn answered(work: &Work, submission: &Submission) -> Result<Option<Outcome>, SignError> {
    let row = work.read().await?.first(store::HOLDER, args![&submission.purpose, &submission.subject]).await?;
    let Some(ceremony) = row.map(Ceremony::from_row).transpose()? else { return Ok(None) };
    let same = ceremony.person == submission.person && ceremony.submission == submission.key;
    match ceremony.state {
        State::Done if same => Ok(Some(Outcome::Signed(finish::receipt(&ceremony)?))),
        State::Done => Err(SignError::AlreadySigned),
        State::WaitingTimestamp | State::Stamped if same => Ok(Some(Outcome::Waiting(ceremony.id))),
        _ => Err(SignError::Underway),
    }
}

struct Underway<'a> {
    spine: &'a Spine,
    purpose: &'a dyn Purpose,
    submission: &'a Submission,
    order: &'a Order,
    credential: &'a Credential,
    ceremony: &'a CeremonyId,
}

impl Underway<'_> {
    /// Tx A: one PIN try is spent, and the ceremony that it is spent for is written down with it, so that a crash
    /// can give it back.
    async fn begin(&self, work: &Work, key: &VaultKey, factor: &str) -> Result<PinTry, SignError> {
        let (mut tx, pin_try) = key::spend(work, key, &self.submission.subject).await?;
        let (submission, order) = (self.submission, self.order);
        let row = args![
            self.ceremony,
            &submission.purpose,
            &submission.subject,
            &submission.person,
            &submission.key,
            &order.document,
            order.version,
            i64::try_from(order.head_length).unwrap_or(i64::MAX),
            order.head_sha256.to_vec(),
            pin_try.spent().name(),
            pin_try.spent().round(),
            &self.credential.serial,
            factor,
            work.now,
            work.server(),
        ];
        tx.execute(store::BEGIN, row).await?;
        tx.commit().await?;
        Ok(pin_try)
    }

    /// The PIN check. A wrong PIN ends the ceremony and keeps the try; a fault of the vault gives it back.
    async fn open(&self, work: &Work, pin_try: PinTry) -> Result<Opened, SignError> {
        let opened = vault::open(work, &self.spine.tools.vault, pin_try, &self.submission.pin).await;
        let Unopened { refused, spent } = match opened {
            Ok(opened) => return Ok(opened),
            Err(unopened) => unopened,
        };
        if spent.is_some() {
            release(work, self.spine, self.ceremony, State::Trying).await?;
            return Err(refused.into());
        }
        key::refuse(work, store::REFUSE, self.ceremony, &self.submission.subject, &refused).await?;
        Err(refused.into())
    }

    /// Fixes the digest, then tx B: key still the person's, code consumed, tries forgiven, turn claimed, intent recorded.
    async fn intend(
        &self,
        work: &Work,
        key: &VaultKey,
        reserved: Box<dyn ReservedCode>,
        spent: Spent,
    ) -> Result<SignedAttributes, SignError> {
        let (field, prepared) = self.prepare(work).await?;
        let attributes = signed_attributes(&prepared.digest, signer(self.credential))
            .map_err(|error| SignError::Refused(error.into()))?;
        self.spine.tools.steps.reached(Step::Prepared);
        let mut tx = work.write().await?;
        key::still(&mut tx, key).await?;
        let row = args![
            self.ceremony,
            &field,
            prepared.increment(),
            position(prepared.contents.start)?,
            position(prepared.contents.end)?,
            prepared.digest.to_vec(),
            work.now,
        ];
        match tx.first(store::INTEND, row).await {
            Ok(Some(_)) => {}
            Ok(None) | Err(DbError::Conflict { .. }) => return Err(SignError::Underway),
            Err(error) => return Err(error.into()),
        }
        let factor = reserved.kind();
        reserved.consume(work, &mut tx).await?;
        self.purpose.claim(work, &mut tx, self.order, &self.submission.person).await?;
        attempt::refund_all(work, &mut tx, spent).await?;
        let facts = json!({
            "ceremony": self.ceremony.as_str(), "digest": hex::encode(prepared.digest), "factor": factor,
            "certificate": self.credential.serial, "head": hex::encode(self.order.head_sha256),
        });
        audit::record(work, &mut tx, "signing.intended", &self.submission.subject, facts).await?;
        tx.commit().await?;
        Ok(attributes)
    }

    async fn prepare(&self, work: &Work) -> Result<(String, Prepared), SignError> {
        let head = finish::head(&self.spine.tools, self.order).await?;
        let drawing = self.submission.drawing.as_ref();
        let draft = self.purpose.prepare(work, self.order, &self.submission.person, drawing).await?;
        let time = work.now;
        computed(move || {
            let request = SignatureRequest {
                field: &draft.field,
                role: draft.role,
                name: &draft.name,
                reason: &draft.reason,
                time,
                fills: draft.fills,
                appearance: draft.appearance,
            };
            let prepared = document::prepare(&head, &request).map_err(|error| SignError::Refused(error.into()))?;
            Ok((draft.field, prepared))
        })
        .await
    }

    /// The key signs and ends; the value is stored at once. From here on the person is not needed any more.
    async fn sign(&self, work: &Work, key: OpenedKey, attributes: &SignedAttributes) -> Result<(), SignError> {
        let signature = match key.sign(&attributes.digest).await {
            Ok(signature) => signature,
            Err(error) => {
                release(work, self.spine, self.ceremony, State::Intended).await?;
                return Err(SignError::Key(error));
            }
        };
        self.spine.tools.steps.reached(Step::Signed);
        if let Err(error) = self.keep_value(work, signature).await {
            // Nothing was kept: the turn opens again now, not only when recovery comes by.
            if let Err(failed) = release(work, self.spine, self.ceremony, State::Intended).await {
                tracing::warn!(ceremony = %self.ceremony, %failed, "left to recovery");
            }
            return Err(error);
        }
        self.spine.tools.steps.reached(Step::Valued);
        Ok(())
    }

    async fn keep_value(&self, work: &Work, signature: Vec<u8>) -> Result<(), SignError> {
        let mut tx = work.write().await?;
        let stored = tx.first(store::VALUE, args![self.ceremony, signature, work.now]).await?;
        stored.ok_or(SignError::Underway)?;
        Ok(tx.commit().await?)
    }

    /// Ends a ceremony whose PIN was right but whose tx B was not committed: key closed, try given back.
    async fn give_up<T>(&self, work: &Work, key: OpenedKey, error: SignError) -> Result<T, SignError> {
        key::close(key).await;
        release(work, self.spine, self.ceremony, State::Trying).await?;
        Err(error)
    }
}

fn signer(credential: &Credential) -> &[u8] {
    credential.chain.first().map_or(&[], Vec::as_slice)
}

fn position(at: usize) -> Result<i64, DbError> {
    i64::try_from(at).map_err(|_| DbError::Inconsistent("a document beyond 2^63 bytes".to_owned()))
}
