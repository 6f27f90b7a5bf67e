//! A code of six digits, as a person types it.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

/// Six decimal digits. `Debug` hides them, comparison takes the same time whatever differs, dropping wipes them.
#[derive(Clone)]
pub struct SixDigits(String);

/// The input is not a code of six digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a code has six digits")]
pub struct NotACode;

impl SixDigits {
    /// Parses what a person typed: six digits, with spaces or hyphens between them if they like (`876 644`).
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(NotACode)
        }
    }

    /// Wraps digits this program computed.
    pub(crate) const fn from_digits(digits: String) -> Self {
        Self(digits)
    }

    /// The digits.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digits as people read them: `876 644`.
    pub fn grouped(&self) -> String {
        let (left, right) = self.0.split_at(3);
        format!("{left} {right}")
    }
}

impl PartialEq for SixDigits {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SixDigits {}

impl fmt::Debug for SixDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SixDigits(…)")
    }
}

impl Drop for SixDigits {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_read_however_they_are_grouped() {
        // TV-3.
        assert_eq!(SixDigits::parse("876 644").expect("a code").expose(), "876644");
        assert_eq!(SixDigits::parse("373812").expect("a code").grouped(), "373 812");
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(SixDigits::parse(wrong).err(), Some(NotACode), "{wrong}");
        }
    }

    #[test]
    fn a_code_does_not_print_itself() {
        assert!(!format!("{:?}", SixDigits::parse("876644")).contains("876"));
    }
}
