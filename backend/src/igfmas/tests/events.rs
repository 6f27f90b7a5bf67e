//! The fourteen events of a signature.

use super::*;

/// The fourteen in order.
fn fourteen() -> Vec<String> {
    Fin::ALL.iter().map(|event| event.kind().to_owned()).collect()
}

#[tokio::test]
async fn every_signature_has_its_fourteen_events_in_order_and_the_last_one_posts() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    assert_eq!(world.signed(&team.first, &one).await, DocumentState::Submitted);
    assert_eq!(world.signed(&team.second, &two).await, DocumentState::Posted);
    let kinds = world.kinds(&id).await;
    let begun = ["igfmas.prepared", "igfmas.submitted"].map(str::to_owned).to_vec();
    let posted = vec!["igfmas.posted".to_owned()];
    let expected = [begun, fourteen(), fourteen(), posted].concat();
    assert_eq!(kinds, expected, "FIN-1 to FIN-14");
}

#[tokio::test]
async fn an_event_out_of_its_order_is_refused() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    let refused =
        async |event: Fin| proceed(&world.work(), &team.first, &step, event).await.expect_err("out of order").code();
    assert_eq!(refused(Fin::MediumAsked).await, "igfmas-out-of-order", "before it was opened");
    assert_eq!(world.claim_at_screen(&team.first, &step).await, Err("igfmas-out-of-order"), "signed unseen");
    open_step(&world.work(), &team.first, &step).await.expect("opens");
    for event in Fin::ALL {
        if event != Fin::MediumAsked {
            assert_eq!(refused(event).await, "igfmas-out-of-order", "{event:?}");
        }
    }
    proceed(&world.work(), &team.first, &step, Fin::MediumAsked).await.expect("the next one");
    assert_eq!(refused(Fin::MediumAsked).await, "igfmas-out-of-order", "a replay");
    let other = proceed(&world.work(), &team.second, &step, Fin::MediumLookedUp).await.expect_err("another officer");
    assert_eq!(other.code(), "igfmas-out-of-order");
    assert_eq!(world.claim_at_screen(&team.first, &step).await, Err("igfmas-out-of-order"), "before the screen");
    assert_eq!(world.document(&id).await.state, DocumentState::Submitted);
    assert_eq!(world.hands(&id).await, 1, "and nobody has a hand in it");
    // Opening it again begins anew.
    assert_eq!(world.claim(&team.first, &step).await, Ok(()));
    let again = open_step(&world.work(), &team.first, &step).await.expect_err("while it is signed");
    assert_eq!(again.code(), "igfmas-document-state");
}

#[tokio::test]
async fn a_signature_that_was_not_made_leaves_the_document_in_the_list_and_begins_anew() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    world.claim(&team.first, &step).await.expect("claims");
    let release = async || {
        let work = world.work();
        let mut tx = work.write().await.expect("begins");
        release_step(&mut tx, &step).await.expect("releases");
        tx.commit().await.expect("commits");
    };
    release().await;
    release().await;
    assert_eq!((world.document(&id).await.state, world.hands(&id).await), (DocumentState::Submitted, 1));
    assert_eq!(world.claim_at_screen(&team.first, &step).await, Err("igfmas-out-of-order"), "FIN-1 comes first");
    assert_eq!(world.tasks(&team.first).await.lines.len(), 1);
    assert_eq!(world.claim(&team.first, &step).await, Ok(()));
    assert!(!world.kinds(&id).await.contains(&Fin::Posted.kind().to_owned()));
}

#[tokio::test]
async fn of_ten_that_tell_the_same_event_one_is_believed() {
    let world = Arc::new(world().await);
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    open_step(&world.work(), &team.first, &step).await.expect("opens");
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (world, officer, step) = (world.clone(), team.first.clone(), step.clone());
        racers.spawn(async move { proceed(&world.work(), &officer, &step, Fin::MediumAsked).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.iter().filter(|told| **told).count(), 1);
    assert_eq!(world.kinds(&id).await.iter().filter(|kind| *kind == Fin::MediumAsked.kind()).count(), 1);
}
