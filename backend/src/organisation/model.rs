//! Pure types of developers, developments and units.

use std::fmt;

use super::amount::{Area, Sen};
use super::input::OrganisationInput;
use crate::person::printable_line;
use crate::typed_id;

typed_id! {
    /// Names a housing developer (Pemaju).
    DeveloperId
    /// Names a development (pemajuan) of a developer.
    DevelopmentId
    /// Names a housing unit of a development.
    UnitId
}

/// Kod Pemaju: the developer's own code (CON-26: not the code of a development).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeveloperCode(String);

impl DeveloperCode {
    /// Parses 1 to 20 letters, digits and hyphens; letters become capitals.
    ///
    /// # Errors
    /// [`OrganisationInput::DeveloperCode`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let code = text.trim().to_ascii_uppercase();
        let ok = (1..=20).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if ok { Ok(Self(code)) } else { Err(OrganisationInput::DeveloperCode) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Kod Pemajuan: developer number, hyphen, project number (HIMS-19, TV-1 `20165-9`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DevelopmentCode(String);

impl DevelopmentCode {
    /// Parses `^\d+-\d+$`, at most 20 characters.
    ///
    /// # Errors
    /// [`OrganisationInput::DevelopmentCode`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let code = text.trim();
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match code.split_once('-') {
            Some((developer, project)) if code.len() <= 20 && number(developer) && number(project) => {
                Ok(Self(code.to_owned()))
            }
            _ => Err(OrganisationInput::DevelopmentCode),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DevelopmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A printable line of at most 120 characters: the name of a company or development, a title reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Title(String);

impl Title {
    /// Parses a line.
    ///
    /// # Errors
    /// [`OrganisationInput::Title`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        printable_line(text, 120).map(Self).ok_or(OrganisationInput::Title)
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number of a unit, such as `B-10-02` (TV-1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitNumber(String);

impl UnitNumber {
    /// Parses 1 to 20 letters, digits, hyphens, slashes, dots or spaces; letters become capitals.
    ///
    /// # Errors
    /// [`OrganisationInput::UnitNumber`].
    pub fn parse(text: &str) -> Result<Self, OrganisationInput> {
        let number = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
        let ok = (1..=20).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b'.' | b' '));
        if ok { Ok(Self(number)) } else { Err(OrganisationInput::UnitNumber) }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The statutory schedule that a sale agreement follows: G and H with land title and strata of a licensed
/// developer, I and J their build-then-sell forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jadual {
    /// Land and building.
    G,
    /// Building or land meant to be subdivided.
    H,
    /// Land and building, build then sell.
    I,
    /// Subdivided building, build then sell.
    J,
}

impl Jadual {
    /// All four.
    pub const ALL: [Self; 4] = [Self::G, Self::H, Self::I, Self::J];

    /// The letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::G => "G",
            Self::H => "H",
            Self::I => "I",
            Self::J => "J",
        }
    }

    /// Reads the letter.
    pub fn parse(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|jadual| jadual.as_str() == letter)
    }
}

/// A housing developer.
#[derive(Clone, Debug)]
pub struct Developer {
    /// Its id.
    pub id: DeveloperId,
    /// Kod Pemaju.
    pub code: DeveloperCode,
    /// The registered name, such as PARKLAND AVENUE SDN. BHD. (TV-1).
    pub name: Title,
    /// Company registration number.
    pub registration: Title,
    /// Registered address.
    pub address: Title,
}

/// A development of a developer.
#[derive(Clone, Debug)]
pub struct Development {
    /// Its id.
    pub id: DevelopmentId,
    /// Whose it is.
    pub developer: DeveloperId,
    /// Kod Pemajuan.
    pub code: DevelopmentCode,
    /// Nama Pemajuan.
    pub name: Title,
    /// Which schedule its sales follow.
    pub jadual: Jadual,
    /// Where it stands.
    pub location: Title,
    /// How long its signers' certificates last.
    pub term: CertificateTerm,
}

/// How long the certificates of a development's signers last: one of the two terms that are sold (QUO-15).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CertificateTerm {
    /// A calendar month.
    Month,
    /// A year.
    #[default]
    Year,
}

impl CertificateTerm {
    /// Both; the usual one first.
    pub const ALL: [Self; 2] = [Self::Year, Self::Month];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.as_str() == word)
    }
}

/// A unit of a development.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its development.
    pub development: DevelopmentId,
    /// Its number, `B-10-02`.
    pub number: UnitNumber,
    /// What it is: `Pangsapuri`.
    pub kind: Title,
    /// Where in the development: `Blok B, tingkat 10`.
    pub place: Title,
    /// The land or strata title it is sold under.
    pub title: Title,
    /// Floor area.
    pub area: Area,
    /// The price.
    pub price: Sen,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_development_code_is_two_numbers() {
        assert_eq!(DevelopmentCode::parse(" 20165-9 ").expect("TV-1").as_str(), "20165-9");
        for bad in ["", "20165", "-9", "20165-", "20165-9-1", "2O165-9", "20165 -9"] {
            assert_eq!(DevelopmentCode::parse(bad), Err(OrganisationInput::DevelopmentCode), "{bad}");
        }
    }
}
