use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::json;

use super::verify::{Finding, verify};
use super::*;
use crate::args;
use crate::kernel::db::Engine;
use crate::testkit::{Bench, bench};

/// Signs by appending a secret and hashing; enough to tell a forged head.
struct TestNotary;

#[async_trait]
impl Notary for TestNotary {
    async fn sign(&self, note: &[u8]) -> Result<Vec<u8>, NotaryError> {
        Ok(tree::leaf(&[note, b"secret"].concat()).to_vec())
    }

    fn verify(&self, note: &[u8], signature: &[u8]) -> bool {
        tree::leaf(&[note, b"secret"].concat()) == signature
    }
}

#[derive(Default)]
struct Outside(Mutex<Vec<Head>>);

#[async_trait]
impl CheckpointLog for Outside {
    async fn append(&self, head: &Head) -> Result<(), NotaryError> {
        self.0.lock().expect("not poisoned").push(head.clone());
        Ok(())
    }

    async fn all(&self) -> Result<Kept, NotaryError> {
        Ok(Kept { heads: self.0.lock().expect("not poisoned").clone(), ..Kept::default() })
    }
}

async fn write_entries(bench: &Bench, count: usize) {
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    for number in 0..count {
        record(&work, &mut tx, "test.happened", "thing", json!({ "number": number })).await.expect("records");
    }
    tx.commit().await.expect("commits");
}

/// Changes rows as an attacker who owns the database would: past the triggers.
async fn attack(bench: &Bench, statements: &[&'static str]) {
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    let disarm: &[&'static str] = match tx.engine() {
        Engine::Sqlite => &["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
        Engine::Postgres => &["ALTER TABLE audit_entry DISABLE TRIGGER ALL"],
    };
    for statement in disarm.iter().chain(statements) {
        tx.execute(statement, args![]).await.expect("the attack runs");
    }
    tx.commit().await.expect("commits");
}

async fn attacked(statements: &[&'static str]) -> Finding {
    let bench = bench().await;
    let outside = Outside::default();
    write_entries(&bench, 7).await;
    sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences");
    attack(&bench, statements).await;
    verify(&bench.work(), &TestNotary, &outside, &[]).await.expect("verifies")
}

#[tokio::test]
async fn an_untouched_trail_is_intact() {
    let bench = bench().await;
    let outside = Outside::default();
    for _ in 0..3 {
        write_entries(&bench, 5).await;
        sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences").expect("a new head");
    }
    assert_eq!(sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences"), None);
    let finding = verify(&bench.work(), &TestNotary, &outside, &[]).await.expect("verifies");
    assert_eq!(finding, Finding::Intact { entries: 15, heads: 3, torn: 0 });
}

#[tokio::test]
async fn an_altered_entry_contradicts_the_head() {
    let finding = attacked(&["UPDATE audit_entry SET facts = '{}' WHERE seq = 3"]).await;
    assert_eq!(finding, Finding::Contradiction { size: 7 });
}

#[tokio::test]
async fn a_deleted_entry_leaves_a_gap() {
    assert_eq!(attacked(&["DELETE FROM audit_entry WHERE seq = 3"]).await, Finding::Gap { at: 3 });
}

#[tokio::test]
async fn a_cut_off_end_contradicts_the_head() {
    assert_eq!(attacked(&["DELETE FROM audit_entry WHERE seq >= 5"]).await, Finding::Contradiction { size: 7 });
}

#[tokio::test]
async fn swapped_entries_contradict_the_head() {
    let finding = attacked(&[
        "UPDATE audit_entry SET seq = 1002 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 1",
        "UPDATE audit_entry SET seq = 1 WHERE seq = 1002",
    ])
    .await;
    assert_eq!(finding, Finding::Contradiction { size: 7 });
}

#[tokio::test]
async fn a_forged_head_is_named() {
    let bench = bench().await;
    let outside = Outside::default();
    write_entries(&bench, 2).await;
    sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences");
    outside.0.lock().expect("not poisoned")[0].root = [9; 32];
    let finding = verify(&bench.work(), &TestNotary, &outside, &[]).await.expect("verifies");
    assert_eq!(finding, Finding::ForgedHead { size: 2 });
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_an_entry() {
    let bench = bench().await;
    write_entries(&bench, 1).await;
    let work = bench.work();
    for statement in ["DELETE FROM audit_entry", "UPDATE audit_entry SET facts = 'x'"] {
        let mut tx = work.write().await.expect("begins");
        assert!(tx.execute(statement, args![]).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn two_sequencers_at_once_number_every_entry_once() {
    let bench = bench().await;
    write_entries(&bench, 40).await;
    let outside = std::sync::Arc::new(Outside::default());
    let mut jobs = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (work, outside) = (bench.work(), outside.clone());
        jobs.spawn(async move { sequence(&work, &TestNotary, &*outside).await.map(drop) });
    }
    for outcome in jobs.join_all().await {
        outcome.expect("sequences");
    }
    let finding = verify(&bench.work(), &TestNotary, &*outside, &[]).await.expect("verifies");
    assert!(matches!(finding, Finding::Intact { entries: 40, .. }), "{finding:?}");
}

#[tokio::test]
async fn a_head_covers_what_it_numbers_whatever_the_clock_says() {
    let bench = bench().await;
    let outside = Outside::default();
    write_entries(&bench, 2).await;
    let old = sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences").expect("a head");
    let covering_head = async || {
        let mut tx = bench.work().read().await.expect("reads");
        covering(&mut tx, "test.completed", "agreement").await.expect("reads")
    };
    assert_eq!(covering_head().await, None, "there is no such entry");
    // The clock goes back: the old head is younger than what happens now, and does not cover it.
    bench.clock.set(bench.work().now.minus(std::time::Duration::from_secs(3600)));
    refused(&bench.work(), "test.completed", "agreement", json!({})).await.expect("records");
    assert!(old.at > bench.work().now);
    assert_eq!(covering_head().await, None, "not covered yet");
    let new = sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences").expect("a head");
    assert_eq!(covering_head().await, Some(new));
}

#[tokio::test]
async fn a_trail_without_a_single_head_is_not_called_intact() {
    let bench = bench().await;
    let nobody = Outside::default();
    let finding = verify(&bench.work(), &TestNotary, &nobody, &[]).await.expect("verifies");
    assert_eq!(finding, Finding::Unwitnessed { entries: 0 }, "nothing ever happened, or everything was taken away");
    let outside = Outside::default();
    write_entries(&bench, 4).await;
    let held = sequence(&bench.work(), &TestNotary, &outside).await.expect("sequences").expect("a head");
    // The file is gone, and with it every row that could miss it.
    attack(&bench, &["DELETE FROM audit_head", "DELETE FROM audit_entry WHERE seq >= 3"]).await;
    let finding = verify(&bench.work(), &TestNotary, &nobody, &[]).await.expect("verifies");
    assert_eq!(finding, Finding::Unwitnessed { entries: 3 });
    // One line out of one mail is enough to know better.
    let mailed = Outside(Mutex::new(vec![held]));
    let finding = verify(&bench.work(), &TestNotary, &nobody, &[&mailed]).await.expect("verifies");
    assert_eq!(finding, Finding::Contradiction { size: 4 });
}

#[test]
fn a_head_survives_its_line() {
    let head = Head { size: 9, root: [7; 32], at: crate::kernel::clock::Timestamp::from_millis(5), signature: vec![1] };
    assert_eq!(Head::parse(&head.line()), Some(head));
    assert_eq!(Head::parse("9 zz 5 01"), None);
}
