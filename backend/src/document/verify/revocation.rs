//! Was it revoked then? From revocation lists (RFC 5280 section 5) and OCSP responses (`ocsp`), judged at an instant.

use std::rc::Rc;

use const_oid::db::rfc5280 as oids;
use der::{Decode as _, Encode as _};
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::{CrlReason, KeyUsage};

use super::super::budget::Budget;
use super::model::Finding;
use super::ocsp::{self, Response};
use super::path::Pool;
use super::x509::{Asked, Cert, check, common_name, first_element, instant};
use crate::kernel::clock::Timestamp;

/// A revocation list, parsed once.
#[derive(Clone, Debug)]
pub(super) struct List {
    parsed: CertificateList,
    tbs: Vec<u8>,
    inside: bool,
    asked: Asked,
}

/// Lists and answers at hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    lists: Vec<Rc<List>>,
    answers: Vec<Rc<Response>>,
}

impl Lists {
    /// Adds a revocation list (DER); `inside` when the document itself brought it. Unreadable ones are left out.
    pub(super) fn add_list(&mut self, der: &[u8], inside: bool) {
        if let (Ok(parsed), Some(tbs)) = (CertificateList::from_der(der), first_element(der)) {
            self.lists.push(Rc::new(List { parsed, tbs, inside, asked: Asked::default() }));
        }
    }

    /// Adds an OCSP response (DER), the same way.
    pub(super) fn add_answer(&mut self, der: &[u8]) {
        self.answers.extend(Response::parse(der).map(Rc::new));
    }
}

/// An entry of a list or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Revoked {
    /// Since when.
    pub(super) at: Timestamp,
    /// The key is said to be in other hands, or nothing is said of it (RFC 3161 section 4).
    pub(super) stolen: bool,
}

impl Revoked {
    /// `reason`: `CRLReason`, when it is given (RFC 5280 section 5.3.1).
    pub(super) fn new(at: Timestamp, reason: Option<u8>) -> Self {
        // Unspecified, affiliationChanged, superseded, cessationOfOperation: the key was safe.
        Self { at, stolen: reason.is_none_or(|reason| ![0, 3, 4, 5].contains(&reason)) }
    }
}

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

impl List {
    fn times(&self) -> (Timestamp, Option<Timestamp>) {
        let tbs = &self.parsed.tbs_cert_list;
        (instant(tbs.this_update), tbs.next_update.map(instant))
    }

    /// `None`: not about this certificate, or not to be believed. `Some(None)`: not on the list.
    fn says(&self, cert: &Cert, issuer: &Cert, budget: &Budget) -> Option<Option<Revoked>> {
        let tbs = &self.parsed.tbs_cert_list;
        let named = budget.pairs(1, 1).is_ok() && tbs.issuer == *cert.issuer() && budget.recall(self.tbs.len());
        if !named || !self.covers(cert) || !self.signed_by(issuer, budget) {
            return None;
        }
        let serial = cert.parsed.tbs_certificate().serial_number();
        let entry = tbs.revoked_certificates.iter().flatten().find(|entry| entry.serial_number == *serial);
        Some(entry.map(|entry| Revoked::new(instant(entry.revocation_date), reason(entry))))
    }

    /// Full lists only: neither indirect nor by reason nor a delta.
    fn covers(&self, cert: &Cert) -> bool {
        let extensions = self.parsed.tbs_cert_list.crl_extensions.as_deref().unwrap_or_default();
        extensions.iter().all(|extension| {
            if extension.extn_id != oids::ID_CE_ISSUING_DISTRIBUTION_POINT {
                return !extension.critical;
            }
            let Ok(point) = IssuingDistributionPoint::from_der(extension.extn_value.as_bytes()) else { return false };
            let authority = matches!(cert.extension::<BasicConstraints>(), Ok(Some(basic)) if basic.ca);
            let partial =
                point.indirect_crl || point.only_some_reasons.is_some() || point.only_contains_attribute_certs;
            let others = if authority { point.only_contains_user_certs } else { point.only_contains_ca_certs };
            !partial && !others
        })
    }

    fn signed_by(&self, issuer: &Cert, budget: &Budget) -> bool {
        let may = matches!(issuer.extension::<KeyUsage>(), Ok(usage) if usage.is_none_or(|usage| usage.crl_sign()));
        let signature = self.parsed.signature.as_bytes();
        let algorithm = &self.parsed.signature_algorithm;
        let same = algorithm.to_der().ok() == self.parsed.tbs_cert_list.signature.to_der().ok();
        let Some(signature) = signature.filter(|_| may && same) else { return false };
        let check = || check(issuer.key(), algorithm, None, &self.tbs, signature);
        self.asked.of(issuer, budget, self.tbs.len(), check)
    }
}

/// The reason of an entry; one that cannot be read counts as none.
fn reason(entry: &RevokedCert) -> Option<u8> {
    let all = entry.crl_entry_extensions.as_deref().unwrap_or_default();
    let found = all.iter().find(|extension| extension.extn_id == oids::ID_CE_CRL_REASONS)?;
    CrlReason::from_der(found.extn_value.as_bytes()).ok().map(|reason| reason as u8)
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
