//! The wiring: adapters behind ports, rooms behind doors, jobs beside them.

mod listener;
mod trail;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::adapters::blob_files::BlobFiles;
use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::face_verifier_http::HttpFaceVerifier;
use crate::adapters::keystore_pkcs11::{Pkcs11KeyStore, Pkcs11Settings};
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::adapters::mailbox::Mailbox;
use crate::adapters::notary::KeyStoreNotary;
use crate::adapters::premises::{self, Occupied};
use crate::adapters::secret_file;
use crate::adapters::smtp::Smtp;
use crate::adapters::tesseract::{NoReader, Tesseract};
use crate::adapters::timestamper_http::HttpStamper;
use crate::audit::{CheckpointLog, Notary};
use crate::blob::BlobStore;
use crate::certificate::{self, CaSettings};
use crate::config::{Config, KeyStoreKind, Token};
use crate::ekyc::Examiner;
use crate::ekyc::port::{FaceVerifier, Reader, ReviewerOnly};
use crate::enrolment::Desk;
use crate::hims::{Espa, Press, Seal};
use crate::igfmas::Payments;
use crate::jobs::Jobs;
use crate::kernel::clock::{Clock, SystemClock};
use crate::kernel::db::Db;
use crate::kernel::rng::{OsRng, Rng};
use crate::kernel::settings::{Ekyc, KeyKind, Settings};
use crate::kernel::work::{Actor, Means};
use crate::keystore::{KeySpec, KeyStore};
use crate::outbox::{Mail, Postman, Stationery};
use crate::signing::{AnyCode, IssuedHere, Left, NoSteps, Spine, Steps, Tools};
use crate::timestamp::{LocalStamper, TimeStamper};
use crate::vault::{Cost, Vault};
use crate::web::pki::Office;
use crate::web::{DoorKey, Doors, Gallery, KeptMail};
use crate::{outbox, signing, web};

use listener::Listeners;
pub use trail::Trail;

/// The refusal to make a root in passing. Malay first, English second: operators read it at a terminal.
const UNFOUNDED: &str = "pihak berkuasa sijil belum ditubuhkan di sini; jalankan `mohor ceremony --config FAIL` sekali · \
    no certificate authority has been made here; run `mohor ceremony --config FILE` once";

/// Why the server did not start.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// What a test or the demo may put in place of the real thing.
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Keeps mails and shows them, instead of the configured server.
    pub mailbox: Option<Arc<Mailbox>>,
    /// Who carries mails, if neither the mailbox nor the configured server.
    pub postman: Option<Arc<dyn Postman>>,
    /// Where documents are kept, if not in files of the folder.
    pub blobs: Option<Arc<dyn BlobStore>>,
    /// Told of every step of a ceremony.
    pub steps: Arc<dyn Steps>,
    /// The price of a PIN hash.
    pub pin_cost: Cost,
    /// Makes root and issuing CA when there are none: the ceremony of an operator, or of a demo.
    pub ceremony: bool,
}

impl Default for Parts {
    fn default() -> Self {
        let steps = Arc::new(NoSteps);
        let clock = Arc::new(SystemClock);
        Self { clock, mailbox: None, postman: None, blobs: None, steps, pin_cost: Cost::DEFAULT, ceremony: false }
    }
}

/// Everything behind the doors, put together and not yet open.
pub struct App {
    /// What pages and APIs work with.
    pub doors: Arc<Doors>,
    /// What happens without anybody asking.
    pub jobs: Arc<Jobs>,
    server: crate::config::Server,
}

impl App {
    /// Opens the database, the keys and the documents, and takes up the authority; [`Parts::ceremony`] alone makes one.
    pub async fn assemble(config: &Config, parts: Parts) -> Result<Self, StartError> {
        let settings = Arc::new(config.settings.clone());
        std::fs::create_dir_all(&config.server.folder)?;
        let rng: Arc<dyn Rng> = Arc::new(OsRng);
        let server = premises::name(&config.server.folder, &*rng)?.into();
        let means = Means { db: Db::open(&config.database()).await?, clock: parts.clock, rng: rng.clone(), server };
        let work = means.work(Actor::System);
        if !parts.ceremony && !certificate::is_founded(&work).await? {
            return Err(UNFOUNDED.into());
        }
        let [keystore, authority_keys] = keystores(&config.server.keystore, &config.server.folder, &*rng)?;
        let master = keystore.hmac("blob-files", b"v1").await?;
        let blobs: Arc<dyn BlobStore> = match parts.blobs {
            Some(blobs) => blobs,
            None => Arc::new(BlobFiles::open(&config.server.folder.join("blobs"), master, rng)?),
        };
        let authority = Arc::new(certificate::ceremony(&work, authority_keys, &ca_settings(&settings)).await?);
        let local = Arc::new(LocalStamper::new(authority.clone()));
        let stamper: Arc<dyn TimeStamper> = match &settings.pki.tsa_url {
            Some(url) => Arc::new(HttpStamper::new(url, authority.tsa().spki().to_vec())?),
            None => local.clone(),
        };
        let at_once = std::thread::available_parallelism().map_or(2, usize::from);
        let vault = Vault::new(keystore.clone(), parts.pin_cost, at_once);
        let desk = Arc::new(Desk {
            vault: vault.clone(),
            authority: authority.clone(),
            spec: key_spec(settings.pki.signee_keys),
            requester: settings.brand.hims.clone(),
        });
        let press = Press {
            keys: keystore.clone(),
            blobs: blobs.clone(),
            certifier: Arc::new(Seal { authority: authority.clone(), stamper: stamper.clone() }),
            settings: settings.hims.clone(),
        };
        let tools = Tools {
            vault,
            blobs: blobs.clone(),
            stamper,
            factor: Arc::new(AnyCode(keystore.clone())),
            credentials: Arc::new(IssuedHere(authority.clone())),
            steps: parts.steps,
        };
        let espa =
            Espa { keys: keystore.clone(), public_url: settings.public_url.clone(), archive: settings.hims.archive };
        let payments = Payments { keys: keystore.clone() };
        let spine = Arc::new(Spine::new(tools, vec![Arc::new(espa), Arc::new(payments)]));
        let notary: Arc<dyn Notary> = Arc::new(KeyStoreNotary::open(keystore.clone()).await?);
        let checkpoints: Arc<dyn CheckpointLog> =
            Arc::new(CheckpointFile::at(&config.server.folder.join("audit-heads")));
        let postman: Arc<dyn Postman> = match (parts.postman, &parts.mailbox, &settings.mail.smtp_url) {
            (Some(postman), ..) => postman,
            (None, Some(mailbox), _) => mailbox.clone(),
            (None, None, Some(url)) => {
                let smtp = Smtp::new(url, settings.mail.smtp_root.as_deref());
                Arc::new(smtp.map_err(|error| format!("settings.mail: {error}"))?)
            }
            (None, None, None) => return Err("no mail server is configured".into()),
        };
        let examiner = examiner(&settings.ekyc, keystore.clone(), blobs.clone()).await?;
        let jobs = Arc::new(Jobs {
            means: means.clone(),
            stationery: Stationery::from(&*settings),
            sender: settings.mail.hims_sender.clone(),
            keystore: keystore.clone(),
            postman,
            notary,
            checkpoints,
            authority: authority.clone(),
            spine: spine.clone(),
            desk: desk.clone(),
            mails_wait: AtomicBool::new(true),
            examiner,
            identity: settings.ekyc.clone(),
        });
        let key = DoorKey::derive(&*keystore).await?;
        let office = Office { means: means.clone(), authority, stamper: local, flood: Arc::default() };
        let (mailbox, proxy) = (parts.mailbox.map(kept_mails), config.server.trusted_proxy);
        let doors = Arc::new(Doors {
            means,
            settings,
            keystore,
            blobs,
            key,
            office,
            spine,
            desk,
            press,
            mailbox,
            proxy,
            gallery: Gallery::default(),
        });
        Ok(Self { doors, jobs, server: config.server.clone() })
    }

    /// Finishes what a crash left, opens the doors and starts the jobs. The listeners may be bound already (port 0 in
    /// tests); `plain` is the one for what verifiers fetch. A folder has one server at a time; a database may have several, and each takes up what its own last life
    /// left.
    pub async fn open(self, listener: TcpListener, plain: Option<TcpListener>) -> Result<Running, StartError> {
        // A command that only looks never comes here: it may run beside a server.
        let occupied = premises::occupy(&self.server.folder)?;
        let work = self.doors.means.work(Actor::System);
        signing::recover(&work, &self.doors.spine, Left::ByUs).await?;
        outbox::recover(&work).await?;
        let doors = web::routes(self.doors.clone());
        let mut listeners = Listeners::default();
        let address = listeners.open(listener, doors, self.server.tls.as_ref()).await?;
        if let Some(plain) = plain {
            listeners.open(plain, web::pointers(self.doors.clone()), None).await?;
        }
        let (stop, stopped) = watch::channel(false);
        let jobs = spawn(self.jobs.clone().run(stopped));
        Ok(Running { address, app: self, listeners, stop, jobs, _occupied: occupied })
    }
}

/// Who reads cards and compares faces. The reviewer decides, whatever they say.
async fn examiner(settings: &Ekyc, keys: Arc<dyn KeyStore>, blobs: Arc<dyn BlobStore>) -> Result<Examiner, StartError> {
    let reader: Arc<dyn Reader> = match Tesseract::find(&settings.tesseract).await {
        Some(tesseract) => Arc::new(tesseract),
        None => {
            tracing::warn!(program = %settings.tesseract.display(), "no text reader: cards go to the reviewer unread");
            Arc::new(NoReader)
        }
    };
    let faces: Arc<dyn FaceVerifier> = match &settings.verifier_url {
        Some(url) => Arc::new(HttpFaceVerifier::new(url)?),
        None => Arc::new(ReviewerOnly),
    };
    Ok(Examiner { keys, blobs, reader, faces, second_review_percent: settings.second_review_percent })
}

/// The mails of the demo as its page shows them.
fn kept_mails(mailbox: Arc<Mailbox>) -> Arc<web::Mailbox> {
    Arc::new(move || {
        let kept = |mail: Mail| {
            let id = mail.message_id.trim_start_matches('<').split('@').next().unwrap_or_default().to_owned();
            let html = mail.standalone_html();
            KeptMail { id, to: mail.to, subject: mail.subject, text: mail.text, html }
        };
        mailbox.mails().into_iter().map(kept).collect()
    })
}

/// The jobs are awaited by [`Running`].
#[expect(clippy::disallowed_methods, reason = "joined in Running::stop")]
fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(task)
}

/// A server at work.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it works with.
    pub app: App,
    listeners: Listeners,
    stop: watch::Sender<bool>,
    jobs: JoinHandle<()>,
    _occupied: Occupied,
}

impl Running {
    /// Waits until a listener ends by itself.
    pub async fn finished(&mut self) -> Result<(), StartError> {
        self.listeners.finished().await
    }

    /// Lets requests under way end (eight seconds at most), then the jobs, then closes the database.
    pub async fn stop(self) -> Result<(), StartError> {
        self.listeners.stop().await?;
        self.stop.send_replace(true);
        self.jobs.await?;
        self.app.doors.means.db.close().await;
        Ok(())
    }
}

/// The store of the persons' keys and of everything sealed, and the store of the authority's keys.
fn keystores(kind: &KeyStoreKind, folder: &Path, rng: &dyn Rng) -> Result<[Arc<dyn KeyStore>; 2], StartError> {
    match kind {
        KeyStoreKind::Software { master, .. } => {
            let master = MasterKey::read_or_create(master, rng)?;
            let store: Arc<dyn KeyStore> = Arc::new(SoftwareKeyStore::open(&folder.join("keys"), &master)?);
            Ok([store.clone(), store])
        }
        KeyStoreKind::Pkcs11 { module, persons, authority } => {
            let store = pkcs11(module, persons)?;
            let authority = authority.as_ref().map_or_else(|| Ok(store.clone()), |token| pkcs11(module, token))?;
            Ok([store, authority])
        }
    }
}

fn pkcs11(module: &Path, token: &Token) -> Result<Arc<dyn KeyStore>, StartError> {
    Ok(Arc::new(Pkcs11KeyStore::open(&token_settings(module, token)?)?))
}

fn token_settings(module: &Path, token: &Token) -> Result<Pkcs11Settings, StartError> {
    Ok(Pkcs11Settings {
        module: module.to_owned(),
        token: token.token.clone(),
        pin: secret_file::read_pin(&token.pin)?,
        wrapping_key: token.wrapping_key.clone(),
    })
}

fn ca_settings(settings: &Settings) -> CaSettings {
    CaSettings {
        host: settings.pki.host.clone(),
        organisation: settings.pki.organisation.clone(),
        organisation_id: settings.pki.organisation_id.clone(),
        policy_arc: settings.pki.policy_arc.clone(),
        keys: key_spec(settings.pki.authority_keys),
    }
}

const fn key_spec(kind: KeyKind) -> KeySpec {
    match kind {
        KeyKind::P256 => KeySpec::P256,
        KeyKind::Rsa2048 => KeySpec::Rsa2048,
        KeyKind::Rsa3072 => KeySpec::Rsa3072,
    }
}
