//! Issuing: lint, store the intent, sign, store the result. A crash in between leaves a row that can be revoked
//! and is finished by [`recover`].

use std::time::Duration;

use mohor_shared::transcript::sha256;
use serde_json::json;

use super::authorise::Authorised;
use super::authority::{Authority, Member, SignError};
use super::lint::{self, Findings, Linted};
use super::model::{Leaf, Profile};
use super::profile::{self, Draft};
use super::request::IssueRequest;
use super::store;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::{args, audit, outbox};

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The approval is for another request.
    #[error("the approval is about another request")]
    NotAuthorised,
    /// The approval has had its certificate.
    #[error("the approval was already used")]
    ApprovalUsed,
    /// The key is in another certificate.
    #[error("the key is certified already")]
    KeyKnown,
    /// It was revoked before it was signed.
    #[error("the certificate was revoked before it was finished")]
    Revoked,
    /// The lints object.
    #[error(transparent)]
    Lint(#[from] Findings),
    /// The authority could not sign; the intent stays and will be finished.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for IssueError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorised => "issue-not-authorised",
            Self::ApprovalUsed | Self::Revoked => "approval-used",
            Self::KeyKnown => "certificate-refused",
            Self::Lint(findings) => findings.code(),
            Self::Sign(_) => "authority-unavailable",
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NotAuthorised => Kind::Denied,
            Self::ApprovalUsed | Self::Revoked | Self::KeyKnown => Kind::Conflict,
            Self::Lint(findings) => findings.kind(),
            Self::Sign(_) => Kind::Unavailable,
            Self::Db(error) => error.kind(),
        }
    }
}

/// Writes the certificate that `request` asks for, beginning now, and lints it. Nothing is signed or stored.
///
/// # Errors
/// [`IssueError::Lint`] with the names of the broken rules.
pub fn prepare(work: &Work, authority: &Authority, request: &IssueRequest) -> Result<Linted, IssueError> {
    let start = Timestamp::from_seconds(work.now.seconds());
    let draft = Draft {
        settings: &authority.settings,
        profile: Profile::Signee,
        subject: request.name().clone(),
        spki: request.spki(),
        not_before: start,
        not_after: request.term().end(start),
        serial: profile::fresh_serial(work.rng()),
        issuer: &authority.issuing.issuer,
    };
    let tbs = profile::tbs(&draft).map_err(|_| Findings(vec!["rfc5280-encoding-is-der"]))?;
    let person = Some(request.subject().person.clone());
    Ok(lint::lint(&draft, tbs, request.digest(), person, request.reason().as_str())?)
}

/// Issues what was authorised and linted. The person is told in the same transaction that stores the result.
///
/// # Errors
/// [`IssueError`]. After [`IssueError::Sign`] the intent stays and [`recover`] finishes it.
pub async fn issue(
    work: &Work,
    authority: &Authority,
    authorised: Authorised,
    linted: Linted,
) -> Result<Leaf, IssueError> {
    issue_by(work, authority.ca(linted.profile.issuer()), authorised, linted).await
}

/// As [`issue`], by an authority that the ceremony may just have made.
pub(super) async fn issue_by(
    work: &Work,
    signer: &Member,
    authorised: Authorised,
    linted: Linted,
) -> Result<Leaf, IssueError> {
    if authorised.digest() != &linted.request {
        return Err(IssueError::NotAuthorised);
    }
    intend(work, &authorised, &linted).await?;
    let der = signer.sign_tbs(linted.tbs()).await?;
    finish(work, &linted.serial, linted.person.as_ref().map(crate::person::PersonId::as_str), der).await
}

/// Stores the exact bytes before anything is signed; the unique evidence makes an approval good for one row.
pub(super) async fn intend(work: &Work, authorised: &Authorised, linted: &Linted) -> Result<(), IssueError> {
    let (profile, evidence) = (linted.profile, hex::encode(authorised.evidence()));
    let mut tx = work.write().await?;
    let row = tx
        .first(
            store::INTEND,
            args![
                &linted.serial,
                profile.issuer().as_str(),
                profile.as_str(),
                linted.person.as_ref(),
                linted.person.as_ref(),
                linted.tbs(),
                hex::encode(sha256(&linted.spki)),
                hex::encode(linted.request),
                &evidence,
                authorised.approver(),
                linted.reason,
                linted.not_before,
                linted.not_after,
                work.now
            ],
        )
        .await
        .map_err(|error| match error {
            DbError::Conflict { .. } => IssueError::KeyKnown,
            other => IssueError::Db(other),
        })?;
    if row.is_none() {
        return Err(IssueError::ApprovalUsed);
    }
    let facts = json!({
        "profile": profile.as_str(), "reason": linted.reason, "request": hex::encode(linted.request),
        "evidence": evidence, "approver": authorised.approver(), "tbs": hex::encode(sha256(linted.tbs())),
    });
    audit::record(work, &mut tx, "certificate.intended", &linted.serial, facts).await?;
    Ok(tx.commit().await?)
}

/// Stores the signed certificate. Whoever comes second (a recovery beside a slow request) gets the stored one.
async fn finish(work: &Work, serial: &str, person: Option<&str>, der: Vec<u8>) -> Result<Leaf, IssueError> {
    let mut tx = work.write().await?;
    let facts = json!({ "certificate": hex::encode(sha256(&der)) });
    if tx.first(store::ISSUED, args![serial, der, work.now]).await?.is_some() {
        audit::record(work, &mut tx, "certificate.issued", serial, facts).await?;
        if let Some(person) = person {
            tell(work, &mut tx, person, ("certificate-issued", "certificate.issued"), serial).await?;
        }
    }
    let row = tx.first(store::BY_SERIAL, args![serial]).await?.ok_or(IssueError::Revoked)?;
    let leaf = store::leaf(&row)?;
    tx.commit().await?;
    if leaf.revoked.is_some() { Err(IssueError::Revoked) } else { Ok(leaf) }
}

/// A person is always told of a certificate in their name, whoever asked for it; rooms further right hear it as an
/// event. `what` is the notice and the event.
pub(super) async fn tell(
    work: &Work,
    tx: &mut Tx,
    person: &str,
    what: (&'static str, &'static str),
    serial: &str,
) -> Result<(), DbError> {
    outbox::notice(work, tx, person, what.0, json!({ "serial": serial, "at": work.now.myt() })).await?;
    outbox::event(work, tx, what.1, json!({ "person": person, "serial": serial })).await
}

/// Finishes the intent that an earlier run of the same ceremony step stored, or reads its result.
pub(super) async fn resume(work: &Work, signer: &Member, evidence: &str) -> Result<Leaf, IssueError> {
    let mut tx = work.read().await?;
    // One statement: between two, another process may turn the intent into a result.
    let row = tx.one(store::STEP, args![evidence]).await?;
    let serial = row.text("serial")?;
    if row.text("state")? != "intended" {
        return Ok(store::leaf(&tx.one(store::BY_SERIAL, args![&serial]).await?)?);
    }
    drop(tx);
    let der = signer.sign_tbs(&row.bytes("tbs")?).await?;
    finish(work, &serial, row.opt_text("person")?.as_deref(), der).await
}

/// Finishes what a crash left between intent and result: it was authorised, linted and stored, so the stored bytes
/// are signed. Leaves a minute to requests that are still running. Returns what was finished.
///
/// # Errors
/// [`IssueError`] of the first one that fails; the next run goes on from there.
pub async fn recover(work: &Work, authority: &Authority) -> Result<Vec<Leaf>, IssueError> {
    let mut tx = work.read().await?;
    let rows = tx.all(store::INTENDED, args![work.now.minus(Duration::from_secs(60))]).await?;
    drop(tx);
    let mut finished = Vec::new();
    for row in rows {
        let serial = row.text("serial")?;
        let profile = Profile::parse(&row.text("profile")?)
            .ok_or_else(|| DbError::Inconsistent(format!("certificate {serial}: profile")))?;
        let der = authority.ca(profile.issuer()).sign_tbs(&row.bytes("tbs")?).await?;
        match finish(work, &serial, row.opt_text("person")?.as_deref(), der).await {
            Ok(leaf) => finished.push(leaf),
            Err(IssueError::Revoked) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(finished)
}
