//! What is wrong with a particular of an organisation.

use crate::fault;

/// Why a particular of an organisation cannot be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OrganisationInput {
    /// Not a development code (HIMS-19: `^\d+-\d+$`).
    #[error("not a development code")]
    DevelopmentCode,
    /// Not a developer code: digits, letters and hyphens, at most 20.
    #[error("not a developer code")]
    DeveloperCode,
    /// Empty, too long, or not printable.
    #[error("not a name")]
    Title,
    /// Not a unit number.
    #[error("not a unit number")]
    UnitNumber,
    /// Not a price between RM1 and RM1,000,000,000.
    #[error("not a price")]
    Price,
    /// Not the code of an office.
    #[error("not an office code")]
    OfficeCode,
    /// Not the code of a company (the client's own, FIN-25).
    #[error("not a company code")]
    CompanyCode,
    /// Not an area between 1 and 100,000 square metres.
    #[error("not an area")]
    Area,
}

fault! {
    OrganisationInput {
        DevelopmentCode => "development-code-unacceptable", Invalid;
        DeveloperCode => "developer-code-unacceptable", Invalid;
        Title => "title-unacceptable", Invalid;
        UnitNumber => "unit-number-unacceptable", Invalid;
        Price => "price-unacceptable", Invalid;
        OfficeCode => "office-code-unacceptable", Invalid;
        CompanyCode => "company-code-unacceptable", Invalid;
        Area => "area-unacceptable", Invalid;
    }
}
