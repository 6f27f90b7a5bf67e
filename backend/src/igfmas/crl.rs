//! Whether a revocation list says anything against the signers (FIN-12, FIN-17, SEC-9). Pure; whatever is not certain
//! holds the document.

use async_trait::async_trait;
use der::asn1::BitString;
use der::{Decode as _, Encode as _};
use x509_cert::Certificate;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::time::Time;

use crate::certificate::{self, Authority, Ca, verifies};
use crate::kernel::clock::Timestamp;
use crate::kernel::work::Work;

/// Where the list of the officers' authority comes from: our own authority, or the CRL server of iGFMAS.
#[async_trait]
pub trait RevocationLists: Send + Sync {
    /// The newest list, as it came (DER).
    ///
    /// # Errors
    /// [`Unreachable`].
    async fn newest(&self, work: &Work) -> Result<Vec<u8>, Unreachable>;

    /// The certificate of the authority that signs the list and issued the signers' certificates (DER).
    fn issuer(&self) -> Vec<u8>;
}

/// Whoever keeps the list does not answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no revocation list: {0}")]
pub struct Unreachable(pub String);

/// The lists of our own issuing authority.
#[async_trait]
impl RevocationLists for Authority {
    async fn newest(&self, work: &Work) -> Result<Vec<u8>, Unreachable> {
        let list = certificate::crl(work, self, Ca::Issuing).await;
        list.map(|list| list.der).map_err(|error| Unreachable(error.to_string()))
    }

    fn issuer(&self) -> Vec<u8> {
        self.issuing().der().to_vec()
    }
}

/// Why a list decides nothing now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// It could not be had.
    Unreachable,
    /// It is not a list, or only a part of one.
    Unreadable,
    /// It, or a certificate, is of another authority.
    Foreign,
    /// Its signature is not the authority's.
    Forged,
    /// It begins in the future.
    Early,
    /// It has ended, or says not when.
    Stale,
    /// It is for a part of the certificates only, or says what is not understood.
    Partial,
}

crate::stored_words!(Held: Unreachable = "unreachable", Unreadable = "unreadable", Foreign = "foreign",
    Forged = "forged", Early = "early", Stale = "stale", Partial = "partial");

/// What a list says of the signers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing against any of them.
    Good {
        /// When the list was made.
        this_update: Timestamp,
    },
    /// One of them is on it.
    Revoked {
        /// Which, counted from 0.
        at: usize,
    },
    /// Nothing certain: the document is held.
    Held(Held),
}

/// Judges `certificates` (DER) by `list` (DER) of `issuer` (DER) at `now`: `thisUpdate` ≤ now < `nextUpdate`, signed by
/// the issuer, which also issued every one of them (RFC 5280 sections 5 and 6.3).
pub fn judge(list: &[u8], issuer: &[u8], certificates: &[Vec<u8>], now: Timestamp) -> Verdict {
    match weigh(list, issuer, certificates, now) {
        Ok(verdict) => verdict,
        Err(held) => Verdict::Held(held),
    }
}

fn weigh(list: &[u8], issuer: &[u8], certificates: &[Vec<u8>], now: Timestamp) -> Result<Verdict, Held> {
    let list = CertificateList::from_der(list).map_err(|_| Held::Unreadable)?;
    let issuer = Certificate::from_der(issuer).map_err(|_| Held::Foreign)?;
    let issuer = issuer.tbs_certificate();
    let key = issuer.subject_public_key_info().to_der().map_err(|_| Held::Foreign)?;
    let tbs = &list.tbs_cert_list;
    if tbs.issuer != *issuer.subject() {
        return Err(Held::Foreign);
    }
    let signed = tbs.to_der().map_err(|_| Held::Unreadable)?;
    if tbs.signature != list.signature_algorithm || !holds(&key, &signed, &list.signature) {
        return Err(Held::Forged);
    }
    let this_update = instant(tbs.this_update);
    if this_update > now {
        return Err(Held::Early);
    }
    if tbs.next_update.is_none_or(|next| instant(next) <= now) {
        return Err(Held::Stale);
    }
    let entries = tbs.revoked_certificates.as_deref().unwrap_or_default();
    if tbs.crl_extensions.iter().flatten().any(|extension| extension.critical) || entries.iter().any(is_partial) {
        return Err(Held::Partial);
    }
    for (at, certificate) in certificates.iter().enumerate() {
        let certificate = Certificate::from_der(certificate).map_err(|_| Held::Foreign)?;
        let own = certificate.tbs_certificate();
        let signed = own.to_der().map_err(|_| Held::Foreign)?;
        if own.issuer() != issuer.subject() || !holds(&key, &signed, certificate.signature()) {
            return Err(Held::Foreign);
        }
        if entries.iter().any(|entry| entry.serial_number == *own.serial_number()) {
            return Ok(Verdict::Revoked { at });
        }
    }
    Ok(Verdict::Good { this_update })
}

/// A signature of whole bytes that verifies.
fn holds(key: &[u8], signed: &[u8], signature: &BitString) -> bool {
    signature.as_bytes().is_some_and(|signature| verifies(key, signed, signature))
}

/// An entry with a critical extension may speak of another authority's certificate (RFC 5280 section 5.3.3).
fn is_partial(entry: &RevokedCert) -> bool {
    entry.crl_entry_extensions.iter().flatten().any(|extension| extension.critical)
}

fn instant(time: Time) -> Timestamp {
    let seconds = time.to_unix_duration().as_secs();
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1000))
}
