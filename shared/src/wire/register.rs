//! Before a phone is bound: asking for an invitation, and what its link opens.

use serde::{Deserialize, Serialize};

/// `POST /m/v1/register` (APP-13). The answer is the same whether or not we know the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The registered e-mail address.
    pub email: String,
    /// MyKad or passport number.
    pub mykad: String,
    /// The registered phone number.
    pub phone: String,
}

/// `POST /m/v1/enrol/link` and `POST /m/v1/enrol/code`: the token at the end of the mailed link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolLink {
    /// The token.
    pub token: String,
}

/// The answer to [`EnrolLink`]: how far the invitation has come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnrolLinkState {
    /// Whether an activation password was chosen.
    pub password_set: bool,
    /// Until when the newest mailed code counts, in seconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_until: Option<i64>,
    /// Whether a phone has been bound by it.
    pub claimed: bool,
}

/// `POST /m/v1/enrol/password`: chooses the activation password; a verification code is mailed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolPassword {
    /// The token.
    pub token: String,
    /// 8 to 64 characters.
    pub password: String,
}

/// `GET /m/v1/standing`: what the first screen says, in the person's language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The name as registered.
    pub name: String,
    /// eKYC: `TIADA`, `DALAM_SEMAKAN`, `DILULUSKAN`, `DITOLAK` or `AMBIL_SEMULA`.
    pub ekyc: String,
    /// Why pictures were not enough, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ekyc_reason: Option<String>,
    /// How many pictures of a capture that may be taken up again have arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ekyc_open: Option<PicturesSent>,
    /// Until when an approval counts, in seconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ekyc_until: Option<i64>,
    /// Until when the certificate in service counts, in seconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_until: Option<i64>,
}

/// How far an open capture has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PicturesSent {
    /// Pictures that have arrived.
    pub taken: u32,
    /// Pictures that the document needs.
    pub needed: u32,
}

/// `GET /m/v1/help`, before a phone is bound as well: whom to ask (CON-1).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HelpLine {
    /// Telephone number.
    pub line: String,
    /// E-mail address.
    pub mail: String,
}
