//! Accounts: sign-in of everybody who has one.

pub mod model;

pub use model::AccountId;
