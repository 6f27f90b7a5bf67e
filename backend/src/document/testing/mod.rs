//! A small world for the tests of this room: an authority, a time-stamp authority, people, a base document.

mod base;

use std::time::Duration;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_CE_CRL_REASONS, ID_KP_EMAIL_PROTECTION, ID_KP_TIME_STAMPING};
use der::Encode as _;
use der::asn1::{GeneralizedTime, OctetString};
use p256::ecdsa::{DerSignature, SigningKey};
use sha2::{Digest as _, Sha256};
use signature::Signer as _;
use spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder, CrlBuilder};
use x509_cert::crl::RevokedCert;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, CrlReason, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::cms::{self, Algorithm, OCTETS, SEQUENCE, SET, attribute, oid, sequence, set_of, tlv};
use super::verify::Trust;
use super::*;
use crate::kernel::clock::Timestamp;
pub(crate) use base::{appearance, base, fills, locks, request};

/// 2026-11-20 09:00 MYT.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_136_400);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

fn time(at: Timestamp) -> Time {
    Time::GeneralTime(GeneralizedTime::from_unix_duration(Duration::from_secs(at.seconds() as u64)).unwrap())
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Root,
    Issuing,
    Person,
    Stamping,
    Responder,
}

struct Plain {
    issuer: Name,
    subject: Name,
    extensions: Vec<Extension>,
}

impl BuilderProfile for Plain {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        subject: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        _: &x509_cert::TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let mut all = self.extensions.clone();
        let ski = SubjectKeyIdentifier::try_from(subject)?;
        let aki = AuthorityKeyIdentifier::try_from(issuer)?;
        all.push(ski.to_extension(&self.subject, &all)?);
        all.push(aki.to_extension(&self.subject, &all)?);
        Ok(all)
    }
}

/// One holder of a P-256 key and a certificate.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) key: SigningKey,
    pub(crate) certificate: Certificate,
}

impl Holder {
    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.to_der().unwrap()
    }

    /// Issues a certificate for `spki`.
    pub(crate) fn issue(
        &self,
        name: &str,
        serial: u32,
        what: Use,
        spki: SubjectPublicKeyInfoOwned,
        from: Timestamp,
        days: u32,
    ) -> Certificate {
        self.issue_with(name, serial, extensions(what), spki, from, days)
    }

    pub(crate) fn issue_with(
        &self,
        name: &str,
        serial: u32,
        extensions: Vec<Extension>,
        spki: SubjectPublicKeyInfoOwned,
        from: Timestamp,
        days: u32,
    ) -> Certificate {
        let issuer = self.certificate.tbs_certificate().subject().clone();
        build(&self.key, issuer, name, serial, extensions, spki, from, days)
    }

    /// Issues to a fresh P-256 key.
    pub(crate) fn grow(&self, name: &str, seed: u8, what: Use, from: Timestamp, days: u32) -> Self {
        let key = key(seed);
        let certificate = self.issue(name, u32::from(seed), what, spki(&key), from, days);
        Self { key, certificate }
    }

    /// A revocation list of this authority: serial numbers and when.
    pub(crate) fn crl(&self, at: Timestamp, days: u32, revoked: &[(u32, Timestamp)]) -> Vec<u8> {
        self.crl_because(at, days, revoked, None)
    }

    /// The same with one reason for all.
    pub(crate) fn crl_because(
        &self,
        at: Timestamp,
        days: u32,
        revoked: &[(u32, Timestamp)],
        reason: Option<CrlReason>,
    ) -> Vec<u8> {
        let number = CrlNumber(der::asn1::Uint::new(&[1]).unwrap());
        let entries = revoked.iter().map(|&(serial, at)| RevokedCert {
            serial_number: SerialNumber::from(serial),
            revocation_date: time(at),
            crl_entry_extensions: reason.map(|reason| vec![extension(ID_CE_CRL_REASONS, false, &reason)]),
        });
        let mut builder =
            CrlBuilder::<x509_cert::certificate::Rfc5280>::new_with_this_update(&self.certificate, number, time(at))
                .unwrap()
                .with_next_update(Some(time(at.plus(DAY * days))));
        if !revoked.is_empty() {
            builder = builder.with_certificates(entries);
        }
        builder.build::<_, DerSignature>(&self.key).unwrap().to_der().unwrap()
    }
}

pub(crate) fn spki(key: &SigningKey) -> SubjectPublicKeyInfoOwned {
    SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).unwrap()
}

pub(crate) fn extension(id: ObjectIdentifier, critical: bool, value: &impl der::Encode) -> Extension {
    Extension { extn_id: id, critical, extn_value: OctetString::new(value.to_der().unwrap()).unwrap() }
}

pub(crate) fn extensions(what: Use) -> Vec<Extension> {
    use const_oid::db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE, ID_KP_OCSP_SIGNING};
    let usage = |usage: KeyUsage| extension(ID_CE_KEY_USAGE, true, &usage);
    let ca = |path| extension(ID_CE_BASIC_CONSTRAINTS, true, &BasicConstraints { ca: true, path_len_constraint: path });
    let extended = |critical, id| extension(ID_CE_EXT_KEY_USAGE, critical, &ExtendedKeyUsage(vec![id]));
    let signing = || usage(KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation));
    match what {
        Use::Root => vec![ca(None), usage(KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))],
        Use::Issuing => vec![ca(Some(0)), usage(KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))],
        Use::Person => vec![signing(), extended(false, ID_KP_EMAIL_PROTECTION)],
        Use::Stamping => vec![signing(), extended(true, ID_KP_TIME_STAMPING)],
        Use::Responder => vec![signing(), extended(false, ID_KP_OCSP_SIGNING)],
    }
}

#[expect(clippy::too_many_arguments, reason = "a certificate has that many parts")]
fn build(
    signer: &SigningKey,
    issuer: Name,
    name: &str,
    serial: u32,
    extensions: Vec<Extension>,
    spki: SubjectPublicKeyInfoOwned,
    from: Timestamp,
    days: u32,
) -> Certificate {
    let subject = format!("CN={name},O=Contoh Sdn Bhd,C=MY").parse::<Name>().unwrap();
    let validity = Validity::new(time(from), time(from.plus(DAY * days)));
    let issuer = if issuer.is_empty() { subject.clone() } else { issuer };
    let profile = Plain { issuer, subject, extensions };
    let builder = CertificateBuilder::new(profile, SerialNumber::from(serial), validity, spki).unwrap();
    builder.build::<_, DerSignature>(signer).unwrap()
}

/// The authorities of the tests.
pub(crate) struct World {
    pub(crate) root: Holder,
    pub(crate) issuing: Holder,
    pub(crate) tsa: Holder,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(1)
    }

    /// Authorities of the same names with other keys: those of `seed` and the two after it.
    pub(crate) fn of(seed: u8) -> Self {
        let root_key = key(seed);
        let from = NOW.minus(DAY * 30);
        let certificate =
            build(&root_key, Name::default(), "Akar Ujian", 1, extensions(Use::Root), spki(&root_key), from, 3650);
        let root = Holder { key: root_key, certificate };
        let issuing = root.grow("CA Pengeluar Ujian", seed + 1, Use::Issuing, from, 1825);
        let tsa = issuing.grow("TSA Ujian", seed + 2, Use::Stamping, from, 900);
        Self { root, issuing, tsa }
    }

    /// A person with a certificate of thirty days.
    pub(crate) fn person(&self, name: &str, seed: u8) -> Holder {
        self.issuing.grow(name, seed, Use::Person, NOW.minus(DAY), 30)
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust { roots: vec![self.root.der()], crls: Vec::new(), at: Some(NOW.plus(DAY)) }
    }

    pub(crate) fn revocation(&self, person: &Holder) -> RevocationData {
        self.revocation_at(person, NOW, &[])
    }

    pub(crate) fn revocation_at(&self, person: &Holder, at: Timestamp, revoked: &[(u32, Timestamp)]) -> RevocationData {
        RevocationData {
            certs: vec![person.der(), self.issuing.der(), self.tsa.der(), self.root.der()],
            crls: vec![self.issuing.crl(at, 7, revoked), self.root.crl(at, 60, &[])],
            ocsps: Vec::new(),
        }
    }

    /// A time stamp token over `imprint` (RFC 3161).
    pub(crate) fn stamp(&self, imprint: &[u8; 32], at: Timestamp) -> Vec<u8> {
        stamp_by(&self.tsa, &[self.tsa.der(), self.issuing.der()], imprint, at)
    }

    /// The CMS of `person` over a prepared revision, with chain and time stamp.
    pub(crate) fn cms(&self, prepared: &Prepared, person: &Holder, at: Timestamp) -> Vec<u8> {
        let attributes = cms::signed_attributes(&prepared.digest, &person.der()).unwrap();
        let signature: DerSignature = person.key.sign(&attributes.der);
        let token = self.stamp(&Sha256::digest(signature.as_bytes()).into(), at);
        let chain = [person.der(), self.issuing.der()];
        cms::assemble(&attributes, signature.as_bytes(), Algorithm::EcdsaP256Sha256, &chain, Some(&token)).unwrap()
    }

    /// `head` signed by `person`, then extended to B-LT.
    pub(crate) fn sign(&self, head: &[u8], request: &SignatureRequest<'_>, person: &Holder) -> Vec<u8> {
        let signed = self.sign_only(head, request, person);
        extend::dss(&signed, &self.revocation(person)).unwrap()
    }

    pub(crate) fn sign_only(&self, head: &[u8], request: &SignatureRequest<'_>, person: &Holder) -> Vec<u8> {
        let prepared = prepare(head, request).unwrap();
        let cms = self.cms(&prepared, person, request.time);
        embed(prepared, &cms).unwrap()
    }

    /// The golden flow: certified, then three parties; the file after each step, each with its validation data.
    pub(crate) fn agreement(&self, base: &[u8]) -> Vec<Vec<u8>> {
        let seal = self.person("Meterai Sistem", 10);
        let mut steps = vec![self.sign(base, &request("Cert0", SignatureRole::Certify), &seal)];
        let mut first = request("Party1", SignatureRole::First { locks: locks() });
        first.fills = fills();
        for (request, seed) in
            [(first, 11), (request("Party2", SignatureRole::Middle), 12), (request("Party3", SignatureRole::Last), 13)]
        {
            let person = self.person(&format!("Pihak {}", seed - 10), seed);
            let next = self.sign(steps.last().unwrap(), &request, &person);
            steps.push(next);
        }
        steps
    }
}

pub(crate) fn stamp_by(tsa: &Holder, chain: &[Vec<u8>], imprint: &[u8; 32], at: Timestamp) -> Vec<u8> {
    let tst_info = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
    let sha256 = tlv(SEQUENCE, &[&oid(&const_oid::db::rfc5912::ID_SHA_256)]);
    let genuine = at.rfc3339()[..19].replace(['-', ':', 'T'], "") + "Z";
    let info = sequence(&[
        tlv(0x02, &[&[1]]),
        oid(&ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2")),
        tlv(SEQUENCE, &[&sha256, &tlv(OCTETS, &[imprint])]),
        tlv(0x02, &[&[7]]),
        tlv(0x18, &[genuine.as_bytes()]),
    ]);
    let der = tsa.der();
    let certificate_id = tlv(SEQUENCE, &[&tlv(OCTETS, &[&Sha256::digest(&der)])]);
    let attributes = set_of(vec![
        attribute(&const_oid::db::rfc5911::ID_CONTENT_TYPE, &oid(&tst_info)),
        attribute(&const_oid::db::rfc5911::ID_MESSAGE_DIGEST, &tlv(OCTETS, &[&Sha256::digest(&info)])),
        attribute(&cms::SIGNING_CERTIFICATE_V2, &tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&certificate_id])])),
    ]);
    let signature: DerSignature = tsa.key.sign(&attributes);
    let tbs = tsa.certificate.tbs_certificate();
    let signer = sequence(&[
        tlv(0x02, &[&[1]]),
        sequence(&[tbs.issuer().to_der().unwrap(), tbs.serial_number().to_der().unwrap()]),
        sha256.clone(),
        {
            let mut implicit = attributes.clone();
            implicit[0] = 0xA0;
            implicit
        },
        tlv(SEQUENCE, &[&oid(&const_oid::db::rfc5912::ECDSA_WITH_SHA_256)]),
        tlv(OCTETS, &[signature.as_bytes()]),
    ]);
    let mut certificates = set_of(chain.to_vec());
    certificates[0] = 0xA0;
    let data = sequence(&[
        tlv(0x02, &[&[3]]),
        tlv(SET, &[&sha256]),
        tlv(SEQUENCE, &[&oid(&tst_info), &tlv(0xA0, &[&tlv(OCTETS, &[&info])])]),
        certificates,
        tlv(SET, &[&signer]),
    ]);
    tlv(SEQUENCE, &[&oid(&const_oid::db::rfc5911::ID_SIGNED_DATA), &tlv(0xA0, &[&data])])
}

/// An OCSP response by `responder` about `cert`, issued by `issuer`: good, or revoked then.
pub(crate) fn ocsp(
    responder: &Holder,
    issuer: &Holder,
    cert: &Holder,
    at: Timestamp,
    revoked: Option<Timestamp>,
) -> Vec<u8> {
    let date = |at: Timestamp| at.rfc3339()[..19].replace(['-', ':', 'T'], "") + "Z";
    let subject = issuer.certificate.tbs_certificate().subject().to_der().unwrap();
    let key = spki(&issuer.key).subject_public_key;
    let sha256 = tlv(SEQUENCE, &[&oid(&const_oid::db::rfc5912::ID_SHA_256)]);
    let id = sequence(&[
        sha256,
        tlv(OCTETS, &[&Sha256::digest(&subject)]),
        tlv(OCTETS, &[&Sha256::digest(key.as_bytes().unwrap())]),
        cert.certificate.tbs_certificate().serial_number().to_der().unwrap(),
    ]);
    let status = match revoked {
        None => tlv(0x80, &[]),
        Some(when) => tlv(0xA1, &[&tlv(0x18, &[date(when).as_bytes()])]),
    };
    let next = tlv(0xA0, &[&tlv(0x18, &[date(at.plus(DAY)).as_bytes()])]);
    let single = sequence(&[id, status, tlv(0x18, &[date(at).as_bytes()]), next]);
    let by = tlv(0xA2, &[&tlv(OCTETS, &[&[1; 20]])]);
    let data = sequence(&[by, tlv(0x18, &[date(at).as_bytes()]), sequence(&[single])]);
    let signature: DerSignature = responder.key.sign(&data);
    let basic = sequence(&[
        data,
        tlv(SEQUENCE, &[&oid(&const_oid::db::rfc5912::ECDSA_WITH_SHA_256)]),
        tlv(0x03, &[&[0], signature.as_bytes()]),
        tlv(0xA0, &[&sequence(&[responder.der()])]),
    ]);
    let kind = oid(&ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1"));
    let bytes = sequence(&[kind, tlv(OCTETS, &[&basic])]);
    sequence(&[tlv(0x0A, &[&[0]]), tlv(0xA0, &[&bytes])])
}
