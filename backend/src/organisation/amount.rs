//! Prices and areas.

use super::input::OrganisationInput;

/// A price in sen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Sen(i64);

impl Sen {
    /// The price of `sen` hundredths of a ringgit: RM1 to RM1,000,000,000.
    ///
    /// # Errors
    /// [`OrganisationInput::Price`].
    pub const fn new(sen: i64) -> Result<Self, OrganisationInput> {
        if sen >= 100 && sen <= 100_000_000_000 { Ok(Self(sen)) } else { Err(OrganisationInput::Price) }
    }

    /// Parses ringgit as people type them: `RM 450,000.00`, `450000`.
    ///
    /// # Errors
    /// [`OrganisationInput::Price`].
    pub fn parse_ringgit(text: &str) -> Result<Self, OrganisationInput> {
        let plain: String = text.trim().trim_start_matches("RM").chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        let (ringgit, sen) = plain.split_once('.').unwrap_or((&plain, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(ringgit) || !digits(sen) || sen.len() != 2 || ringgit.len() > 12 {
            return Err(OrganisationInput::Price);
        }
        let whole: i64 = ringgit.parse().map_err(|_| OrganisationInput::Price)?;
        let part: i64 = sen.parse().map_err(|_| OrganisationInput::Price)?;
        Self::new(whole * 100 + part)
    }

    /// Hundredths of a ringgit.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `RM 450,000.00`.
    pub fn ringgit(self) -> String {
        let whole = (self.0 / 100).to_string();
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("RM {grouped}.{:02}", self.0 % 100)
    }
}

/// A floor area, in hundredths of a square metre: 1 m² to 100,000 m².
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area(i64);

impl Area {
    /// The area of `centi` hundredths of a square metre.
    ///
    /// # Errors
    /// [`OrganisationInput::Area`].
    pub const fn new(centi: i64) -> Result<Self, OrganisationInput> {
        if centi >= 100 && centi <= 10_000_000 { Ok(Self(centi)) } else { Err(OrganisationInput::Area) }
    }

    /// Parses square metres with at most two decimals: `92.9`.
    ///
    /// # Errors
    /// [`OrganisationInput::Area`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let text = text.trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 {
            return Err(OrganisationInput::Area);
        }
        let centi = format!("{whole}{part:0<2}").parse().map_err(|_| OrganisationInput::Area)?;
        Self::new(centi)
    }

    /// Hundredths of a square metre.
    pub const fn centi(self) -> i64 {
        self.0
    }

    /// `92.90`.
    pub fn square_metres(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_counted_in_sen() {
        assert_eq!(Sen::parse_ringgit("RM 450,000.00").expect("parses").get(), 45_000_000);
        assert_eq!(Sen::parse_ringgit("450000").expect("parses").ringgit(), "RM 450,000.00");
        assert_eq!(Area::parse("92.9").expect("parses").square_metres(), "92.90");
        for bad in ["", "-1", "0", "1.5", "1.234", "1e6", "99999999999999"] {
            assert!(Sen::parse_ringgit(bad).is_err(), "{bad}");
        }
    }
}
