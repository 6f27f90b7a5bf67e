//! What a batch of a thousand digests costs (GPKI-8, FIN-31): the signing loop beside the same library without us, and the
//! whole ceremony (PIN, authorisation, ten groups on disk) beside that loop and the PIN hash.
//!
//! `cargo bench -p mohor --bench batch`
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly and says what it measured")]

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use mohor::adapters::blob_files::BlobFiles;
use mohor::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use mohor::document::RevocationData;
use mohor::document::cms::Algorithm;
use mohor::factor::Target as CodeFor;
use mohor::kernel::clock::SystemClock;
use mohor::kernel::db::{Db, Tx};
use mohor::kernel::rng::OsRng;
use mohor::kernel::secret::Secret;
use mohor::kernel::work::{Actor, Means, Work};
use mohor::keystore::KeySpec;
use mohor::person::PersonId;
use mohor::signing::{
    BatchOrder, Claim, Credential, Credentials, NoSteps, Refusal, ReservedCode, SecondFactor, SignError, Spine, Tools,
    sign_digests,
};
use mohor::timestamp::{StampError, TimeStamper};
use mohor::vault::{self, Cost, Opened, OpenedKey, Vault, VaultKey};
use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;
use tokio::runtime::Runtime;

use table::{Table, Target, medians};

mod table;

const PIN: &str = "Abcdef1#";

/// Stand-ins for the rooms that are not measured here.
struct Nothing;

#[async_trait]
impl SecondFactor for Nothing {
    async fn check(&self, _: &Work, _: &PersonId, _: &CodeFor, _: &str) -> Result<Box<dyn ReservedCode>, Refusal> {
        Ok(Box::new(Self))
    }
}

#[async_trait]
impl ReservedCode for Nothing {
    fn kind(&self) -> &'static str {
        "turn-code"
    }

    async fn consume(self: Box<Self>, _: &Work, _: &mut Tx) -> Result<(), Refusal> {
        Ok(())
    }
}

#[async_trait]
impl Claim for Nothing {
    async fn claim(&self, _: &Work, _: &mut Tx) -> Result<(), Refusal> {
        Ok(())
    }
}

#[async_trait]
impl TimeStamper for Nothing {
    async fn token(&self, _: &Work, _: [u8; 32]) -> Result<Vec<u8>, StampError> {
        Err(StampError::Unavailable("nothing is stamped here".to_owned()))
    }
}

#[async_trait]
impl Credentials for Nothing {
    async fn current(&self, work: &Work, _: &VaultKey) -> Result<Credential, SignError> {
        let (serial, algorithm) = ("4d".to_owned(), Algorithm::EcdsaP256Sha256);
        Ok(Credential { serial, chain: Vec::new(), algorithm, not_after: work.now })
    }

    async fn by_serial(&self, _: &Work, _: &str) -> Result<Credential, SignError> {
        Err(SignError::NoCertificate)
    }

    async fn validation_data(&self, _: &Work, _: &Credential) -> Result<RevocationData, SignError> {
        Err(SignError::NoCertificate)
    }

    async fn roots(&self, _: &Work) -> Result<Vec<Vec<u8>>, SignError> {
        Ok(Vec::new())
    }
}

struct Bench {
    runtime: Runtime,
    means: Means,
    spine: Spine,
    person: PersonId,
    digests: Vec<[u8; 32]>,
    made: Cell<u64>,
    _folder: tempfile::TempDir,
}

fn bench() -> Bench {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
    let db = runtime.block_on(Db::open(&url)).expect("a database");
    let means = Means { db, clock: Arc::new(SystemClock), rng: Arc::new(OsRng), server: "bench".into() };
    let keystore = SoftwareKeyStore::in_memory(&MasterKey::new([1; 32])).expect("a key store");
    let vault = Vault::new(Arc::new(keystore), Cost::FLOOR, 2);
    let work = means.work(Actor::System);
    let person = PersonId::new(&work);
    runtime.block_on(async {
        let pin = Pin::parse(PIN).expect("a PIN");
        let key = vault::generate(&work, &vault, &person, KeySpec::P256, &pin).await.expect("a key");
        let mut tx = work.write().await.expect("begins");
        vault::activate(&work, &mut tx, &key.id).await.expect("activates");
        tx.commit().await.expect("commits");
    });
    let tools = Tools {
        vault,
        blobs: Arc::new(BlobFiles::open(folder.path(), [3; 32], Arc::new(OsRng)).expect("a store")),
        stamper: Arc::new(Nothing),
        factor: Arc::new(Nothing),
        credentials: Arc::new(Nothing),
        steps: Arc::new(NoSteps),
    };
    let digests = (0..1000_u32).map(|number| sha256(&number.to_be_bytes())).collect();
    let spine = Spine::new(tools, Vec::new());
    Bench { runtime, means, spine, person, digests, made: Cell::new(0), _folder: folder }
}

impl Bench {
    /// A whole ceremony.
    fn ceremony(&self) {
        self.made.set(self.made.get() + 1);
        let subject = format!("request {}", self.made.get());
        let work = self.means.work(Actor::System);
        let order = BatchOrder {
            purpose: "bench",
            target: CodeFor::request(&subject, [7; 32], &self.digests, work.now),
            subject,
            person: self.person.clone(),
            key: "k".to_owned(),
            digests: self.digests.clone(),
            pin: Pin::parse(PIN).expect("a PIN"),
            code: Secret::new("123456".to_owned()),
        };
        let done = self.runtime.block_on(sign_digests(&work, &self.spine, order, Arc::new(Nothing)));
        assert!(done.expect("signs").signatures.iter().all(Option::is_some), "some are missing");
    }

    fn opened(&self) -> OpenedKey {
        let work = self.means.work(Actor::System);
        let opened = self.runtime.block_on(async {
            let pin_try = vault::take_try(&work, &self.person).await.expect("a try");
            vault::open(&work, self.spine.vault(), pin_try, &Pin::parse(PIN).expect("a PIN")).await
        });
        let Opened { key, .. } = opened.expect("opens");
        key
    }

    /// The loop alone, with the key of the vault.
    fn signing(&self, key: &OpenedKey) {
        self.runtime.block_on(async {
            for digest in &self.digests {
                black_box(key.sign_one(digest).await.expect("signs"));
            }
        });
    }
}

fn main() {
    let bench = bench();
    let raw = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let random = SystemRandom::new();
    let mut library = || {
        for digest in &bench.digests {
            black_box(raw.sign(&random, digest).expect("signs"));
        }
    };
    let key = bench.opened();
    let [ours, theirs] = medians([&mut || bench.signing(&key), &mut library]);
    // A ceremony clears the tries that the key above was opened with.
    let [whole, floor] = medians([&mut || bench.ceremony(), &mut || {
        library();
        _ = black_box(Cost::FLOOR.stretch(PIN, &[7; 16]));
    }]);
    let mut table = Table::default();
    table.add("1,000 digests, signing loop", ours, "the library alone", Some(theirs), Target::Times(1.25));
    let beside = "the library alone + PIN hash";
    table.add("1,000 digests, whole and durable", whole, beside, Some(floor), Target::Within(0.3, 3.0));
    table.conclude();
}
