//! The numbers that name a person: MyKad (and MyPR) and passport.

use std::fmt;

use zeroize::Zeroize as _;

/// A MyKad or MyPR number, `YYMMDD-PB-###G`, 12 digits without a check digit (PUB-ID-1).
/// `Debug` and `Display` show the masked form only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IcNumber(String);

/// Why a text is not a MyKad number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IcRefusal {
    /// Not twelve digits.
    #[error("a MyKad number has 12 digits")]
    Length,
    /// The first six digits are no day of any calendar.
    #[error("the first six digits are not a date")]
    Date,
    /// The place code was never assigned (PUB-ID-2).
    #[error("the place code is not assigned")]
    Place,
}

impl IcNumber {
    /// Parses `900423105484` or `900423-10-5484`. The date must exist in 19YY or 20YY (the number does not
    /// say which) and the place code must be assigned. A date in the future is accepted (PUB-ID-3).
    pub fn parse(text: &str) -> Result<Self, IcRefusal> {
        let text = text.trim();
        let digits = match text.as_bytes() {
            bytes if bytes.len() == 14 && bytes[6] == b'-' && bytes[9] == b'-' => text.replacen('-', "", 2),
            _ => text.to_owned(),
        };
        if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IcRefusal::Length);
        }
        let pair = |at: usize| digits[at..at + 2].parse::<u8>().unwrap_or(0);
        if !is_date(pair(0), pair(2), pair(4)) {
            return Err(IcRefusal::Date);
        }
        if !is_assigned(pair(6)) {
            return Err(IcRefusal::Place);
        }
        Ok(Self(digits))
    }

    /// The twelve digits. The name makes every look at them easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The form that may be shown: `900423-**-**84`.
    pub fn masked(&self) -> String {
        format!("{}-**-**{}", &self.0[..6], &self.0[10..])
    }
}

impl fmt::Debug for IcNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IcNumber({})", self.masked())
    }
}

impl fmt::Display for IcNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Drop for IcNumber {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn is_date(year: u8, month: u8, day: u8) -> bool {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        // 2000 was a leap year, so YY divisible by four has a 29 February in one of its two centuries.
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Place codes of the National Registration Department that exist (PUB-ID-2).
const fn is_assigned(place: u8) -> bool {
    !matches!(place, 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
}

/// A passport number: 6 to 15 letters and digits, upper case (GAP-14). Shown masked only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Passport(String);

/// The input is not a passport number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a passport number has 6 to 15 letters and digits")]
pub struct NotAPassport;

impl Passport {
    /// Parses a passport number; lower case becomes upper case. Twelve digits are a MyKad number, never a passport, and
    /// so are eleven or thirteen: one was left out or typed twice.
    pub fn parse(text: &str) -> Result<Self, NotAPassport> {
        let number = text.trim().to_ascii_uppercase();
        let fits = (6..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mykad_like = (11..=13).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if fits && !mykad_like { Ok(Self(number)) } else { Err(NotAPassport) }
    }

    /// The whole number.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The form that may be shown: the first and the last two characters.
    pub fn masked(&self) -> String {
        let hidden = "*".repeat(self.0.len() - 4);
        format!("{}{hidden}{}", &self.0[..2], &self.0[self.0.len() - 2..])
    }
}

impl fmt::Debug for Passport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passport({})", self.masked())
    }
}

impl fmt::Display for Passport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Drop for Passport {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Either number, as the field "No. Kad Pengenalan / Pasport" takes it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum IdNumber {
    /// A MyKad or MyPR number.
    Ic(IcNumber),
    /// A passport number.
    Passport(Passport),
}

/// Why a text is neither number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdRefusal {
    /// It looks like a MyKad number and is none.
    #[error(transparent)]
    Ic(IcRefusal),
    /// It is no passport number either.
    #[error(transparent)]
    Passport(#[from] NotAPassport),
}

impl IdNumber {
    /// Parses a MyKad number (twelve digits, hyphens allowed) or else a passport number.
    pub fn parse(text: &str) -> Result<Self, IdRefusal> {
        match IcNumber::parse(text) {
            Ok(ic) => Ok(Self::Ic(ic)),
            Err(IcRefusal::Length) => Ok(Self::Passport(Passport::parse(text)?)),
            Err(refusal) => Err(IdRefusal::Ic(refusal)),
        }
    }

    /// The canonical whole number.
    pub fn expose(&self) -> &str {
        match self {
            Self::Ic(ic) => ic.expose(),
            Self::Passport(passport) => passport.expose(),
        }
    }

    /// The form that may be shown.
    pub fn masked(&self) -> String {
        match self {
            Self::Ic(ic) => ic.masked(),
            Self::Passport(passport) => passport.masked(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_numbers_of_the_sources_are_accepted_and_masked() {
        // TV-4 and PUB-ID-3.
        for text in ["900423105484", "900423-10-5484", " 240405888916 ", "000229101234"] {
            assert!(IcNumber::parse(text).is_ok(), "{text}");
        }
        assert_eq!(IcNumber::parse("900423105484").expect("valid").masked(), "900423-**-**84");
    }

    #[test]
    fn impossible_dates_places_and_lengths_are_told_apart() {
        for (text, refusal) in [
            ("0900423105484", IcRefusal::Length),
            ("90042310548", IcRefusal::Length),
            ("9004231o5484", IcRefusal::Length),
            ("900431-10-5484", IcRefusal::Date),
            ("901323105484", IcRefusal::Date),
            ("900400105484", IcRefusal::Date),
            ("010229105484", IcRefusal::Date),
            ("900423005484", IcRefusal::Place),
            ("900423175484", IcRefusal::Place),
            ("900423695484", IcRefusal::Place),
            ("900423975484", IcRefusal::Place),
        ] {
            assert_eq!(IcNumber::parse(text), Err(refusal), "{text}");
        }
    }

    #[test]
    fn a_passport_has_six_to_fifteen_letters_and_digits() {
        assert_eq!(Passport::parse(" a12345678 ").expect("valid").masked(), "A1*****78");
        for wrong in ["A1234", "A123456789012345", "A-12345", "900423105484", "90042310548", "9004231054844"] {
            assert_eq!(Passport::parse(wrong), Err(NotAPassport), "{wrong}");
        }
        assert!(matches!(IdNumber::parse("A12345678"), Ok(IdNumber::Passport(_))));
        assert_eq!(IdNumber::parse("901323105484"), Err(IdRefusal::Ic(IcRefusal::Date)));
    }

    #[test]
    fn a_number_does_not_print_itself() {
        let ic = IcNumber::parse("900423105484").expect("valid");
        assert!(!format!("{ic:?} {ic}").contains("105484"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,20}") {
            let _ = IdNumber::parse(&text);
        }
    }
}
