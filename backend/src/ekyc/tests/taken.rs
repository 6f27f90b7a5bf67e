//! Since when the pictures of a case speak of whoever holds the phone: since the oldest one that counts.

use super::*;
use crate::kernel::clock::Timestamp;

async fn taken(world: &World, id: &SubmissionId) -> Option<Timestamp> {
    taken_at(&world.work(), id.as_str()).await.expect("reads")
}

/// A case that waits for other pictures in `slots`, and when its pictures were taken.
async fn to_retake(world: &World, person: &PersonId, slots: &[Slot]) -> (SubmissionId, Timestamp) {
    let id = world.waiting(person).await;
    let first = world.work().now;
    let retake = Decision::Retake(Reason::Unreadable, slots.to_vec());
    world.decide(&world.reviewer(), &retake).await.expect("decides");
    world.later(3600);
    (id, first)
}

#[tokio::test]
async fn a_case_whose_pictures_were_all_taken_anew_speaks_of_today() {
    let world = world().await;
    let person = world.someone().await;
    let (id, first) = to_retake(&world, &person, &Slot::ALL).await;
    assert_eq!(world.submitted(&person).await, id, "the same case goes on");
    assert_eq!(taken(&world, &id).await, Some(world.work().now));
    assert!(world.work().now > first);
}

#[tokio::test]
async fn one_picture_from_before_speaks_of_before() {
    let world = world().await;
    let person = world.someone().await;
    let (id, first) = to_retake(&world, &person, &[Slot::Front]).await;
    assert_eq!(world.submitted(&person).await, id);
    assert_eq!(taken(&world, &id).await, Some(first));
}
