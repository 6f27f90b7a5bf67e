//! Certificates as they came, and checking a signature with a public key. Public-key work only.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use aws_lc_rs::signature as alg;
use const_oid::AssociatedOid;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::CN;
use const_oid::db::rfc5912 as oids;
use der::asn1::{AnyRef, PrintableStringRef, Utf8StringRef};
use der::{Decode, Encode as _, Reader as _};
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;
use x509_cert::name::Name;

use super::super::budget::Budget;
use super::model::Finding;
use crate::kernel::clock::Timestamp;

/// `id-RSASSA-PSS` (RFC 4055).
const PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// Which keys were asked whether they signed one thing, and the answers. By key and not by certificate: what a
/// certificate allows its key to sign is asked each time.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(RefCell<HashMap<[u8; 32], bool>>);

impl Asked {
    /// The answer for the key of `by`: the earlier one, or that of `check`, which takes the work for `bytes` bytes.
    pub(super) fn of(&self, by: &Cert, budget: &Budget, bytes: usize, check: impl FnOnce() -> bool) -> bool {
        let known = self.0.borrow().get(&by.key_hash).copied();
        known.unwrap_or_else(|| {
            // What could not be asked is not remembered.
            budget.check(bytes) && {
                let answer = check();
                self.0.borrow_mut().insert(by.key_hash, answer);
                answer
            }
        })
    }
}

/// A certificate, parsed once, with the bytes its issuer signed.
#[derive(Clone, Debug)]
pub(super) struct Cert {
    /// As it came.
    pub(super) der: Vec<u8>,
    /// Parsed.
    pub(super) parsed: Certificate,
    tbs: Vec<u8>,
    /// SHA-256 of the SubjectPublicKeyInfo.
    key_hash: [u8; 32],
    asked: Asked,
}

impl Cert {
    /// Parses DER, strictly.
    pub(super) fn parse(der: &[u8]) -> Option<Rc<Self>> {
        let parsed = Certificate::from_der(der).ok()?;
        let tbs = first_element(der)?;
        let key_hash = Sha256::digest(parsed.tbs_certificate().subject_public_key_info().to_der().ok()?).into();
        (parsed.signature_algorithm() == parsed.tbs_certificate().signature())
            .then(|| Rc::new(Self { der: der.to_vec(), parsed, tbs, key_hash, asked: Asked::default() }))
    }

    /// Whom it names.
    pub(super) fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    /// Who issued it.
    pub(super) fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    /// Its serial number, lower-case hexadecimal.
    pub(super) fn serial(&self) -> String {
        hex::encode(self.parsed.tbs_certificate().serial_number().as_bytes())
    }

    /// Its public key.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// From when to when it may be used.
    pub(super) fn validity(&self) -> (Timestamp, Timestamp) {
        let validity = self.parsed.tbs_certificate().validity();
        (instant(validity.not_before), instant(validity.not_after))
    }

    /// The extension `T`: `Err` when it is there and cannot be read.
    pub(super) fn extension<T: AssociatedOid + for<'d> Decode<'d>>(&self) -> Result<Option<T>, Finding> {
        let all = self.parsed.tbs_certificate().extensions().map(Vec::as_slice).unwrap_or_default();
        let Some(found) = all.iter().find(|extension| extension.extn_id == T::OID) else { return Ok(None) };
        let parsed = T::from_der(found.extn_value.as_bytes());
        parsed.map(Some).map_err(|_| unfit(self, "an extension cannot be read"))
    }

    /// Whether `issuer`'s key signed this.
    pub(super) fn signed_by(&self, issuer: &Self, budget: &Budget) -> bool {
        let Some(signature) = self.parsed.signature().as_bytes() else { return false };
        self.asked.of(issuer, budget, self.der.len(), || {
            check(issuer.key(), self.parsed.signature_algorithm(), None, &self.tbs, signature)
        })
    }
}

/// A finding on a certificate.
pub(super) fn unfit(cert: &Cert, why: &str) -> Finding {
    Finding::new("certificate-unfit", format!("{}: {why}", common_name(cert.subject())))
}

/// UTC milliseconds of an X.509 time.
pub(super) fn instant(time: x509_cert::time::Time) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX / 1000))
}

/// The first element of a SEQUENCE, as it came: what was signed.
pub(super) fn first_element(der: &[u8]) -> Option<Vec<u8>> {
    let content = AnyRef::from_der(der).ok()?.value();
    let mut reader = der::SliceReader::new(content).ok()?;
    reader.tlv_bytes().ok().map(<[u8]>::to_vec)
}

/// The common name, or the whole name when there is none.
pub(super) fn common_name(name: &Name) -> String {
    let attribute = name.iter().find(|attribute| attribute.oid == CN);
    let text = attribute.and_then(|attribute| {
        let value = &attribute.value;
        let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
        utf8.or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned())).ok()
    });
    text.unwrap_or_else(|| name.to_string())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

fn hash(id: &ObjectIdentifier) -> Option<Hash> {
    match *id {
        oids::ID_SHA_256 => Some(Hash::Sha256),
        oids::ID_SHA_384 => Some(Hash::Sha384),
        oids::ID_SHA_512 => Some(Hash::Sha512),
        _ => None,
    }
}

/// The digest of `data` by the algorithm named; `None` for one that is not accepted (SHA-1 is not).
pub(super) fn digest(id: &ObjectIdentifier, data: &[&[u8]]) -> Option<Vec<u8>> {
    use aws_lc_rs::digest::{Context, SHA256, SHA384, SHA512};
    let mut context = Context::new(match hash(id)? {
        Hash::Sha256 => &SHA256,
        Hash::Sha384 => &SHA384,
        Hash::Sha512 => &SHA512,
    });
    data.iter().for_each(|part| context.update(part));
    Some(context.finish().as_ref().to_vec())
}

/// Whether `signature` over `message` is by `key`. `digest` is the CMS digest algorithm, for plain `rsaEncryption`.
pub(super) fn check(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Option<&ObjectIdentifier>,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let (Some(bytes), Some(by)) = (key.subject_public_key.as_bytes(), verifier(key, algorithm, digest)) else {
        return false;
    };
    alg::UnparsedPublicKey::new(by, bytes).verify(message, signature).is_ok()
}

fn verifier(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    digest: Option<&ObjectIdentifier>,
) -> Option<&'static dyn alg::VerificationAlgorithm> {
    let rsa = key.algorithm.oid == oids::RSA_ENCRYPTION;
    match algorithm.oid {
        oids::SHA_256_WITH_RSA_ENCRYPTION if rsa => Some(&alg::RSA_PKCS1_2048_8192_SHA256),
        oids::SHA_384_WITH_RSA_ENCRYPTION if rsa => Some(&alg::RSA_PKCS1_2048_8192_SHA384),
        oids::SHA_512_WITH_RSA_ENCRYPTION if rsa => Some(&alg::RSA_PKCS1_2048_8192_SHA512),
        oids::RSA_ENCRYPTION if rsa => Some(match hash(digest?)? {
            Hash::Sha256 => &alg::RSA_PKCS1_2048_8192_SHA256,
            Hash::Sha384 => &alg::RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &alg::RSA_PKCS1_2048_8192_SHA512,
        }),
        PSS if rsa => pss(algorithm),
        oids::ECDSA_WITH_SHA_256 => ecdsa(key, Hash::Sha256),
        oids::ECDSA_WITH_SHA_384 => ecdsa(key, Hash::Sha384),
        oids::ECDSA_WITH_SHA_512 => ecdsa(key, Hash::Sha512),
        _ => None,
    }
}

/// RSASSA-PSS with the same hash for message and mask, salt as long as the hash (aws-lc checks the latter).
fn pss(algorithm: &AlgorithmIdentifierOwned) -> Option<&'static dyn alg::VerificationAlgorithm> {
    let parameters = algorithm.parameters.as_ref()?.to_der().ok()?;
    let holds = |id: &ObjectIdentifier| id.to_der().is_ok_and(|id| parameters.windows(id.len()).any(|w| w == id));
    match (holds(&oids::ID_SHA_256), holds(&oids::ID_SHA_384), holds(&oids::ID_SHA_512)) {
        (true, false, false) => Some(&alg::RSA_PSS_2048_8192_SHA256),
        (false, true, false) => Some(&alg::RSA_PSS_2048_8192_SHA384),
        (false, false, true) => Some(&alg::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn ecdsa(key: &SubjectPublicKeyInfoOwned, hash: Hash) -> Option<&'static dyn alg::VerificationAlgorithm> {
    let curve = key.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok()?;
    match (key.algorithm.oid == oids::ID_EC_PUBLIC_KEY, curve, hash) {
        (true, oids::SECP_256_R_1, Hash::Sha256) => Some(&alg::ECDSA_P256_SHA256_ASN1),
        (true, oids::SECP_256_R_1, Hash::Sha384) => Some(&alg::ECDSA_P256_SHA384_ASN1),
        (true, oids::SECP_256_R_1, Hash::Sha512) => Some(&alg::ECDSA_P256_SHA512_ASN1),
        (true, oids::SECP_384_R_1, Hash::Sha256) => Some(&alg::ECDSA_P384_SHA256_ASN1),
        (true, oids::SECP_384_R_1, Hash::Sha384) => Some(&alg::ECDSA_P384_SHA384_ASN1),
        (true, oids::SECP_384_R_1, Hash::Sha512) => Some(&alg::ECDSA_P384_SHA512_ASN1),
        (true, oids::SECP_521_R_1, Hash::Sha512) => Some(&alg::ECDSA_P521_SHA512_ASN1),
        _ => None,
    }
}
