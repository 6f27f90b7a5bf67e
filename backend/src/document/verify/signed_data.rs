//! Reading a CMS SignedData with one signer and judging its signature (RFC 5652 section 5, RFC 5035).

use std::rc::Rc;

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::revocation::RevocationInfoChoice;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{AnyRef, OctetString};
use der::{Any, Decode as _, Encode as _, Reader as _};
use sha1::{Digest as _, Sha1};
use x509_cert::attr::Attributes;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::super::cms::SIGNING_CERTIFICATE_V2;
use super::model::Finding;
use super::x509::{Cert, check, digest};

/// `id-ct-TSTInfo`: what a time stamp token signs (RFC 3161).
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// `id-aa-signingCertificate` (RFC 2634): SHA-1, allowed in time stamp tokens alone, which others make.
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");

/// A SignedData with its one signer.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    /// The signer's part.
    pub(super) info: SignerInfo,
    /// The certificates that came with it.
    pub(super) certs: Vec<Rc<Cert>>,
    /// The revocation lists that came with it, DER.
    pub(super) crls: Vec<Vec<u8>>,
    /// What kind of content it signs.
    pub(super) content_type: ObjectIdentifier,
    /// The content, when it is inside.
    pub(super) content: Option<Vec<u8>>,
}

fn unreadable(detail: &str) -> Finding {
    Finding::new("signature-unreadable", detail)
}

/// Cuts one DER element out of `/Contents`; what follows it must be zeros (the room that was kept).
pub(super) fn unpad(contents: &[u8]) -> Result<&[u8], Finding> {
    let mut reader = der::SliceReader::new(contents).map_err(|_| unreadable("/Contents is empty"))?;
    let element = reader.tlv_bytes().map_err(|_| unreadable("/Contents is not DER"))?;
    let rest = contents.get(element.len()..).unwrap_or_default();
    if rest.iter().any(|&byte| byte != 0) {
        return Err(unreadable("something is hidden behind the signature"));
    }
    Ok(element)
}

impl Signed {
    /// Parses DER.
    pub(super) fn parse(der: &[u8]) -> Result<Self, Finding> {
        let info = ContentInfo::from_der(der).map_err(|_| unreadable("not a CMS ContentInfo"))?;
        if info.content_type != ID_SIGNED_DATA {
            return Err(unreadable("not SignedData"));
        }
        let data = info.content.decode_as::<SignedData>().map_err(|_| unreadable("SignedData cannot be read"))?;
        let mut certs = Vec::new();
        for choice in data.certificates.iter().flat_map(|set| set.0.iter()) {
            if let CertificateChoices::Certificate(certificate) = choice {
                certs.extend(certificate.to_der().ok().and_then(|der| Cert::parse(&der)));
            }
        }
        let mut crls = Vec::new();
        for choice in data.crls.iter().flat_map(|set| set.0.iter()) {
            if let RevocationInfoChoice::Crl(list) = choice {
                crls.extend(list.to_der());
            }
        }
        let mut infos = data.signer_infos.0.into_vec();
        let (Some(info), true) = (infos.pop(), infos.is_empty()) else {
            return Err(unreadable("there is not exactly one signer"));
        };
        let content = match data.encap_content_info.econtent {
            None => None,
            Some(any) => {
                let content = any.decode_as::<OctetString>().map_err(|_| unreadable("the content is not octets"))?;
                Some(content.as_bytes().to_vec())
            }
        };
        Ok(Self { info, certs, crls, content_type: data.encap_content_info.econtent_type, content })
    }

    /// The certificate of the signer.
    pub(super) fn signer(&self) -> Result<Rc<Cert>, Finding> {
        let matches = |cert: &Cert| match &self.info.sid {
            SignerIdentifier::IssuerAndSerialNumber(id) => {
                id.issuer == *cert.issuer() && id.serial_number == *cert.parsed.tbs_certificate().serial_number()
            }
            SignerIdentifier::SubjectKeyIdentifier(id) => {
                cert.extension::<SubjectKeyIdentifier>().is_ok_and(|own| own.as_ref() == Some(id))
            }
        };
        let found = self.certs.iter().find(|cert| matches(cert)).cloned();
        found.ok_or_else(|| Finding::new("signer-certificate-missing", "the signature does not bring it"))
    }

    /// The digest algorithm of the content.
    pub(super) fn digest_algorithm(&self) -> &ObjectIdentifier {
        &self.info.digest_alg.oid
    }

    /// Judges everything inside: content type, message digest against `content`, the certificate bound in (ESS), and
    /// the signature over the attributes.
    pub(super) fn judge(&self, signer: &Cert, content: &[&[u8]]) -> Result<(), Finding> {
        let attributes = self.info.signed_attrs.as_ref().ok_or_else(|| unreadable("no signed attributes"))?;
        let kind = one(attributes, &ID_CONTENT_TYPE)?.decode_as::<ObjectIdentifier>();
        if kind.ok() != Some(self.content_type) {
            return Err(Finding::new("content-type-wrong", "the attribute names another content"));
        }
        let actual = digest(self.digest_algorithm(), content)
            .ok_or_else(|| Finding::new("algorithm-refused", self.digest_algorithm().to_string()))?;
        let stated = one(attributes, &ID_MESSAGE_DIGEST)?.decode_as::<OctetString>();
        if stated.ok().as_ref().map(OctetString::as_bytes) != Some(&actual) {
            return Err(Finding::new("digest-wrong", "the signed bytes are not the bytes of the file"));
        }
        match one(attributes, &SIGNING_CERTIFICATE_V2) {
            Err(_) if self.content_type == TST_INFO => bound(one(attributes, &SIGNING_CERTIFICATE)?, signer, None)?,
            second => bound(second?, signer, Some(ID_SHA_256))?,
        }
        let signed = attributes.to_der().map_err(|_| unreadable("the signed attributes cannot be written"))?;
        let signature = self.info.signature.as_bytes();
        let algorithm = &self.info.signature_algorithm;
        if !check(signer.key(), algorithm, Some(self.digest_algorithm()), &signed, signature) {
            return Err(Finding::new("signature-wrong", algorithm.oid.to_string()));
        }
        Ok(())
    }

    /// An unsigned attribute, when it is there.
    pub(super) fn unsigned(&self, kind: &ObjectIdentifier) -> Result<Option<&Any>, Finding> {
        match &self.info.unsigned_attrs {
            Some(attributes) if attributes.iter().any(|attribute| attribute.oid == *kind) => {
                one(attributes, kind).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// The one value of the one attribute of this kind.
fn one<'a>(attributes: &'a Attributes, kind: &ObjectIdentifier) -> Result<&'a Any, Finding> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == *kind);
    match (found.next(), found.next()) {
        (Some(attribute), None) if attribute.values.len() == 1 => {
            attribute.values.get(0).ok_or_else(|| unreadable("an attribute without a value"))
        }
        _ => Err(Finding::new("attribute-missing", format!("attribute {kind} is not there exactly once"))),
    }
}

/// The first `ESSCertIDv2` names the signer's certificate; without a `default` algorithm it is an `ESSCertID` (SHA-1).
fn bound(value: &Any, signer: &Cert, default: Option<ObjectIdentifier>) -> Result<(), Finding> {
    let wrong = || Finding::new("signing-certificate-mismatch", "the signature was made for another certificate");
    let certs = value.to_der().map_err(|_| wrong())?;
    let first = AnyRef::from_der(&certs).map_err(|_| wrong())?.value();
    let list = AnyRef::from_der(first_of(first).ok_or_else(wrong)?).map_err(|_| wrong())?.value();
    let id = AnyRef::from_der(first_of(list).ok_or_else(wrong)?).map_err(|_| wrong())?.value();
    let mut reader = der::SliceReader::new(id).map_err(|_| wrong())?;
    let mut element = AnyRef::decode(&mut reader).map_err(|_| wrong())?;
    let mut algorithm = default;
    if default.is_some() && der::Tagged::tag(&element) == der::Tag::Sequence {
        let named = first_of(element.value()).and_then(|id| ObjectIdentifier::from_der(id).ok());
        algorithm = Some(named.ok_or_else(wrong)?);
        element = AnyRef::decode(&mut reader).map_err(|_| wrong())?;
    }
    let hash = match algorithm {
        Some(algorithm) => digest(&algorithm, &[&signer.der]),
        None => Some(Sha1::digest(&signer.der).to_vec()),
    };
    if hash.as_deref() == Some(element.value()) { Ok(()) } else { Err(wrong()) }
}

fn first_of(content: &[u8]) -> Option<&[u8]> {
    der::SliceReader::new(content).ok()?.tlv_bytes().ok()
}
