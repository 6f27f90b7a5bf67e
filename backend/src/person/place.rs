//! Where a person lives and whose citizen they are.

use super::name::printable_line;
use super::particular::ParticularError;

/// A country by its two letters of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Country([u8; 2]);

/// The officially assigned two-letter codes of ISO 3166-1, each followed by a space.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG \
    MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL \
    PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

impl Country {
    /// Malaysia.
    pub const MALAYSIA: Self = Self(*b"MY");

    /// Parses two letters that ISO 3166-1 assigns.
    ///
    /// # Errors
    /// [`ParticularError::Country`].
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        let code = text.trim().to_ascii_uppercase();
        match (code.as_bytes(), COUNTRIES.split_ascii_whitespace().any(|known| known == code)) {
            (&[a, b], true) => Ok(Self([a, b])),
            _ => Err(ParticularError::Country),
        }
    }

    /// Every assigned code in order, for a list to choose from.
    pub fn all() -> impl Iterator<Item = &'static str> {
        COUNTRIES.split_ascii_whitespace()
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("MY")
    }
}

/// A postal address on one line, at most 200 characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostalAddress(String);

impl PostalAddress {
    /// Parses an address; line breaks become spaces.
    ///
    /// # Errors
    /// [`ParticularError::Address`].
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        printable_line(text, 200).map(Self).ok_or(ParticularError::Address)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A postcode: five digits in Malaysia (TV-10: `63000`), 3 to 10 letters, digits, spaces or hyphens elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Postcode(String);

impl Postcode {
    /// Parses a postcode.
    ///
    /// # Errors
    /// [`ParticularError::Postcode`].
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        let code = text.trim().to_ascii_uppercase();
        let ok = (3..=10).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'))
            && code.bytes().any(|byte| byte.is_ascii_digit());
        if ok { Ok(Self(code)) } else { Err(ParticularError::Postcode) }
    }

    /// The postcode.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_the_standard() {
        assert_eq!(Country::parse("my").expect("parses"), Country::MALAYSIA);
        assert_eq!(Country::parse("XX"), Err(ParticularError::Country));
        assert_eq!(Country::all().count(), 249);
    }
}
