//! Stamping: from a `TimeStampReq` to a `TimeStampResp`.

use std::sync::Arc;

use async_trait::async_trait;
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{Any, GeneralizedTime, Int, Null, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode as _, Encode as _};
use mohor_shared::transcript::sha256;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::model::{Accuracy, Failure, PkiStatus, PkiStatusInfo, TST_INFO, TimeStampReq, TimeStampResp, TstInfo};
use super::register::{Issued, Register};
use super::signer::{SIGNING_CERTIFICATE_V2, SigningCertificateV2};
use super::{StampError, TimeStamper, ask};
use crate::certificate::{Authority, Member};
use crate::kernel::work::Work;
use crate::keystore::SignAlgorithm;

/// How far the time of a token may be off: it is rounded down to the second.
const ACCURACY_SECONDS: u32 = 1;

/// The time-stamp authority in this process.
pub struct LocalStamper {
    authority: Arc<Authority>,
    register: Register,
}

impl LocalStamper {
    /// The authority with its key and certificate.
    pub fn new(authority: Arc<Authority>) -> Self {
        Self { authority, register: Register::default() }
    }

    /// The authority behind the stamps.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Answers a request (DER). Refusals are answers too: a `PKIStatusInfo` with its failure bit.
    pub async fn stamp(&self, work: &Work, request: &[u8]) -> Vec<u8> {
        let answer = match self.granted(work, request).await {
            Ok(token) => Any::from_der(&token).and_then(|token| {
                let status = PkiStatusInfo { status: PkiStatus::Granted, status_string: None, fail_info: None };
                TimeStampResp { status, time_stamp_token: Some(token) }.to_der()
            }),
            Err(failure) => refusal(failure),
        };
        answer.unwrap_or_default()
    }

    async fn granted(&self, work: &Work, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let request = TimeStampReq::from_der(request).map_err(|_| Failure::BadDataFormat)?;
        let policy = ObjectIdentifier::new(&self.authority.stamp_policy()).map_err(|_| Failure::SystemFailure)?;
        check(&request, &policy)?;
        // Taken once: its successor may come into office while this stamp is made.
        let tsa = self.authority.tsa();
        if !tsa.leaf().is_good(work.now) {
            return Err(Failure::TimeNotAvailable);
        }
        let serial = serial(work);
        let issued = Issued {
            serial: hex::encode(serial),
            policy: policy.to_string(),
            algorithm: request.message_imprint.hash_algorithm.oid.to_string(),
            digest: hex::encode(request.message_imprint.hashed_message.as_bytes()),
            certificate: tsa.leaf().serial.clone(),
        };
        let info = info(work, &request, policy, &serial).map_err(|_| Failure::SystemFailure)?;
        let token = self.token_over(&tsa, &info, request.cert_req).await?;
        self.register.enter(work, issued).await?;
        Ok(token)
    }

    async fn token_over(&self, tsa: &Member, info: &[u8], with_certificates: bool) -> Result<Vec<u8>, Failure> {
        let certificate = Certificate::from_der(tsa.der()).map_err(|_| Failure::SystemFailure)?;
        let attributes = attributes(info, tsa.der(), &certificate).map_err(|_| Failure::SystemFailure)?;
        let signed = attributes.to_der().map_err(|_| Failure::SystemFailure)?;
        let signature = tsa.sign(&sha256(&signed)).await.map_err(|_| Failure::SystemFailure)?;
        let certificates = if with_certificates {
            vec![
                certificate.clone(),
                Certificate::from_der(self.authority.issuing().der()).map_err(|_| Failure::SystemFailure)?,
            ]
        } else {
            Vec::new()
        };
        cms(info, &certificate, attributes, tsa.algorithm(), &signature, certificates)
            .map_err(|_| Failure::SystemFailure)
    }
}

#[async_trait]
impl TimeStamper for LocalStamper {
    async fn token(&self, work: &Work, sha256: [u8; 32]) -> Result<Vec<u8>, StampError> {
        // A stamp says when it was made: whoever asks may have begun long before, and others were stamped meanwhile.
        let work = &work.later();
        let question = ask::question(work, sha256)?;
        let answer = self.stamp(work, &question.der).await;
        ask::check(&question, &answer, self.authority.tsa().spki())
    }
}

fn check(request: &TimeStampReq, policy: &ObjectIdentifier) -> Result<(), Failure> {
    if request.version != 1 {
        return Err(Failure::BadRequest);
    }
    if request.extensions.is_some() {
        return Err(Failure::UnacceptedExtension);
    }
    if request.req_policy.as_ref().is_some_and(|wanted| wanted != policy) {
        return Err(Failure::UnacceptedPolicy);
    }
    let length = match request.message_imprint.hash_algorithm.oid {
        rfc5912::ID_SHA_256 => 32,
        rfc5912::ID_SHA_384 => 48,
        rfc5912::ID_SHA_512 => 64,
        _ => return Err(Failure::BadAlgorithm),
    };
    if request.message_imprint.hashed_message.as_bytes().len() != length {
        return Err(Failure::BadDataFormat);
    }
    if request.nonce.as_ref().is_some_and(|nonce| nonce.as_bytes().len() > 64) {
        return Err(Failure::BadRequest);
    }
    Ok(())
}

/// 126 random bits, positive: unique without asking the database (RFC 3161 allows up to 160 bits).
fn serial(work: &Work) -> [u8; 16] {
    let mut serial: [u8; 16] = work.rng().bytes();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

fn info(work: &Work, request: &TimeStampReq, policy: ObjectIdentifier, serial: &[u8]) -> der::Result<Vec<u8>> {
    let seconds = u64::try_from(work.now.seconds()).map_err(|_| der::ErrorKind::DateTime)?;
    TstInfo {
        version: 1,
        policy,
        message_imprint: request.message_imprint.clone(),
        serial_number: Int::new(serial)?,
        gen_time: GeneralizedTime::from_unix_duration(std::time::Duration::from_secs(seconds))?,
        accuracy: Some(Accuracy { seconds: Some(ACCURACY_SECONDS), millis: None, micros: None }),
        ordering: false,
        nonce: request.nonce.clone(),
        tsa: None,
        extensions: None,
    }
    .to_der()
}

/// contentType, messageDigest and signing-certificate-v2 (RFC 5816), as a DER `SET OF`.
fn attributes(info: &[u8], der: &[u8], certificate: &Certificate) -> der::Result<SetOfVec<Attribute>> {
    SetOfVec::try_from(vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &TST_INFO)?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &OctetString::new(sha256(info))?)?,
        attribute(SIGNING_CERTIFICATE_V2, &SigningCertificateV2::of(der, certificate)?)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: &impl der::Encode) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::from_der(&value.to_der()?)?])? })
}

fn cms(
    info: &[u8],
    certificate: &Certificate,
    attributes: SetOfVec<Attribute>,
    algorithm: SignAlgorithm,
    signature: &[u8],
    certificates: Vec<Certificate>,
) -> der::Result<Vec<u8>> {
    let sha256_id = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: None };
    let tbs = certificate.tbs_certificate();
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: tbs.issuer().clone(),
            serial_number: tbs.serial_number().clone(),
        }),
        digest_alg: sha256_id.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: signature_algorithm(algorithm),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> = certificates.into_iter().map(CertificateChoices::Certificate).collect();
    let certificates = if certificates.is_empty() { None } else { Some(CertificateSet::try_from(certificates)?) };
    let signed = SignedData {
        version: CmsVersion::V3,
        digest_algorithms: SetOfVec::try_from(vec![sha256_id])?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: TST_INFO,
            econtent: Some(Any::new(der::Tag::OctetString, info)?),
        },
        certificates,
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    };
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::from_der(&signed.to_der()?)? }.to_der()
}

fn signature_algorithm(algorithm: SignAlgorithm) -> AlgorithmIdentifierOwned {
    match algorithm {
        SignAlgorithm::EcdsaSha256 => AlgorithmIdentifierOwned { oid: rfc5912::ECDSA_WITH_SHA_256, parameters: None },
        SignAlgorithm::RsaPkcs1Sha256 => {
            AlgorithmIdentifierOwned { oid: rfc5912::SHA_256_WITH_RSA_ENCRYPTION, parameters: Some(Null.into()) }
        }
    }
}

fn refusal(failure: Failure) -> der::Result<Vec<u8>> {
    let status = PkiStatusInfo {
        status: PkiStatus::Rejection,
        status_string: Some(vec![failure.to_string()]),
        fail_info: Some(failure.bits()?),
    };
    TimeStampResp { status, time_stamp_token: None }.to_der()
}
