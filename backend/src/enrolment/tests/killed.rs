//! The process is killed between every two commits of an issuance and of a reset: whoever starts next finishes it once.

use super::*;
use crate::testkit::killed_at_every_commit;

/// A phone that has approved, and nobody who has done anything about it yet.
struct Approved {
    world: World,
    issuance: IssuanceId,
    approval: ApprovalId,
    /// The certificate before.
    old: Option<Leaf>,
}

async fn first_certificate() -> Approved {
    let world = world().await.identified().await;
    world.told().await;
    let issuance = world.begin("Newpin1#").await.expect("begins");
    let approval = world.answer(&issuance, Decision::Approve).await;
    Approved { world, issuance, approval, old: None }
}

async fn new_pin() -> Approved {
    let world = world().await.identified().await;
    let old = world.certified("Abcdef1#").await;
    let issuance = world.reset().await.expect("asks the phone");
    world.told().await;
    let approval = world.answer(&issuance, Decision::Approve).await;
    Approved { world, issuance, approval, old: Some(old) }
}

/// What the jobs of the next process do, in any order and more than once.
async fn next_life(it: &Approved, certificates_first: bool) {
    let world = &it.world;
    // Longer than the authority leaves alone what may still be under way.
    world.bench.clock.advance(Duration::from_secs(61));
    let work = world.work();
    if certificates_first {
        certificate::recover(&work, &world.desk.authority).await.expect("the authority recovers");
    }
    for _ in 0..2 {
        // The news is handed over again until it is taken: not before the authority has finished what it began.
        _ = approved(&work, &world.desk, &it.approval).await;
        recover(&work, &world.desk).await.expect("recovers");
        certificate::recover(&work, &world.desk.authority).await.expect("the authority recovers");
    }
}

/// One certificate more, one key, one PIN that opens it, and everybody told once.
async fn finished_once(it: &Approved, cut: u64) {
    let world = &it.world;
    assert_eq!(world.stage(&it.issuance).await, Stage::Issued, "killed before commit {cut}");
    let all = certificate::all_for(&world.work(), &world.person).await.expect("reads");
    assert_eq!(all.len(), 1 + usize::from(it.old.is_some()), "killed before commit {cut}");
    let keys = "SELECT id FROM vault_key WHERE sealed IS NOT NULL";
    let keys = world.work().read().await.expect("reads").all(keys, args![]).await.expect("rows");
    assert_eq!(keys.len(), 1, "killed before commit {cut}");
    let (told, _) = world.told().await;
    let mail = if it.old.is_some() { "enrolment.pin-reset" } else { "enrolment.certificate" };
    for expected in [mail, "enrolment.certificate-active", "certificate.issued"] {
        let count = told.iter().filter(|one| *one == expected).count();
        assert_eq!(count, 1, "killed before commit {cut}: {expected} in {told:?}");
    }
    assert!(world.opens("Newpin1#").await, "killed before commit {cut}");
    assert!(it.old.is_none() || !world.opens("Abcdef1#").await, "killed before commit {cut}: the old PIN");
}

async fn killed(stage: impl AsyncFn() -> Approved, certificates_first: bool) {
    let died = killed_at_every_commit(
        stage,
        |it| &it.world.bench,
        async |it| _ = approved(&it.world.work(), &it.world.desk, &it.approval).await,
        async |it, cut| {
            next_life(it, certificates_first).await;
            finished_once(it, cut).await;
        },
    )
    .await;
    assert!(died >= 4, "approval, intent, certificate, key in service: {died}");
}

#[tokio::test]
async fn killed_at_every_commit_a_certificate_is_issued_exactly_once() {
    for certificates_first in [false, true] {
        killed(first_certificate, certificates_first).await;
    }
}

#[tokio::test]
async fn killed_at_every_commit_a_new_pin_comes_into_force_exactly_once() {
    for certificates_first in [false, true] {
        killed(new_pin, certificates_first).await;
    }
}

#[tokio::test]
async fn killed_at_every_commit_of_a_reset_the_person_begins_again_and_gets_there() {
    let stage = async || {
        let world = world().await.identified().await;
        world.certified("Abcdef1#").await;
        world.told().await;
        start_reset(&world.work(), &Email::parse(ADDRESS).expect("an address")).await.expect("is taken");
        let code = world.told().await.1.expect("a mailed code");
        (world, code)
    };
    let story = async |(world, code): &(World, String)| {
        if let Ok(proof) = prove_reset(&world.work(), &world.desk, &world.proof(code)).await {
            _ = submit_reset(&world.work(), &world.desk, &proof, &pin("Forgot1#")).await;
        }
    };
    let next = async |(world, _): &(World, String), cut: u64| {
        assert!(world.opens("Abcdef1#").await, "killed before commit {cut}: what was in force is in force");
        let id = world.reset().await.expect("from the beginning");
        let approval = world.answer(&id, Decision::Approve).await;
        approved(&world.work(), &world.desk, &approval).await.expect("issues");
        assert!(world.opens("Newpin1#").await, "killed before commit {cut}");
        let keys = "SELECT id FROM vault_key WHERE sealed IS NOT NULL";
        let keys = world.work().read().await.expect("reads").all(keys, args![]).await.expect("rows");
        assert_eq!(keys.len(), 1, "killed before commit {cut}: no key is left behind");
    };
    let died = killed_at_every_commit(stage, |(world, _)| &world.bench, story, next).await;
    assert!(died >= 3, "code, proof, question: {died}");
}
