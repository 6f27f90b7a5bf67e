//! Names of people.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::particular::ParticularError;

/// A name as the identity document prints it, in any script, in Unicode normal form C.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonName(String);

impl PersonName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 80;

    /// Parses a name: apostrophes, diacritics and every script are welcome; control characters and
    /// characters that reorder or hide text are not (they would let one name look like another).
    ///
    /// # Errors
    /// [`ParticularError::Name`].
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
}
