//! Pages for anybody: checking a document, binding a phone, the mailbox of the demo.

pub mod article;
pub mod check;
pub mod enrol;
pub mod judge;
pub mod links;
pub mod mailbox;
pub mod reset;
pub mod serial;
pub mod stop;
pub mod verdict;
