//! Everything after the signature value: stamp, keep, embed, judge, commit. The same for a live ceremony and
//! for one that a crash or a silent time-stamp authority left behind.

use serde_json::json;

use super::beside::computed;
use super::model::{CeremonyId, Outcome, Receipt, SignError};
use super::ports::Credential;
use super::purpose::{Order, Signed};
use super::step::Step;
use super::store::{self, Ceremony, State};
use super::{Spine, Tools};
use crate::document::cms::{assemble, signed_attributes};
use crate::document::verify::{Trust, Verdict, verify};
use crate::document::{Prepared, embed, extend, prepare_stamp};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault as _;
use crate::kernel::work::Work;
use crate::{args, audit};

/// Carries a ceremony from wherever it stands to its end, or to the wait for a time stamp.
///
/// # Errors
/// [`SignError::CertificateEnded`] and [`SignError::CertificateRevoked`] when that happened before the time stamp: then
/// there is no signature, and the turn is open again.
pub(super) async fn finish(work: &Work, spine: &Spine, id: &CeremonyId) -> Result<Outcome, SignError> {
    // A time stamp says when it was made, not when the request began.
    let work = &work.later();
    // Each round moves the state on, or loses a swap to somebody who did: three rounds reach the end.
    for _ in 0..4 {
        let ceremony = load(work, id).await?;
        match ceremony.state {
            State::WaitingTimestamp => {
                if !stamp(work, spine, &ceremony).await? {
                    return Ok(Outcome::Waiting(ceremony.id));
                }
            }
            State::Stamped => match store_revision(work, spine, &ceremony).await {
                Ok(true) => {}
                Ok(false) => return Ok(Outcome::Waiting(ceremony.id)),
                Err(error @ (SignError::CertificateEnded | SignError::CertificateRevoked)) => {
                    void(work, spine, &ceremony, &error).await?;
                    return Err(error);
                }
                Err(error) => return Err(error),
            },
            State::Done => return Ok(Outcome::Signed(receipt(&ceremony)?)),
            State::Trying | State::Intended | State::Over => return Err(SignError::Underway),
        }
    }
    Err(SignError::Underway)
}

async fn load(work: &Work, id: &CeremonyId) -> Result<Ceremony, SignError> {
    Ok(Ceremony::from_row(work.read().await?.one(store::BY_ID, args![id]).await?)?)
}

/// What the person is told of a finished ceremony.
pub(super) fn receipt(ceremony: &Ceremony) -> Result<Receipt, SignError> {
    Ok(Receipt {
        ceremony: ceremony.id.clone(),
        document: ceremony.order.document.clone(),
        length: ceremony.number("length")?,
        sha256: ceremony.digest("sha256")?,
        certificate: ceremony.certificate.clone(),
        at: ceremony.at,
    })
}

/// The head of an order, as it was: a store that gives other bytes is refused.
pub(super) async fn head(tools: &Tools, order: &Order) -> Result<Vec<u8>, SignError> {
    let head = tools.blobs.read(&order.document, order.head_length).await?;
    if mohor_shared::transcript::sha256(&head) == order.head_sha256 { Ok(head) } else { Err(SignError::HeadChanged) }
}

/// A time stamp over `imprint`; `None`: the authority does not answer.
async fn token(work: &Work, spine: &Spine, ceremony: &Ceremony, imprint: [u8; 32]) -> Option<Vec<u8>> {
    match spine.tools.stamper.token(work, imprint).await {
        Ok(token) => Some(token),
        Err(error) => {
            tracing::warn!(ceremony = %ceremony.id, %error, "a signature waits for its time stamp");
            None
        }
    }
}

/// Asks for the time stamp and keeps the CMS (tx C). `false`: the authority does not answer, the signature waits.
async fn stamp(work: &Work, spine: &Spine, ceremony: &Ceremony) -> Result<bool, SignError> {
    let signature = ceremony.bytes("signature")?;
    let imprint = mohor_shared::transcript::sha256(&signature);
    let Some(token) = token(work, spine, ceremony, imprint).await else { return Ok(false) };
    spine.tools.steps.reached(Step::Stamped);
    let credential = spine.tools.credentials.by_serial(work, &ceremony.certificate).await?;
    let refused = |error: crate::document::cms::CmsError| SignError::Refused(error.into());
    let signer = credential.chain.first().map_or(&[][..], Vec::as_slice);
    let attributes = signed_attributes(&ceremony.digest("digest")?, signer).map_err(refused)?;
    let cms =
        assemble(&attributes, &signature, credential.algorithm, &credential.chain, Some(&token)).map_err(refused)?;
    let mut tx = work.write().await?;
    tx.first(store::KEEP, args![&ceremony.id, cms, work.now]).await?;
    tx.commit().await?;
    spine.tools.steps.reached(Step::Kept);
    Ok(true)
}

/// Builds the revision, judges it, and stores it with everything that follows from it (tx D). `false`: a document that
/// is complete waits for the time stamp over all of it.
async fn store_revision(work: &Work, spine: &Spine, ceremony: &Ceremony) -> Result<bool, SignError> {
    let credential = spine.tools.credentials.by_serial(work, &ceremony.certificate).await?;
    let Some(revision) = revision(work, spine, ceremony, &credential).await? else { return Ok(false) };
    let signed = Signed {
        ceremony: ceremony.id.clone(),
        order: ceremony.order.clone(),
        person: ceremony.person.clone(),
        field: ceremony.field.clone(),
        certificate: ceremony.certificate.clone(),
        factor: ceremony.factor.clone(),
        length: revision.len() as u64,
        sha256: mohor_shared::transcript::sha256(&revision),
        at: ceremony.at,
    };
    let mut tx = work.write().await?;
    let swap = args![&ceremony.id, length(revision.len())?, signed.sha256.to_vec(), work.now];
    if tx.first(store::FINISH, swap).await?.is_none() {
        return Ok(true);
    }
    // Behind the swap, so that nobody else appends to this head: the store drops what lies beyond the offset.
    let tail = revision.get(length_of_head(&ceremony.order)?..).unwrap_or_default();
    spine.tools.blobs.append(&ceremony.order.document, ceremony.order.head_length, tail).await?;
    spine.tools.steps.reached(Step::Appended);
    spine.purpose(&ceremony.purpose)?.commit(work, &mut tx, &signed).await?;
    let facts = json!({
        "ceremony": ceremony.id.as_str(), "person": ceremony.person.as_str(), "certificate": ceremony.certificate,
        "factor": ceremony.factor, "length": signed.length, "sha256": hex::encode(signed.sha256),
    });
    audit::record(work, &mut tx, "signing.done", &ceremony.order.subject, facts).await?;
    tx.commit().await?;
    spine.tools.steps.reached(Step::Done);
    Ok(true)
}

/// The certificate ended or was revoked while its signature waited for a time stamp: nobody could ever accept it.
async fn void(work: &Work, spine: &Spine, ceremony: &Ceremony, why: &SignError) -> Result<(), SignError> {
    let mut tx = work.write().await?;
    tx.first(store::VOID, args![&ceremony.id, work.now]).await?.ok_or(SignError::Underway)?;
    spine.purpose(&ceremony.purpose)?.void(work, &mut tx, &ceremony.order, &ceremony.person).await?;
    let facts = json!({ "ceremony": ceremony.id.as_str(), "certificate": ceremony.certificate, "why": why.code() });
    audit::record(work, &mut tx, "signing.voided", &ceremony.order.subject, facts).await?;
    Ok(tx.commit().await?)
}

/// Head, signature and validation data as one document (PAdES B-LT), accepted by our own verdict. A signature after
/// which nothing else may come is followed by a time stamp over the whole where the workflow wants it (B-LTA, ADR 0015),
/// made anew when a crash keeps it from being stored; `None`: the authority does not answer.
async fn revision(
    work: &Work,
    spine: &Spine,
    ceremony: &Ceremony,
    credential: &Credential,
) -> Result<Option<Vec<u8>>, SignError> {
    let mut bytes = head(&spine.tools, &ceremony.order).await?;
    let head = bytes.len();
    bytes.extend_from_slice(&ceremony.bytes("increment")?);
    let contents = ceremony.number("contents_start")?..ceremony.number("contents_end")?;
    let prepared = Prepared { bytes, digest: ceremony.digest("digest")?, head, contents };
    let (cms, field) = (ceremony.bytes("cms")?, ceremony.field.clone());
    let data = spine.tools.credentials.validation_data(work, credential).await?;
    let trust = Trust { roots: spine.tools.credentials.roots(work).await?, crls: Vec::new(), at: Some(work.now) };
    let bench = Bench { trust, field, not_after: credential.not_after };
    let judging = bench.clone();
    let (revision, closes) = computed(move || {
        let signed = embed(prepared, &cms).map_err(|error| SignError::Refused(error.into()))?;
        let revision = extend::dss(&signed, &data).map_err(|error| SignError::Refused(error.into()))?;
        let closes = judging.judge(&revision)?;
        Ok((revision, closes))
    })
    .await?;
    if !closes || !spine.purpose(&ceremony.purpose)?.archives() {
        return Ok(Some(revision));
    }
    let prepared = computed(move || prepare_stamp(&revision).map_err(|error| SignError::Refused(error.into()))).await?;
    let Some(token) = token(work, spine, ceremony, prepared.digest).await else { return Ok(None) };
    let kept = computed(move || {
        let kept = embed(prepared, &token).map_err(|error| SignError::Refused(error.into()))?;
        bench.judge(&kept).map(|_| kept)
    });
    kept.await.map(Some)
}

/// What our own output is judged by.
#[derive(Clone)]
struct Bench {
    trust: Trust,
    /// The field of the new signature.
    field: String,
    /// When its certificate ends.
    not_after: Timestamp,
}

impl Bench {
    /// Our own verdict on our own output: on the new signature, and on every one before it. Answers whether the new
    /// one leaves room for validation data and time stamps only.
    fn judge(&self, revision: &[u8]) -> Result<bool, SignError> {
        let report = verify(revision, &self.trust);
        if let Some(bad) = report.signatures.iter().find(|verdict| !verdict.status.is_valid()) {
            return Err(self.fault(bad));
        }
        let own = report.signatures.iter().find(|verdict| verdict.field == self.field);
        let own = own.ok_or_else(|| SignError::Unsound(format!("{}: not there", self.field)))?;
        Ok(own.permission == Some(1))
    }

    /// Lists that are made after a certificate has ended need not know of it any more: that is its end too.
    fn fault(&self, bad: &Verdict) -> SignError {
        let found = |code: &str| bad.field == self.field && bad.findings.iter().any(|finding| finding.code == code);
        let ended = self.trust.at.is_some_and(|now| now > self.not_after);
        if found("certificate-revoked") {
            return SignError::CertificateRevoked;
        }
        if found("certificate-not-valid-then") || (ended && found("revocation-unknown")) {
            return SignError::CertificateEnded;
        }
        let findings = bad.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" ");
        SignError::Unsound(format!("{}: {findings}", bad.field))
    }
}

fn length(bytes: usize) -> Result<i64, SignError> {
    i64::try_from(bytes).map_err(|_| SignError::Unsound("beyond 2^63 bytes".to_owned()))
}

fn length_of_head(order: &Order) -> Result<usize, SignError> {
    usize::try_from(order.head_length).map_err(|_| SignError::Unsound("beyond this machine".to_owned()))
}
