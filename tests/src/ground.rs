//! Where a journey lives: a folder, a database of its own, a server on a free port.

use std::path::Path;

use mohor::app::Parts;
use mohor::demo::server::{Plot, Server};
use mohor::kernel::db::create_database;
use mohor::kernel::rng::{OsRng, Rng};

/// A folder for one journey.
pub struct Ground {
    folder: tempfile::TempDir,
}

impl Ground {
    /// An empty folder; the process gets its one TLS provider.
    pub fn new() -> Self {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A server on an empty database: SQLite, or the PostgreSQL server that `MOHOR_TEST_DATABASE` names.
    pub async fn server(&self, parts: Parts) -> Server {
        self.server_on(Plot::default(), parts).await
    }

    /// The same on a plot of one's own; without a database in it, a fresh one.
    pub async fn server_on(&self, plot: Plot, parts: Parts) -> Server {
        let database = if plot.again { plot.database } else { fresh_database().await };
        let plot = Plot { database, ..plot };
        Server::open(&self.path().join("world"), &plot, parts).await.expect("the server opens")
    }
}

impl Default for Ground {
    fn default() -> Self {
        Self::new()
    }
}

/// A new database on the PostgreSQL under test; `None` on SQLite.
pub async fn fresh_database() -> Option<String> {
    let server = std::env::var("MOHOR_TEST_DATABASE").ok()?;
    let random: &dyn Rng = &OsRng;
    let name = format!("j_{:016x}", u64::from_le_bytes(random.bytes()));
    let (base, _) = server.rsplit_once('/').expect("a URL with a database name");
    create_database(&server, &name).await.expect("a fresh database");
    Some(format!("{base}/{name}"))
}
