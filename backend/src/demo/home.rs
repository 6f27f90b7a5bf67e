//! Where a demo world lives: in a folder that is forgotten at the end, or in one that is kept (`demo --folder DIR`), where
//! the next start goes on with the same people, mails and phones at the same address.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mohor_phone::Records;
use serde::{Deserialize, Serialize};

use super::browser::Browser;
use super::clerk::Agreement;
use super::error::DemoError;
use super::handset::Handset;
use super::journey::World;
use super::mailbox;
use super::office::{Authenticator, Desk};
use super::pocket::Pocket;
use super::server::{Plot, Server};
use super::world::{Signee, pictures};
use crate::adapters::mailbox::Mailbox;

/// What a world must know to go on, besides its database, keys, documents, mails and phones.
#[derive(Serialize, Deserialize)]
struct Memory {
    /// Every link and every QR code leads to this port.
    port: u16,
    /// The path of the agreement.
    agreement: String,
    /// Secrets of the authenticator apps, hexadecimal: administrator, clerk, reviewer, and whoever serves at the counter.
    authenticators: Vec<String>,
}

/// The folder of a world.
pub struct Home {
    folder: PathBuf,
    passing: Option<tempfile::TempDir>,
}

impl Home {
    /// A folder that is forgotten.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn passing() -> std::io::Result<Self> {
        let passing = tempfile::tempdir()?;
        Ok(Self { folder: passing.path().to_owned(), passing: Some(passing) })
    }

    /// A folder that is kept; made if it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn kept(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: std::path::absolute(folder)?, passing: None })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Whether the world outlives its process.
    pub const fn is_kept(&self) -> bool {
        self.passing.is_none()
    }

    /// The plot of a new world on `database`, or of the one that lives here.
    ///
    /// # Errors
    /// When the memory of the world cannot be read.
    pub fn plot(&self, database: Option<String>, free_port: u16) -> Result<Plot, DemoError> {
        let memory = self.memory()?;
        let port = memory.as_ref().map_or(free_port, |memory| memory.port);
        Ok(Plot { database, port, again: memory.is_some(), ..Plot::default() })
    }

    /// Everybody's mail.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn mailbox(&self) -> Result<Arc<Mailbox>, DemoError> {
        let path = self.folder.join("mailbox.jsonl");
        Ok(Arc::new(Mailbox::at(&path).map_err(|source| file(&path, source))?))
    }

    /// Somebody's phone, bound or not.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn handset(&self, world: &World, who: &'static Signee) -> Result<Handset, DemoError> {
        let folder = self.folder.join("phones");
        std::fs::create_dir_all(&folder).map_err(|source| file(&folder, source))?;
        let name = who.email.split('@').next().unwrap_or_default();
        let records = Records::open(&folder.join(format!("{name}.db")));
        let records = records.map_err(|error| DemoError::Phone(who.name, error.to_string()))?;
        let pocket = Arc::new(Pocket::at(&folder.join(format!("{name}.json"))));
        Handset::with(&world.base, who, world.clock.clone(), pocket, records)
    }

    /// The folder with the specimen pictures of `who`, for the window of the phone app: it has no card to hold in front
    /// of a camera.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn album(&self, who: &'static Signee) -> Result<PathBuf, DemoError> {
        let name = who.email.split('@').next().unwrap_or_default();
        let folder = self.folder.join("gambar").join(name);
        std::fs::create_dir_all(&folder).map_err(|source| file(&folder, source))?;
        let drawn = pictures(who).map_err(|error| DemoError::Phone(who.name, error.to_string()))?;
        for (slot, bytes) in ["1-depan.jpg", "2-belakang.jpg", "3-wajah.jpg"].into_iter().zip(drawn) {
            let path = folder.join(slot);
            std::fs::write(&path, bytes).map_err(|source| file(&path, source))?;
        }
        Ok(folder)
    }

    /// Keeps what the next start needs, and a configuration by which `audit verify` finds the world.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn remember(&self, plot: &Plot, server: &Server, world: &World) -> Result<(), DemoError> {
        let memory = Memory {
            port: server.running.address.port(),
            agreement: world.agreement.path.clone(),
            authenticators: world.desks().map(|desk| desk.authenticator.secret()).collect(),
        };
        let text = serde_json::to_string_pretty(&memory).map_err(|error| DemoError::Wrong(error.to_string()))?;
        self.write("mohor.toml", &self.configuration(plot, &server.base))?;
        // The last one: whoever finds it finds a finished world.
        self.write("world.json", &text)
    }

    /// The world that lives here, if one was remembered. Its office has to sign in again.
    ///
    /// # Errors
    /// When the memory of the world cannot be read.
    pub fn world(&self, server: &Server) -> Result<Option<World>, DemoError> {
        let Some(memory) = self.memory()? else { return Ok(None) };
        let mut desks = memory.authenticators.iter().map(|secret| desk(server, secret));
        let mut next =
            || desks.next().unwrap_or_else(|| Err(DemoError::Wrong("world.json: no authenticator".to_owned())));
        let (admin, clerk, reviewer) = (next()?, next()?, next()?);
        Ok(Some(World {
            base: server.base.clone(),
            clock: server.clock.clone(),
            mailbox: mailbox::Mailbox::open(&server.base)?,
            admin,
            clerk,
            reviewer,
            counter: desks.collect::<Result<_, _>>()?,
            agreement: Agreement { path: memory.agreement },
        }))
    }

    fn memory(&self) -> Result<Option<Memory>, DemoError> {
        let path = self.folder.join("world.json");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(file(&path, source)),
        };
        let memory = serde_json::from_str(&text);
        memory.map(Some).map_err(|error| DemoError::Wrong(format!("{}: {error}", path.display())))
    }

    fn configuration(&self, plot: &Plot, base: &str) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let (folder, master) =
            (self.folder.display().to_string(), self.folder.join("master.key").display().to_string());
        let database = plot.database.as_deref().map_or_else(String::new, |url| format!("database = {}\n", quoted(url)));
        format!(
            "# mohor audit verify --config {folder}/mohor.toml\n# (serve refuses the database of a demo.)\n\n\
             [server]\nfolder = {}\n{database}\n[server.keystore]\nkind = \"software\"\nmaster = {}\n\n\
             [settings]\npublic_url = {}\n",
            quoted(&folder),
            quoted(&master),
            quoted(base)
        )
    }

    fn write(&self, name: &str, text: &str) -> Result<(), DemoError> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).map_err(|source| file(&path, source))
    }
}

/// Somebody with an authenticator app at a browser that is not signed in.
fn desk(server: &Server, secret: &str) -> Result<Desk, DemoError> {
    let authenticator = Authenticator::of(secret, server.clock.clone())?;
    Ok(Desk { browser: Browser::open(&server.base)?, authenticator })
}

fn file(path: &Path, source: std::io::Error) -> DemoError {
    DemoError::File { path: path.display().to_string(), source }
}
