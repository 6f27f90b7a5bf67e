//! The commands of the one binary.

mod audit;
mod ceremony;
pub mod verify;

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::adapters::mailbox::Mailbox;
use crate::app::{App, Parts, StartError};
use crate::config::{self, Config};
use crate::kernel::clock::SystemClock;
use crate::kernel::work::Actor;
use crate::{account, demo};

/// Mohor: certificates, keys that only a PIN opens, and documents signed exactly as seen.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes root and issuing CA, once, under the names that the configuration gives them.
    Ceremony(ConfigArgs),
    /// Serves real people.
    Serve(ConfigArgs),
    /// Prints the one-time code by which the first administrator signs in.
    FirstAdmin(ConfigArgs),
    /// Prints every value in force with the line it comes from, and checks all of them.
    Config(ShowArgs),
    /// Checks the audit trail.
    Audit {
        #[command(subcommand)]
        what: AuditCommand,
    },
    /// Judges every signature of a PDF.
    Verify(verify::VerifyArgs),
    /// A world of invented people on embedded defaults.
    Demo(demo::DemoArgs),
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Recomputes the tree and compares it with every signed head.
    Verify(audit::AuditArgs),
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Prints the reference of all keys instead (`backend/docs/configuration.md`).
    #[arg(long)]
    reference: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ConfigArgs {
    /// The configuration file.
    #[arg(long, default_value = "mohor.toml")]
    config: PathBuf,
}

/// Runs the command line `args` and answers with the exit code.
pub fn main(args: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => usage.exit(),
    };
    if let Command::Verify(args) = &cli.command {
        return ExitCode::from(verify::run(args, &SystemClock, &mut std::io::stdout()));
    }
    trace();
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(%error, "stopped");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(command: Command) -> Result<ExitCode, StartError> {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match command {
        Command::Serve(args) => serve(&Config::read(&args.config)?).await,
        Command::Config(args) => show(&args),
        Command::FirstAdmin(args) => first_admin(&Config::read(&args.config)?).await,
        Command::Ceremony(args) => ceremony::run(&Config::read(&args.config)?).await,
        Command::Audit { what: AuditCommand::Verify(args) } => Ok(audit::run(&args).await),
        Command::Demo(args) => demo::run(args).await,
        Command::Verify(_) => Ok(ExitCode::SUCCESS),
    }
}

/// Exit code 0 for a file by which real people may be served.
fn show(args: &ShowArgs) -> Result<ExitCode, StartError> {
    if args.reference {
        write!(std::io::stdout(), "{}", config::reference())?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = &args.config.config;
    let (config, values) = Config::explained(file)?;
    for shown in values {
        let from =
            shown.line.map_or_else(|| "bawaan · default".to_owned(), |line| format!("{}:{line}", file.display()));
        say(&format!("{} = {}  # {from}", shown.path, shown.text()))?;
    }
    config.check()?;
    Ok(ExitCode::SUCCESS)
}

/// A listener; an address that cannot be had is named.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| std::io::Error::new(error.kind(), format!("{address}: {error}")))
}

async fn serve(config: &Config) -> Result<ExitCode, StartError> {
    config.check()?;
    // SQLite makes the file of the first start, but not its folder.
    std::fs::create_dir_all(&config.server.folder)?;
    demo::refuse_marked(&config.database()).await?;
    let listener = listen(config.server.listen)?;
    let plain = config.server.pki_listen.map(listen).transpose()?;
    let end = asked_to_end()?;
    let app = App::assemble(config, Parts::default()).await?;
    let mut running = app.open(listener, plain).await?;
    tracing::info!(address = %running.address, "open");
    tokio::select! {
        ended = running.finished() => ended?,
        () = end => tracing::info!("asked to end: requests under way are answered, nobody new is let in"),
    }
    running.stop().await?;
    tracing::info!("ended");
    Ok(ExitCode::SUCCESS)
}

/// Waits for whoever ends a process in peace: a person (SIGINT) or a supervisor (SIGTERM). From this call on neither
/// kills it.
///
/// # Errors
/// When the system takes no handler.
pub(crate) fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let (mut person, mut supervisor) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = person.recv() => {}
            _ = supervisor.recv() => {}
        }
    })
}

/// For commands that open no doors.
fn without_mail() -> Parts {
    Parts { mailbox: Some(Arc::new(Mailbox::default())), ..Parts::default() }
}

async fn first_admin(config: &Config) -> Result<ExitCode, StartError> {
    let app = App::assemble(config, without_mail()).await?;
    let work = app.doors.means.work(Actor::System);
    match account::first_admin_code(&work).await? {
        Some(code) => say(&format!("{}/masuk/pertama\n{}", config.settings.public_url, code.expose()))?,
        None => say("an administrator exists already")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a line to the person at the terminal.
pub(crate) fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{text}")
}

fn trace() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MOHOR_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("mohor=info,warn"));
    // A second subscriber (a test in the same process) is no reason to stop.
    _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
