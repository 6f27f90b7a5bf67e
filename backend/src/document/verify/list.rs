//! A revocation list (RFC 5280 section 5): what it says of one certificate, and whether it is to be believed.

use const_oid::db::rfc5280 as oids;
use der::{Decode as _, Encode as _};
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::{CrlReason, KeyUsage};

use super::super::budget::Budget;
use super::x509::{Asked, Cert, check, first_element, instant};
use crate::kernel::clock::Timestamp;

/// A revocation list, parsed once.
#[derive(Clone, Debug)]
pub(super) struct List {
    parsed: CertificateList,
    tbs: Vec<u8>,
    /// The document itself brought it.
    pub(super) inside: bool,
    asked: Asked,
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

impl List {
    /// Parses a list (DER).
    pub(super) fn parse(der: &[u8], inside: bool) -> Option<Self> {
        let (Ok(parsed), Some(tbs)) = (CertificateList::from_der(der), first_element(der)) else { return None };
        Some(Self { parsed, tbs, inside, asked: Asked::default() })
    }

    /// From when until when it holds.
    pub(super) fn times(&self) -> (Timestamp, Option<Timestamp>) {
        let tbs = &self.parsed.tbs_cert_list;
        (instant(tbs.this_update), tbs.next_update.map(instant))
    }

    /// `None`: not about this certificate, or not to be believed. `Some(None)`: not on the list.
    pub(super) fn says(&self, cert: &Cert, issuer: &Cert, budget: &Budget) -> Option<Option<Revoked>> {
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
