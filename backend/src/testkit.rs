//! A fresh database, a clock that stands still and repeatable randomness for the tests of the rooms.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Heads in a file, and who signs them, for the tests of doors.
pub(crate) use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
pub(crate) use crate::adapters::notary::KeyStoreNotary;
use crate::args;
use crate::kernel::clock::{FakeClock, Timestamp};
use crate::kernel::db::Db;
use crate::kernel::rng::{OsRng, Rng, SeededRng};
use crate::kernel::work::{Actor, Means, Work};

/// Means for one test, with the handles to move time. Dropping it removes an SQLite file.
pub(crate) struct Bench {
    pub(crate) means: Means,
    pub(crate) clock: Arc<FakeClock>,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Work at the present instant of the fake clock, by the platform itself.
    pub(crate) fn work(&self) -> Work {
        self.means.work(Actor::System)
    }

    /// The same by another server on the same database.
    pub(crate) fn elsewhere(&self) -> Work {
        Means { server: "two".into(), ..self.means.clone() }.work(Actor::System)
    }
}

/// A bench at 2026-11-20 09:00 MYT on an empty database: SQLite, or the PostgreSQL server that
/// `MOHOR_TEST_DATABASE` names (`postgres://app@127.0.0.1:5433/postgres`).
pub(crate) async fn bench() -> Bench {
    static SEED: AtomicU64 = AtomicU64::new(7);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = empty_database(&folder).await;
    let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_795_136_400)));
    let means = Means {
        db: Db::open(&url).await.expect("the database opens"),
        clock: clock.clone(),
        rng: Arc::new(SeededRng::new(SEED.fetch_add(1, Ordering::Relaxed))),
        server: "one".into(),
    };
    Bench { means, clock, _folder: folder }
}

/// The URL of an empty database of the engine under test: a file in `folder`, or a new one on PostgreSQL.
pub(crate) async fn empty_database(folder: &tempfile::TempDir) -> String {
    match std::env::var("MOHOR_TEST_DATABASE") {
        Ok(server) => fresh_postgres(&server).await,
        Err(_) => format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display()),
    }
}

/// A software key store in memory, always under the same master key.
pub(crate) fn keys() -> SoftwareKeyStore {
    SoftwareKeyStore::in_memory(&MasterKey::new([7; 32])).expect("a key store in memory")
}

/// Root, issuing CA and services, made on the bench with keys in memory.
pub(crate) async fn authority(bench: &Bench) -> crate::certificate::Authority {
    let settings = crate::certificate::CaSettings::default();
    crate::certificate::ceremony(&bench.work(), Arc::new(keys()), &settings).await.expect("the ceremony")
}

/// Lives `story` on one new stage after the other, and each time the process dies one commit later than before: it is killed
/// between every two of its commits. `next` is what the next process finds and does; it must come to the same end
/// whenever the first one died. Ends with the life that lived to its end; how many died before.
pub(crate) async fn killed_at_every_commit<S>(
    stage: impl AsyncFn() -> S,
    bench: impl Fn(&S) -> &Bench,
    story: impl AsyncFn(&S),
    next: impl AsyncFn(&S, u64),
) -> u64 {
    for cut in 1.. {
        let stage = stage().await;
        let life = bench(&stage).means.db.life().clone();
        life.dies_before(cut);
        story(&stage).await;
        let died = life.again();
        next(&stage, cut).await;
        if !died {
            return cut - 1;
        }
    }
    unreachable!("a story ends")
}

/// Prepares each named SQL text on the newest schema of the engine under test.
pub(crate) async fn understands(texts: &[(&str, &'static str)]) {
    let bench = bench().await;
    for (name, text) in texts {
        if let Err(error) = bench.means.db.prepare(text).await {
            panic!("{name} on {:?}: {error}\n{text}", bench.means.db.engine());
        }
    }
}

async fn fresh_postgres(server: &str) -> String {
    let random: &dyn Rng = &OsRng;
    let name = format!("t_{}", hex::encode(random.bytes::<8>()));
    let (base, _) = server.rsplit_once('/').expect("a URL with a database name");
    crate::kernel::db::create_database(server, &name).await.expect("a fresh database");
    format!("{base}/{name}")
}

#[tokio::test]
async fn a_bench_reads_back_what_it_wrote() {
    let bench = bench().await;
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    tx.execute("CREATE TABLE t (a BIGINT, b TEXT, c BYTEA)", args![]).await.expect("creates");
    tx.execute("INSERT INTO t VALUES ($1, $2, $3)", args![work.now, "x", None::<Vec<u8>>]).await.expect("inserts");
    let row = tx.one("SELECT a, b, c FROM t", args![]).await.expect("reads");
    assert_eq!(row.time("a").expect("a time"), work.now);
    assert_eq!(row.opt_bytes("c").expect("null"), None);
}

#[tokio::test]
#[should_panic(expected = "MISSPELT on")]
async fn a_text_that_the_engine_does_not_understand_is_named() {
    understands(&[("FINE", "SELECT 1"), ("MISSPELT", "SELECT nothing FROM nowhere")]).await;
}
