//! Ways to reach a person: e-mail address and phone number.

use std::fmt;

use super::id::{ContactId, PersonId};
use super::particular::ParticularError;
use crate::kernel::clock::Timestamp;

/// An e-mail address in lower case, so that one mailbox is one text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Parses an address: ASCII, one `@`, a domain with a dot, no white space (RFC 5321 lengths).
    ///
    /// # Errors
    /// [`ParticularError::Email`].
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(ParticularError::Email)?;
        let local_ok = (1..=64).contains(&local.len())
            && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label_ok = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let domain_ok = domain.len() <= 189 && domain.contains('.') && domain.split('.').all(label_ok);
        if local_ok && domain_ok { Ok(Self(text)) } else { Err(ParticularError::Email) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with most of the mailbox name hidden: `a***@example.test`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{}***@{domain}", local.get(..1).unwrap_or_default())
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A phone number in E.164 form: `+60123456789`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Parses a number with its country code; a Malaysian number may be written from its leading zero.
    ///
    /// # Errors
    /// [`ParticularError::Phone`].
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
        let digits = match (plain.strip_prefix('+'), plain.strip_prefix('0')) {
            (Some(digits), _) => digits.to_owned(),
            (None, Some(national)) => format!("60{national}"),
            (None, None) => return Err(ParticularError::Phone),
        };
        let ok = (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if ok { Ok(Self(format!("+{digits}"))) } else { Err(ParticularError::Phone) }
    }

    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with its middle hidden: `+60*****6789`.
    pub fn masked(&self) -> String {
        let (head, rest) = self.0.split_at(3);
        let (middle, tail) = rest.split_at(rest.len().saturating_sub(4));
        format!("{head}{}{tail}", "*".repeat(middle.len()))
    }

    /// Whether the phone path of eKYC takes this number: Malaysia, China, Taiwan, Japan (EKYC-11).
    pub fn suits_ekyc(&self) -> bool {
        ["+60", "+86", "+886", "+81"].iter().any(|code| self.0.starts_with(code))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The kind of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl Channel {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// Reads the stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Email, Self::Phone].into_iter().find(|channel| channel.as_str() == word)
    }
}

/// A contact as stored.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Its name.
    pub id: ContactId,
    /// Whose it is.
    pub person: PersonId,
    /// E-mail or phone.
    pub channel: Channel,
    /// When the person proved to hold it; `None` while only proposed.
    pub proven_at: Option<Timestamp>,
    value: String,
}

impl Contact {
    pub(crate) fn new(
        id: ContactId,
        person: PersonId,
        channel: Channel,
        value: String,
        proven_at: Option<Timestamp>,
    ) -> Self {
        Self { id, person, channel, proven_at, value }
    }

    /// The address or number.
    pub fn value(&self) -> &str {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_one_lower_case_text() {
        assert_eq!(Email::parse(" Aina@Example.TEST ").expect("parses").as_str(), "aina@example.test");
        for bad in
            ["", "a", "a@b", "a b@example.test", "a@exa mple.test", "a@b@c.test\n", ".a@example.test", "ä@e.test"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Email::parse("aina@example.test").expect("parses")), "a***@example.test");
    }

    #[test]
    fn phone_numbers_of_four_countries_suit_ekyc() {
        // EKYC-11
        for (number, suits) in [("012-345 6789", true), ("+8613800138000", true), ("+886912345678", true)] {
            assert_eq!(Phone::parse(number).expect(number).suits_ekyc(), suits, "{number}");
        }
        assert!(Phone::parse("+81 90 1234 5678").expect("parses").suits_ekyc());
        assert!(!Phone::parse("+6591234567").expect("parses").suits_ekyc());
        assert_eq!(Phone::parse("0123456789").expect("parses").as_str(), "+60123456789");
        assert!(Phone::parse("123").is_err());
        assert_eq!(Phone::parse("0123456789").expect("parses").masked(), "+60*****6789");
    }
}
