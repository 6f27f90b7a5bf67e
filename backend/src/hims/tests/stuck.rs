//! Where signers get stuck: a lost mail, a wrong address, an agreement that must be taken back.

use mohor_shared::ic::IdNumber;

use super::*;
use crate::device::{self, testing};
use crate::person::{Email, Phone};

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

impl World {
    async fn turn(&self, id: &AgreementId, at: usize) -> TurnId {
        self.detail(id).await.parties.swap_remove(at).turn.expect("issued").0
    }

    /// An issued agreement of which nobody has proved anything.
    async fn unproven(&self) -> AgreementId {
        let id = self.draft().await;
        self.press(&id).await.expect("issues");
        self.news().await;
        id
    }

    /// The link of the invitation that went out to the buyer.
    async fn invitation(&self, id: &AgreementId) -> String {
        let buyer = Recipient::Person(self.browser(id, 0).await.person().to_string());
        let mails = self.news().await;
        let (_, _, ids) = mails.iter().find(|(name, to, _)| name == "hims.mail-1" && *to == buyer).expect("MAIL-1");
        let invitation = device::InvitationId::parse(ids["invitation"].as_str().expect("named")).expect("an id");
        device::link(&*self.keys, &invitation).await.expect("derives")
    }

    /// MAIL-1 with the link of `invitation`, composed now.
    async fn first_mail(&self, invitation: &device::InvitationId) -> Result<Letter, ComposeError> {
        let id = agreements(&self.work(), &self.desk, &Wanted::default()).await.expect("reads").lines.remove(0).1.id;
        let to = Recipient::Person(self.browser(&id, 0).await.person().to_string());
        let ids = serde_json::json!({ "agreement": id, "invitation": invitation });
        self.letter("hims.mail-1", &to, &ids).await
    }

    async fn ask(&self, number: &IdNumber, address: &str) -> Result<(), &'static str> {
        let asked = ask_for_links(&self.work(), &*self.keys, number, &email(address)).await;
        asked.map_err(|refused| refused.code())
    }

    /// Empties the outbox and hands over the news of lost mails; the mails.
    async fn answered(&self) -> Vec<String> {
        let mut mails = Vec::new();
        while let Some(claimed) = outbox::claim(&self.work()).await.expect("claims") {
            match &claimed.job {
                Job::Event { kind, ids } if kind == "hims.links-asked" => {
                    if let Some(person) = ids["person"].as_str().and_then(PersonId::parse) {
                        on_links_asked(&self.work(), &person).await.expect("mails");
                    }
                }
                Job::Event { .. } => {}
                Job::Mail { template, .. } => mails.push(template.clone()),
            }
            outbox::done(&self.work(), &claimed).await.expect("done");
        }
        mails
    }
}

#[tokio::test]
async fn a_lost_mail_is_sent_again_as_the_turn_stands_and_the_link_stays() {
    let world = world().await;
    let id = world.unproven().await;
    let turn = world.turn(&id, 0).await;
    remind(&world.work(), &world.desk, &turn).await.expect("identity");
    assert_eq!(world.templates().await, ["hims.mail-1"]);
    let person = world.browser(&id, 0).await;
    world.identify(person.person()).await;
    remind(&world.work(), &world.desk, &turn).await.expect("certificate");
    assert_eq!(world.templates().await, ["hims.mail-2"]);
    world.certify(person.person()).await;
    on_certificate_active(&world.work(), &world.press.settings, person.person()).await.expect("advances");
    assert_eq!(world.templates().await, ["hims.mail-3"]);
    let link = link::token(&*world.keys, &turn, 1).await.expect("derives");
    remind(&world.work(), &world.desk, &turn).await.expect("review");
    let (template, to, ids) = world.news().await.swap_remove(0);
    let letter = world.letter(&template, &to, &ids).await;
    assert!(format!("{:?}", letter.expect("composes").blocks).contains(&link), "the link that was mailed before");
    let refused = remind(&world.work(), &world.desk, &turn).await.expect_err("the fourth in an hour");
    assert_eq!(refused.kind(), crate::kernel::error::Kind::TooMany);
    remind_signer(&world.work(), person.person(), &turn).await.expect("the signer asks on their own account");
    world.wait(48);
    assert_eq!(remind(&world.work(), &world.desk, &turn).await.expect_err("over").code(), "turn-over");
}

#[tokio::test]
async fn nobody_has_mails_sent_for_turns_of_others() {
    let world = world().await;
    let id = world.unproven().await;
    let turn = world.turn(&id, 0).await;
    let other = DeveloperDesk::for_test(&world.work(), organisation::DeveloperId::new(&world.work()));
    assert_eq!(remind(&world.work(), &other, &turn).await.expect_err("theirs").code(), "turn-unknown");
    let second = world.browser(&id, 1).await;
    let refused = remind_signer(&world.work(), second.person(), &turn).await.expect_err("somebody else's");
    assert_eq!(refused.code(), "turn-unknown");
    let refused = correct_contact(&world.work(), &other, &turn, Some(&email("saya@example.test")), None).await;
    assert_eq!(refused.expect_err("theirs").code(), "turn-unknown");
    assert_eq!(withdraw(&world.work(), &other, &id, &remark()).await.expect_err("theirs").code(), "espa-unknown");
    assert!(world.templates().await.is_empty());
}

#[tokio::test]
async fn whoever_asks_for_a_link_learns_nothing_and_the_mail_goes_to_the_address_on_record() {
    let world = world().await;
    world.unproven().await;
    let known = party(1, Role::Pembeli, None);
    for (number, address) in [(&known.id, "lain@example.test"), (&party(9, Role::Pembeli, None).id, "p1@example.test")]
    {
        world.ask(number, address).await.expect("the same answer");
        assert!(world.answered().await.is_empty(), "{address}");
    }
    world.ask(&known.id, "P1@Example.test").await.expect("the same answer");
    assert_eq!(world.answered().await, ["hims.mail-1"]);
}

#[tokio::test]
async fn requests_are_counted_for_known_and_unknown_numbers_alike() {
    let world = world().await;
    world.unproven().await;
    for at in [1, 9] {
        let number = party(at, Role::Pembeli, None).id;
        for _ in 0..3 {
            world.ask(&number, "lain@example.test").await.expect("taken");
        }
        assert_eq!(world.ask(&number, "lain@example.test").await.expect_err("the fourth"), "too-many-tries", "{at}");
    }
}

#[tokio::test]
async fn a_wrong_address_is_put_right_and_whoever_reads_it_holds_nothing() {
    let world = world().await;
    let id = world.draft().await;
    world.press(&id).await.expect("issues");
    let wrong = world.invitation(&id).await;
    // A stranger reads the wrong mailbox, chooses a password and gets the code.
    let (work, keys) = (world.work(), &*world.keys);
    let stolen = device::set_password(&work, keys, &wrong, testing::PASSWORD).await.expect("sets");
    let code = testing::code_of(&work, keys, &stolen.id).await;
    world.news().await;

    let (turn, right) = (world.turn(&id, 0).await, email("aminah@example.test"));
    let first = world.first_mail(&stolen.id).await;
    assert!(first.is_ok(), "the letter of an open invitation");
    correct_contact(&world.work(), &world.desk, &turn, Some(&right), None).await.expect("puts right");
    assert!(matches!(world.first_mail(&stolen.id).await, Err(ComposeError::Obsolete)), "it drops itself");
    let mails = world.news().await;
    let sent = |name: &str| mails.iter().find(|(template, ..)| template == name).expect("sent");
    let address = async |to: &Recipient| person::mailbox(&world.work(), to).await.expect("reads").expect("one").1;
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert_eq!(address(&sent("person.contact-corrected").1).await, "p1@example.test");
    assert_eq!(address(&sent("hims.mail-1").1).await, "aminah@example.test");
    assert_ne!(sent("hims.mail-1").2["invitation"].as_str(), Some(stolen.id.as_str()));

    assert_eq!(device::invitation(&work, keys, &wrong).await.expect_err("dead").code(), "enrol-link-over");
    let number = party(1, Role::Pembeli, None).id;
    let refused = device::start(&work, keys, &testing::start_request(number.expose(), &code)).await;
    assert_eq!(refused.expect_err("password and code of the old link").code(), "enrol-mismatch");
}

#[tokio::test]
async fn a_code_that_went_to_the_wrong_address_opens_no_turn_after_it_was_put_right() {
    let world = world().await;
    let id = world.unproven().await;
    let turn = world.turn(&id, 0).await;
    let token = link::token(&*world.keys, &turn, 1).await.expect("derives");
    send_proof(&world.work(), &token).await.expect("sends");
    let code = link::proof_code(&*world.keys, &turn, 1).await.expect("derives");
    correct_contact(&world.work(), &world.desk, &turn, Some(&email("aminah@example.test")), None).await.expect("mends");
    let number = party(1, Role::Pembeli, None).id;
    let proven = prove(&world.work(), &*world.keys, &token, &number, &code, &Browser::default()).await;
    assert_eq!(proven.expect_err("the wrong mailbox").code(), "turn-proof-over");
    let buyer = person::by_id(&world.work(), world.browser(&id, 0).await.person()).await.expect("reads");
    assert!(buyer.and_then(|buyer| buyer.email).is_some_and(|email| email.proven_at.is_none()), "nobody proved it");
    // Whoever reads the right one is let in.
    send_proof(&world.work(), &token).await.expect("sends");
    let code = link::proof_code(&*world.keys, &turn, 2).await.expect("derives");
    prove(&world.work(), &*world.keys, &token, &number, &code, &Browser::default()).await.expect("lets in");
}

#[tokio::test]
async fn a_proven_address_is_the_signer_s_alone() {
    let world = world().await;
    let id = world.unproven().await;
    let by = world.browser(&id, 0).await;
    let contact = person::by_id(&world.work(), by.person()).await.expect("reads").expect("known").email.expect("one");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    person::confirm_contact(&work, &mut tx, &contact.id).await.expect("proves");
    tx.commit().await.expect("commits");
    let attack = email("pemaju@example.test");
    let refused = correct_contact(&work, &world.desk, by.turn(), Some(&attack), None).await.expect_err("theirs");
    assert_eq!(refused.code(), "contact-proven");
    let phone = Phone::parse("0199999999").expect("a number");
    let refused = correct_contact(&work, &world.desk, by.turn(), None, Some(&phone)).await.expect_err("theirs too");
    assert_eq!(refused.code(), "contact-proven");
    // Nor by way of the draft of another agreement: the proposal is noted, and mail goes where it went.
    let other = draft_agreement(&work, &world.desk, &world.unit, Lang::Ms).await.expect("drafts");
    let mut parties = [party(1, Role::Pembeli, None), party(3, Role::Pemaju, None)];
    parties[0].email = attack;
    set_parties(&work, &*world.keys, &world.desk, &other, &parties, None).await.expect("enters");
    let to = Recipient::Person(by.person().to_string());
    let (_, address) = person::mailbox(&work, &to).await.expect("reads").expect("one");
    assert_eq!(address, "p1@example.test");
    assert!(world.templates().await.is_empty());
}

#[tokio::test]
async fn what_is_no_correction_is_refused_and_corrections_are_counted() {
    let world = world().await;
    let id = world.unproven().await;
    let turn = world.turn(&id, 0).await;
    let same = correct_contact(&world.work(), &world.desk, &turn, Some(&email("p1@example.test")), None).await;
    assert_eq!(same.expect_err("the same").code(), "contact-same");
    for at in 0..5 {
        let next = email(&format!("cubaan{at}@example.test"));
        correct_contact(&world.work(), &world.desk, &turn, Some(&next), None).await.expect("puts right");
    }
    let sixth = correct_contact(&world.work(), &world.desk, &turn, Some(&email("lagi@example.test")), None).await;
    assert_eq!(sixth.expect_err("the sixth").code(), "too-many-tries");
}

#[tokio::test]
async fn an_agreement_taken_back_is_amended_and_everybody_signs_anew() {
    let world = world().await;
    let id = world.issued().await;
    world.sign(&id, 0).await;
    world.news().await;
    let second = world.browser(&id, 1).await;
    withdraw(&world.work(), &world.desk, &id, &remark()).await.expect("takes back");
    let detail = world.detail(&id).await;
    assert!(detail.editable() && !detail.withdrawable());
    assert_eq!((detail.corrections[0].remark.as_str(), detail.corrections[0].title), (remark().as_str(), None));
    let told = world.news().await;
    assert_eq!(told.len(), 2, "who signed, and whose turn it was: {told:?}");
    let (template, to, ids) = &told[0];
    let letter = world.letter(template, to, ids).await;
    assert!(format!("{:?}", letter.expect("composes").blocks).contains(remark().as_str()));
    assert_eq!(world.order(&second).await.expect_err("closed"), "turn-superseded");
    let facts = turn_facts(&world.work(), &second).await.expect("reads");
    assert!(facts.withdrawn && facts.returned.is_none(), "and the page says so");
    let again = withdraw(&world.work(), &world.desk, &id, &remark()).await.expect_err("already");
    assert_eq!(again.code(), "espa-not-issued");
    assert_eq!(world.press(&id).await.expect("issues again"), 2);
    for at in 0..3 {
        world.sign(&id, at).await;
    }
    assert_eq!(world.detail(&id).await.state, AgreementState::Completed);
    let late = withdraw(&world.work(), &world.desk, &id, &remark()).await.expect_err("complete");
    assert_eq!(late.code(), "espa-complete");
}

#[tokio::test]
async fn taking_back_and_signing_exclude_each_other() {
    let world = world().await;
    let id = world.issued().await;
    let by = world.browser(&id, 0).await;
    let order = world.reviewed(&by).await;
    let (work, remark) = (world.work(), remark());
    let both = tokio::join!(world.claim(&order, &by), withdraw(&work, &world.desk, &id, &remark));
    match both {
        (Ok(()), Err(refused)) => {
            assert_eq!(refused.code(), "espa-signature-underway");
            world.commit(&order, &by).await.expect("commits");
        }
        (Err(refused), Ok(_)) => assert_eq!(refused, "turn-superseded"),
        both => panic!("one of the two: {both:?}"),
    }
}

#[tokio::test]
async fn a_window_that_is_over_is_taken_back_too_and_two_clerks_take_back_once() {
    let world = world().await;
    let id = world.issued().await;
    world.wait(48);
    expire_windows(&world.work()).await.expect("expires");
    let (work, remark) = (world.work(), remark());
    let both = tokio::join!(withdraw(&work, &world.desk, &id, &remark), withdraw(&work, &world.desk, &id, &remark));
    assert_eq!([&both.0, &both.1].iter().filter(|done| done.is_ok()).count(), 1, "{both:?}");
    assert_eq!(world.detail(&id).await.corrections.len(), 1);
}
