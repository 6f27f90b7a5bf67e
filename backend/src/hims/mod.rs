//! Housing sale agreements (eSPA).

pub mod model;

pub use model::{AgreementId, PartyId, TurnId};
