//! How long an approval counts (GAP-8, EKYC-9).

use super::*;
use crate::kernel::clock::Timestamp;

const DAY: u64 = 24 * 3600;

async fn approved_with(world: &World, policy: &Ekyc, person: &PersonId) {
    world.waiting(person).await;
    let (work, reviewer) = (world.work(), world.reviewer());
    let id = next(&work, &reviewer).await.expect("reads").expect("a case");
    decide(&work, policy, &reviewer, &id, &approval()).await.expect("decides");
}

fn until(status: Status) -> Timestamp {
    match status {
        Status::Approved { until } => until,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_approval_counts_as_many_months_as_the_operator_set_when_it_was_given() {
    let world = world().await;
    world.bench.clock.set(Timestamp::from_seconds(1_772_236_800)); // 28/02/2026 00:00 UTC
    let (one, other) = (world.someone().await, world.person("Tan Mei Ling", "880930140004").await);
    approved_with(&world, &Ekyc::default(), &one).await;
    assert_eq!(until(world.status(&one).await).rfc3339(), "2027-02-28T00:00:00.000Z", "twelve months");
    // The operator shortens it: what was told stays.
    let shorter = Ekyc { valid_months: 6, ..Ekyc::default() };
    approved_with(&world, &shorter, &other).await;
    assert_eq!(until(world.status(&other).await).rfc3339(), "2026-08-28T00:00:00.000Z");
    assert_eq!(until(world.status(&one).await).rfc3339(), "2027-02-28T00:00:00.000Z");
    world.later(181 * DAY - 1);
    assert!(approved(&world.work(), &other).await.is_ok(), "its last second");
    world.later(1);
    assert!(matches!(world.status(&other).await, Status::Ended { .. }));
    assert!(approved(&world.work(), &other).await.is_err() && approved(&world.work(), &one).await.is_ok());
}

#[tokio::test]
async fn the_first_certificate_decides_where_the_operator_has_it_so() {
    let world = world().await;
    let person = world.someone().await;
    let policy = Ekyc { ends_with_certificate: true, ..Ekyc::default() };
    approved_with(&world, &policy, &person).await;
    let (work, year) = (world.work(), until(world.status(&person).await));
    let month = work.now.plus_months(1);
    on_certificate(&work, &Ekyc::default(), &person, month).await.expect("not this policy");
    assert_eq!(until(world.status(&person).await), year);
    on_certificate(&work, &policy, &person, month).await.expect("counts");
    on_certificate(&work, &policy, &person, month).await.expect("twice is once");
    assert_eq!(until(world.status(&person).await), month);
    // A renewal in the last week does not carry the approval on for ever.
    on_certificate(&work, &policy, &person, month.plus_months(1)).await.expect("heard");
    assert_eq!(until(world.status(&person).await), month);
    world.later(31 * DAY);
    assert!(matches!(world.status(&person).await, Status::Ended { at } if at == month));
}

#[tokio::test]
async fn an_end_is_told_once_and_the_person_may_prove_themselves_again() {
    let world = world().await;
    let person = world.someone().await;
    approved_with(&world, &Ekyc::default(), &person).await;
    assert_eq!(world.told().await, ["ekyc.approved", "ekyc.mail-5"]);
    let keep = Duration::from_secs(90 * DAY);
    let sweep = async || sweep(&world.work(), &*world.shelf, keep).await.expect("sweeps");
    sweep().await;
    assert!(world.told().await.is_empty());
    world.later(366 * DAY);
    sweep().await;
    sweep().await;
    assert_eq!(world.told().await, ["ekyc.ended"]);
    let again = world.start(&person).await.expect("new pictures");
    assert!(again.taken.is_empty(), "those of the last year were erased");
    world.waiting(&person).await;
    assert_eq!(world.status(&person).await, Status::InReview);
    world.decide(&world.reviewer(), &approval()).await.expect("decides");
    assert!(matches!(world.status(&person).await, Status::Approved { .. }));
}
