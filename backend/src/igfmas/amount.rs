//! Money of a payment document.

use super::input::IgfmasInput;

/// An amount in sen: from one sen to RM999,999,999,999.99.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Amount(i64);

impl Amount {
    /// The largest amount, which is also the limit of whoever has none.
    pub const MAX: Self = Self(99_999_999_999_999);

    /// `sen` hundredths of a ringgit.
    ///
    /// # Errors
    /// [`IgfmasInput::Amount`].
    pub const fn new(sen: i64) -> Result<Self, IgfmasInput> {
        if sen >= 1 && sen <= Self::MAX.0 { Ok(Self(sen)) } else { Err(IgfmasInput::Amount) }
    }

    /// Hundredths of a ringgit.
    pub const fn sen(self) -> i64 {
        self.0
    }

    /// Ringgit with two decimals and nothing else, as the header has it: `29911.35` (FIN-25).
    pub fn plain(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// Ringgit for people: `RM29,911.35`.
    pub fn ringgit(self) -> String {
        crate::document::generate::ringgit(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_two_decimals() {
        assert_eq!(Amount::new(2_991_135).expect("FIN-25").plain(), "29911.35");
        assert_eq!(Amount::new(5).expect("sen").plain(), "0.05");
        assert_eq!(Amount::MAX.plain(), "999999999999.99");
        for bad in [0, -1, i64::MIN, i64::MAX, Amount::MAX.sen() + 1] {
            assert_eq!(Amount::new(bad), Err(IgfmasInput::Amount), "{bad}");
        }
    }
}
