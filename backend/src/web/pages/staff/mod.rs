//! Pages of those who sign in: the door itself, accounts, developers, identity checks.

pub mod accounts;
pub mod developers;
pub mod ekyc;
pub mod invitation;
pub mod sign_in;
