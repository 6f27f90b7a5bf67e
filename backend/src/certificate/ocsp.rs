//! OCSP (RFC 6960): a delegated responder that answers for the issuing CA from the rows, at this moment.

use std::time::Duration;

use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256};
use der::asn1::{BitString, GeneralizedTime, Null, OctetString, OctetStringRef};
use der::{Decode as _, Encode as _};
use mohor_shared::transcript::sha256;
use sha1::{Digest as _, Sha1};
use x509_cert::Certificate;
use x509_cert::ext::{Extension, Extensions};

use super::authority::{Authority, SignError};
use super::model::{Ca, RevocationReason, Status};
use super::ocsp_model::{
    BASIC, BasicResponse, CertId, CertStatus, NONCE, OcspRequest, OcspResponse, Reason, ResponderId, ResponseBytes,
    ResponseData, ResponseStatus, RevokedInfo, SingleResponse,
};
use super::{profile, read};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

/// How long an answer may be kept.
pub const ANSWER_LIFE: Duration = Duration::from_secs(3600);
/// The longest request that is read, in bytes.
pub const LONGEST_REQUEST: usize = 4096;
/// The most certificates one request may ask for.
const MOST_SINGLE: usize = 16;
/// Octets of a nonce (RFC 9654 section 2.1).
const NONCE_OCTETS: std::ops::RangeInclusive<usize> = 1..=128;

/// An answer and whether it may be cached: one that repeats a nonce may not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OcspAnswer {
    /// `OCSPResponse`, DER.
    pub der: Vec<u8>,
    /// Whether it is a signed answer without a nonce.
    pub cacheable: bool,
}

/// Answers a request (DER). Refusals are answers too.
pub async fn ocsp(work: &Work, authority: &Authority, request: &[u8]) -> OcspAnswer {
    match answer(work, authority, request).await {
        Ok(answer) => answer,
        Err(status) => {
            let der = OcspResponse { status, bytes: None }.to_der().unwrap_or_default();
            OcspAnswer { der, cacheable: false }
        }
    }
}

async fn answer(work: &Work, authority: &Authority, request: &[u8]) -> Result<OcspAnswer, ResponseStatus> {
    if request.len() > LONGEST_REQUEST {
        return Err(ResponseStatus::MalformedRequest);
    }
    let request = OcspRequest::from_der(request).map_err(|_| ResponseStatus::MalformedRequest)?.tbs_request;
    if request.version != 0 || !(1..=MOST_SINGLE).contains(&request.request_list.len()) {
        return Err(ResponseStatus::MalformedRequest);
    }
    let nonce = nonce(request.extensions.as_ref())?;
    let mut responses = Vec::new();
    for single in request.request_list {
        if !is_ours(authority, &single.cert_id) {
            return Err(ResponseStatus::Unauthorized);
        }
        responses.push(one(work, single.cert_id).await.map_err(|_| ResponseStatus::TryLater)?);
    }
    let cacheable = nonce.is_none();
    let der = signed(work, authority, responses, nonce).await.map_err(|error| match error {
        SignError::Key(_) => ResponseStatus::TryLater,
        SignError::Encoding(_) | SignError::SelfCheck => ResponseStatus::InternalError,
    })?;
    Ok(OcspAnswer { der, cacheable })
}

/// The nonce extension to repeat, if there is one.
fn nonce(extensions: Option<&Extensions>) -> Result<Option<Extension>, ResponseStatus> {
    let Some(extensions) = extensions else { return Ok(None) };
    if extensions.iter().any(|extension| extension.critical && extension.extn_id != NONCE) {
        return Err(ResponseStatus::MalformedRequest);
    }
    let Some(nonce) = extensions.iter().find(|extension| extension.extn_id == NONCE) else { return Ok(None) };
    let octets = <&OctetStringRef>::from_der(nonce.extn_value.as_bytes());
    if !octets.is_ok_and(|octets| NONCE_OCTETS.contains(&octets.as_bytes().len())) {
        return Err(ResponseStatus::MalformedRequest);
    }
    Ok(Some(Extension { critical: false, ..nonce.clone() }))
}

/// Whether the request names the issuing CA, by SHA-1 or SHA-256 of its name and key.
fn is_ours(authority: &Authority, id: &CertId) -> bool {
    let issuing = authority.issuing();
    let Ok(name) = issuing.issuer.name.to_der() else { return false };
    let Ok(key) = spki::SubjectPublicKeyInfoRef::try_from(issuing.spki()) else { return false };
    let key = key.subject_public_key.raw_bytes();
    let (name, key) = match id.hash_algorithm.oid {
        ID_SHA_1 => (Sha1::digest(&name).to_vec(), Sha1::digest(key).to_vec()),
        ID_SHA_256 => (sha256(&name).to_vec(), sha256(key).to_vec()),
        _ => return false,
    };
    id.issuer_name_hash.as_bytes() == name && id.issuer_key_hash.as_bytes() == key
}

async fn one(work: &Work, cert_id: CertId) -> Result<SingleResponse, DbError> {
    let serial = hex::encode(cert_id.serial_number.as_bytes());
    let status = read::status_under(work, Ca::Issuing, &serial).await?;
    let time = |at| general_time(at).map_err(|error| DbError::Inconsistent(format!("time: {error}")));
    let status = match status {
        Status::Good => CertStatus::Good(Null),
        Status::Unknown => CertStatus::Unknown(Null),
        Status::Revoked(revoked) => {
            CertStatus::Revoked(RevokedInfo { time: time(revoked.at)?, reason: reason(revoked.reason) })
        }
    };
    Ok(SingleResponse {
        cert_id,
        status,
        this_update: time(work.now)?,
        next_update: Some(time(work.now.plus(ANSWER_LIFE))?),
    })
}

const fn reason(reason: RevocationReason) -> Option<Reason> {
    match reason {
        RevocationReason::Unspecified => None,
        RevocationReason::KeyCompromise => Some(Reason::KeyCompromise),
        RevocationReason::AffiliationChanged => Some(Reason::AffiliationChanged),
        RevocationReason::Superseded => Some(Reason::Superseded),
        RevocationReason::CessationOfOperation => Some(Reason::CessationOfOperation),
    }
}

async fn signed(
    work: &Work,
    authority: &Authority,
    responses: Vec<SingleResponse>,
    nonce: Option<Extension>,
) -> Result<Vec<u8>, SignError> {
    let responder = authority.ocsp();
    let data = ResponseData {
        responder_id: ResponderId::ByKey(OctetString::new(profile::key_id(responder.spki())?)?),
        produced_at: general_time(work.now)?,
        responses,
        extensions: nonce.map(|nonce| vec![nonce]),
    };
    let signature = responder.sign_message(&data.to_der()?).await?;
    let basic = BasicResponse {
        data,
        algorithm: profile::algorithm(responder.algorithm()),
        signature: BitString::from_bytes(&signature)?,
        certificates: Some(vec![Certificate::from_der(responder.der())?]),
    };
    let bytes = ResponseBytes { response_type: BASIC, response: OctetString::new(basic.to_der()?)? };
    Ok(OcspResponse { status: ResponseStatus::Successful, bytes: Some(bytes) }.to_der()?)
}

fn general_time(at: Timestamp) -> der::Result<GeneralizedTime> {
    let seconds = u64::try_from(at.seconds()).map_err(|_| der::ErrorKind::DateTime)?;
    GeneralizedTime::from_unix_duration(Duration::from_secs(seconds))
}

/// A request for `serial` as a client makes it, and what an answer says (tests).
#[cfg(test)]
pub(crate) mod client {
    use super::*;
    use crate::certificate::ocsp_model::{Request, TbsRequest};
    use spki::AlgorithmIdentifierOwned;
    use x509_cert::serial_number::SerialNumber;

    pub(crate) fn request(authority: &Authority, serial: &str, nonce: Option<&[u8]>) -> Vec<u8> {
        let issuing = authority.issuing();
        let key = spki::SubjectPublicKeyInfoRef::try_from(issuing.spki()).expect("a key");
        let cert_id = CertId {
            hash_algorithm: AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None },
            issuer_name_hash: OctetString::new(sha256(&issuing.issuer.name.to_der().expect("a name"))).expect("octets"),
            issuer_key_hash: OctetString::new(sha256(key.subject_public_key.raw_bytes())).expect("octets"),
            serial_number: SerialNumber::new(&hex::decode(serial).expect("hex")).expect("a serial"),
        };
        let extensions = nonce.map(|nonce| {
            let inner = OctetString::new(nonce).expect("octets").to_der().expect("der");
            vec![Extension { extn_id: NONCE, critical: false, extn_value: OctetString::new(inner).expect("octets") }]
        });
        let request_list = vec![Request { cert_id, extensions: None }];
        let tbs_request = TbsRequest { version: 0, requestor_name: None, request_list, extensions };
        OcspRequest { tbs_request, signature: None }.to_der().expect("der")
    }

    /// The signed answer, its signature checked, or the refusal's number.
    pub(crate) fn read(authority: &Authority, answer: &[u8]) -> Result<(CertStatus, Option<Vec<u8>>), u32> {
        let answer = OcspResponse::from_der(answer).expect("an answer");
        let Some(bytes) = answer.bytes else { return Err(answer.status as u32) };
        let basic = BasicResponse::from_der(bytes.response.as_bytes()).expect("a basic response");
        let signature = basic.signature.as_bytes().expect("octets");
        assert!(crate::certificate::verifies(authority.ocsp().spki(), &basic.data.to_der().expect("der"), signature));
        let nonce =
            basic.data.extensions.as_ref().and_then(|all| all.first()).map(|nonce| {
                <&OctetStringRef>::from_der(nonce.extn_value.as_bytes()).expect("octets").as_bytes().to_vec()
            });
        Ok((basic.data.responses[0].status, nonce))
    }
}
