//! Identity checks (eKYC).

pub mod model;

pub use model::SubmissionId;
