//! Nobody decides about themselves: an officer is the person who proved to read the mailbox of the account.

use mohor_shared::ic::IdNumber;

use super::*;
use crate::args;
use crate::person::{self, NewPerson, PersonId};

/// Registers who holds the card `ic` and proved to read `address`.
async fn registered(bench: &Bench, keys: &dyn KeyStore, ic: &str, address: &str) -> PersonId {
    let work = bench.work();
    let new = NewPerson { name: name(), id: IdNumber::parse(ic).expect("a number"), lang: Lang::Ms };
    let new = person::prepare(&work, keys, new).await.expect("seals");
    let mut tx = work.write().await.expect("begins");
    let id = person::register(&work, &mut tx, &new).await.expect("registers");
    let sql = "INSERT INTO person_contact (id, person, channel, value, state, generation, proposed_at, proven_at)
        VALUES ($1, $1, 'email', $2, 'PROVEN', 1, $3, $3)";
    tx.execute(sql, args![&id, address, work.now]).await.expect("proves");
    tx.commit().await.expect("commits");
    id
}

#[tokio::test]
async fn an_officer_is_the_person_of_the_same_mailbox_from_when_there_is_one() {
    let (bench, keys) = (bench().await, keys());
    let (_, token) = first(&bench, &keys).await;
    let admin = opened(&bench, &token).await;
    let (_, _, token) = colleague(&bench, &keys, &admin, "penyemak@example.test", Role::EkycReviewer).await;
    let is = async |person: &PersonId| {
        let session = opened(&bench, &token).await;
        session.officer::<EkycReviewer>().expect("a reviewer").is(person)
    };
    let stranger = registered(&bench, &keys, "900423105484", "aina@example.test").await;
    assert!(!is(&stranger).await);
    let own = registered(&bench, &keys, "850101145555", "penyemak@example.test").await;
    assert!(is(&own).await && !is(&stranger).await);
}
