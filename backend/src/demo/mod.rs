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
pub mod home;
pub mod journey;
pub mod mailbox;
mod mark;
pub mod office;
mod page;
mod patience;
mod pocket;
pub mod server;
pub mod signee;
pub mod world;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

pub use browser::Browser;
pub use error::{BrowserError, DemoError};
pub use mark::refuse_marked;
pub use page::{Form, Page};

use self::console::Console;
use self::evidence::Evidence;
use self::home::Home;
use self::journey::World;
use self::server::{Plot, Server};
use crate::app::{Parts, StartError};
use crate::cli::{asked_to_end, say};
use crate::signing::{DieAt, NoSteps, Step, Steps};

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
    /// Keep the world in this folder, and go on with the one that lives there.
    #[arg(long, conflicts_with = "once")]
    pub folder: Option<std::path::PathBuf>,
}

/// Runs the demo.
///
/// # Errors
/// When the server does not start or the journey fails.
pub async fn run(args: DemoArgs) -> Result<ExitCode, StartError> {
    match &args.out {
        Some(out) if args.once => once(out, args.database).await,
        _ => {
            let home = args.folder.as_deref().map_or_else(Home::passing, Home::kept)?;
            stay(home, args.database).await
        }
    }
}

/// Opens a new world, or goes on with the one at `home`, and keeps it open for a person.
async fn stay(home: Home, database: Option<String>) -> Result<ExitCode, StartError> {
    let plot = home.plot(database, if port_is_free(8080) { 8080 } else { 0 })?;
    let parts = Parts { mailbox: Some(home.mailbox()?), steps: steps()?, ..Parts::default() };
    let mut server = Server::open(home.path(), &plot, parts).await?;
    let world = match home.world(&server)? {
        Some(world) => world,
        None => {
            let mut world = World::prepare(&server, &server.console_code().await?).await?;
            world.open_counter().await?;
            home.remember(&plot, &server, &world)?;
            world
        }
    };
    let (console, end) = (Console::new(world, home)?, asked_to_end()?);
    say(&console.welcome()?)?;
    tokio::select! {
        ended = server.running.finished() => ended?,
        read = console.read() => read?,
        () = end => {}
    }
    server.running.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// Who is told of the steps of a ceremony: nobody, or whoever ends the process at the step that `MOHOR_CRASH_AT` names.
/// Asked here alone, where the database is marked.
fn steps() -> Result<Arc<dyn Steps>, DemoError> {
    let Ok(word) = std::env::var("MOHOR_CRASH_AT") else { return Ok(Arc::new(NoSteps)) };
    let step = Step::parse(&word).ok_or_else(|| {
        let known = Step::ALL.map(Step::as_str).join(", ");
        DemoError::Wrong(format!("MOHOR_CRASH_AT={word}: the steps are {known}"))
    })?;
    Ok(Arc::new(DieAt(step)))
}

fn port_is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Lives one agreement in a database of its own and leaves it in `out`.
async fn once(out: &Path, database: Option<String>) -> Result<ExitCode, StartError> {
    let folder = tempfile::tempdir()?;
    let mut evidence = Evidence::begin(out)?;
    let server = Server::open(folder.path(), &Plot { database, ..Plot::default() }, Parts::default()).await?;
    let code = server.console_code().await?;
    journey::live(&server, &code, &mut evidence).await?;
    let reports = evidence.conclude(&server).await?;
    server.running.stop().await?;
    say(&format!("{} revisions, every signature accepted: {}", reports.len(), out.display()))?;
    Ok(ExitCode::SUCCESS)
}
