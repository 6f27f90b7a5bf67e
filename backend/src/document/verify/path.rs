//! Building a chain to a given root: the small part of RFC 5280 section 6 that our profiles need, and nothing lenient.

use std::rc::Rc;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oids;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};

use super::super::budget::Budget;
use super::list::List;
use super::model::Finding;
use super::names;
use super::response::Response;
use super::x509::{Cert, common_name, unfit};
use crate::kernel::clock::Timestamp;

/// Longer chains than any of ours.
const MAX_LENGTH: usize = 6;

/// What this verifier understands; a critical extension outside this list ends the path (RFC 5280 section 4.2).
const UNDERSTOOD: [ObjectIdentifier; 6] = [
    oids::ID_CE_BASIC_CONSTRAINTS,
    oids::ID_CE_KEY_USAGE,
    oids::ID_CE_EXT_KEY_USAGE,
    oids::ID_CE_CERTIFICATE_POLICIES,
    oids::ID_CE_SUBJECT_ALT_NAME,
    oids::ID_CE_NAME_CONSTRAINTS,
];

/// What a leaf is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Sign a document.
    Document,
    /// Sign time stamps.
    TimeStamp,
    /// Answer for an authority (OCSP).
    Responder,
}

/// Lists and answers at hand.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Revocation lists.
    pub(super) lists: Vec<Rc<List>>,
    /// OCSP responses.
    pub(super) answers: Vec<Rc<Response>>,
}

impl Lists {
    /// Adds a revocation list (DER); `inside` when the document itself brought it. Unreadable ones are left out.
    pub(super) fn add_list(&mut self, der: &[u8], inside: bool) {
        self.lists.extend(List::parse(der, inside).map(Rc::new));
    }

    /// Adds an OCSP response (DER), the same way.
    pub(super) fn add_answer(&mut self, der: &[u8]) {
        self.answers.extend(Response::parse(der).map(Rc::new));
    }
}

/// Everything at hand: certificates, lists, and the roots to trust.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    /// Trusted.
    pub(super) roots: Vec<Rc<Cert>>,
    /// Seen, not trusted.
    pub(super) certs: Vec<Rc<Cert>>,
    /// Revocation lists and answers.
    pub(super) lists: Lists,
    /// What may still be asked of the file.
    pub(super) budget: Rc<Budget>,
}

impl Pool {
    /// Adds a certificate once.
    pub(super) fn add(&mut self, cert: &Rc<Cert>) {
        let room = self.budget.pairs(1, self.certs.len()).is_ok();
        if room && !self.certs.iter().any(|known| known.der == cert.der) {
            self.certs.push(Rc::clone(cert));
        }
    }

    /// The chain from `leaf` to a root, every certificate good at `at`. The leaf first, the root last.
    pub(super) fn chain(&self, leaf: &Rc<Cert>, purpose: Purpose, at: Timestamp) -> Result<Vec<Rc<Cert>>, Finding> {
        fit_leaf(leaf, purpose)?;
        let mut chain = vec![Rc::clone(leaf)];
        let mut why =
            Finding::new("chain-not-trusted", format!("no path from {} to a root", common_name(leaf.subject())));
        if self.extend(&mut chain, at, &mut why) { Ok(chain) } else { Err(why) }
    }

    fn extend(&self, chain: &mut Vec<Rc<Cert>>, at: Timestamp, why: &mut Finding) -> bool {
        let Some(last) = chain.last().cloned() else { return false };
        if self.roots.iter().any(|root| root.der == last.der) {
            return names::allowed(chain).map_err(|finding| *why = finding).is_ok();
        }
        if let Err(finding) = current(&last, at).and_then(|()| understood(&last)) {
            *why = finding;
            return false;
        }
        if chain.len() >= MAX_LENGTH {
            return false;
        }
        // Authorities that certify each other make more paths than anybody could follow.
        if self.budget.pairs(1, self.roots.len() + self.certs.len()).is_err() {
            return false;
        }
        for issuer in self.issuers(&last) {
            if chain.iter().any(|known| known.der == issuer.der) {
                continue;
            }
            if let Err(finding) = may_issue(issuer, chain.len() - 1) {
                *why = finding;
                continue;
            }
            chain.push(Rc::clone(issuer));
            if self.extend(chain, at, why) {
                return true;
            }
            chain.pop();
        }
        false
    }

    /// Those who issued `cert`: name, key identifier and signature all agree.
    pub(super) fn issuers<'a>(&'a self, cert: &'a Cert) -> impl Iterator<Item = &'a Rc<Cert>> {
        self.roots
            .iter()
            .chain(&self.certs)
            .filter(|issuer| issuer.subject() == cert.issuer())
            .filter(|issuer| self.budget.recall(cert.der.len() + issuer.der.len()) && keys_agree(cert, issuer))
            .filter(|issuer| cert.signed_by(issuer, &self.budget))
    }
}

fn keys_agree(cert: &Cert, issuer: &Cert) -> bool {
    let wanted = cert.extension::<AuthorityKeyIdentifier>().ok().flatten().and_then(|aki| aki.key_identifier);
    let own = issuer.extension::<SubjectKeyIdentifier>().ok().flatten();
    match (wanted, own) {
        (Some(wanted), Some(own)) => wanted == own.0,
        _ => true,
    }
}

/// Within its validity at `at`.
pub(super) fn current(cert: &Cert, at: Timestamp) -> Result<(), Finding> {
    let (from, to) = cert.validity();
    if from <= at && at <= to {
        return Ok(());
    }
    let detail = format!("{}: {from} to {to}, at {at}", common_name(cert.subject()));
    Err(Finding::new("certificate-not-valid-then", detail))
}

fn understood(cert: &Cert) -> Result<(), Finding> {
    let all = cert.parsed.tbs_certificate().extensions().map(Vec::as_slice).unwrap_or_default();
    for (nth, extension) in all.iter().enumerate() {
        if extension.critical && !UNDERSTOOD.contains(&extension.extn_id) {
            return Err(unfit(cert, &format!("critical extension {} is not understood", extension.extn_id)));
        }
        if all[..nth].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
            return Err(unfit(cert, "an extension comes twice"));
        }
    }
    Ok(())
}

/// A certification authority that may have `below` authorities under it in this path.
fn may_issue(cert: &Cert, below: usize) -> Result<(), Finding> {
    let constraints = cert.extension::<BasicConstraints>()?;
    let Some(constraints) = constraints.filter(|constraints| constraints.ca) else {
        return Err(unfit(cert, "is not an authority"));
    };
    if constraints.path_len_constraint.is_some_and(|limit| usize::from(limit) < below) {
        return Err(unfit(cert, "may not have an authority below it"));
    }
    match cert.extension::<KeyUsage>()? {
        Some(usage) if !usage.key_cert_sign() => Err(unfit(cert, "may not sign certificates")),
        _ => Ok(()),
    }
}

fn fit_leaf(cert: &Cert, purpose: Purpose) -> Result<(), Finding> {
    if let Some(usage) = cert.extension::<KeyUsage>()?
        && !usage.digital_signature()
        && !usage.non_repudiation()
    {
        return Err(unfit(cert, "its key usage is not signing"));
    }
    let extended = cert.extension::<ExtendedKeyUsage>()?.map(|usage| usage.0);
    let fits = match (purpose, extended) {
        (Purpose::TimeStamp, Some(usages)) => usages == [oids::ID_KP_TIME_STAMPING],
        (Purpose::Responder, Some(usages)) => usages.contains(&oids::ID_KP_OCSP_SIGNING),
        (Purpose::TimeStamp | Purpose::Responder, None) => false,
        (Purpose::Document, None) => true,
        (Purpose::Document, Some(usages)) => usages.iter().any(|usage| !FOR_MACHINES.contains(usage)),
    };
    if fits { Ok(()) } else { Err(unfit(cert, "its extended key usage is for something else")) }
}

/// A certificate that is only for these signs no document.
const FOR_MACHINES: [ObjectIdentifier; 5] = [
    oids::ID_KP_SERVER_AUTH,
    oids::ID_KP_CLIENT_AUTH,
    oids::ID_KP_CODE_SIGNING,
    oids::ID_KP_TIME_STAMPING,
    oids::ID_KP_OCSP_SIGNING,
];

/// Whether a certificate may be used for `purpose`, its chain aside.
pub(super) fn fit(cert: &Cert, purpose: Purpose) -> bool {
    fit_leaf(cert, purpose).is_ok()
}
