//! The process is killed between every two commits of an examination and of a decision.

use super::*;
use crate::audit;
use crate::testkit::killed_at_every_commit;

async fn audited(world: &World, kind: &str) -> usize {
    let trail = audit::recent(&world.work(), "").await.expect("the trail");
    trail.iter().filter(|entry| entry.kind == kind).count()
}

#[tokio::test]
async fn killed_at_every_commit_a_case_is_examined_exactly_once() {
    let stage = async || {
        let world = world().await;
        let person = world.someone().await;
        world.submitted(&person).await;
        world
    };
    let story = async |world: &World| {
        let examiner = examiner(Arc::new(keys()), world.shelf.clone(), Arc::new(Unread));
        _ = examine(&world.work(), &examiner).await;
    };
    let next = async |world: &World, cut: u64| {
        // The dead one's lease is over.
        world.later(121);
        world.examine(0).await;
        assert_eq!(audited(world, "ekyc.examined").await, 1, "killed before commit {cut}");
        let reviewer = world.reviewer();
        world.decide(&reviewer, &approval()).await.expect("a case with its findings waits");
        assert!(next(&world.work(), &reviewer).await.expect("reads").is_none(), "and it is the only one");
    };
    let died = killed_at_every_commit(stage, |world| &world.bench, story, next).await;
    assert!(died >= 2, "claim, findings: {died}");
}

#[tokio::test]
async fn killed_at_every_commit_a_decision_counts_and_is_told_exactly_once() {
    let stage = async || {
        let world = world().await;
        let person = world.someone().await;
        let id = world.waiting(&person).await;
        let reviewer = world.reviewer();
        assert_eq!(next(&world.work(), &reviewer).await.expect("reads"), Some(id.clone()));
        world.told().await;
        (world, person, id, reviewer)
    };
    type Stage = (World, PersonId, SubmissionId, Officer<EkycReviewer>);
    let story = async |(world, _, id, reviewer): &Stage| {
        _ = decide(&world.work(), &Ekyc::default(), reviewer, id, &approval()).await;
    };
    let next = async |(world, person, id, reviewer): &Stage, cut: u64| {
        // The reviewer saw no answer and presses again.
        _ = decide(&world.work(), &Ekyc::default(), reviewer, id, &approval()).await;
        assert!(matches!(world.status(person).await, Status::Approved { .. }), "killed before commit {cut}");
        let told = world.told().await;
        assert_eq!(told, ["ekyc.approved", "ekyc.mail-5"], "killed before commit {cut}: the news, and the mail");
        assert_eq!(audited(world, "ekyc.decided").await, 1, "killed before commit {cut}");
    };
    let died = killed_at_every_commit(stage, |(world, ..)| &world.bench, story, next).await;
    assert!(died >= 1, "{died}");
}
