//! Who signed a token: the attribute of RFC 5035 that binds the signature to one certificate.

use der::Sequence;
use der::asn1::{ObjectIdentifier, OctetString};
use mohor_shared::transcript::sha256;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;

/// id-aa-signingCertificateV2 (section 3).
pub(super) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The certificates that may have made a signature (section 3); ours names one.
#[derive(Sequence)]
pub(super) struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

impl SigningCertificateV2 {
    /// The attribute of a signer whose certificate is `der`.
    pub(super) fn of(der: &[u8], certificate: &Certificate) -> der::Result<Self> {
        let tbs = certificate.tbs_certificate();
        let issuer = vec![GeneralName::DirectoryName(tbs.issuer().clone())];
        let issuer_serial = IssuerSerial { issuer, serial: tbs.serial_number().clone() };
        Ok(Self { certs: vec![EssCertIdV2 { hash: OctetString::new(sha256(der))?, issuer_serial }] })
    }

    /// Whether it names exactly one certificate, the one with this SHA-256.
    pub(super) fn names(&self, hash: &[u8; 32]) -> bool {
        matches!(self.certs.as_slice(), [one] if one.hash.as_bytes() == hash)
    }
}

/// `hashAlgorithm` is left out: SHA-256 is its default, and DER forbids writing a default.
#[derive(Sequence)]
struct EssCertIdV2 {
    hash: OctetString,
    issuer_serial: IssuerSerial,
}

#[derive(Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial: SerialNumber,
}
