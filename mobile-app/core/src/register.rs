//! Before the phone is bound: asking for an invitation, and opening the link of one.

use mohor_shared::wire::{EnrolLink, EnrolLinkState, EnrolPassword, Register};

use crate::error::PhoneError;
use crate::phone::Phone;
use crate::server::Body;

/// The path that enrolment links have in front of their token.
const PATH: &str = "/daftar/";
/// The scheme by which a system opens such a link with the app: `mohor://host/daftar/…` for `https://host/daftar/…`.
const SCHEME: &str = "mohor:";

impl Phone {
    /// Asks for an enrolment link at the registered address (APP-13). The answer is the same for people the
    /// platform does not know.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] for what cannot be an address or a number, and after too many requests.
    pub async fn register(&self, email: &str, mykad: &str, phone: &str) -> Result<(), PhoneError> {
        let request = Register { email: email.to_owned(), mykad: mykad.to_owned(), phone: phone.to_owned() };
        self.server.open("/m/v1/register", &Body::json(&request)?).await
    }

    /// An enrolment link as it stands in the mail, from what was handed over by the system.
    ///
    /// # Errors
    /// [`PhoneError::Link`], as [`Self::link_token`].
    pub fn enrol_link(&self, link: &str) -> Result<String, PhoneError> {
        Ok(format!("{}{PATH}{}", self.server.origin(), self.link_token(link)?))
    }

    /// The token of an enrolment link that was pasted, read from a QR code or opened with the app.
    ///
    /// # Errors
    /// [`PhoneError::Link`] unless the link leads to an invitation of this very server: a letter must not be able to
    /// bind the phone to somebody else's server.
    pub fn link_token(&self, link: &str) -> Result<String, PhoneError> {
        let (link, origin) = (link.trim(), self.server.origin());
        // The app's own scheme names the same place; by which protocol it is reached was decided with the server.
        let rest = match link.strip_prefix(SCHEME) {
            Some(rest) => origin.split_once(':').and_then(|(_, place)| rest.strip_prefix(place)),
            None => link.strip_prefix(origin),
        };
        let token = rest.and_then(|rest| rest.strip_prefix(PATH)).ok_or(PhoneError::Link)?;
        let token = token.split(['?', '#', '/']).next().unwrap_or_default();
        let fits = (20..=200).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if fits { Ok(token.to_owned()) } else { Err(PhoneError::Link) }
    }

    /// How far the invitation behind a link has come.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with `enrol-link-over` for a link that leads nowhere.
    pub async fn open_link(&self, token: &str) -> Result<EnrolLinkState, PhoneError> {
        self.server.open("/m/v1/enrol/link", &Body::json(&EnrolLink { token: token.to_owned() })?).await
    }

    /// Chooses the activation password; a verification code is mailed.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with `activation-password-unfit` unless it has 8 to 64 characters.
    pub async fn choose_password(&self, token: &str, password: &str) -> Result<EnrolLinkState, PhoneError> {
        let request = EnrolPassword { token: token.to_owned(), password: password.to_owned() };
        self.server.open("/m/v1/enrol/password", &Body::json(&request)?).await
    }

    /// Has another verification code mailed.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] after five in an hour.
    pub async fn another_code(&self, token: &str) -> Result<(), PhoneError> {
        self.server.open("/m/v1/enrol/code", &Body::json(&EnrolLink { token: token.to_owned() })?).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::records::Records;
    use crate::secure::MemoryStore;

    #[test]
    fn only_a_link_of_this_server_is_opened() {
        let records = Records::in_memory().expect("opens");
        let phone =
            Phone::new("https://mohor.example.test", Arc::new(MemoryStore::default()), records).expect("a phone");
        let token = "01JABCDEFGHJKMNPQRSTVWXYZ0.aGVsbG8td29ybGQ_-";
        for link in [
            format!("https://mohor.example.test/daftar/{token}"),
            format!("  https://mohor.example.test/daftar/{token}?lang=en\n"),
            format!("mohor://mohor.example.test/daftar/{token}"),
        ] {
            assert_eq!(phone.link_token(&link).expect("opens"), token);
            let shown = phone.enrol_link(&link).expect("opens");
            assert_eq!(shown, format!("https://mohor.example.test/daftar/{token}"));
        }
        for other in [
            format!("https://mohor.example.test.evil.example.com/daftar/{token}"),
            format!("https://evil.example.com/daftar/{token}"),
            format!("http://mohor.example.test/daftar/{token}"),
            format!("mohor://evil.example.com/daftar/{token}"),
            format!("mohor:mohor.example.test/daftar/{token}"),
            format!("mohor://mohor.example.test@evil.example.com/daftar/{token}"),
            format!("pencuri://mohor.example.test/daftar/{token}"),
            format!("https://mohor.example.test/t/{token}"),
            "https://mohor.example.test/daftar/".to_owned(),
            format!("https://mohor.example.test/daftar/{token}<script>"),
            String::new(),
        ] {
            assert!(matches!(phone.link_token(&other), Err(PhoneError::Link)), "{other}");
        }
    }
}
