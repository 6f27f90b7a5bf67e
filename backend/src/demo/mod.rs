//! # Demo: a world of invented people that lives one agreement through the real doors
//!
//! Nothing here reaches into a room: people are a [`browser`](Browser) each, phones are `mohor_phone`, and the
//! server is the one that everybody runs, on loopback, with a marked database and the built-in mailbox.

mod browser;
mod error;
pub mod evidence;
pub mod handset;
pub mod mailbox;
mod mark;
pub mod office;
mod page;
pub mod server;
pub mod signee;
pub mod world;

use std::process::ExitCode;

pub use browser::{Browser, BrowserError};
pub use error::DemoError;
pub use mark::refuse_marked;
pub use page::{Form, Page};

use crate::app::StartError;

/// `demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Live one agreement through the doors and stop.
    #[arg(long, requires = "out")]
    pub once: bool,
    /// Where `--once` writes what came of it.
    #[arg(long)]
    pub out: Option<std::path::PathBuf>,
    /// An empty PostgreSQL database instead of SQLite.
    #[arg(long)]
    pub database: Option<String>,
}

/// Runs the demo.
///
/// # Errors
/// When the server does not start or the journey fails.
pub async fn run(_args: DemoArgs) -> Result<ExitCode, StartError> {
    Err("the demo is being built".into())
}
