//! Very many signatures wait for a time stamp.

use std::sync::atomic::Ordering;

use super::stage::{PIN, Stage, stage};
use super::*;

async fn state_of(stage: &Stage, state: &str) -> usize {
    let sql = "SELECT id FROM signing_ceremony WHERE state = $1";
    stage.bench.work().read().await.expect("reads").all(sql, args![state]).await.expect("rows").len()
}

/// An outage in which more signatures wait than one recovery looks at.
#[tokio::test]
async fn many_that_wait_hold_back_neither_a_release_nor_each_other() {
    let stage = stage().await;
    stage.stamps.silent.store(true, Ordering::SeqCst);
    stage.sign("Party1", PIN, 1).await.expect("waits");
    let work = stage.bench.work();
    let mut tx = work.write().await.expect("begins");
    let copy = "INSERT INTO signing_ceremony (id, purpose, subject, person_id, submission, state, document, version, \
        head_length, head_sha256, field, pin_counter, pin_round, certificate, factor, increment, contents_start, \
        contents_end, digest, signature, created_at, changed_at, server) \
        SELECT $1, purpose, $2, person_id, $3, $4, $5, version, head_length, head_sha256, field, pin_counter, pin_round, \
        certificate, factor, increment, contents_start, contents_end, digest, signature, created_at, changed_at + $6, \
        server FROM signing_ceremony WHERE subject = 'Party1'";
    for nth in 0..200_i64 {
        let name = format!("lain-{nth}");
        tx.execute(copy, args![&name, &name, &name, "WAITING_TIMESTAMP", &name, 0_i64]).await.expect("copies");
    }
    // The server died over this one, after all of them.
    tx.execute(copy, args!["mati", "mati", "mati", "TRYING", "mati", 1_i64]).await.expect("copies");
    tx.commit().await.expect("commits");
    assert_eq!((state_of(&stage, "WAITING_TIMESTAMP").await, state_of(&stage, "TRYING").await), (201, 1));
    stage.stamps.asked.store(0, Ordering::SeqCst);
    let done = stage.recover().await;
    assert_eq!((done.released, done.finished, state_of(&stage, "TRYING").await), (1, 0, 0));
    assert_eq!(stage.stamps.asked.load(Ordering::SeqCst), 1, "who does not answer is asked once");
}
