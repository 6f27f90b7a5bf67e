use super::*;

#[tokio::test]
async fn the_turn_goes_as_far_as_identity_and_certificate_allow() {
    let world = world().await;
    let id = world.draft().await;
    world.press(&id).await.expect("issues");
    world.news().await;
    let buyer = world.detail(&id).await.parties[0].person.clone();
    let witness = world.detail(&id).await.parties[1].person.clone();
    let (work, settings) = (world.work(), &world.press.settings);
    let by = world.browser(&id, 0).await;
    let step = async || turn_facts(&world.work(), &by).await.expect("reads").step;
    assert!(matches!(step().await, TurnStep::Identity(_)));
    on_certificate_active(&work, settings, &buyer).await.expect("nothing to do");
    assert!(world.templates().await.is_empty());
    for person in [&buyer, &witness] {
        world.identify(person).await;
        on_ekyc_approved(&work, settings, person).await.expect("advances");
        on_ekyc_approved(&work, settings, person).await.expect("twice is once");
    }
    assert_eq!(world.templates().await, ["hims.mail-2"], "HIMS-13: the witness's turn has not come");
    assert!(matches!(step().await, TurnStep::Certificate));
    world.certify(&buyer).await;
    on_certificate_active(&work, settings, &buyer).await.expect("advances");
    on_certificate_active(&work, settings, &buyer).await.expect("twice is once");
    assert_eq!(world.templates().await, ["hims.mail-3"], "HIMS-11");
    assert!(matches!(step().await, TurnStep::Review));
}

/// EKYC-9, HIMS-3: an identity check that counted when the agreement was issued has ended when the turn comes.
#[tokio::test]
async fn whoever_s_identity_check_ends_before_the_certificate_is_asked_again_once() {
    let world = world().await;
    let id = world.draft().await;
    for party in world.detail(&id).await.parties {
        world.identify(&party.person).await;
    }
    world.press(&id).await.expect("issues");
    assert_eq!(world.templates().await, ["hims.mail-2"], "nobody whose check counts gets MAIL-1");
    let (buyer, settings) = (world.detail(&id).await.parties[0].person.clone(), &world.press.settings);
    on_ekyc_ended(&world.work(), settings, &buyer).await.expect("too early");
    assert!(world.templates().await.is_empty());
    world.wait(366 * 24);
    for _ in 0..2 {
        on_ekyc_ended(&world.work(), settings, &buyer).await.expect("asks");
    }
    assert_eq!(world.templates().await, ["hims.mail-1"], "once; the others' turns have not come");
    let by = world.browser(&id, 0).await;
    assert!(matches!(turn_facts(&world.work(), &by).await.expect("reads").step, TurnStep::Identity(_)));
    world.identify(&buyer).await;
    on_ekyc_approved(&world.work(), settings, &buyer).await.expect("advances");
    assert!(matches!(turn_facts(&world.work(), &by).await.expect("reads").step, TurnStep::Certificate));
}

#[tokio::test]
async fn invite_early_asks_for_the_certificate_before_the_turn() {
    let mut world = world().await;
    world.press.settings.invite_early = true;
    let id = world.draft().await;
    world.press(&id).await.expect("issues");
    world.news().await;
    let witness = world.detail(&id).await.parties[1].person.clone();
    world.identify(&witness).await;
    on_ekyc_approved(&world.work(), &world.press.settings, &witness).await.expect("advances");
    assert_eq!(world.templates().await, ["hims.mail-2"], "CON-11");
}

#[tokio::test]
async fn invite_early_also_reaches_whoever_was_identified_before_the_agreement_was_issued() {
    for early in [false, true] {
        let mut world = world().await;
        world.press.settings.invite_early = early;
        let id = world.draft().await;
        let witness = world.detail(&id).await.parties[1].person.clone();
        world.identify(&witness).await;
        world.press(&id).await.expect("issues");
        let by = world.browser(&id, 0).await;
        let mut mails = world.news().await;
        on_turn_arrived(&world.work(), &world.press.settings, by.turn()).await.expect("twice is once");
        mails.extend(world.news().await);
        let mails = mails.into_iter().filter(|(name, ..)| name == "hims.mail-2");
        let to: Vec<_> = mails.map(|(_, to, _)| to).collect();
        let expected = if early { vec![Recipient::Person(witness.to_string())] } else { Vec::new() };
        assert_eq!(to, expected, "CON-11, invite early: {early}");
    }
}

#[tokio::test]
async fn the_window_is_forty_eight_hours_to_the_minute() {
    // TV-2: 23/04/2025 15:49 MYT.
    let bench = testkit::bench().await;
    bench.clock.set(Timestamp::from_seconds(1_745_394_540));
    let world = world_on(bench).await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let facts = turn_facts(&world.work(), &by).await.expect("reads");
    assert_eq!(facts.deadline.expect("runs").myt(), "25/04/2025 15:49 MYT");
    let (_, to, ids) = world.news().await.into_iter().find(|(name, ..)| name == "hims.mail-3").expect("sent");
    let letter = world.letter("hims.mail-3", &to, &ids).await;
    let letter = letter.expect("composes");
    assert_eq!(letter.subject, "Pengesahan dan Tandatangan Perjanjian Jual Beli (eSPA)");
    let body = format!("{:?}", letter.blocks);
    for part in
        ["Kepada Pembeli,", "Kod Pemajuan : 20165-9", "Unit : B-10-02", "25/04/2025 15:49", "PARKLAND AVENUE SDN. BHD."]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
    world.bench.clock.advance(Duration::from_millis(48 * 3_600_000 - 1));
    review(&world.work(), &by, &facts.head.sha256).await.expect("the last millisecond");
    let order = world.order(&by).await.expect("open");
    world.bench.clock.advance(Duration::from_millis(1));
    assert_eq!(world.order(&by).await.expect_err("over"), "turn-over");
    assert_eq!(world.claim(&order, &by).await.expect_err("over"), "turn-over");
    let refused = review(&world.work(), &by, &facts.head.sha256).await.expect_err("over");
    assert_eq!(refused.facts(), [("deadline", "25/04/2025 15:49 MYT".to_owned())]);
    assert!(matches!(turn_facts(&world.work(), &by).await.expect("reads").step, TurnStep::Over));
}

#[tokio::test]
async fn the_window_is_as_long_as_the_operator_says() {
    for hours in [24, 72] {
        let bench = testkit::bench().await;
        bench.clock.set(Timestamp::from_seconds(1_745_394_540));
        let mut world = world_on(bench).await;
        world.press.settings.window_hours = hours;
        let id = world.issued().await;
        let by = world.browser(&id, 0).await;
        let arrived = world.work().now;
        let deadline = turn_facts(&world.work(), &by).await.expect("reads").deadline.expect("runs");
        assert_eq!(deadline, arrived.plus(Duration::from_secs(u64::from(hours) * 3600)));
        world.bench.clock.advance(Duration::from_secs(u64::from(hours) * 3600));
        assert!(matches!(turn_facts(&world.work(), &by).await.expect("reads").step, TurnStep::Over));
    }
}

#[tokio::test]
async fn an_ended_window_is_told_and_opened_again_with_the_signatures_kept() {
    let world = world().await;
    let id = world.issued().await;
    world.sign(&id, 0).await;
    world.news().await;
    let by = world.browser(&id, 1).await;
    let early = reopen(&world.work(), &*world.keys, &world.press.settings, &world.desk, by.turn()).await;
    assert_eq!(early.expect_err("runs").code(), "window-not-over");
    world.wait(48);
    assert_eq!(expire_windows(&world.work()).await.expect("expires"), 1);
    assert_eq!(expire_windows(&world.work()).await.expect("expires"), 0, "idempotent");
    assert_eq!(world.detail(&id).await.state, AgreementState::Expired);
    assert_eq!(world.templates().await, ["hims.window-over"]);
    let old = link::token(&*world.keys, by.turn(), 1).await.expect("derives");
    assert!(link_facts(&world.work(), &old).await.is_ok(), "the page says that it is over");
    reopen(&world.work(), &*world.keys, &world.press.settings, &world.desk, by.turn()).await.expect("reopens");
    assert_eq!(world.templates().await, ["hims.mail-3"]);
    assert_eq!(link_facts(&world.work(), &old).await.expect_err("dead").code(), "turn-unknown");
    let new = link::token(&*world.keys, by.turn(), 2).await.expect("derives");
    assert!(link_facts(&world.work(), &new).await.is_ok());
    let detail = world.detail(&id).await;
    assert_eq!((detail.state, detail.parties[0].signed_at.is_some()), (AgreementState::Signing, true));
    world.sign(&id, 1).await;
    world.sign(&id, 2).await;
    assert_eq!(world.detail(&id).await.state, AgreementState::Completed);
}

#[tokio::test]
async fn a_signature_under_way_outlives_its_window() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let order = world.reviewed(&by).await;
    world.claim(&order, &by).await.expect("claims");
    world.wait(49);
    assert_eq!(expire_windows(&world.work()).await.expect("expires"), 0);
    world.commit(&order, &by).await.expect("the person has signed");
}

#[tokio::test]
async fn of_two_who_open_a_turn_again_one_wins() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    world.wait(48);
    let (work, keys, settings) = (world.work(), &*world.keys, &world.press.settings);
    let both = tokio::join!(
        reopen(&work, keys, settings, &world.desk, by.turn()),
        reopen(&work, keys, settings, &world.desk, by.turn())
    );
    assert_eq!([both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count(), 1);
}

#[tokio::test]
async fn of_two_who_let_the_next_turn_arrive_one_wins() {
    let world = world().await;
    let id = world.issued().await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    let second = turn::open_next(&work, &mut tx, &id, 1).await;
    assert!(matches!(second, Err(crate::kernel::db::DbError::Conflict { .. })), "{second:?}");
}
