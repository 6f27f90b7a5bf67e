//! Pages of those who sign in: the door itself, accounts, developers, identity checks, the counter.

pub mod accounts;
pub mod counter;
pub mod developers;
pub mod ekyc;
pub mod ekyc_report;
pub mod invitation;
pub mod my_account;
pub mod prove_again;
pub mod sign_in;
