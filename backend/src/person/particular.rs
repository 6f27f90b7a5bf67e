//! Why something typed is no particular of a person.

use crate::fault;

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

fault! {
    ParticularError {
        Name => "name-unacceptable", Invalid;
        Email => "email-unacceptable", Invalid;
        Phone => "phone-unacceptable", Invalid;
        Passport => "passport-unacceptable", Invalid;
        Ic => "ic-unacceptable", Invalid;
        Country => "country-unacceptable", Invalid;
        Address => "address-unacceptable", Invalid;
        Postcode => "postcode-unacceptable", Invalid;
    }
}
