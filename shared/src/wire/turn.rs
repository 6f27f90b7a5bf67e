//! Agreements that wait for a person, and the code for one of them.

use serde::{Deserialize, Serialize};

use crate::jws::Jwk;
use crate::sealed::Sealed;

/// One entry of `GET /m/v1/turns`: an agreement that waits for this person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WaitingTurn {
    /// The turn.
    pub id: String,
    /// The title of the document.
    pub title: String,
    /// Who asks.
    pub requester: String,
    /// Pages.
    pub pages: u32,
    /// The first eight hexadecimal digits of SHA-256 of the document as it stands.
    pub digest8: String,
    /// Until when, in seconds since 1970 UTC.
    pub deadline: i64,
    /// Where the turn is open now, newest first: a browser that the person does not know is somebody else's.
    #[serde(default)]
    pub browsers: Vec<TurnBrowser>,
}

/// A browser in which the turn was opened with number and mailed code, at most two hours ago.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TurnBrowser {
    /// Family and system, as the browser says: `Firefox · Windows`; empty when it says nothing we know.
    pub name: String,
    /// Whether the person proved themselves in this very browser before.
    pub known: bool,
    /// When it was opened, in seconds since 1970 UTC.
    pub opened: i64,
}

/// `POST /m/v1/turns/{id}/code`: pressed "Tunjuk kod".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// The key the code is sealed to.
    pub epk: Jwk,
}

/// What a person sees before the code that is bound to it.
pub trait Facts: Serialize {
    /// The type of the platform's signature over facts and code: a code for one kind of thing is none for another.
    const CODE: &'static str;
}

impl Facts for WaitingTurn {
    const CODE: &'static str = super::CODE;
}

/// The claims of the answer to [`CodeRequest`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShownCode<F> {
    /// The code session.
    pub session: String,
    /// What the code is for.
    pub facts: F,
    /// Which code this is, the same tag on both screens: `B7`.
    pub tag: String,
    /// When made, in seconds since 1970 UTC.
    pub iat: i64,
    /// When it ends, in seconds since 1970 UTC.
    pub exp: i64,
    /// The six digits, sealed; `info` is [`code_info`], AAD the session.
    pub otp_enc: Sealed,
}

/// The HPKE `info` of a code.
pub fn code_info(device_id: &str, jkt: &str) -> Vec<u8> {
    crate::transcript::lp("mohor/otp-enc/v1", &[device_id.as_bytes(), jkt.as_bytes()])
}
