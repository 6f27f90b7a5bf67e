//! Why something typed is no particular of a person.

use crate::kernel::error::{Fault, Kind};

/// Why a particular cannot be accepted. Never repeats what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParticularError {
    /// The name is empty, longer than [`PersonName::MAX_CHARS`], or has a character that no document prints.
    #[error("the name cannot be accepted")]
    Name,
    /// The text is no e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// The text is no phone number with a country code.
    #[error("not a phone number")]
    Phone,
    /// The text is no passport number (GAP-14: 6 to 15 letters and digits).
    #[error("not a passport number")]
    Passport,
    /// The text is no MyKad number.
    #[error("not an identity card number")]
    Ic,
    /// The text is no country code of ISO 3166-1.
    #[error("not a country code")]
    Country,
    /// The address is empty or too long.
    #[error("not an address")]
    Address,
    /// The text is no postcode.
    #[error("not a postcode")]
    Postcode,
}

impl Fault for ParticularError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name => "name-unacceptable",
            Self::Email => "email-unacceptable",
            Self::Phone => "phone-unacceptable",
            Self::Passport => "passport-unacceptable",
            Self::Ic => "ic-unacceptable",
            Self::Country => "country-unacceptable",
            Self::Address => "address-unacceptable",
            Self::Postcode => "postcode-unacceptable",
        }
    }

    fn kind(&self) -> Kind {
        Kind::Invalid
    }
}
