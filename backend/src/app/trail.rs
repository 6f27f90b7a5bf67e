//! What `audit verify` works with, opened in such a way that nothing is made and nothing is changed.

use std::path::Path;
use std::sync::Arc;

use super::{StartError, token_settings};
use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::keystore_pkcs11::Pkcs11KeyStore;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::adapters::notary::KeyStoreNotary;
use crate::adapters::premises;
use crate::audit::{CheckpointLog, Notary};
use crate::config::{Config, KeyStoreKind};
use crate::kernel::clock::SystemClock;
use crate::kernel::db::Db;
use crate::kernel::rng::{OsRng, Rng};
use crate::kernel::work::{Actor, Means, Work};
use crate::keystore::KeyStore;

/// A trail that exists, with the key that signed its heads and the file that holds them.
pub struct Trail {
    /// Work that only reads.
    pub work: Work,
    /// Whose signatures count.
    pub notary: Arc<dyn Notary>,
    /// The heads outside the database.
    pub log: Arc<dyn CheckpointLog>,
}

impl Trail {
    /// Finds what a server left behind `config`, whether or not it is at work.
    ///
    /// # Errors
    /// Where nothing is: no server ever worked in the folder, no database, another version's schema, no key.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        let folder = &config.server.folder;
        let server = premises::known_name(folder)?.into();
        let db = Db::look(&config.database()).await?;
        let rng: Arc<dyn Rng> = Arc::new(OsRng);
        let notary = Arc::new(KeyStoreNotary::existing(keystore(&config.server.keystore, folder)?).await?);
        let log = Arc::new(CheckpointFile::at(&folder.join("audit-heads")));
        let means = Means { db, clock: Arc::new(SystemClock), rng, server };
        Ok(Self { work: means.work(Actor::System), notary, log })
    }
}

/// The store that holds the audit key. Whoever opens one for the first time makes it; here it must be there.
fn keystore(kind: &KeyStoreKind, folder: &Path) -> Result<Arc<dyn KeyStore>, StartError> {
    match kind {
        KeyStoreKind::Software { master, .. } => {
            let key = MasterKey::read(master).map_err(|error| format!("{}: {error}", master.display()))?;
            Ok(Arc::new(SoftwareKeyStore::look(&folder.join("keys"), &key)?))
        }
        KeyStoreKind::Pkcs11 { module, persons, .. } => {
            let missing = |error| {
                let (token, key) = (&persons.token, &persons.wrapping_key);
                format!("token {token}, {key}: kunci tiada di sini · the keys are not here: {error}")
            };
            Ok(Arc::new(Pkcs11KeyStore::look(&token_settings(module, persons)?).map_err(missing)?))
        }
    }
}
