//! Organisations: housing developers (Pemaju), their developments and units; offices (pejabat) of the government.
//!
//! Invariants: a developer code, a development code and an office code exist once; a unit number exists once in its
//! development; a development is changed by its own developer only (the guard stands in the statement).

mod amount;
mod input;
mod list;
mod model;
mod office;
mod register;
pub mod store;
#[cfg(test)]
mod tests;

pub use amount::{Area, Sen};
pub use input::OrganisationInput;
pub use list::{developer, developers, development, developments_of, unit, units_of};
pub use model::{
    CertificateTerm, Developer, DeveloperCode, DeveloperId, Development, DevelopmentCode, DevelopmentId, Jadual, Title,
    Unit, UnitId, UnitNumber,
};
pub use office::{CompanyCode, NewOffice, Office, OfficeCode, OfficeError, OfficeId, office, offices, register_office};
pub use register::{
    NewDeveloper, NewDevelopment, NewUnit, OrganisationError, add_unit, change_development, change_unit, fold_names,
    register_developer, register_development,
};
