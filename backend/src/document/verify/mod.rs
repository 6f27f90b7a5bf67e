//! Judges each signature of a document separately, in plain facts, with nothing but the bytes and the trust given.
//!
//! Order: strict structure → byte range → digest, CMS and the certificate bound in → time stamp → chain and revocation
//! at the best signature time → what every later revision did, against a list of what is allowed. A signature whose
//! certificate has ended since stays valid by its time stamp and the revocation data in the document.

mod audit;
mod changes;
mod covering;
mod filling;
mod judge;
mod list;
mod model;
mod names;
mod ocsp;
mod path;
mod response;
mod revocation;
mod signatures;
mod signed_data;
mod stamp;
mod store;
mod structure;
mod x509;

#[cfg(test)]
mod borrowed;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod tampered;
#[cfg(test)]
mod tests;

use std::mem;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sha2::{Digest as _, Sha256};

use super::budget::{Budget, TooMuch};
use super::reader::{ReadError, Reader};
use audit::Change;
use judge::Court;
pub use model::{CODES, Class, Finding, Report, Status, Trust, Verdict};
use path::Pool;
use signatures::Found;
use structure::{Mentions, Revision};
use x509::Cert;

/// Judges `bytes`. Pure: the present comes with `trust`.
pub fn verify(bytes: &[u8], trust: &Trust) -> Report {
    judge_within(bytes, trust, Rc::default())
}

/// The same, given up with the finding `too-much-work` soon after `halt` is set.
pub fn verify_until(bytes: &[u8], trust: &Trust, halt: Arc<AtomicBool>) -> Report {
    judge_within(bytes, trust, Rc::new(Budget::until(halt)))
}

fn judge_within(bytes: &[u8], trust: &Trust, budget: Rc<Budget>) -> Report {
    let mut report = Report {
        status: Status::Indeterminate,
        findings: Vec::new(),
        revisions: 0,
        length: bytes.len(),
        sha256: hex::encode(Sha256::digest(bytes)),
        signatures: Vec::new(),
    };
    let outcome = examine(bytes, trust, &budget, &mut report);
    if budget.is_over() {
        // What could not be looked at to the end is not judged at all, neither for nor against.
        report.signatures.clear();
        report.findings = vec![TooMuch.into()];
    } else if let Err(finding) = outcome {
        report.findings.push(finding);
    } else if report.signatures.is_empty() {
        report.findings.push(Finding::new("no-signature", "no revision holds a signature"));
    }
    let signatures = report.signatures.iter().map(|verdict| verdict.status);
    let faults = report.findings.iter().map(Finding::weight);
    report.status = signatures.chain(faults).max().unwrap_or(Status::Indeterminate);
    report
}

impl From<ReadError> for Finding {
    fn from(error: ReadError) -> Self {
        let code = match error {
            ReadError::Unsupported(_) => "not-supported",
            ReadError::TooMuch(_) => "too-much-work",
            _ => "structure-broken",
        };
        Self::new(code, error.to_string())
    }
}

impl From<TooMuch> for Finding {
    fn from(error: TooMuch) -> Self {
        ReadError::from(error).into()
    }
}

fn examine(bytes: &[u8], trust: &Trust, budget: &Rc<Budget>, report: &mut Report) -> Result<(), Finding> {
    let reader = Reader::open_within(bytes, Rc::clone(budget))?;
    report.revisions = reader.revisions();
    let (revisions, trailing) = structure::revisions(&reader)?;
    report.findings.extend(trailing.clone());
    let found = signatures::collect(&reader, &revisions)?;
    let mut court = Court {
        reader: &reader,
        pool: pool(&reader, trust)?,
        trust,
        changes: changes_of(&reader, &revisions, &found)?,
        archived: Vec::new(),
        trailing,
    };
    // The newest first: an older one may need it.
    let stamps = found.iter().rev();
    for stamp in stamps.filter(|found| found.class == Class::DocumentTimestamp && found.fault.is_none()) {
        if let Ok(standing) = court.stamp(stamp)
            && standing.trusted
        {
            court.archived.push((stamp.revision, standing.at));
        }
    }
    report.signatures = found.iter().map(|found| court.judge(found)).collect();
    name_strangers(&mut report.signatures);
    Ok(())
}

/// Where nobody's chain leads to a root, another root may be the right one. Where somebody's does, it was the right
/// one, and whoever signed beside them without a chain is a stranger (ADR 0041).
fn name_strangers(signatures: &mut [Verdict]) {
    let trusted = |verdict: &Verdict| {
        let open = ["chain-not-trusted", "time-unknown"];
        let signed = verdict.class != Class::DocumentTimestamp && verdict.status != Status::Invalid;
        signed && !verdict.findings.iter().any(|finding| open.contains(&finding.code.as_str()))
    };
    if !signatures.iter().any(trusted) {
        return;
    }
    for verdict in signatures {
        for finding in verdict.findings.iter_mut().filter(|finding| finding.code == "chain-not-trusted") {
            *finding = Finding::new("stranger-among-trusted", mem::take(&mut finding.detail));
            verdict.status = verdict.status.max(finding.weight());
        }
    }
}

/// What each revision after the first signature did; before it nothing was promised to anybody.
fn changes_of(reader: &Reader<'_>, revisions: &[Revision], found: &[Found]) -> Result<Vec<Change>, Finding> {
    let first = found.iter().map(|found| found.revision).min().unwrap_or(revisions.len());
    let mut mentions = Mentions::default();
    let mut changes = Vec::new();
    for (number, revision) in revisions.iter().enumerate() {
        changes.push(if number > first {
            changes::between(&reader.at_revision(number - 1), &reader.at_revision(number), revision, &mentions)?
        } else {
            Change::default()
        });
        mentions.extend(&revision.mentions);
    }
    Ok(changes)
}

fn pool(reader: &Reader<'_>, trust: &Trust) -> Result<Pool, Finding> {
    let roots = trust.roots.iter().filter_map(|der| Cert::parse(der)).collect();
    let mut pool = Pool { roots, budget: Rc::clone(reader.budget()), ..Pool::default() };
    trust.crls.iter().for_each(|list| pool.lists.add_list(list, false));
    store::read(reader, &mut pool)?;
    Ok(pool)
}
