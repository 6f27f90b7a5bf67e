use std::time::Duration;

use mohor_shared::ic::IdNumber;

use super::*;
use crate::kernel::error::Fault as _;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{self, Recipient};
use crate::testkit::{Bench, bench, keys};

fn ic() -> IdNumber {
    IdNumber::parse("900423-10-5484").expect("TV-4")
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

async fn enter(work: &Work, keys: &dyn KeyStore, name: &str, id: IdNumber) -> Result<PersonId, RegisterError> {
    let name = PersonName::parse(name).expect("a name");
    let registration = prepare(work, keys, NewPerson { name, id, lang: Lang::Ms }).await.expect("seals");
    let mut tx = work.write().await?;
    let person = register(work, &mut tx, &registration).await?;
    tx.commit().await?;
    Ok(person)
}

async fn propose(work: &Work, person: &PersonId, text: &str) -> Contact {
    let mut tx = work.write().await.expect("begins");
    let contact = propose_contact(work, &mut tx, person, email(text)).await.expect("proposes");
    tx.commit().await.expect("commits");
    contact
}

async fn proven(bench: &Bench, keys: &dyn KeyStore, person: &PersonId, text: &str) -> Contact {
    let contact = propose(&bench.work(), person, text).await;
    send_code(&bench.work(), &contact.id).await.expect("sends");
    let code = code_for(keys, &contact.id, 1).await.expect("derives");
    prove_contact(&bench.work(), keys, &contact.id, &code).await.expect("proves");
    contact
}

#[tokio::test]
async fn the_number_is_sealed_indexed_and_never_printed() {
    let (bench, keys) = (bench().await, keys());
    let id = enter(&bench.work(), &keys, "Nur A'ishah binti Omar", ic()).await.expect("registers");
    let person = by_id_number(&bench.work(), &keys, &ic()).await.expect("looks").expect("finds");
    assert_eq!(person.id, id);
    assert_eq!(person.masked_id(&keys).await.expect("opens"), "900423-**-**84");
    assert!(!format!("{person:?}").contains("900423105484"));
    assert!(holds_id(&bench.work(), &keys, &id, &ic()).await.expect("compares"));
    let other = IdNumber::parse("A12345678").expect("a passport");
    assert!(!holds_id(&bench.work(), &keys, &id, &other).await.expect("compares"));
}

#[tokio::test]
async fn one_document_is_one_person() {
    let (bench, keys) = (bench().await, keys());
    let first = enter(&bench.work(), &keys, "Äne Lim", ic()).await.expect("registers");
    let again = enter(&bench.work(), &keys, "ÄNE LIM", ic()).await.expect("finds");
    assert_eq!(first, again);
    let refused = enter(&bench.work(), &keys, "Somebody Else", ic()).await.expect_err("another name");
    assert_eq!(refused.code(), "name-differs");
}

#[tokio::test]
async fn the_first_proof_is_no_change_and_the_second_is() {
    let (bench, keys) = (bench().await, keys());
    let id = enter(&bench.work(), &keys, "Äne Lim", ic()).await.expect("registers");
    proven(&bench, &keys, &id, "a@example.test").await;
    let person = by_id(&bench.work(), &id).await.expect("looks").expect("finds");
    assert_eq!((person.contact_changed_at, person.email.expect("an address").value()), (None, "a@example.test"));
    bench.clock.advance(Duration::from_secs(1));
    propose(&bench.work(), &id, "b@example.test").await;
    let person = by_id(&bench.work(), &id).await.expect("looks").expect("finds");
    assert_eq!(person.email.expect("the proven one stays in use").value(), "a@example.test");
    proven(&bench, &keys, &id, "b@example.test").await;
    let person = by_id(&bench.work(), &id).await.expect("looks").expect("finds");
    assert_eq!(person.contact_changed_at, Some(bench.work().now));
    assert_eq!(person.email.expect("the new one").value(), "b@example.test");
}

#[tokio::test]
async fn a_code_proves_until_ten_minutes_and_only_once() {
    let (bench, keys) = (bench().await, keys());
    let id = enter(&bench.work(), &keys, "Äne Lim", ic()).await.expect("registers");
    let contact = propose(&bench.work(), &id, "a@example.test").await;
    send_code(&bench.work(), &contact.id).await.expect("sends");
    let code = code_for(&keys, &contact.id, 1).await.expect("derives");
    bench.clock.advance(Duration::from_secs(600));
    let late = prove_contact(&bench.work(), &keys, &contact.id, &code).await.expect_err("10:00");
    assert_eq!(late.code(), "contact-code-over");
    send_code(&bench.work(), &contact.id).await.expect("sends again");
    let old = prove_contact(&bench.work(), &keys, &contact.id, &code).await.expect_err("superseded");
    assert_eq!(old.code(), "contact-code-wrong");
    bench.clock.advance(Duration::from_secs(599));
    let code = code_for(&keys, &contact.id, 2).await.expect("derives");
    prove_contact(&bench.work(), &keys, &contact.id, &code).await.expect("9:59");
    let replayed = prove_contact(&bench.work(), &keys, &contact.id, &code).await.expect_err("used");
    assert_eq!(replayed.code(), "contact-code-over");
}

#[tokio::test]
async fn five_wrong_codes_end_the_code() {
    let (bench, keys) = (bench().await, keys());
    let id = enter(&bench.work(), &keys, "Äne Lim", ic()).await.expect("registers");
    let contact = propose(&bench.work(), &id, "a@example.test").await;
    send_code(&bench.work(), &contact.id).await.expect("sends");
    let right = code_for(&keys, &contact.id, 1).await.expect("derives");
    let wrong = code_for(&keys, &contact.id, 99).await.expect("derives");
    for _ in 0..5 {
        let refused = prove_contact(&bench.work(), &keys, &contact.id, &wrong).await.expect_err("wrong");
        assert_eq!(refused.code(), "contact-code-wrong");
    }
    let refused = prove_contact(&bench.work(), &keys, &contact.id, &right).await.expect_err("spent");
    assert_eq!(refused.code(), "tries-spent");
}

#[tokio::test]
async fn a_proven_address_belongs_to_one_person() {
    let (bench, keys) = (bench().await, keys());
    let first = enter(&bench.work(), &keys, "Äne Lim", ic()).await.expect("registers");
    let passport = IdNumber::parse("A12345678").expect("a passport");
    let second = enter(&bench.work(), &keys, "漢語 陳", passport).await.expect("registers");
    proven(&bench, &keys, &first, "a@example.test").await;
    let contact = propose(&bench.work(), &second, "a@example.test").await;
    send_code(&bench.work(), &contact.id).await.expect("sends");
    let code = code_for(&keys, &contact.id, 1).await.expect("derives");
    let refused = prove_contact(&bench.work(), &keys, &contact.id, &code).await.expect_err("taken");
    assert_eq!(refused.code(), "contact-taken");
}

#[tokio::test]
async fn an_address_is_told_once_and_all_three_particulars_are_needed() {
    let (bench, keys) = (bench().await, keys());
    let work = bench.work();
    let id = enter(&work, &keys, "Äne Lim", ic()).await.expect("registers");
    let mut told = Residence { nationality: Some(Country::MALAYSIA), ..Residence::default() };
    let mut tx = work.write().await.expect("begins");
    let refused = complete(&work, &mut tx, &id, &told).await.expect_err("missing");
    assert_eq!(refused.code(), "residence-missing");
    drop(tx);
    told.address = Some(PostalAddress::parse("8-3A-02 STAR CENTRAL").expect("TV-10"));
    told.postcode = Some(Postcode::parse("63000").expect("TV-10"));
    let mut tx = work.write().await.expect("begins");
    complete(&work, &mut tx, &id, &told).await.expect("completes");
    told.postcode = Some(Postcode::parse("50000").expect("a postcode"));
    complete(&work, &mut tx, &id, &told).await.expect("keeps");
    tx.commit().await.expect("commits");
    let person = by_id(&work, &id).await.expect("looks").expect("finds");
    assert_eq!(person.postcode.expect("told").as_str(), "63000");
}

/// EKYC-11, APP-13: a phone number is what somebody typed (ADR 0048). It can contradict; it opens nothing and is sent
/// nothing.
#[tokio::test]
async fn a_number_that_nobody_proved_is_sent_nothing_and_proves_nothing() {
    let (bench, keys) = (bench().await, keys());
    let work = bench.work();
    let id = enter(&work, &keys, "Aina binti Omar", ic()).await.expect("registers");
    let mut tx = work.write().await.expect("begins");
    let phone = Phone::parse("012-345 6789").expect("a number");
    let phone = propose_contact(&work, &mut tx, &id, phone).await.expect("proposes");
    tx.commit().await.expect("commits");

    assert_eq!(send_code(&work, &phone.id).await.expect_err("no way to it").code(), "contact-unknown");
    assert!(outbox::claim(&work).await.expect("claims").is_none(), "nothing is on its way");
    for generation in 0..3 {
        let code = code_for(&keys, &phone.id, generation).await.expect("derives");
        let refused = prove_contact(&work, &keys, &phone.id, &code).await.expect_err("no code was sent");
        assert_eq!(refused.code(), "contact-code-over");
    }
    for recipient in [Recipient::Contact(phone.id.to_string()), Recipient::Person(id.to_string())] {
        assert!(mailbox(&work, &recipient).await.expect("looks").is_none(), "a number is no mailbox: {recipient:?}");
    }
    let person = by_id(&work, &id).await.expect("looks").expect("finds");
    assert_eq!(person.phone.expect("as typed").proven_at, None);
}
