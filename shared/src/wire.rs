//! The shapes of the `/m/v1` calls. Requests refuse unknown members, answers may grow.

mod identity;
mod register;
mod request;
mod transfer;
mod turn;

use serde::{Deserialize, Serialize};

use crate::jws::Jwk;
use crate::sealed::Sealed;
use crate::transcript::lp_hash;

pub use identity::{EKYC_ANYWAY, EKYC_NONCE, EKYC_SOURCE, EkycConsent, EkycStart, EkycStarted, EkycSubmit};
pub use register::{EnrolLink, EnrolLinkState, EnrolPassword, HelpLine, PicturesSent, Register, Standing};
pub use request::{REQUEST_CODE, WaitingRequest};
pub use transfer::{NotATicket, TRANSFER, Ticket, Transfer, TransferFacts, TransferStart};
pub use turn::{CodeRequest, Facts, ShownCode, TurnBrowser, WaitingTurn, code_info};

/// The type of the enrolment proof.
pub const ENROL: &str = "mohor-enrol+jwt";
/// The type of the server's confirmation of an enrolment.
pub const ENROLLED: &str = "mohor-enrolled+jwt";
/// The type of a request for a TOTP secret.
pub const TOTP_REQUEST: &str = "mohor-totp-req+jwt";
/// The type of the server's statement about a sealed TOTP secret.
pub const TOTP_SEALED: &str = "mohor-totp+jwt";
/// The type of the server's statement of the time.
pub const TIME: &str = "mohor-time+jwt";
/// The type of the facts of a waiting turn with its sealed code.
pub const CODE: &str = "mohor-code+jwt";

/// The app and the phone it runs on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Version, `0.1.0`.
    pub ver: String,
    /// Build.
    pub build: String,
    /// `android`, `ios` or `linux`.
    pub platform: String,
    /// Version of the operating system.
    pub os: String,
    /// The model as shown to the person ("Telefon Ujian").
    pub model: String,
    /// `ms` or `en`.
    pub lang: String,
}

/// `POST /m/v1/enrol/start`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolStart {
    /// MyKad or passport number.
    pub mykad: String,
    /// The password the person set on the enrolment page.
    pub activation_password: String,
    /// The eight digits of the mail.
    pub verification_code: String,
    /// The app.
    pub app: App,
}

/// What the server wants of a phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// The weakest key storage accepted: `software`, `tee`, `strongbox` or `se`.
    pub min_storage: String,
    /// `none`, `prefer` or `require`.
    pub attest: String,
    /// `pin6` or `bio`.
    pub unlock: String,
}

/// The answer to [`EnrolStart`], the same for a person we do not know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnrolChallenge {
    /// The enrolment.
    pub enrol_id: String,
    /// 32 bytes, base64url.
    pub challenge: String,
    /// Until when it can be finished, in seconds since 1970 UTC.
    pub exp: i64,
    /// What the server wants.
    pub policy: Policy,
    /// The platform keys: the current one first, then the next.
    pub server_jwks: Vec<Jwk>,
    /// The server's clock, in seconds since 1970 UTC.
    pub srv_time: i64,
}

/// The attestation of the key, stored as it came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// `android-key`, `apple-appattest`, `play-integrity` or `none`.
    pub fmt: String,
    /// Base64url; empty for `none`.
    pub data: String,
}

/// Where a wake-up call goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// `fcm`, `apns` or `none`: a phone without push polls.
    pub kind: String,
    /// The token of the push service.
    pub token: String,
    /// The sender the token was made for.
    pub sender: String,
}

/// `POST /m/v1/enrol/finish`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolFinish {
    /// JWS of [`EnrolProof`] with the device key in its header.
    pub proof: String,
    /// The attestation.
    pub attestation: Attestation,
    /// The push channel.
    pub push: Push,
}

/// The claims of the enrolment proof.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolProof {
    /// Always `device`.
    pub iss: String,
    /// The origin of the server.
    pub aud: String,
    /// The enrolment.
    pub enrol_id: String,
    /// The challenge.
    pub challenge: String,
    /// A name for this proof.
    pub jti: String,
    /// When made, in seconds since 1970 UTC.
    pub iat: i64,
    /// `iat` + 120.
    pub exp: i64,
    /// See [`mykad_hash`].
    pub mykad_h: String,
    /// Where the key lives: `software`, `tee`, `strongbox` or `se`.
    pub storage: String,
    /// How the app is unlocked: `pin6` or `bio`.
    pub unlock: String,
    /// The app.
    pub app: App,
    /// SHA-256 of the attestation data, base64url.
    pub att_h: String,
}

/// `SHA-256(LP("mohor/mykad/v1", enrol_id, mykad))`: names the person to who knows the number already.
pub fn mykad_hash(enrol_id: &str, mykad: &str) -> [u8; 32] {
    lp_hash("mohor/mykad/v1", &[enrol_id.as_bytes(), mykad.as_bytes()])
}

/// The answer to [`EnrolFinish`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnrolDone {
    /// The phone's name at the server.
    pub device_id: String,
    /// The thumbprint of the bound key.
    pub jkt: String,
    /// `active` or `cooling`.
    pub state: String,
    /// Until when signing waits, in seconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_until: Option<i64>,
    /// Fresh pictures or a visit to the desk are needed before this phone may sign.
    #[serde(default)]
    pub vouching: bool,
    /// JWS of [`Enrolled`].
    pub srv: String,
}

/// What the platform confirms about an enrolment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enrolled {
    /// The phone.
    pub device_id: String,
    /// The thumbprint of the bound key.
    pub jkt: String,
    /// The person, opaque.
    pub account: String,
    /// Where the key lives, as the phone said.
    pub storage: String,
    /// `verified`, `unverified`, `failed` or `absent`.
    pub att_result: String,
    /// When, in seconds since 1970 UTC.
    pub iat: i64,
}

/// `GET /m/v1/me`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Me {
    /// The phone.
    pub device_id: String,
    /// `active`, `cooling` (new, waits until `cool_until`), `unvouched` (waited, but nobody has vouched for it),
    /// `replaced` (may read and say "not me") or `frozen`.
    pub state: String,
    /// Until when a new phone waits, in seconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_until: Option<i64>,
    /// Fresh pictures or a visit to the desk are needed before this phone may sign.
    #[serde(default)]
    pub vouching: bool,
    /// `A0` to `A3`.
    pub assurance: String,
    /// eKYC: `TIADA`, `DALAM_SEMAKAN`, `DILULUSKAN`, `DITOLAK` or `AMBIL_SEMULA`.
    pub ekyc: String,
    /// TOTP: `none`, `pending` or `active`.
    pub totp: String,
    /// JWS of [`ServerTime`].
    pub time: String,
}

/// The time as the platform states it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServerTime {
    /// The server's clock, in seconds since 1970 UTC.
    pub srv_time: i64,
}

/// The claims of a request for a TOTP secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpRequest {
    /// The phone.
    pub device_id: String,
    /// The key the secret is sealed to.
    pub epk: Jwk,
    /// A name for this request.
    pub jti: String,
    /// When made, in seconds since 1970 UTC.
    pub iat: i64,
    /// `iat` + 60.
    pub exp: i64,
}

/// `POST /m/v1/totp/provision`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpProvision {
    /// JWS of [`TotpRequest`] by the device key.
    pub request: String,
}

/// The answer to [`TotpProvision`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TotpProvisioned {
    /// The sealed [`TotpCard`](crate::card::TotpCard).
    #[serde(flatten)]
    pub sealed: Sealed,
    /// JWS of [`TotpStatement`].
    pub srv: String,
}

/// What the platform states about a sealed TOTP secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TotpStatement {
    /// The phone.
    pub device_id: String,
    /// The thumbprint of the bound key.
    pub jkt: String,
    /// The secret's name; the AAD of the seal.
    pub totp_id: String,
    /// SHA-256 of the ciphertext, base64url.
    pub ct_h: String,
    /// When, in seconds since 1970 UTC.
    pub iat: i64,
}

/// The HPKE `info` of a TOTP secret.
pub fn totp_info(device_id: &str, jkt: &str) -> Vec<u8> {
    crate::transcript::lp("mohor/totp/v1", &[device_id.as_bytes(), jkt.as_bytes()])
}

/// `POST /m/v1/totp/confirm`: two codes of consecutive steps.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirm {
    /// The secret's name.
    pub totp_id: String,
    /// The earlier code.
    pub first: String,
    /// The code of the step after it.
    pub second: String,
}

/// One entry of `GET /m/v1/notices`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// The notice.
    pub id: String,
    /// Its kind.
    pub template: String,
    /// The text in the person's language.
    pub text: String,
    /// When, in seconds since 1970 UTC.
    pub at: i64,
    /// Whether it was read.
    pub read: bool,
}

/// One entry of `GET /m/v1/approvals`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// The approval.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Until when an answer counts, in seconds since 1970 UTC.
    pub exp: i64,
}

/// A JWS alone: the answer of `GET /m/v1/approvals/{id}`, the request of `POST /m/v1/approvals/{id}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The JWS.
    pub jws: String,
}

/// The answer to `POST /m/v1/not-me`
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frozen {
    /// Until when nobody can sign in this person's name, in seconds since 1970 UTC; absent when staff must look first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// The new phone that was sent away; this one is in use again.
    #[serde(default)]
    pub reinstated: bool,
}

/// A refusal as the phone reads it (RFC 9457).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    #[serde(default)]
    pub code: String,
    /// What happened.
    #[serde(default)]
    pub title: String,
    /// What to do.
    #[serde(default)]
    pub detail: String,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
}
