//! The CMS inside `/Contents`: CAdES signed attributes, and the SignedData around them (RFC 5652, ETSI EN 319 122-1).
//!
//! Written as DER by hand: certificates and tokens go in byte for byte as they came, and nothing is parsed twice on
//! the signing path.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, Tag};
use sha2::{Digest as _, Sha256};

/// `id-aa-signingCertificateV2` (RFC 5035 section 3).
pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// `id-aa-signatureTimeStampToken` (RFC 3161 appendix A).
pub(crate) const SIGNATURE_TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const OCTETS: u8 = 0x04;

/// How the signer's key signs the SHA-256 digest of the signed attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256; the signature is DER.
    EcdsaP256Sha256,
    /// RSA PKCS#1 v1.5.
    RsaPkcs1Sha256,
}

/// Why the CMS cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// A certificate or token is not DER, or not what it must be.
    #[error("not a well-formed {0}")]
    Malformed(&'static str),
}

use crate::fault;
fault! { CmsError => "signature-malformed", Broken }

/// What the key signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAttributes {
    /// `SET OF Attribute`, DER: contentType, messageDigest, signing-certificate-v2. No signing-time: `/M` says it.
    pub der: Vec<u8>,
    /// SHA-256 of `der`.
    pub digest: [u8; 32],
}

/// The signed attributes of a signature over a document of SHA-256 `digest` by the holder of `signer` (DER).
///
/// # Errors
/// [`CmsError`] when `signer` is not a certificate.
pub fn signed_attributes(digest: &[u8; 32], signer: &[u8]) -> Result<SignedAttributes, CmsError> {
    whole(signer, "certificate")?;
    // ESSCertIDv2 with SHA-256, its default, which DER leaves out.
    let certificate_id = tlv(SEQUENCE, &[&tlv(OCTETS, &[&Sha256::digest(signer)])]);
    let signing_certificate = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&certificate_id])]);
    let der = set_of(vec![
        attribute(&ID_CONTENT_TYPE, &oid(&ID_DATA)),
        attribute(&ID_MESSAGE_DIGEST, &tlv(OCTETS, &[digest])),
        attribute(&SIGNING_CERTIFICATE_V2, &signing_certificate),
    ]);
    let digest = Sha256::digest(&der).into();
    Ok(SignedAttributes { der, digest })
}

/// The CMS: `signature` (as the key gave it) over `attributes`, with `chain` (DER, the signer first) and the time
/// stamp token (DER ContentInfo) over SHA-256 of `signature`.
///
/// # Errors
/// [`CmsError`] when the chain is empty or an item is not DER.
pub fn assemble(
    attributes: &SignedAttributes,
    signature: &[u8],
    algorithm: Algorithm,
    chain: &[Vec<u8>],
    token: Option<&[u8]>,
) -> Result<Vec<u8>, CmsError> {
    let signer = chain.first().ok_or(CmsError::Malformed("certificate chain"))?;
    for certificate in chain {
        whole(certificate, "certificate")?;
    }
    let sha256 = tlv(SEQUENCE, &[&oid(&ID_SHA_256)]);
    let mut info = vec![tlv(0x02, &[&[1]]), issuer_and_serial(signer)?, sha256.clone()];
    info.push(tlv(0xA0, &[content(&attributes.der)?]));
    info.push(match algorithm {
        Algorithm::EcdsaP256Sha256 => tlv(SEQUENCE, &[&oid(&ECDSA_WITH_SHA_256)]),
        Algorithm::RsaPkcs1Sha256 => tlv(SEQUENCE, &[&oid(&SHA_256_WITH_RSA_ENCRYPTION), &[0x05, 0x00]]),
    });
    info.push(tlv(OCTETS, &[signature]));
    if let Some(token) = token {
        whole(token, "time stamp token")?;
        info.push(tlv(0xA1, &[&attribute(&SIGNATURE_TIME_STAMP, token)]));
    }
    let signed_data = [
        tlv(0x02, &[&[1]]),
        tlv(SET, &[&sha256]),
        tlv(SEQUENCE, &[&oid(&ID_DATA)]),
        retag(0xA0, &set_of(chain.to_vec()))?,
        tlv(SET, &[&sequence(&info)]),
    ];
    Ok(tlv(SEQUENCE, &[&oid(&ID_SIGNED_DATA), &tlv(0xA0, &[&sequence(&signed_data)])]))
}

/// `IssuerAndSerialNumber` of a certificate, both as it has them.
fn issuer_and_serial(certificate: &[u8]) -> Result<Vec<u8>, CmsError> {
    let wrong = |_| CmsError::Malformed("certificate");
    let outer = AnyRef::from_der(certificate).map_err(wrong)?;
    outer
        .sequence(|outer| {
            let tbs = AnyRef::decode(outer)?;
            while !outer.is_finished() {
                outer.tlv_bytes()?;
            }
            tbs.sequence(|tbs| {
                if Tag::peek(tbs)?.is_context_specific() {
                    tbs.tlv_bytes()?;
                }
                let serial = tbs.tlv_bytes()?;
                tbs.tlv_bytes()?;
                let issuer = tbs.tlv_bytes()?;
                while !tbs.is_finished() {
                    tbs.tlv_bytes()?;
                }
                Ok::<_, der::Error>(tlv(SEQUENCE, &[issuer, serial]))
            })
        })
        .map_err(wrong)
}

/// Exactly one SEQUENCE, nothing after it.
fn whole(der: &[u8], what: &'static str) -> Result<(), CmsError> {
    match AnyRef::from_der(der) {
        Ok(any) if der::Tagged::tag(&any) == Tag::Sequence => Ok(()),
        _ => Err(CmsError::Malformed(what)),
    }
}

fn content(der: &[u8]) -> Result<&[u8], CmsError> {
    AnyRef::from_der(der).map(AnyRef::value).map_err(|_| CmsError::Malformed("set of attributes"))
}

fn retag(tag: u8, der: &[u8]) -> Result<Vec<u8>, CmsError> {
    Ok(tlv(tag, &[content(der)?]))
}

pub(super) fn attribute(kind: &ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(kind), &tlv(SET, &[value])])
}

pub(super) fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    tlv(0x06, &[oid.as_bytes()])
}

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv(SEQUENCE, &parts)
}

/// DER sorts a SET OF by its encodings (X.690 section 11.6).
pub(super) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort_unstable();
    parts.dedup();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    tlv(SET, &parts)
}

pub(super) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    let bytes = length.to_be_bytes();
    let significant = &bytes[bytes.iter().position(|&b| b != 0).unwrap_or(bytes.len() - 1)..];
    if length >= 0x80 {
        out.push(0x80 | significant.len() as u8);
    }
    out.extend_from_slice(significant);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}
