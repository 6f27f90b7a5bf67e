//! Counters and limits: what may be tried, how often, and until when not.
//!
//! Three kinds, each one row and each one statement, because a value that is read and written back loses
//! updates on PostgreSQL and can then be guessed past in parallel:
//!
//! | kind | question | verbs |
//! |---|---|---|
//! | counter | has anything been tried too often since the last success? | [`spend`], [`refund`], [`clear`], [`tries`] |
//! | window | has it been done too often since the window began? | [`limit`], [`forgive`] |
//! | hold | is it too early? | [`hold`], [`held`] |
//!
//! ```text
//! counter:  0 ──spend──▶ 1 ──spend──▶ … ──spend──▶ limit = blocked
//!           ▲              refund: one back, same round only
//!           └── clear: a success, or a reset after fresh proof; a new round begins
//! ```
//!
//! Invariant: a try is spent and committed before the thing is checked (house habit 5). A crash therefore
//! never gives a free guess; giving a try back is a decision with a name.

mod hold;
mod limit;
mod model;
mod spend;
pub mod store;
#[cfg(test)]
mod tests;

pub use hold::{held, hold};
pub use limit::{forgive, limit, sweep};
pub use model::{Spent, TooMany};
pub use spend::{clear, refund, refund_all, spend, spend_in, tries};
