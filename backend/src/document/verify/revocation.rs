//! Was it revoked then? From revocation lists (`list`) and OCSP responses (`ocsp`), judged at an instant.

use std::rc::Rc;

use super::model::Finding;
use super::ocsp;
use super::path::Pool;
use super::x509::{Cert, common_name};
use crate::kernel::clock::Timestamp;

/// What is known of a certificate at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not revoked; `inside` when the document itself proves it.
    Good {
        /// From `/DSS` or the CMS.
        inside: bool,
    },
    /// Revoked before.
    Revoked(Finding),
    /// Nobody says.
    Unknown(Finding),
}

/// Whether data issued at `this` and good until `next` says anything about `cert` at `at`.
///
/// Issued later: conclusive, unless the certificate had ended by then (lists may drop ended certificates).
/// Issued earlier: as long as it had not run out.
fn fresh(cert: &Cert, this: Timestamp, next: Option<Timestamp>, at: Timestamp, now: Option<Timestamp>) -> bool {
    let published = now.is_none_or(|now| this <= now.plus(std::time::Duration::from_secs(300)));
    let conclusive = at <= this && this <= cert.validity().1;
    published && (conclusive || (this <= at && next.is_some_and(|next| at <= next)))
}

/// The standing of `cert`, issued by `issuer`, at `at`; `now` is the present, when known.
pub(super) fn standing(pool: &Pool, cert: &Cert, issuer: &Rc<Cert>, at: Timestamp, now: Option<Timestamp>) -> Standing {
    let mut good: Option<bool> = None;
    for list in &pool.lists.lists {
        let Some(verdict) = list.says(cert, issuer, &pool.budget) else { continue };
        if let Some(entry) = verdict.filter(|entry| entry.at <= at) {
            return revoked(cert, entry.at);
        }
        let (this, next) = list.times();
        if fresh(cert, this, next, at, now) {
            good = Some(good.unwrap_or_default() || list.inside);
        }
    }
    for answer in &pool.lists.answers {
        let Some(said) = ocsp::says(pool, answer, cert, issuer) else { continue };
        if let Some(entry) = said.revoked.filter(|entry| entry.at <= at) {
            return revoked(cert, entry.at);
        }
        if fresh(cert, said.this, said.next, at, now) {
            good = Some(true);
        }
    }
    match good {
        Some(inside) => Standing::Good { inside },
        None => Standing::Unknown(Finding::new(
            "revocation-unknown",
            format!("no revocation data speaks of {} at {at}", common_name(cert.subject())),
        )),
    }
}

/// Since when the key of `cert` is said to be in other hands, whatever instant is asked about: what was made with it
/// may have been made at any time.
pub(super) fn stolen(pool: &Pool, cert: &Cert, issuer: &Rc<Cert>) -> Option<Timestamp> {
    let lists = pool.lists.lists.iter().filter_map(|list| list.says(cert, issuer, &pool.budget).flatten());
    let answers = pool.lists.answers.iter().filter_map(|answer| ocsp::says(pool, answer, cert, issuer)?.revoked);
    lists.chain(answers).filter(|entry| entry.stolen).map(|entry| entry.at).min()
}

fn revoked(cert: &Cert, when: Timestamp) -> Standing {
    Standing::Revoked(Finding::new("certificate-revoked", format!("{} on {when}", common_name(cert.subject()))))
}

/// The standing of every certificate of `chain` below its root: the first finding, and whether the document alone
/// proves it.
pub(super) fn chain_standing(
    pool: &Pool,
    chain: &[Rc<Cert>],
    at: Timestamp,
    now: Option<Timestamp>,
) -> (Option<Finding>, bool) {
    let mut all_inside = true;
    let mut doubt = None;
    for pair in chain.windows(2) {
        let [cert, issuer] = pair else { continue };
        match standing(pool, cert, issuer, at, now) {
            Standing::Good { inside } => all_inside &= inside,
            Standing::Revoked(finding) => return (Some(finding), false),
            Standing::Unknown(finding) => {
                all_inside = false;
                doubt.get_or_insert(finding);
            }
        }
    }
    (doubt, all_inside)
}
