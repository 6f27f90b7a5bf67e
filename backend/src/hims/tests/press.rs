use super::*;

#[tokio::test]
async fn nothing_is_generated_before_a_signer_with_a_role_exists() {
    let world = world().await;
    let id = draft_agreement(&world.work(), &world.desk, &world.unit, Lang::Ms).await.expect("drafts");
    assert_eq!(world.press(&id).await.expect_err("HIMS-2").code(), "espa-no-parties");
    assert_eq!(world.detail(&id).await.state, AgreementState::Draft, "the button works again");
}

#[tokio::test]
async fn an_issued_agreement_asks_for_identity_and_opens_the_first_turn_only() {
    let world = world().await;
    let id = world.draft().await;
    assert_eq!(world.press(&id).await.expect("issues"), 1);
    let detail = world.detail(&id).await;
    assert_eq!((detail.state, detail.versions.len()), (AgreementState::Issued, 1));
    let states: Vec<_> = detail.parties.iter().filter_map(|party| party.turn.clone()).map(|turn| turn.1).collect();
    assert_eq!(states, [TurnState::Invited, TurnState::Waiting, TurnState::Waiting]);
    let names: Vec<_> = detail.parties.iter().map(|party| party.title.say(Lang::Ms)).collect();
    assert_eq!(names, ["Pembeli", "Saksi Pembeli", "Pemaju"]);
    assert_eq!(world.templates().await, ["hims.mail-1", "hims.mail-1", "hims.mail-1"]);
    let head = &detail.versions[0].head;
    let bytes = world.shelf.read(&head.document, head.length).await.expect("stored");
    assert_eq!(mohor_shared::transcript::sha256(&bytes), head.sha256);
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(detail.versions[0].serial.is_none(), "HIMS-16: no serial before the first signature");
}

#[tokio::test]
async fn whoever_passed_the_identity_check_is_not_asked_again() {
    let world = world().await;
    let id = world.draft().await;
    world.identify(&world.detail(&id).await.parties[1].person).await;
    world.press(&id).await.expect("issues");
    assert_eq!(world.templates().await, ["hims.mail-1", "hims.mail-1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_press_the_button_one_wins() {
    let world = world().await;
    let id = world.draft().await;
    let both = tokio::join!(world.press(&id), world.press(&id));
    let won = [both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    assert_eq!(world.detail(&id).await.versions.len(), 1);
    let late = world.press(&id).await.expect_err("issued");
    assert_eq!(late.code(), "espa-not-a-draft");
}

#[tokio::test]
async fn a_generation_that_died_gives_way_after_two_minutes() {
    let world = world().await;
    let id = world.draft().await;
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    let until = work.now.plus(Duration::from_secs(120));
    let claim = args![&id, world.desk.developer(), "dead", until, work.now];
    tx.first(store::CLAIM, claim).await.expect("runs").expect("claims");
    tx.commit().await.expect("commits");
    assert_eq!(world.press(&id).await.expect_err("at work").code(), "espa-generating");
    world.bench.clock.advance(Duration::from_secs(120));
    world.press(&id).await.expect("takes over");
}

#[tokio::test]
async fn an_agreement_is_seen_and_changed_by_its_own_developer_only() {
    let world = world().await;
    let id = world.draft().await;
    let work = world.work();
    let other = DeveloperDesk::for_test(&work, organisation::DeveloperId::new(&work));
    assert_eq!(agreement(&work, &other, &id).await.expect_err("not theirs").code(), "turn-unknown");
    let refused = generate_agreement(&work, &world.press, &other, &id).await.expect_err("not theirs");
    assert_eq!(refused.code(), "espa-unknown");
    let refused = draft_agreement(&work, &other, &world.unit, Lang::Ms).await.expect_err("not theirs");
    assert_eq!(refused.code(), "espa-unknown");
    let refused = set_parties(&work, &*world.keys, &other, &id, &three(), None).await.expect_err("not theirs");
    assert_eq!(refused.code(), "espa-unknown");
    assert!(agreements(&work, &other, &Wanted::default()).await.expect("reads").lines.is_empty());
    assert_eq!(agreements(&work, &world.desk, &Wanted::default()).await.expect("reads").lines.len(), 1);
}

fn three() -> Vec<NewParty> {
    vec![party(1, Role::Pembeli, None), party(2, Role::Saksi, Some(0)), party(3, Role::Pemaju, None)]
}

#[tokio::test]
async fn parties_are_entered_anew_until_the_agreement_is_issued() {
    let world = world().await;
    let id = world.draft().await;
    let work = world.work();
    let mut four = three();
    four.push(party(4, Role::TuanTanah, None));
    let enter = set_parties(&work, &*world.keys, &world.desk, &id, &four, Some(&[0, 3, 1, 2])).await;
    enter.expect("enters again");
    let titles: Vec<_> = world.detail(&id).await.parties.iter().map(|party| party.title.role).collect();
    assert_eq!(titles, [Role::Pembeli, Role::TuanTanah, Role::Saksi, Role::Pemaju]);
    world.press(&id).await.expect("issues");
    let refused = set_parties(&work, &*world.keys, &world.desk, &id, &three(), None).await.expect_err("issued");
    assert_eq!(refused.code(), "espa-not-a-draft");
}

#[tokio::test]
async fn the_seal_certifies_what_other_verifiers_accept() {
    let world = world().await;
    let stamper = Arc::new(crate::timestamp::LocalStamper::new(world.authority.clone()));
    let seal = Seal { authority: world.authority.clone(), stamper };
    let base = crate::document::generate::agreement(&crate::document::generate::AgreementData::specimen());
    let certified = seal.certify(&world.work(), &base.expect("generates").bytes).await.expect("certifies");
    let roots = world.authority.chain().split_off(1);
    let trust = crate::document::verify::Trust { roots, crls: Vec::new(), at: Some(world.work().now) };
    let report = crate::document::verify::verify(&certified, &trust);
    assert_eq!(report.signatures.len(), 1);
    assert_eq!(report.signatures[0].field, "Cert0");
    assert!(report.signatures[0].status.is_valid(), "{:?}", report.signatures[0].findings);
}
