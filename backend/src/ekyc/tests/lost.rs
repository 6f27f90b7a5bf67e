//! Pictures from before cases had keys of their own: nobody can open them.

use super::*;
use crate::args;

/// A check as the schema of `0430_ekyc.sql` left it: pictures, and no key.
async fn from_before(world: &World, person: &PersonId, state: &str) -> SubmissionId {
    let work = world.work();
    let id = SubmissionId::new(&work);
    let mut tx = work.write().await.expect("begins");
    let row =
        "INSERT INTO ekyc_submission (id, person, document, state, nonce_hash, opened_at, lapses_at, submitted_at)
        VALUES ($1, $2, 'ic', $3, 'hash', $4, $5, $6)";
    let week = work.now.plus(Duration::from_secs(7 * 86_400));
    let submitted = (state == "SUBMITTED").then_some(work.now);
    tx.execute(row, args![&id, person, state, work.now, week, submitted]).await.expect("inserts");
    let picture = "INSERT INTO ekyc_picture (submission, slot, blob, length, original, width, height, at)
        VALUES ($1, $2, $3, 3, $4, 1600, 1200, $5)";
    for slot in Slot::ALL {
        let blob = format!("ekyc-{id}-{}", slot.as_str());
        world.shelf.set(&blob, b"old".to_vec());
        let values = args![&id, slot.as_str(), &blob, vec![0_u8; 32], work.now];
        tx.execute(picture, values).await.expect("inserts");
    }
    tx.commit().await.expect("commits");
    id
}

#[tokio::test]
async fn whoever_handed_in_pictures_before_cases_had_keys_is_asked_for_new_ones() {
    let world = world().await;
    let person = world.someone().await;
    let old = from_before(&world, &person, "SUBMITTED").await;
    assert_eq!(world.status(&person).await, Status::InReview);
    world.examine(0).await;
    assert_eq!(world.status(&person).await, Status::Retake(Reason::Lost), "told why, not left waiting");
    assert_eq!(world.told().await, ["ekyc.retake"]);
    let notices = outbox::notices_for(&world.work(), person.as_str()).await.expect("reads");
    assert_eq!(notices[0].template, "ekyc-retake");
    let reviewer = world.reviewer();
    assert_eq!(next(&world.work(), &reviewer).await.expect("reads"), None, "no reviewer is given what cannot be seen");
    let fresh = world.start(&person).await.expect("a new check");
    assert!(fresh.id != old && fresh.taken.is_empty());
    world.waiting(&person).await;
    world.decide(&reviewer, &approval()).await.expect("decides");
    assert!(matches!(world.status(&person).await, Status::Approved { .. }));
}

#[tokio::test]
async fn a_capture_from_before_is_taken_up_without_its_pictures() {
    let world = world().await;
    let person = world.someone().await;
    let old = from_before(&world, &person, "OPEN").await;
    let capture = world.start(&person).await.expect("goes on");
    assert_eq!((&capture.id, capture.taken.len()), (&old, 0), "what nobody can open is wanted again");
    world.waiting(&person).await;
    let reviewer = world.reviewer();
    let id = next(&world.work(), &reviewer).await.expect("reads").expect("a case");
    for slot in Slot::ALL {
        let look = Look { id: &id, slot, mark: "Penyemak", flat: false };
        picture(&world.work(), &keys(), &*world.shelf, &reviewer, look).await.expect("opens");
    }
}
