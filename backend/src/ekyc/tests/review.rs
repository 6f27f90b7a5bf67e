//! Assigned cases, decisions, blind second looks, retakes.

use super::*;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault as _;

#[tokio::test]
async fn an_approval_is_told_and_proved_for_a_year() {
    let world = world().await;
    let person = world.someone().await;
    assert_eq!(approved(&world.work(), &person).await.expect_err("not yet").code(), "ekyc-not-approved");
    let id = world.waiting(&person).await;
    assert_eq!(world.status(&person).await, Status::InReview);
    let (work, reviewer) = (world.work(), world.reviewer());
    assert_eq!(next(&work, &reviewer).await.expect("reads"), Some(id.clone()));
    let case = case(&work, &keys(), &reviewer, &id).await.expect("shows");
    let slots: Vec<_> = case.pictures.iter().map(|one| one.slot).collect();
    assert_eq!((case.number.as_str(), slots), ("900423105484", Slot::ALL.to_vec()), "in the order they were taken");
    let look = Look { id: &id, slot: Slot::Selfie, mark: "Penyemak 20/11/2026 09:00", flat: false };
    let seen = picture(&work, &keys(), &*world.shelf, &reviewer, look).await.expect("reads");
    assert!(seen.starts_with(&[0xFF, 0xD8]));
    decide(&work, &Ekyc::default(), &reviewer, &id, &approval()).await.expect("decides");
    assert_eq!(approved(&work, &person).await.expect("approved").person(), &person);
    assert_eq!(world.told().await, ["ekyc.approved", "ekyc.mail-5"]);
    assert_eq!(outbox::notices_for(&work, person.as_str()).await.expect("reads")[0].template, "ekyc-approved");
    world.later(365 * 24 * 3600);
    assert!(approved(&world.work(), &person).await.is_err(), "a year later");
}

#[tokio::test]
async fn a_case_stays_with_whoever_still_looks_and_with_nobody_who_does_not() {
    let world = world().await;
    let person = world.someone().await;
    let id = world.waiting(&person).await;
    let (a, b) = (world.reviewer(), world.reviewer());
    assert_eq!(renew(&world.work(), &a, &id).await.expect_err("not taken yet").code(), "ekyc-not-held");
    next(&world.work(), &a).await.expect("reads");
    for _ in 0..3 {
        world.later(1199);
        renew(&world.work(), &a, &id).await.expect("still at it");
    }
    assert_eq!(renew(&world.work(), &b, &id).await.expect_err("somebody else's").code(), "ekyc-not-held");
    assert_eq!(next(&world.work(), &b).await.expect("reads"), None);
    world.later(1200);
    assert_eq!(renew(&world.work(), &a, &id).await.expect_err("too late").code(), "ekyc-not-held");
    assert_eq!(next(&world.work(), &b).await.expect("reads"), Some(id), "handed on");
}

#[tokio::test]
async fn cases_are_handed_out_and_nobody_picks() {
    let world = world().await;
    let (first, second) = (world.someone().await, world.person("Tan Mei Ling", "880930140004").await);
    let one = world.waiting(&first).await;
    world.later(1);
    let two = world.waiting(&second).await;
    let (a, b, work) = (world.reviewer(), world.reviewer(), world.work());
    assert_eq!(next(&work, &a).await.expect("reads"), Some(one.clone()), "the longest waiting");
    assert_eq!(next(&work, &a).await.expect("reads"), Some(one.clone()), "one at a time");
    assert_eq!(next(&work, &b).await.expect("reads"), Some(two.clone()));
    assert_eq!(case(&work, &keys(), &b, &one).await.expect_err("not theirs").code(), "ekyc-not-held");
    let look = Look { id: &one, slot: Slot::Front, mark: "x", flat: false };
    let refused = picture(&work, &keys(), &*world.shelf, &b, look).await.expect_err("not theirs");
    assert_eq!(refused.code(), "ekyc-not-held");
    assert_eq!(
        decide(&work, &Ekyc::default(), &b, &one, &approval()).await.expect_err("not theirs").code(),
        "ekyc-not-held"
    );
    release(&work, &b, &two).await.expect("gives back");
    world.later(1200);
    let work = world.work();
    assert_eq!(
        decide(&work, &Ekyc::default(), &a, &one, &approval()).await.expect_err("too late").code(),
        "ekyc-not-held"
    );
    assert_eq!(next(&work, &b).await.expect("reads"), Some(one), "the lease is over");
    assert_eq!(world.status(&first).await, Status::InReview);
}

#[tokio::test]
async fn two_reviewers_who_reach_at_once_get_two_cases() {
    let world = world().await;
    let mut cases = Vec::new();
    for (name, number) in [("Ane Lim", "900423105484"), ("Tan Mei Ling", "880930140004")] {
        cases.push(world.waiting(&world.person(name, number).await).await);
    }
    let (a, b, work) = (world.reviewer(), world.reviewer(), world.work());
    let (one, other) = tokio::join!(next(&work, &a), next(&work, &b));
    let mut given = [one.expect("reads").expect("a case"), other.expect("reads").expect("a case")];
    given.sort_by_key(ToString::to_string);
    cases.sort_by_key(ToString::to_string);
    assert_eq!(given.as_slice(), cases.as_slice());
}

#[tokio::test]
async fn nobody_decides_about_themselves_or_twice() {
    let world = world().await;
    let person = world.someone().await;
    let id = world.waiting(&person).await;
    let work = world.work();
    let own = Officer::<EkycReviewer>::for_test(&work, Some(person.clone()));
    assert_eq!(next(&work, &own).await.expect("reads"), None, "never given their own");
    assert_eq!(
        decide(&work, &Ekyc::default(), &own, &id, &approval()).await.expect_err("own").code(),
        "ekyc-own-check"
    );
    let reviewer = world.reviewer();
    next(&work, &reviewer).await.expect("reads").expect("a case");
    let (yes, no) = (approval(), Decision::Reject(Reason::Face));
    let policy = Ekyc::default();
    let one = decide(&work, &policy, &reviewer, &id, &yes);
    let both = tokio::join!(one, decide(&work, &policy, &reviewer, &id, &no));
    let winners = [both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_sampled_case_gets_a_second_look_by_somebody_else() {
    let world = world().await;
    let person = world.someone().await;
    world.submitted(&person).await;
    world.examine(100).await;
    let (a, b) = (world.reviewer(), world.reviewer());
    assert_eq!(world.decide(&a, &approval()).await.expect("decides"), Settled::AnotherLook);
    assert_eq!(world.status(&person).await, Status::InReview, "the person waits, and nothing is issued");
    assert_eq!(next(&world.work(), &a).await.expect("reads"), None, "nobody looks twice");
    assert_eq!(world.decide(&b, &approval()).await.expect("decides"), Settled::Final);
    assert!(matches!(world.status(&person).await, Status::Approved { .. }));
}

#[tokio::test]
async fn when_two_disagree_a_third_decides_and_the_report_tells() {
    let world = world().await;
    let person = world.someone().await;
    world.submitted(&person).await;
    world.examine(100).await;
    let (a, b, c) = (world.reviewer(), world.reviewer(), world.reviewer());
    let reject = Decision::Reject(Reason::Face);
    assert_eq!(world.decide(&a, &approval()).await.expect("decides"), Settled::AnotherLook);
    assert_eq!(world.decide(&b, &reject).await.expect("decides"), Settled::AnotherLook);
    assert_eq!(world.decide(&c, &reject).await.expect("decides"), Settled::Final);
    assert_eq!(world.status(&person).await, Status::Rejected(Reason::Face));
    let month = |month| Timestamp::month(2026, month).expect("a month");
    let told = report(&world.work(), &c, month(11), month(12)).await.expect("reads");
    assert_eq!((told.cases, told.sampled, told.looked_twice), (1, 1, 1));
    assert_eq!((told.disagreed, told.wrongly_approved, told.disagreement()), (1, 1, Some(1000)));
    let before = report(&world.work(), &c, month(10), month(11)).await.expect("reads");
    assert_eq!((before.cases, before.disagreement()), (0, None));
}

#[tokio::test]
async fn a_retake_asks_for_some_pictures_and_keeps_the_others() {
    let world = world().await;
    let person = world.someone().await;
    let id = world.waiting(&person).await;
    let retake = Decision::Retake(Reason::Unreadable, vec![Slot::Front]);
    world.decide(&world.reviewer(), &retake).await.expect("decides");
    assert_eq!(world.status(&person).await, Status::Retake(Reason::Unreadable));
    world.later(1);
    let again = world.start(&person).await.expect("opens again");
    assert_eq!((&again.id, again.taken.as_slice()), (&id, [Slot::Back, Slot::Selfie].as_slice()));
    assert_eq!(world.status(&person).await, Status::Retake(Reason::Unreadable), "until it is submitted");
    let refused = world.submit(&person, &again).await.expect_err("the front is missing");
    assert!(matches!(refused, CaptureError::Missing(Slot::Front)));
    world.waiting(&person).await;
    let (work, reviewer) = (world.work(), world.reviewer());
    let id = next(&work, &reviewer).await.expect("reads").expect("a case");
    let case = case(&work, &keys(), &reviewer, &id).await.expect("shows");
    assert_eq!((case.attempt, case.pictures.len()), (2, 3));
    decide(&work, &Ekyc::default(), &reviewer, &id, &Decision::Reject(Reason::Mismatch)).await.expect("decides");
    assert_eq!(world.status(&person).await, Status::Rejected(Reason::Mismatch));
}

/// The program examines, compares and even believes; the state does not move without a reviewer.
#[tokio::test]
async fn nothing_is_approved_without_a_reviewer() {
    struct Yes;
    #[async_trait]
    impl port::FaceVerifier for Yes {
        async fn same_person(&self, _: &image::RgbImage, _: &image::RgbImage) -> Option<bool> {
            Some(true)
        }
        async fn alive(&self, _: &image::RgbImage, _: &[String]) -> Option<bool> {
            Some(true)
        }
    }
    let world = world().await;
    let person = world.someone().await;
    world.submitted(&person).await;
    let mut examiner = examiner(Arc::new(keys()), world.shelf.clone(), Arc::new(Unread));
    examiner.faces = Arc::new(Yes);
    while examine(&world.work(), &examiner).await.expect("examines") {}
    assert_eq!(world.status(&person).await, Status::InReview);
    assert!(approved(&world.work(), &person).await.is_err());
    // No text of the store names the state as a value to be written: only the decision carries it in.
    let store = include_str!("../store.rs");
    assert!(!store.contains("SET state = 'APPROVED'") && !store.contains("'APPROVED', $"));
    let writers = store.matches("SET state = $").count();
    assert_eq!(writers, 1, "DECIDE alone");
}
