//! Documents on their way: prepared, submitted, sent back, and never twice in the same hands.

use super::*;
use crate::hims::Remark;

#[tokio::test]
async fn a_document_goes_from_the_preparer_to_the_first_signer_and_keeps_its_process_version() {
    let world = world().await;
    let team = world.team().await;
    let id = world.prepared(22, "07022411247A").await;
    let draft = world.document(&id).await;
    assert_eq!((draft.state, draft.step, draft.amount.plain()), (DocumentState::Draft, 0, "29911.35".to_owned()));
    // The list changes meanwhile: the document keeps what it began with.
    let before = process(&world.work(), 22, 1).await.expect("reads").expect("known").form;
    let stricter = ProcessForm { steps: Steps::parse("perakuan-1 semak-ao perakuan-2").expect("an order"), ..before };
    change_process(&world.work(), &world.admin, 22, 1, &stricter).await.expect("changes");
    world.submit(&team.preparer, &id, 1).await.expect("submits");
    let submitted = world.document(&id).await;
    assert_eq!((submitted.state, submitted.step, submitted.steps), (DocumentState::Submitted, 1, 2));
    assert_eq!((submitted.awaits, submitted.process), (Some(Role::Perakuan1), (22, 1)));
    assert_eq!(submitted.hash, draft.hash, "FIN-27");
    let again = world.submit(&team.preparer, &id, 1).await.expect_err("twice");
    assert_eq!(again.code(), "igfmas-document-state");
}

#[tokio::test]
async fn what_cannot_begin_is_refused() {
    let world = world().await;
    world.team().await;
    let preparer = world.person(1).await;
    let good = world.new_document(22, "07022411247A");
    let refused =
        async |new: &NewDocument| prepare_document(&world.work(), &preparer, new).await.expect_err("refused").code();
    assert_eq!(refused(&NewDocument { process: 99, ..good.clone() }).await, "igfmas-process-unknown");
    let nowhere = NewDocument { office: OfficeId::new(&world.work()), ..good.clone() };
    assert_eq!(refused(&nowhere).await, "igfmas-office-unknown");
    let received = NewDocument { receiver: Some(world.office.clone()), ..good.clone() };
    assert_eq!(refused(&received).await, "igfmas-receiver-unfit");
    assert_eq!(refused(&NewDocument { process: 34, ..good.clone() }).await, "igfmas-receiver-unfit");
    let elsewhere = NewDocument { office: open_office(&world.work(), "PTJ-1").await, ..good.clone() };
    assert_eq!(refused(&elsewhere).await, "igfmas-not-preparer-here");
    prepare_document(&world.work(), &preparer, &good).await.expect("prepares");
    assert_eq!(refused(&good).await, "igfmas-reference-taken");
    let form = process(&world.work(), 23, 1).await.expect("reads").expect("known").form;
    let closed = ProcessForm { in_use: false, ..form };
    change_process(&world.work(), &world.admin, 23, 1, &closed).await.expect("closes");
    assert_eq!(refused(&NewDocument { process: 23, ..good.clone() }).await, "igfmas-process-unknown");
    let stranger = prepare_document(&world.work(), &world.person(9).await, &good).await.expect_err("a stranger");
    assert_eq!(stranger.code(), "igfmas-reference-taken");
}

#[tokio::test]
async fn perakuan_2_waits_for_perakuan_1_and_no_officer_signs_twice() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    // The preparer is appointed to both roles too, and so is Perakuan 1 to the other one (SEC-5, PUB-FIN-2).
    for role in [Role::Perakuan1, Role::Perakuan2] {
        for person in [&team.preparer, &team.first] {
            let new = world.for_a_year(person, role, 50_000);
            appoint(&world.work(), &world.admin, &new).await.expect("appoints");
        }
    }
    assert_eq!(world.claim(&team.second, &two).await, Err("igfmas-not-your-turn"));
    assert_eq!(world.claim(&team.second, &one).await, Err("igfmas-not-your-turn"));
    assert_eq!(world.claim(&team.preparer, &one).await, Err("igfmas-same-officer"));
    assert_eq!(world.claim(&team.first, &one).await, Ok(()));
    assert_eq!(world.claim(&team.first, &one).await, Err("igfmas-document-state"), "a replay");
    world.record(&team.first, &one).await;
    world.verified(&one).await;
    assert_eq!(world.claim(&team.first, &two).await, Err("igfmas-same-officer"));
    assert_eq!(world.claim(&team.preparer, &two).await, Err("igfmas-same-officer"));
    assert_eq!(world.claim(&team.second, &one).await, Err("igfmas-not-your-turn"), "the signed one");
    assert_eq!(world.claim(&team.second, &two).await, Ok(()));
    world.record(&team.second, &two).await;
    assert_eq!(world.document(&id).await.state, DocumentState::Certified);
}

#[tokio::test]
async fn an_officer_who_asked_as_perakuan_1_does_not_come_back_as_perakuan_2() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let both = world.for_a_year(&team.first, Role::Perakuan2, 50_000);
    appoint(&world.work(), &world.admin, &both).await.expect("appoints");
    let other = world.person(5).await;
    appoint(&world.work(), &world.admin, &world.for_a_year(&other, Role::Perakuan1, 50_000)).await.expect("appoints");
    let step = world.steps(&id).await.remove(0);
    let reason = Remark::parse("Jumlah tidak sama dengan invois.").expect("a reason");
    send_back(&world.work(), &team.first, &step, Sent::Kuiri, &reason).await.expect("asks");
    let back = world.document(&id).await;
    assert_eq!((back.state, back.awaits), (DocumentState::Returned, Some(Role::Penyedia)));
    assert_eq!(back.reason.as_deref(), Some("Jumlah tidak sama dengan invois."));
    let twice = send_back(&world.work(), &other, &step, Sent::Kuiri, &reason).await.expect_err("a replay");
    assert_eq!(twice.code(), "igfmas-document-state");
    let payload = payload_of(1_000_000);
    assert_eq!(amend(&world.work(), &team.preparer, &id, 1, &payload).await.expect("amends"), 2);
    let amended = world.document(&id).await;
    assert_ne!(amended.hash, back.hash);
    assert_eq!((amended.state, amended.version, amended.reason), (DocumentState::Draft, 2, None));
    world.submit(&team.preparer, &id, 2).await.expect("submits");
    assert_eq!(world.claim(&team.first, &step).await, Err("igfmas-document-changed"), "the step of version 1");
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    world.claim(&other, &one).await.expect("claims");
    world.record(&other, &one).await;
    world.verified(&one).await;
    assert_eq!(world.claim(&team.first, &two).await, Err("igfmas-same-officer"), "Perakuan 1 of version 1");
    assert_eq!(world.claim(&team.second, &two).await, Ok(()));
}

#[tokio::test]
async fn limits_dates_modules_and_offices_bind() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    let base = world.for_a_year(&team.first, Role::Perakuan1, 50_000);
    let later = base.from.plus_months(1);
    let elsewhere = open_office(&world.work(), "PTJ-1").await;
    let cases = [
        (5, NewAppointment { limit: Amount::new(2_991_134).expect("an amount"), ..base.clone() }, "igfmas-over-limit"),
        (6, NewAppointment { from: later, ..base.clone() }, "igfmas-appointment-not-today"),
        (7, NewAppointment { module: Module::parse("AA").ok(), ..base.clone() }, "igfmas-not-appointed"),
        (8, NewAppointment { office: elsewhere, ..base.clone() }, "igfmas-not-appointed"),
    ];
    for (nth, new, code) in cases {
        let person = world.person(nth).await;
        let new = NewAppointment { person: person.clone(), ..new };
        appoint(&world.work(), &world.admin, &new).await.expect("appoints");
        assert_eq!(world.claim(&person, &step).await, Err(code), "{nth}");
        assert_eq!(world.tasks(&person).await.lines.len(), 0, "and nothing is in the list: {nth}");
    }
    // An appointment that ends while the document waits ends at once, and one up to the sen is enough.
    let exact = world.person(9).await;
    let limit = Amount::new(2_991_135).expect("an amount");
    let new = NewAppointment { person: exact.clone(), limit, module: Module::parse("AP").ok(), ..base };
    let appointment = appoint(&world.work(), &world.admin, &new).await.expect("appoints");
    assert_eq!(world.tasks(&exact).await.lines.len(), 1);
    world.bench.clock.advance(std::time::Duration::from_secs(1));
    world.screen(&exact, &step).await.expect("at the screen");
    end_appointment(&world.work(), &world.admin, &appointment).await.expect("ends");
    assert_eq!(world.claim_at_screen(&exact, &step).await, Err("igfmas-appointment-not-today"));
    assert_eq!(world.claim(&team.first, &step).await, Ok(()));
}

#[tokio::test]
async fn akuan_terima_is_the_receiving_office_s() {
    let world = world().await;
    let team = world.team().await;
    let receiver = open_office(&world.work(), "PTJ-1").await;
    let there = world.person(5).await;
    let new = NewAppointment { office: receiver.clone(), ..world.for_a_year(&there, Role::AkuanTerima, 50_000) };
    appoint(&world.work(), &world.admin, &new).await.expect("appoints");
    let here = world.person(6).await;
    appoint(&world.work(), &world.admin, &world.for_a_year(&here, Role::AkuanTerima, 50_000)).await.expect("appoints");
    let new = NewDocument { receiver: Some(receiver), ..world.new_document(34, "J1") };
    let id = prepare_document(&world.work(), &team.preparer, &new).await.expect("prepares");
    world.submit(&team.preparer, &id, 1).await.expect("submits");
    let [one, two, three] = world.steps(&id).await.try_into().expect("three steps (FIN-30)");
    for (officer, step) in [(&team.first, &one), (&team.second, &two)] {
        world.claim(officer, step).await.expect("claims");
        world.record(officer, step).await;
        world.verified(step).await;
    }
    assert_eq!(world.claim(&here, &three).await, Err("igfmas-not-appointed"));
    assert_eq!(world.claim(&there, &three).await, Ok(()), "GAP-18");
}

#[tokio::test]
async fn a_process_without_roles_is_signed_by_who_executes_it() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(31, "RUN1").await;
    let step = world.steps(&id).await.remove(0);
    assert_eq!(world.claim(&team.first, &step).await, Err("igfmas-not-preparer"));
    assert_eq!(world.claim(&team.preparer, &step).await, Ok(()), "CON-31");
    world.record(&team.preparer, &step).await;
    assert_eq!(world.document(&id).await.state, DocumentState::Certified);
}

#[tokio::test]
async fn a_rejected_document_is_over() {
    let world = world().await;
    let team = world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    let reason = Remark::parse("Bukan urusan pejabat ini.").expect("a reason");
    let stranger =
        send_back(&world.work(), &team.second, &step, Sent::Rejected, &reason).await.expect_err("not theirs");
    assert_eq!(stranger.code(), "igfmas-not-your-turn");
    world.moment();
    send_back(&world.work(), &team.first, &step, Sent::Rejected, &reason).await.expect("rejects");
    assert_eq!(world.claim(&team.first, &step).await, Err("igfmas-document-state"));
    let amended = amend(&world.work(), &team.preparer, &id, 1, &payload_of(100)).await.expect_err("over");
    assert_eq!(amended.code(), "igfmas-document-state");
    let kinds: Vec<_> = world.kinds(&id).await;
    assert_eq!(kinds, ["igfmas.prepared", "igfmas.submitted", "igfmas.rejected"]);
}

#[tokio::test]
async fn of_many_who_race_for_one_signature_one_has_it() {
    let world = Arc::new(world().await);
    world.team().await;
    let id = world.submitted(22, "07022411247A").await;
    let step = world.steps(&id).await.remove(0);
    let mut racers = tokio::task::JoinSet::new();
    let mut officers = Vec::new();
    for nth in 5..=9 {
        let person = world.person(nth).await;
        appoint(&world.work(), &world.admin, &world.for_a_year(&person, Role::Perakuan1, 50_000))
            .await
            .expect("appoints");
        world.screen(&person, &step).await.expect("at the screen");
        officers.push(person);
    }
    for officer in [officers.clone(), officers].concat() {
        let (world, step) = (world.clone(), step.clone());
        racers.spawn(async move { world.claim_at_screen(&officer, &step).await });
    }
    let won = racers.join_all().await;
    assert_eq!(won.iter().filter(|claim| claim.is_ok()).count(), 1, "{won:?}");
    assert!(won.iter().flat_map(|claim| claim.err()).all(|code| code == "igfmas-document-state"), "{won:?}");
    assert_eq!(world.hands(&id).await, 2, "the preparer and the one");
}

#[tokio::test]
async fn an_officer_who_races_for_two_roles_has_one() {
    let world = Arc::new(world().await);
    let team = world.team().await;
    for role in [Role::Perakuan2, Role::Penyedia] {
        let new = world.for_a_year(&team.first, role, 50_000);
        appoint(&world.work(), &world.admin, &new).await.expect("appoints");
    }
    let id = world.submitted(22, "07022411247A").await;
    let [one, two] = world.steps(&id).await.try_into().expect("two steps");
    world.screen(&team.first, &one).await.expect("at the screen");
    let mut racers = tokio::task::JoinSet::new();
    for step in [&one, &two, &one, &two, &one, &two].map(Clone::clone) {
        let (world, officer) = (world.clone(), team.first.clone());
        racers.spawn(async move { world.claim_at_screen(&officer, &step).await });
    }
    assert_eq!(racers.join_all().await.iter().filter(|claim| claim.is_ok()).count(), 1);
    assert_eq!(world.hands(&id).await, 2);
    world.record(&team.first, &one).await;
    // While it is verified and afterwards, the second step is tried again and again.
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (world, officer, step) = (world.clone(), team.first.clone(), two.clone());
        racers.spawn(async move { world.claim(&officer, &step).await });
    }
    let verified = world.verified(&one).await;
    assert_eq!(verified, DocumentState::Submitted);
    assert!(racers.join_all().await.iter().all(Result::is_err));
    assert_eq!(world.claim(&team.first, &two).await, Err("igfmas-same-officer"));
}
