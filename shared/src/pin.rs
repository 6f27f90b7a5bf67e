//! The PIN of a certificate and the rules of PIN-5, each told separately so that a page can tick them off while
//! the person types.

use std::fmt;

use zeroize::Zeroizing;

/// The symbols accepted by default: the 32 ASCII punctuation marks (CON-4).
pub const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// One rule of PIN-5.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rule {
    /// 8 to 16 characters.
    Length,
    /// At least one of A–Z.
    Upper,
    /// At least one of a–z.
    Lower,
    /// At least one of 0–9.
    Digit,
    /// At least one accepted symbol.
    Symbol,
    /// Nothing but letters, digits and accepted symbols: no space, nothing beyond ASCII.
    Alphabet,
}

impl Rule {
    /// Every rule, in the order a page lists them.
    pub const ALL: [Self; 6] = [Self::Length, Self::Upper, Self::Lower, Self::Digit, Self::Symbol, Self::Alphabet];

    /// A stable name: `pin-rule-length`, also the key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "pin-rule-length",
            Self::Upper => "pin-rule-upper",
            Self::Lower => "pin-rule-lower",
            Self::Digit => "pin-rule-digit",
            Self::Symbol => "pin-rule-symbol",
            Self::Alphabet => "pin-rule-alphabet",
        }
    }

    /// Whether `text` meets this rule when `symbols` are the accepted symbols.
    pub fn met_by(self, text: &str, symbols: &str) -> bool {
        match self {
            Self::Length => (8..=16).contains(&text.chars().count()),
            Self::Upper => text.bytes().any(|byte| byte.is_ascii_uppercase()),
            Self::Lower => text.bytes().any(|byte| byte.is_ascii_lowercase()),
            Self::Digit => text.bytes().any(|byte| byte.is_ascii_digit()),
            Self::Symbol => text.chars().any(|c| symbols.contains(c)),
            Self::Alphabet => text.chars().all(|c| c.is_ascii_alphanumeric() || symbols.contains(c)),
        }
    }
}

/// The rules that `text` does not meet, with the default symbols; empty means acceptable.
pub fn unmet(text: &str) -> Vec<Rule> {
    unmet_with(text, SYMBOLS)
}

/// The rules that `text` does not meet when `symbols` are the accepted symbols.
pub fn unmet_with(text: &str, symbols: &str) -> Vec<Rule> {
    Rule::ALL.into_iter().filter(|rule| !rule.met_by(text, symbols)).collect()
}

/// A PIN that meets the rules. `Debug` hides it, dropping wipes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

/// The rules a would-be PIN breaks.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the PIN breaks {} of the rules", .0.len())]
pub struct PinUnfit(pub Vec<Rule>);

impl Pin {
    /// Parses a PIN with the default symbols.
    pub fn parse(text: &str) -> Result<Self, PinUnfit> {
        Self::parse_with(text, SYMBOLS)
    }

    /// Parses a PIN when `symbols` are the accepted symbols.
    pub fn parse_with(text: &str, symbols: &str) -> Result<Self, PinUnfit> {
        let unmet = unmet_with(text, symbols);
        if unmet.is_empty() { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(PinUnfit(unmet)) }
    }

    /// The PIN. The name makes every look at it easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_tv_8_are_told_apart_by_rule() {
        for good in ["Abcdef1#", "Zz9~Zz9~Zz9~Zz9~"] {
            assert_eq!(unmet(good), [], "{good}");
        }
        for (bad, rules) in [
            ("Abcde1#", vec![Rule::Length]),
            ("Zz9~Zz9~Zz9~Zz9~Z", vec![Rule::Length]),
            ("abcdef1#", vec![Rule::Upper]),
            ("ABCDEF1#", vec![Rule::Lower]),
            ("Abcdefg#", vec![Rule::Digit]),
            ("Abcdefg1", vec![Rule::Symbol]),
            ("Abc def1#", vec![Rule::Alphabet]),
            ("Abcdéf1#", vec![Rule::Alphabet]),
            ("", vec![Rule::Length, Rule::Upper, Rule::Lower, Rule::Digit, Rule::Symbol]),
        ] {
            assert_eq!(Pin::parse(bad), Err(PinUnfit(rules)), "{bad}");
        }
    }

    #[test]
    fn every_ascii_punctuation_mark_is_a_symbol() {
        assert_eq!(SYMBOLS.len(), 32);
        assert!(SYMBOLS.bytes().all(|byte| byte.is_ascii_punctuation()));
    }

    #[test]
    fn a_pin_does_not_print_itself() {
        assert_eq!(format!("{:?}", Pin::parse("Abcdef1#")), "Ok(Pin(…))");
    }
}
