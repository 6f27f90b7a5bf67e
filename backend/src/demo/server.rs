//! The server of the demo: the one that everybody runs, on loopback, in a folder of its own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use super::mark;
use crate::account;
use crate::adapters::mailbox::Mailbox;
use crate::app::{App, Parts, Running, StartError};
use crate::config::{Config, KeyStoreKind, Server as Place};
use crate::kernel::clock::Clock;
use crate::kernel::settings::{Ekyc, Hims, KeyKind, Pki, Settings};
use crate::kernel::work::Actor;

/// Where and how a demo lives.
#[derive(Clone, Debug, Default)]
pub struct Plot {
    /// A database instead of SQLite in the folder.
    pub database: Option<String>,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Whether the database may have lived before.
    pub again: bool,
    /// What the operator decided about agreements.
    pub hims: Hims,
    /// A time-stamp authority behind HTTP instead of the one inside.
    pub tsa_url: Option<String>,
    /// The keys of authorities and signers.
    pub keys: KeyKind,
    /// Where private keys live, if not in files of the folder.
    pub keystore: Option<KeyStoreKind>,
    /// The host that certificates point to, if not the one of the defaults.
    pub pki_host: Option<String>,
}

/// A running server.
pub struct Server {
    /// The server.
    pub running: Running,
    /// Its origin: `http://127.0.0.1:49152`.
    pub base: String,
    /// The time that everybody in this world goes by.
    pub clock: Arc<dyn Clock>,
}

/// One reviewer works here: nobody could take a second look.
fn ekyc() -> Ekyc {
    Ekyc { second_review_percent: 0, ..Ekyc::default() }
}

impl Server {
    /// Marks the database and opens the doors.
    ///
    /// # Errors
    /// When the database is not a demo's, the port is taken, or the server does not start.
    pub async fn open(folder: &Path, plot: &Plot, parts: Parts) -> Result<Self, StartError> {
        std::fs::create_dir_all(folder)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, plot.port))
            .map_err(|error| format!("port {}, where every link of this world leads: {error}", plot.port))?;
        let base = format!("http://{}", listener.local_addr()?);
        let (authority_keys, signee_keys) = (plot.keys, plot.keys);
        let host = plot.pki_host.clone().unwrap_or_else(|| Pki::default().host);
        let pki = Pki { host, tsa_url: plot.tsa_url.clone(), authority_keys, signee_keys, ..Pki::default() };
        let settings = Settings {
            public_url: base.clone(),
            demo: true,
            hims: plot.hims.clone(),
            ekyc: ekyc(),
            pki,
            ..Settings::default()
        };
        let master = folder.join("master.key");
        let server = Place {
            database: plot.database.clone(),
            folder: folder.to_owned(),
            keystore: plot.keystore.clone().unwrap_or(KeyStoreKind::Software { master, consent: None }),
            ..Place::default()
        };
        let config = Config { server, settings };
        mark::claim(&config.database(), plot.again).await?;
        let clock = parts.clock.clone();
        let mailbox = parts.mailbox.clone().unwrap_or_else(|| Arc::new(Mailbox::default()));
        let app = App::assemble(&config, Parts { mailbox: Some(mailbox), ceremony: true, ..parts }).await?;
        Ok(Self { running: app.open(listener, None).await?, base, clock })
    }

    /// The code by which the first administrator begins, as the console would show it.
    ///
    /// # Errors
    /// When there is an administrator already.
    pub async fn console_code(&self) -> Result<String, StartError> {
        let work = self.running.app.doors.means.work(Actor::System);
        let code = account::first_admin_code(&work).await?.ok_or("an administrator exists already")?;
        Ok(code.expose().clone())
    }
}
