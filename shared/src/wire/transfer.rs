//! Moving to a new phone while the old one is there (`phone-and-factors` 3.7): the new phone shows a ticket, the
//! old one signs it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::App;

/// The type of the old phone's signature.
pub const TRANSFER: &str = "mohor-transfer+jwt";

/// `POST /m/v1/transfers`; answered like the start of an enrolment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferStart {
    /// The thumbprint of the new phone's key.
    pub jkt: String,
    /// The app.
    pub app: App,
}

/// `GET /m/v1/transfers/{id}`: what the old phone shows before it signs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TransferFacts {
    /// The thumbprint of the new phone's key.
    pub jkt: String,
    /// The challenge, base64url.
    pub challenge: String,
    /// The model, as the new phone says.
    pub model: String,
    /// When asked, in seconds since 1970 UTC.
    pub iat: i64,
    /// Until when it can be signed and finished, in seconds since 1970 UTC.
    pub exp: i64,
}

/// The claims that the old phone signs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The origin of the server.
    pub aud: String,
    /// The old phone.
    pub device_id: String,
    /// The transfer.
    pub transfer_id: String,
    /// The thumbprint of the new phone's key.
    pub new_jkt: String,
    /// The challenge of the new phone, base64url.
    pub challenge: String,
    /// When made, in seconds since 1970 UTC.
    pub iat: i64,
    /// `iat` + 60.
    pub exp: i64,
    /// A name for this message.
    pub jti: String,
}

/// What the new phone shows as a QR code and as text: whoever reads it knows the very key to sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// The transfer.
    pub id: String,
    /// The thumbprint of the new phone's key.
    pub jkt: String,
    /// The challenge, base64url.
    pub challenge: String,
}

/// Not the text of a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is not the code of a new phone")]
pub struct NotATicket;

const SCHEME: &str = "mohor-pindah";

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}:{}.{}.{}", self.id, self.jkt, self.challenge)
    }
}

impl FromStr for Ticket {
    type Err = NotATicket;

    fn from_str(text: &str) -> Result<Self, NotATicket> {
        let parts = text.trim().strip_prefix(SCHEME).and_then(|rest| rest.strip_prefix(':')).ok_or(NotATicket)?;
        let parts: Vec<_> = parts.split('.').collect();
        let plain = |part: &&str| {
            !part.is_empty()
                && part.len() <= 64
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        match &parts[..] {
            [id, jkt, challenge] if parts.iter().all(plain) => {
                Ok(Self { id: (*id).to_owned(), jkt: (*jkt).to_owned(), challenge: (*challenge).to_owned() })
            }
            _ => Err(NotATicket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_back_and_nothing_else_is_one() {
        let ticket = Ticket { id: "01J".into(), jkt: "a-b_c".into(), challenge: "Zz9".into() };
        assert_eq!(ticket.to_string().parse(), Ok(ticket.clone()));
        assert_eq!(format!("  {ticket}\n").parse(), Ok(ticket));
        for text in ["", "mohor-pindah:", "mohor-pindah:a.b", "mohor-pindah:a.b.c.d", "mohor-pindah:a..c", "x:a.b.c"] {
            assert_eq!(text.parse::<Ticket>(), Err(NotATicket), "{text}");
        }
        assert_eq!("mohor-pindah:a/../b.c.d".parse::<Ticket>(), Err(NotATicket));
    }
}
