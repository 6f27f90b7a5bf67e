//! What one activation costs: from a PIN to a key that can sign, with the PIN hash named apart, because it is slow on
//! purpose and everything else is not.
//!
//! `cargo bench -p mohor --bench activation`
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly and says what it measured")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use mohor::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use mohor::attempt;
use mohor::kernel::clock::SystemClock;
use mohor::kernel::db::Db;
use mohor::kernel::rng::OsRng;
use mohor::kernel::work::{Actor, Means};
use mohor::keystore::KeySpec;
use mohor::person::PersonId;
use mohor::vault::{self, Cost, Opened, Vault};
use mohor_shared::pin::Pin;
use tokio::runtime::Runtime;

use table::{Table, Target, medians};

mod table;

const COSTS: [(&str, Cost); 2] = [("floor 19 MiB 2 passes", Cost::FLOOR), ("default 64 MiB 3 passes", Cost::DEFAULT)];

struct Bench {
    runtime: Runtime,
    means: Means,
    vault: Vault,
    person: PersonId,
    pin: Pin,
    _folder: tempfile::TempDir,
}

/// A person with a key of kind `spec`, sealed at `cost`.
fn bench(spec: KeySpec, cost: Cost) -> Bench {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("bench.db").display());
    let db = runtime.block_on(Db::open(&url)).expect("a database");
    let means = Means { db, clock: Arc::new(SystemClock), rng: Arc::new(OsRng), server: "bench".into() };
    let keystore = SoftwareKeyStore::in_memory(&MasterKey::new([1; 32])).expect("a key store");
    let vault = Vault::new(Arc::new(keystore), cost, 2);
    let pin = Pin::parse("Abcdef1#").expect("a PIN");
    let work = means.work(Actor::System);
    let person = PersonId::new(&work);
    runtime.block_on(async {
        let key = vault::generate(&work, &vault, &person, spec, &pin).await.expect("a key");
        let mut tx = work.write().await.expect("begins");
        vault::activate(&work, &mut tx, &key.id).await.expect("activates");
        tx.commit().await.expect("commits");
    });
    Bench { runtime, means, vault, person, pin, _folder: folder }
}

/// The time from a paid try to an opened key, and from there to a signature; the try and its refund are not counted.
async fn activate(bench: &Bench) -> (Duration, Duration) {
    let work = bench.means.work(Actor::System);
    let pin_try = vault::take_try(&work, &bench.person).await.expect("a try");
    let begun = Instant::now();
    let Opened { key, spent } = vault::open(&work, &bench.vault, pin_try, &bench.pin).await.expect("opens");
    let opened = begun.elapsed();
    let begun = Instant::now();
    black_box(key.sign(&[7; 32]).await.expect("signs"));
    let signed = begun.elapsed();
    let mut tx = work.write().await.expect("begins");
    attempt::refund_all(&work, &mut tx, spent).await.expect("forgives");
    tx.commit().await.expect("commits");
    (opened, signed)
}

fn hash(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("PIN hash alone");
    for (name, cost) in COSTS {
        group.bench_function(name, |bencher| bencher.iter(|| cost.stretch(black_box("Abcdef1#"), &[7; 16])));
    }
}

fn activation(criterion: &mut Criterion) {
    for (name, cost) in COSTS {
        for spec in [KeySpec::P256, KeySpec::Rsa2048] {
            let bench = bench(spec, cost);
            let mut group = criterion.benchmark_group(format!("activation, PIN hash included, {name}"));
            group.bench_function(spec.as_str(), |bencher| {
                bencher.iter_custom(|times| bench.runtime.block_on(total(&bench, times, |both| both.0)));
            });
            group.finish();
        }
    }
    for spec in [KeySpec::P256, KeySpec::Rsa2048] {
        let bench = bench(spec, Cost::FLOOR);
        let mut group = criterion.benchmark_group("sign and destroy the opened key");
        group.bench_function(spec.as_str(), |bencher| {
            bencher.iter_custom(|times| bench.runtime.block_on(total(&bench, times, |both| both.1)));
        });
    }
}

/// One try, activation and signature with its bookkeeping, beside the PIN hash alone.
fn summary(_: &mut Criterion) {
    let mut table = Table::default();
    for (name, cost) in COSTS {
        for spec in [KeySpec::P256, KeySpec::Rsa2048] {
            let bench = bench(spec, cost);
            let [whole, hash] = medians([&mut || _ = black_box(bench.runtime.block_on(activate(&bench))), &mut || {
                _ = black_box(cost.stretch("Abcdef1#", &[7; 16]));
            }]);
            let what = format!("try, activation, signature, {}, {name}", spec.as_str());
            table.add(&what, whole, "PIN hash alone", Some(hash), Target::Nothing);
        }
    }
    table.conclude();
}

async fn total(bench: &Bench, times: u64, part: impl Fn((Duration, Duration)) -> Duration) -> Duration {
    let mut sum = Duration::ZERO;
    for _ in 0..times {
        sum += part(activate(bench).await);
    }
    sum
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_millis(500));
    targets = hash, activation, summary
}
criterion_main!(benches);
