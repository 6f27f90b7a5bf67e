//! What the window may ask for. A command is: the phone, one call of the core, a display value.

pub(crate) mod account;
pub(crate) mod approvals;
pub(crate) mod begin;
pub(crate) mod codes;
pub(crate) mod enrol;
pub(crate) mod home;
pub(crate) mod identity;
pub(crate) mod lock;
pub(crate) mod transfer;

use crate::trouble::Trouble;

/// What every command answers with.
pub(crate) type Answer<T> = Result<T, Trouble>;
