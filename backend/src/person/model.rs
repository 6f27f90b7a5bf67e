//! Pure types: names, contacts and the other particulars of a natural person.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::typed_id;

typed_id! {
    /// Names a natural person.
    PersonId
    /// Names one contact (an e-mail address or a phone number) of a person.
    ContactId
}

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

impl crate::kernel::error::Fault for ParticularError {
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

    fn kind(&self) -> crate::kernel::error::Kind {
        crate::kernel::error::Kind::Invalid
    }
}

/// A name as the identity document prints it, in any script, in Unicode normal form C.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonName(String);

impl PersonName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 80;

    /// Parses a name: apostrophes, diacritics and every script are welcome; control characters and
    /// characters that reorder or hide text are not (they would let one name look like another).
    pub fn parse(text: &str) -> Result<Self, ParticularError> {
        let name = printable_line(text, Self::MAX_CHARS).ok_or(ParticularError::Name)?;
        if name.chars().any(char::is_alphabetic) { Ok(Self(name)) } else { Err(ParticularError::Name) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name with all but the first letter of each word hidden: `A** B** S****`, for public pages.
    pub fn masked(&self) -> String {
        let words = self.0.split(' ').map(|word| {
            word.chars().enumerate().map(|(at, letter)| if at == 0 { letter } else { '*' }).collect::<String>()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of printable text in normal form C with single spaces; `None` when empty, longer than
/// `max` characters, or with a character that reorders, hides or breaks text.
pub fn printable_line(text: &str, max: usize) -> Option<String> {
    let line = text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !line.is_empty() && line.chars().count() <= max;
    (fits && !line.chars().any(deceives)).then_some(line)
}

/// Control, bidirectional-formatting, invisible, private-use and non-characters. ZWJ and ZWNJ stay:
/// Indic scripts and Jawi need them.
fn deceives(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0x00AD | 0x061C | 0x180E | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F)
        || matches!(code, 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xFEFF | 0xFFF0..=0xFFFF | 0xE0000..=0x10_FFFF)
        || code & 0xFFFE == 0xFFFE
}

/// An e-mail address in lower case, so that one mailbox is one text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Parses an address: ASCII, one `@`, a domain with a dot, no white space (RFC 5321 lengths).
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

/// What the platform knows of a person, without the number of the identity document.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name on the identity document.
    pub name: PersonName,
    /// The language of mails and pages.
    pub lang: Lang,
    /// Country of citizenship (CERT-5), once told.
    pub nationality: Option<Country>,
    /// Postal address (CERT-4), once told.
    pub address: Option<PostalAddress>,
    /// Postcode (CERT-4), once told.
    pub postcode: Option<Postcode>,
    /// The e-mail address in use: the proven one, else the latest proposed.
    pub email: Option<Contact>,
    /// The phone number in use: the proven one, else the latest proposed.
    pub phone: Option<Contact>,
    /// When a proven contact was last replaced by another; the first proof is no change.
    pub contact_changed_at: Option<Timestamp>,
    pub(crate) id_kind: IdKind,
    pub(crate) id_sealed: Vec<u8>,
}

/// Which identity document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdKind {
    /// MyKad.
    Ic,
    /// Passport.
    Passport,
}

impl IdKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ic => "ic",
            Self::Passport => "passport",
        }
    }

    /// Reads the stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Ic, Self::Passport].into_iter().find(|kind| kind.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_script_are_accepted() {
        for name in ["Nur A'ishah binti Omar", "Jürgen Ämlich", "漢語 陳", "கமலா தேவி", "نورعائشة", "Siti (Mek) @ Ani"]
        {
            assert_eq!(PersonName::parse(name).expect(name).as_str(), name);
        }
        assert_eq!(PersonName::parse("A\u{308}ne  Lim ").expect("folds").as_str(), "Äne Lim");
    }

    #[test]
    fn names_that_deceive_are_refused() {
        for name in ["", "   ", "Ali\u{202E}ilA", "A\u{0}li", "A\u{200B}li", "\u{FEFF}Ali", "123", &"x".repeat(81)] {
            assert_eq!(PersonName::parse(name), Err(ParticularError::Name), "{name:?}");
        }
        assert_eq!(PersonName::parse("Ali\nAhmad").expect("a break is a space").as_str(), "Ali Ahmad");
    }

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

    #[test]
    fn countries_are_those_of_the_standard() {
        assert_eq!(Country::parse("my").expect("parses"), Country::MALAYSIA);
        assert_eq!(Country::parse("XX"), Err(ParticularError::Country));
        assert_eq!(Country::all().count(), 249);
    }
}
