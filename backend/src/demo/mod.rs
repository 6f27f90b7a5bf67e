//! # Demo: a world of invented people that lives one agreement through the real doors
//!
//! Nothing here reaches into a room: people are a [`browser`](Browser) each, phones are `mohor_phone`, and the
//! server is the one that everybody runs, on loopback, with a marked database and the built-in mailbox.

mod browser;
pub mod clerk;
mod console;
mod error;
pub mod evidence;
pub mod handset;
pub mod journey;
pub mod mailbox;
mod mark;
pub mod office;
mod page;
pub mod server;
pub mod signee;
pub mod world;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::ExitCode;

pub use browser::{Browser, BrowserError};
pub use error::DemoError;
pub use mark::refuse_marked;
pub use page::{Form, Page};

use self::console::Console;
use self::evidence::Evidence;
use self::journey::World;
use self::server::{Plot, Server};
use crate::app::{Parts, StartError};
use crate::cli::say;

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
pub async fn run(args: DemoArgs) -> Result<ExitCode, StartError> {
    match &args.out {
        Some(out) if args.once => once(out, args.database).await,
        _ => stay(args.database).await,
    }
}

/// Opens a new world and keeps it open for a person. It is forgotten at the end.
async fn stay(database: Option<String>) -> Result<ExitCode, StartError> {
    let folder = tempfile::tempdir()?;
    let port = if port_is_free(8080) { 8080 } else { 0 };
    let plot = Plot { database, port, ..Plot::default() };
    let mut server = Server::open(folder.path(), &plot, Parts::default()).await?;
    let code = server.console_code().await?;
    let console = Console::new(World::prepare(&server, &code).await?);
    say(&console.welcome())?;
    tokio::select! {
        ended = server.running.finished() => ended?,
        read = console.read() => read?,
        _ = tokio::signal::ctrl_c() => {}
    }
    server.running.stop().await?;
    Ok(ExitCode::SUCCESS)
}

fn port_is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Lives one agreement in a database of its own and leaves it in `out`.
async fn once(out: &Path, database: Option<String>) -> Result<ExitCode, StartError> {
    let folder = tempfile::tempdir()?;
    let server = Server::open(folder.path(), &Plot { database, ..Plot::default() }, Parts::default()).await?;
    let mut evidence = Evidence::begin(out)?;
    let code = server.console_code().await?;
    journey::live(&server, &code, &mut evidence).await?;
    let reports = evidence.conclude(&server).await?;
    server.running.stop().await?;
    say(&format!("{} revisions, every signature accepted: {}", reports.len(), out.display()))?;
    Ok(ExitCode::SUCCESS)
}
