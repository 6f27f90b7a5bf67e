//! Signatures over digests that a system of an agency asks for (GPKI-16, FIN-6 to FIN-8).

use serde::{Deserialize, Serialize};

use super::Facts;

/// One entry of `GET /m/v1/requests`: somebody wants signatures of this person now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WaitingRequest {
    /// The request.
    pub id: String,
    /// The system that asks, as registered.
    pub requester: String,
    /// What is to be signed, in the words of that system.
    pub title: String,
    /// How many signatures.
    pub count: u32,
    /// The sum over all of them, in sen; only where payments are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Whether we have seen the documents: of a mere digest nobody here can say what it stands for.
    pub seen: bool,
    /// The first eight hexadecimal digits of what the code is bound to.
    pub digest8: String,
    /// Until when, in seconds since 1970 UTC.
    pub exp: i64,
}

/// The type of the platform's signature over a code for a [`WaitingRequest`].
pub const REQUEST_CODE: &str = "mohor-request-code+jwt";

impl Facts for WaitingRequest {
    const CODE: &'static str = REQUEST_CODE;
}
