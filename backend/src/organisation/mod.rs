//! Organisations: housing developers (Pemaju), their developments and units.
//!
//! Invariants: a developer code and a development code exist once; a unit number exists once in its
//! development; a company signs through a natural person whom it named (GAP-15).

pub mod model;

pub use model::{
    Developer, DeveloperCode, DeveloperId, Development, DevelopmentCode, DevelopmentId, Jadual, OrganisationInput, Sen,
    Title, Unit, UnitId, UnitNumber,
};
