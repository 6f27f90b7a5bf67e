//! # Demo: a world of invented people that lives one agreement through the real doors
//!
//! Nothing here reaches into a room: people are a [`browser`](Browser) each, phones are `mohor_phone`, and the
//! server is the one that everybody runs, on loopback, with a marked database and the built-in mailbox.

mod browser;
mod error;
pub mod mailbox;
pub mod office;
mod page;
pub mod signee;
pub mod world;

pub use browser::{Browser, BrowserError};
pub use error::DemoError;
pub use page::{Form, Page};
