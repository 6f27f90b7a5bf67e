//! The asking side: making a request, and believing an answer only after checking it.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier};
use const_oid::db::rfc5911::{ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::{Int, OctetStringRef};
use der::{Decode as _, Encode as _};
use mohor_shared::transcript::sha256;

use super::StampError;
use super::model::{MessageImprint, PkiStatus, TST_INFO, TimeStampReq, TimeStampResp, TstInfo};
use super::signer::{SIGNING_CERTIFICATE_V2, SigningCertificateV2};
use crate::certificate::verifies;
use crate::kernel::work::Work;

/// A request on its way, with what the answer must repeat.
pub struct Question {
    /// `TimeStampReq`, DER.
    pub der: Vec<u8>,
    request: TimeStampReq,
}

/// Asks for a stamp over `digest`, with a nonce and the certificates.
///
/// # Errors
/// [`StampError::Refused`] when the request cannot be written.
pub fn question(work: &Work, digest: [u8; 32]) -> Result<Question, StampError> {
    let mut nonce: [u8; 16] = work.rng().bytes();
    nonce[0] = nonce[0] & 0x3f | 0x40;
    let build = || -> der::Result<Question> {
        let request = TimeStampReq {
            version: 1,
            message_imprint: MessageImprint::of(digest)?,
            req_policy: None,
            nonce: Some(Int::new(&nonce)?),
            cert_req: true,
            extensions: None,
        };
        Ok(Question { der: request.to_der()?, request })
    };
    build().map_err(|error| StampError::Refused(error.to_string()))
}

/// Takes the token out of an answer: granted, over this digest, with this nonce, signed by the key `spki`.
///
/// # Errors
/// [`StampError::Refused`] with what does not fit.
pub fn check(question: &Question, answer: &[u8], spki: &[u8]) -> Result<Vec<u8>, StampError> {
    let refused = |why: &str| StampError::Refused(why.to_owned());
    let answer = TimeStampResp::from_der(answer).map_err(|_| refused("the answer cannot be read"))?;
    if answer.status.status != PkiStatus::Granted {
        return Err(StampError::Refused(answer.status.status_string.unwrap_or_default().join("; ")));
    }
    let token = answer.time_stamp_token.ok_or_else(|| refused("no token"))?;
    let token = token.to_der().map_err(|_| refused("the token cannot be read"))?;
    let info = signed_info(&token, spki).ok_or_else(|| refused("the token is not signed by the authority"))?;
    if info.message_imprint != question.request.message_imprint {
        return Err(refused("the token is over another digest"));
    }
    if info.nonce != question.request.nonce {
        return Err(refused("the token answers another request"));
    }
    Ok(token)
}

/// The `TSTInfo` of a token whose one signature verifies under `spki`.
fn signed_info(token: &[u8], spki: &[u8]) -> Option<TstInfo> {
    let content = ContentInfo::from_der(token).ok()?;
    if content.content_type != ID_SIGNED_DATA {
        return None;
    }
    let signed: SignedData = content.content.decode_as().ok()?;
    if signed.encap_content_info.econtent_type != TST_INFO {
        return None;
    }
    let info = signed.encap_content_info.econtent.as_ref()?.decode_as::<&OctetStringRef>().ok()?.as_bytes();
    let [signer] = signed.signer_infos.0.as_slice() else { return None };
    let attributes = signer.signed_attrs.as_ref()?;
    let digest = attributes.iter().find(|attribute| attribute.oid == ID_MESSAGE_DIGEST)?.values.as_slice().first()?;
    // signing-certificate-v2 is signed: it names the one certificate, among those beside it, that made this signature.
    let named = attributes.iter().find(|attribute| attribute.oid == SIGNING_CERTIFICATE_V2)?;
    let named: SigningCertificateV2 = named.values.as_slice().first()?.decode_as().ok()?;
    let certified = signed.certificates.as_ref()?.0.iter().any(|choice| {
        let CertificateChoices::Certificate(certificate) = choice else { return false };
        let tbs = certificate.tbs_certificate();
        let same_key = tbs.subject_public_key_info().to_der().is_ok_and(|key| key == spki);
        let hash = certificate.to_der().map(|der| sha256(&der));
        let by_name = SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: tbs.issuer().clone(),
            serial_number: tbs.serial_number().clone(),
        });
        same_key && signer.sid == by_name && hash.is_ok_and(|hash| named.names(&hash))
    });
    let algorithms = signed.digest_algorithms.as_slice() == std::slice::from_ref(&signer.digest_alg)
        && signer.digest_alg.oid == ID_SHA_256;
    let known = [ECDSA_WITH_SHA_256, SHA_256_WITH_RSA_ENCRYPTION].contains(&signer.signature_algorithm.oid);
    let versions = (signed.version, signer.version) == (CmsVersion::V3, CmsVersion::V1);
    let fits = digest.decode_as::<&OctetStringRef>().ok()?.as_bytes() == sha256(info);
    let verified = verifies(spki, &attributes.to_der().ok()?, signer.signature.as_bytes());
    if fits && algorithms && known && versions && certified && verified { TstInfo::from_der(info).ok() } else { None }
}
