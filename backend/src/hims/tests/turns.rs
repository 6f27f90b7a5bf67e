use super::*;
use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::notary::KeyStoreNotary;
use crate::audit::{self, Head, Notary as _};

#[tokio::test]
async fn three_sign_in_turn_and_the_agreement_is_complete() {
    let world = world().await;
    let id = world.issued().await;
    assert_eq!(world.templates().await, ["hims.mail-3"], "HIMS-10: one at a time");
    for at in 0..3 {
        let line = agreements(&world.work(), &world.desk, &Wanted::default()).await.expect("reads").lines.remove(0).1;
        assert_eq!((line.signed, line.parties), (at, 3));
        assert_eq!(line.awaited.expect("waits").state, TurnState::Reviewing);
        world.sign(&id, at).await;
    }
    let detail = world.detail(&id).await;
    assert_eq!(detail.state, AgreementState::Completed);
    assert_eq!(detail.versions[0].state, VersionState::Completed);
    assert!(detail.parties.iter().all(|party| party.signed_at.is_some()));
}

#[tokio::test]
async fn completion_is_told_to_everybody_with_the_head_of_the_trail() {
    let world = world().await;
    let id = world.issued().await;
    world.sign(&id, 0).await;
    world.sign(&id, 1).await;
    let by = world.browser(&id, 2).await;
    let order = world.reviewed(&by).await;
    world.claim(&order, &by).await.expect("claims");
    world.commit(&order, &by).await.expect("commits");
    let mails = world.news().await;
    let completed: Vec<_> = mails.iter().filter(|(template, ..)| template == "hims.completed").collect();
    assert_eq!(completed.len(), 4, "three signers and the developer");
    let signers: Vec<_> = completed.iter().filter(|(_, to, _)| matches!(to, Recipient::Person(_))).collect();
    for (template, to, ids) in &signers {
        let early = world.letter(template, to, ids).await;
        assert!(matches!(early, Err(ComposeError::Later(_))), "the trail does not cover it yet");
    }

    let notary = KeyStoreNotary::open(world.keys.clone()).await.expect("a notary");
    let folder = tempfile::tempdir().expect("a folder");
    let log = CheckpointFile::at(&folder.path().join("heads"));
    let signed = audit::sequence(&world.work(), &notary, &log).await.expect("sequences").expect("a head");
    let entries = audit::recent(&world.work(), "").await.expect("the trail");
    assert!(entries.iter().any(|entry| entry.kind == "espa.completed" && entry.subject == id.as_str()));
    for (template, to, ids) in &signers {
        let letter = world.letter(template, to, ids).await.expect("composes");
        let text = outbox::render(&letter, "HIMS <hims@example.test>", "01J").text;
        let heads: Vec<_> = text.lines().filter_map(Head::parse).collect();
        assert_eq!(heads, [signed.clone(), signed.clone()], "once in each language: {text}");
        let note = Head::note(signed.size, &signed.root, signed.at);
        assert!(notary.verify(note.as_bytes(), &signed.signature), "the notary's");
        assert_eq!(signed.size, entries.len() as u64, "covers every entry, the completion among them");
    }
}

#[tokio::test]
async fn nobody_signs_out_of_turn_unreviewed_or_for_somebody_else() {
    let world = world().await;
    let id = world.issued().await;
    let (first, second) = (world.browser(&id, 0).await, world.browser(&id, 1).await);
    assert_eq!(world.order(&second).await.expect_err("not yet"), "turn-waiting");
    let refused = review(&world.work(), &second, &[0; 32]).await.expect_err("not yet");
    let facts = refused.facts();
    assert_eq!(facts[0], ("@role", "espa-role-pembeli".to_owned()));
    assert_eq!(facts[1], ("name", "P************ B".to_owned()), "masked");
    assert_eq!(world.order(&first).await.expect_err("not ticked"), "turn-not-reviewed");
    let stranger = TurnSession::for_test(first.turn().clone(), second.person().clone());
    assert_eq!(world.order(&stranger).await.expect_err("a stranger"), "turn-unknown");
    let old = review(&world.work(), &first, &[7; 32]).await.expect_err("other bytes");
    assert_eq!(old.code(), "turn-head-changed");
}

#[tokio::test]
async fn a_double_click_claims_once_and_a_signature_commits_once() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let head = turn_facts(&world.work(), &by).await.expect("reads").head;
    review(&world.work(), &by, &head.sha256).await.expect("reviews");
    review(&world.work(), &by, &head.sha256).await.expect("twice is once");
    let order = world.order(&by).await.expect("open");
    let both = tokio::join!(world.claim(&order, &by), world.claim(&order, &by));
    let refused = [both.0, both.1].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert_eq!(refused, ["turn-underway"]);
    world.commit(&order, &by).await.expect("commits");
    assert_eq!(world.commit(&order, &by).await.expect_err("again"), "turn-signed");
    assert_eq!(world.order(&by).await.expect_err("signed"), "turn-signed");
}

#[tokio::test]
async fn a_released_turn_is_ready_again_and_keeps_its_serial_number() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let order = world.reviewed(&by).await;
    let drawing = Drawing::typed("Penandatangan B").expect("typed");
    let draft = world.espa.prepare(&world.work(), &order, by.person(), Some(&drawing)).await.expect("prepares");
    assert_eq!(draft.field, "Party1");
    let serial = draft.fills[0].value.clone().expect("a serial");
    assert_eq!(serial, "ESPA-2026-0000001");
    assert_eq!(draft.fills.last().expect("fills").field, "QR");
    let crate::document::SignatureRole::First { locks } = draft.role else { panic!("the first locks") };
    assert_eq!(locks.len(), draft.fills.len());
    world.claim(&order, &by).await.expect("claims");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    world.espa.release(&work, &mut tx, &order).await.expect("releases");
    tx.commit().await.expect("commits");
    let again = world.espa.prepare(&world.work(), &order, by.person(), Some(&drawing)).await.expect("prepares");
    assert_eq!(again.fills[0].value.as_deref(), Some(serial.as_str()));
    let none = world.espa.prepare(&world.work(), &order, by.person(), None).await.expect_err("SIGN-7");
    assert_eq!(none.0.code(), "signature-not-drawn");
    world.claim(&order, &by).await.expect("claims again");
}

#[tokio::test]
async fn serial_numbers_are_given_once_each_even_when_asked_for_at_once() {
    let world = world().await;
    let (one, two) = (world.issued().await, world.draft().await);
    world.press(&two).await.expect("issues");
    let work = world.work();
    let (a, b, c) = tokio::join!(
        serial::allocate(&work, &one, 1),
        serial::allocate(&work, &one, 1),
        serial::allocate(&work, &two, 1)
    );
    let (a, b, c) = (a.expect("gives").number, b.expect("gives").number, c.expect("gives").number);
    assert_eq!(a, b);
    assert_ne!(a, c);
}

#[tokio::test]
async fn the_public_sees_masked_names_behind_number_and_token() {
    let world = world().await;
    let id = world.issued().await;
    let number = serial::allocate(&world.work(), &id, 1).await.expect("gives").number;
    world.sign(&id, 0).await;
    let token = serial::token(&*world.keys, &number).await.expect("derives");
    let facts = public_facts(&world.work(), &*world.keys, &number, &token).await.expect("shows");
    assert_eq!((facts.header.unit.as_str(), facts.version), ("B-10-02", (1, 1)));
    assert!(facts.parties[0].signed_at.is_some() && facts.parties[1].signed_at.is_none());
    assert!(facts.parties[0].name.starts_with("P***"));
    for (number, token) in [(number.as_str(), "guess"), ("ESPA-2026-9999999", token.as_str())] {
        let refused = public_facts(&world.work(), &*world.keys, number, token).await.expect_err("hidden");
        assert_eq!(refused.code(), "serial-unknown");
    }
    let sha256 = <[u8; 32]>::try_from(hex::decode(&facts.sha256).expect("hex")).expect("a digest");
    let known = recognise(&world.work(), &sha256).await.expect("reads").expect("ours");
    assert_eq!((known.signatures, known.newest), (1, true));
    assert!(recognise(&world.work(), &[0; 32]).await.expect("reads").is_none());
}
