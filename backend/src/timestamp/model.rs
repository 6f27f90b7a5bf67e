//! The messages of RFC 3161, as far as this authority speaks them.

use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{Any, BitString, GeneralizedTime, Int, ObjectIdentifier, OctetString};
use der::{Enumerated, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extensions;

/// id-ct-TSTInfo (RFC 3161 section 2.4.2).
pub const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// What is stamped: `MessageImprint`.
#[derive(Clone, PartialEq, Eq, Debug, Sequence)]
pub struct MessageImprint {
    /// The hash algorithm.
    pub hash_algorithm: AlgorithmIdentifierOwned,
    /// The hash.
    pub hashed_message: OctetString,
}

impl MessageImprint {
    /// The imprint of a SHA-256 digest.
    pub(super) fn of(sha256: [u8; 32]) -> der::Result<Self> {
        let hash_algorithm = AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None };
        Ok(Self { hash_algorithm, hashed_message: OctetString::new(sha256)? })
    }
}

/// `TimeStampReq` (section 2.4.1).
#[derive(Clone, PartialEq, Eq, Debug, Sequence)]
pub struct TimeStampReq {
    /// 1.
    pub version: u8,
    /// What to stamp.
    pub message_imprint: MessageImprint,
    /// The policy wanted.
    pub req_policy: Option<ObjectIdentifier>,
    /// Ties the answer to the question.
    pub nonce: Option<Int>,
    /// Whether the certificates come with the token.
    #[asn1(default = "no")]
    pub cert_req: bool,
    /// Extensions; we know none.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

const fn no() -> bool {
    false
}

/// `Accuracy` (section 2.4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Sequence)]
pub struct Accuracy {
    /// Whole seconds.
    pub seconds: Option<u32>,
    /// Milliseconds, 1 to 999.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub millis: Option<u16>,
    /// Microseconds, 1 to 999.
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub micros: Option<u16>,
}

/// `TSTInfo`: what the authority signs (section 2.4.2).
#[derive(Clone, PartialEq, Eq, Debug, Sequence)]
pub struct TstInfo {
    /// 1.
    pub version: u8,
    /// Under which policy.
    pub policy: ObjectIdentifier,
    /// What was stamped.
    pub message_imprint: MessageImprint,
    /// Unique for this authority.
    pub serial_number: Int,
    /// When, rounded down to the second.
    pub gen_time: GeneralizedTime,
    /// How far the time may be off.
    pub accuracy: Option<Accuracy>,
    /// Whether two tokens can be ordered by their time alone. Always false here.
    #[asn1(default = "no")]
    pub ordering: bool,
    /// The nonce of the request.
    pub nonce: Option<Int>,
    /// A hint at the authority's name; not used.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub tsa: Option<Any>,
    /// Extensions; none are made.
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

/// `PKIStatus` (section 2.4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Enumerated)]
#[asn1(type = "INTEGER")]
#[repr(u8)]
pub enum PkiStatus {
    /// The token is here.
    Granted = 0,
    /// The token is here, with changes.
    GrantedWithMods = 1,
    /// No token.
    Rejection = 2,
    /// Later.
    Waiting = 3,
    /// A revocation is near.
    RevocationWarning = 4,
    /// A revocation has happened.
    RevocationNotification = 5,
}

/// `PKIStatusInfo`.
#[derive(Clone, PartialEq, Eq, Debug, Sequence)]
pub struct PkiStatusInfo {
    /// The outcome.
    pub status: PkiStatus,
    /// In words.
    pub status_string: Option<Vec<String>>,
    /// Why there is no token: `PKIFailureInfo`.
    pub fail_info: Option<BitString>,
}

/// `TimeStampResp`.
#[derive(Clone, PartialEq, Eq, Debug, Sequence)]
pub struct TimeStampResp {
    /// The outcome.
    pub status: PkiStatusInfo,
    /// The token: a CMS `ContentInfo`.
    pub time_stamp_token: Option<Any>,
}

/// Why a request is refused: the bit of `PKIFailureInfo`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    /// The hash algorithm is unknown or too weak.
    #[error("the hash algorithm is not accepted")]
    BadAlgorithm = 0,
    /// The request is not one that is supported.
    #[error("the request is not supported")]
    BadRequest = 2,
    /// The bytes are no request.
    #[error("the request cannot be read")]
    BadDataFormat = 5,
    /// The clock cannot be relied on.
    #[error("the time is not available")]
    TimeNotAvailable = 14,
    /// Another policy is wanted.
    #[error("the policy is not offered")]
    UnacceptedPolicy = 15,
    /// An extension is wanted.
    #[error("the extension is not supported")]
    UnacceptedExtension = 16,
    /// A fault of ours.
    #[error("the authority cannot sign at present")]
    SystemFailure = 25,
}

impl Failure {
    /// `PKIFailureInfo` with this bit alone (DER: no trailing zero bits).
    pub(super) fn bits(self) -> der::Result<BitString> {
        let bit = self as usize;
        let mut bytes = vec![0u8; bit / 8 + 1];
        if let Some(last) = bytes.last_mut() {
            *last = 0x80 >> (bit % 8);
        }
        BitString::new(u8::try_from(7 - bit % 8).unwrap_or(0), bytes)
    }
}
