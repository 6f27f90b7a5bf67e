//! The process is killed between every two commits of "Jana eSPA": the agreement is issued once, and its first turn arrives.

use super::*;
use crate::testkit::killed_at_every_commit;

#[tokio::test]
async fn killed_at_every_commit_an_agreement_is_issued_exactly_once_and_its_first_turn_arrives() {
    let stage = async || {
        let world = world().await;
        let id = world.draft().await;
        // One of them is known already, so that both kinds of invitation are on the way.
        let first = world.detail(&id).await.parties.swap_remove(0).person;
        world.identify(&first).await;
        world.certify(&first).await;
        (world, id)
    };
    let story = async |(world, id): &(World, AgreementId)| _ = world.press(id).await;
    let next = async |(world, id): &(World, AgreementId), cut: u64| {
        // The clerk presses again when the dead one's lease is over; or it is issued, and says so.
        world.bench.clock.advance(Duration::from_secs(120));
        match world.press(id).await {
            Ok(version) => assert_eq!(version, 1, "killed before commit {cut}"),
            Err(refused) => assert_eq!(refused.code(), "espa-not-a-draft", "killed before commit {cut}"),
        }
        let templates = world.templates().await;
        let detail = world.detail(id).await;
        assert_eq!((detail.state, detail.versions.len()), (AgreementState::Issued, 1), "killed before commit {cut}");
        let states: Vec<_> = detail.parties.iter().filter_map(|party| party.turn.clone()).map(|turn| turn.1).collect();
        let wanted = [TurnState::Reviewing, TurnState::Waiting, TurnState::Waiting];
        assert_eq!(states, wanted, "killed before commit {cut}");
        assert_eq!(templates, ["hims.mail-1", "hims.mail-1", "hims.mail-3"], "killed before commit {cut}");
        let head = &detail.versions[0].head;
        let bytes = world.shelf.read(&head.document, head.length).await.expect("stored");
        assert_eq!(mohor_shared::transcript::sha256(&bytes), head.sha256, "killed before commit {cut}");
        world.sign(id, 0).await;
    };
    let died = killed_at_every_commit(stage, |(world, _)| &world.bench, story, next).await;
    assert!(died >= 2, "claim, issue, arrival: {died}");
}
