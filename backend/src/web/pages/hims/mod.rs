//! The developer's pages (Pemaju): developments, units, agreements, their parties and turns.

pub mod agreement;
pub mod amend;
pub mod dashboard;
pub mod development;
pub mod mend;
pub mod parties;
