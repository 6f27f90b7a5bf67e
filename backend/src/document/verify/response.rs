//! An OCSP response (RFC 6960), as it is stored in a document.

use std::rc::Rc;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256};
use der::asn1::{AnyRef, BitString, GeneralizedTime, OctetString};
use der::{Any, Decode as _, Encode as _, Reader as _, Sequence, Tag, Tagged as _};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use spki::AlgorithmIdentifierOwned;
use x509_cert::serial_number::SerialNumber;

use super::super::budget::Budget;
use super::list::Revoked;
use super::x509::{Asked, Cert, check};
use crate::kernel::clock::Timestamp;

/// `id-pkix-ocsp-basic`.
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");

#[derive(Clone, Debug, Sequence)]
struct CertId {
    algorithm: AlgorithmIdentifierOwned,
    name_hash: OctetString,
    key_hash: OctetString,
    serial: SerialNumber,
}

/// One answer about one certificate.
#[derive(Clone, Debug)]
pub(super) struct Single {
    id: CertId,
    /// Revoked when.
    pub(super) revoked: Option<Revoked>,
    /// The authority knows it.
    pub(super) known: bool,
    /// Correct as of.
    pub(super) this: Timestamp,
    /// Good until.
    pub(super) next: Option<Timestamp>,
}

/// A successful basic response.
#[derive(Clone, Debug)]
pub(super) struct Response {
    tbs: Vec<u8>,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    /// Certificates that came with it.
    pub(super) certs: Vec<Rc<Cert>>,
    /// The answers.
    pub(super) singles: Vec<Single>,
    /// When it was made.
    pub(super) produced: Timestamp,
    asked: Asked,
}

fn instant(time: GeneralizedTime) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(0))
}

/// The elements of a constructed value.
fn elements(der: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = der::SliceReader::new(der).ok()?;
    let mut all = Vec::new();
    while !reader.is_finished() {
        all.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(all)
}

fn is_context(element: &AnyRef<'_>, number: u8) -> bool {
    matches!(element.tag(), Tag::ContextSpecific { number: found, .. } if found.value() == u32::from(number))
}

impl Response {
    /// Parses `OCSPResponse`; `None` unless it is a successful basic response.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let outer = elements(AnyRef::from_der(der).ok()?.value())?;
        let [status, bytes] = outer.as_slice() else { return None };
        if status.value() != [0] || !is_context(bytes, 0) {
            return None;
        }
        let inner = elements(AnyRef::from_der(bytes.value()).ok()?.value())?;
        let [kind, response] = inner.as_slice() else { return None };
        if kind.decode_as::<ObjectIdentifier>().ok()? != BASIC {
            return None;
        }
        Self::basic(response.value())
    }

    /// Whether the key of `by` signed it.
    pub(super) fn signed_by(&self, by: &Cert, budget: &Budget) -> bool {
        self.asked.of(by, budget, self.tbs.len(), || check(by.key(), &self.algorithm, None, &self.tbs, &self.signature))
    }

    fn basic(der: &[u8]) -> Option<Self> {
        let content = AnyRef::from_der(der).ok()?.value();
        let parts = elements(content)?;
        let [tbs, algorithm, signature, rest @ ..] = parts.as_slice() else { return None };
        let mut certs = Vec::new();
        if let Some(list) = rest.first().filter(|element| is_context(element, 0)) {
            for cert in elements(AnyRef::from_der(list.value()).ok()?.value())? {
                certs.extend(Cert::parse(&cert.to_der().ok()?));
            }
        }
        let (produced, singles) = data(tbs.value())?;
        Some(Self {
            tbs: tbs.to_der().ok()?,
            algorithm: AlgorithmIdentifierOwned::from_der(&algorithm.to_der().ok()?).ok()?,
            signature: BitString::from_der(&signature.to_der().ok()?).ok()?.as_bytes()?.to_vec(),
            certs,
            singles,
            produced,
            asked: Asked::default(),
        })
    }
}

/// `ResponseData`: version and responder are passed over, the key that signed is what counts.
fn data(content: &[u8]) -> Option<(Timestamp, Vec<Single>)> {
    let parts = elements(content)?;
    let at = parts.iter().position(|element| element.tag() == Tag::GeneralizedTime)?;
    let produced = parts.get(at)?.decode_as::<GeneralizedTime>().ok()?;
    let singles = elements(parts.get(at + 1)?.value())?;
    let singles = singles.iter().map(|single| one(single.value())).collect::<Option<Vec<_>>>()?;
    Some((instant(produced), singles))
}

fn one(content: &[u8]) -> Option<Single> {
    let parts = elements(content)?;
    let [id, status, this, rest @ ..] = parts.as_slice() else { return None };
    let next = rest.first().filter(|element| is_context(element, 0));
    let next = match next {
        Some(next) => Some(instant(GeneralizedTime::from_der(next.value()).ok()?)),
        None => None,
    };
    let revoked = if is_context(status, 1) {
        let info = elements(status.value())?;
        let reason = info.get(1).filter(|element| is_context(element, 0)).and_then(|reason| {
            let reason = AnyRef::from_der(reason.value()).ok()?;
            reason.value().first().copied()
        });
        Some(Revoked::new(instant(info.first()?.decode_as::<GeneralizedTime>().ok()?), reason))
    } else {
        None
    };
    Some(Single {
        id: CertId::from_der(&Any::from(*id).to_der().ok()?).ok()?,
        known: is_context(status, 0) || revoked.is_some(),
        revoked,
        this: instant(this.decode_as::<GeneralizedTime>().ok()?),
        next,
    })
}

impl Single {
    /// Whether it speaks of `cert`, issued by `issuer`.
    pub(super) fn about(&self, cert: &Cert, issuer: &Cert) -> bool {
        let (Ok(name), Some(key)) = (issuer.subject().to_der(), issuer.key().subject_public_key.as_bytes()) else {
            return false;
        };
        let same = match self.id.algorithm.oid {
            ID_SHA_1 => {
                self.id.name_hash.as_bytes() == &Sha1::digest(&name)[..]
                    && self.id.key_hash.as_bytes() == &Sha1::digest(key)[..]
            }
            ID_SHA_256 => {
                self.id.name_hash.as_bytes() == &Sha256::digest(&name)[..]
                    && self.id.key_hash.as_bytes() == &Sha256::digest(key)[..]
            }
            _ => false,
        };
        same && self.id.serial == *cert.parsed.tbs_certificate().serial_number()
    }
}
