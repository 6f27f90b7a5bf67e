use super::*;

#[tokio::test]
async fn a_correction_makes_a_new_version_that_everybody_signs_anew() {
    let world = world().await;
    let id = world.issued().await;
    let number = serial::allocate(&world.work(), &id, 1).await.expect("gives").number;
    world.sign(&id, 0).await;
    world.news().await;
    let everybody = [world.browser(&id, 0).await, world.browser(&id, 1).await, world.browser(&id, 2).await];
    let second = &everybody[1];
    request_correction(&world.work(), second, &remark()).await.expect("asks");
    let detail = world.detail(&id).await;
    assert!(detail.editable() && detail.state == AgreementState::Returned);
    assert_eq!((detail.corrections[0].remark.as_str(), detail.parties.len()), ("Alamat pembeli salah eja.", 3));
    let told = world.news().await;
    let (_, to, _) = told.iter().find(|(template, ..)| template == "hims.correction").expect("sent");
    assert!(matches!(to, Recipient::Account(_)), "the developer is told");
    assert_eq!(world.order(second).await.expect_err("returned"), "turn-superseded");
    for (at, by) in everybody.iter().enumerate() {
        let returned = turn_facts(&world.work(), by).await.expect("reads").returned.expect("sent back");
        assert_eq!((returned.title.role, returned.me), (detail.parties[1].title.role, at == 1), "{at}");
        assert_ne!(returned.name, detail.parties[1].name, "names are masked among signers");
    }

    assert_eq!(world.press(&id).await.expect("issues again"), 2);
    let detail = world.detail(&id).await;
    assert_eq!(detail.versions.len(), 2);
    assert_eq!((detail.versions[1].number, detail.versions[1].state), (1, VersionState::Superseded));
    assert!(detail.parties.iter().all(|party| party.signed_at.is_none()), "everybody signs anew");
    assert_eq!(detail.parties[1].witness_of, Some(1), "the witness still attests the buyer");
    let token = serial::token(&*world.keys, &number).await.expect("derives");
    let old = public_facts(&world.work(), &*world.keys, &number, &token).await.expect("still shown");
    assert_eq!((old.state, old.version), (VersionState::Superseded, (1, 2)));
    assert!(old.parties[0].signed_at.is_some(), "the old signature is kept as a record");
    let head = &detail.versions[1].head;
    assert!(world.shelf.read(&head.document, head.length).await.is_ok());
    for at in 0..3 {
        world.sign(&id, at).await;
    }
    assert_eq!(world.detail(&id).await.state, AgreementState::Completed);
}

#[tokio::test]
async fn a_correction_and_a_signature_exclude_each_other() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let order = world.reviewed(&by).await;
    world.claim(&order, &by).await.expect("claims");
    let (work, remark) = (world.work(), remark());
    let refused = request_correction(&work, &by, &remark).await.expect_err("being signed");
    assert_eq!(refused.code(), "turn-underway");
    world.commit(&order, &by).await.expect("commits");
    let refused = request_correction(&work, &by, &remark).await.expect_err("signed");
    assert_eq!(refused.code(), "turn-signed");
}

#[tokio::test]
async fn only_whose_turn_it_is_may_send_the_agreement_back_and_only_in_time() {
    let world = world().await;
    let id = world.issued().await;
    let second = world.browser(&id, 1).await;
    let refused = request_correction(&world.work(), &second, &remark()).await.expect_err("not yet");
    assert_eq!(refused.code(), "turn-waiting");
    let first = world.browser(&id, 0).await;
    world.wait(48);
    let refused = request_correction(&world.work(), &first, &remark()).await.expect_err("over");
    assert_eq!(refused.code(), "turn-over");
    assert!(Remark::parse(" x ").is_err() && Remark::parse(&"x".repeat(1_001)).is_err());
}

#[tokio::test]
async fn the_developer_reads_the_remark_in_the_mail() {
    let world = world().await;
    let id = world.issued().await;
    world.news().await;
    let by = world.browser(&id, 0).await;
    request_correction(&world.work(), &by, &remark()).await.expect("asks");
    let (template, _, ids) = world.news().await.swap_remove(0);
    // The account of the bench's desk has no row: any mailbox will do to read the letter.
    let to = Recipient::Person(by.person().to_string());
    let letter = world.letter(&template, &to, &ids).await;
    let body = format!("{:?}", letter.expect("composes").blocks);
    assert!(body.contains("Alamat pembeli salah eja.") && body.contains("/hims/perjanjian/"), "{body}");
}
