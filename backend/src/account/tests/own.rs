//! Nobody decides about themselves, so it is known who an officer is (ADR 0046).

use super::*;
use crate::args;
use crate::person::{self, NewPerson, PersonId};

/// Registers who holds the card `ic`; with `address`, they proved to read that mailbox.
async fn registered(bench: &Bench, keys: &dyn KeyStore, ic: &str, address: Option<&str>) -> PersonId {
    let work = bench.work();
    let new = NewPerson { name: name(), id: number(ic), lang: Lang::Ms };
    let new = person::prepare(&work, keys, new).await.expect("seals");
    let mut tx = work.write().await.expect("begins");
    let id = person::register(&work, &mut tx, &new).await.expect("registers");
    if let Some(address) = address {
        let sql = "INSERT INTO person_contact (id, person, channel, value, state, generation, proposed_at, proven_at)
            VALUES ($1, $1, 'email', $2, 'PROVEN', 1, $3, $3)";
        tx.execute(sql, args![&id, address, work.now]).await.expect("proves");
    }
    tx.commit().await.expect("commits");
    id
}

/// ADR 0046: by the number of the card and by the mailbox, registered before or after the officer was invited.
#[tokio::test]
async fn an_officer_is_known_as_a_person_whenever_there_is_one() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let admin = opened(&bench, &token).await;
    let (_, _, token) = colleague(&bench, &keys, &admin, "penyemak@example.test", Role::EkycReviewer).await;
    let is = async |person: &PersonId| {
        let session = opened(&bench, &token).await;
        session.officer::<EkycReviewer>().expect("a reviewer").is(person)
    };
    let stranger = registered(&bench, &keys, "900423105484", Some("aina@example.test")).await;
    assert!(!is(&stranger).await);
    let card = registered(&bench, &keys, OFFICER, None).await;
    assert!(is(&card).await, "the same card");
    let mailbox = registered(&bench, &keys, "880930140004", Some("penyemak@example.test")).await;
    assert!(is(&mailbox).await && is(&card).await, "the same mailbox, under another name");
}

#[tokio::test]
async fn whoever_decides_about_people_is_named_and_has_one_account() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let (admin, work) = (opened(&bench, &token).await, bench.work());
    let officer = admin.officer::<Admin>().expect("an administrator needs no number: they decide about nobody");
    let mut new = NewAccount {
        email: email("penyemak@example.test"),
        name: name(),
        lang: Lang::Ms,
        roles: vec![Role::EkycReviewer],
        developer: None,
        number: None,
    };
    assert_eq!(invite(&work, &keys, &officer, &new).await.expect_err("who?").code(), "account-unnamed");
    new.number = Some(number(OFFICER));
    let one = invite(&work, &keys, &officer, &new).await.expect("invites");
    new.email = email("kaunter@example.test");
    new.roles = vec![Role::RegistrationOfficer];
    assert_eq!(invite(&work, &keys, &officer, &new).await.expect_err("two desks").code(), "account-number-exists");
    let fresh = || admin.fresh(work.now).expect("fresh");
    disable(&work, &officer, fresh(), &one).await.expect("writes").expect("allowed");
    invite(&work, &keys, &officer, &new).await.expect("another desk, instead");
    let again = reset(&work, &keys, &officer, fresh(), &one).await.expect_err("two desks again");
    assert_eq!(again.code(), "account-number-exists");
}

#[tokio::test]
async fn an_account_from_before_sits_at_no_desk_until_its_holder_is_named() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let (admin, work) = (opened(&bench, &token).await, bench.work());
    let officer = admin.officer::<Admin>().expect("an administrator");
    let (account, _, token) = colleague(&bench, &keys, &admin, "penyemak@example.test", Role::EkycReviewer).await;
    let mut tx = work.write().await.expect("begins");
    tx.execute("UPDATE account SET id_index = NULL WHERE id = $1", args![&account]).await.expect("forgets");
    tx.commit().await.expect("commits");
    let refused = opened(&bench, &token).await.officer::<EkycReviewer>().expect_err("who?");
    assert_eq!(refused.code(), "officer-unnamed");
    let unnamed = async || {
        let list = accounts(&work, &officer).await.expect("reads");
        list.into_iter().filter(|row| row.unnamed).map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(unnamed().await, std::slice::from_ref(&account));
    tell_number(&work, &keys, &officer, &account, &number(OFFICER)).await.expect("tells");
    let again = tell_number(&work, &keys, &officer, &account, &number("880930140004")).await.expect_err("once");
    assert_eq!((again.code(), unnamed().await.len()), ("account-number-told", 0));
    opened(&bench, &token).await.officer::<EkycReviewer>().expect("sits");
}
