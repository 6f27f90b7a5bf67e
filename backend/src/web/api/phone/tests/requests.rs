//! What a system of an agency asks, on the phone.

use mohor_shared::pin::Pin;
use mohor_shared::transcript::sha256;

use super::{World, world};
use crate::keystore::KeySpec;
use crate::person::PersonId;
use crate::roaming::{self, Ask, Asked, Requester};
use crate::vault;

async fn with_key(world: &World) -> PersonId {
    let (person, work) = (world.person().await, world.work());
    let pin = Pin::parse("Abcdef1#").expect("a PIN");
    let key = vault::generate(&work, world.doors.spine.vault(), &person, KeySpec::P256, &pin).await.expect("a key");
    let mut tx = work.write().await.expect("begins");
    vault::activate(&work, &mut tx, &key.id).await.expect("activates");
    tx.commit().await.expect("commits");
    person
}

async fn asked(world: &World, person: &PersonId) -> Asked {
    let requester = Requester { id: "igfmas".to_owned(), name: "iGFMAS · Jabatan Ujian".to_owned() };
    let ask = Ask {
        requester,
        person: person.clone(),
        title: "Arahan Bayaran SPESIMEN".to_owned(),
        amount: Some(2_991_135),
        seen: false,
        digests: vec![sha256(b"SPESIMEN")],
        supersede: true,
    };
    roaming::ask(&world.work(), &ask).await.expect("asks")
}

/// APP-11, FIN-7: unlock, the facts, and then the code; "Bukan saya".
#[tokio::test]
async fn a_request_is_shown_with_its_facts_before_the_code_and_sent_away() {
    let world = world().await;
    let person = with_key(&world).await;
    let phone = world.bound(&person).await;
    assert!(phone.requests().await.expect("answers").is_empty());
    let request = asked(&world, &person).await;
    let waiting = phone.requests().await.expect("answers");
    let [facts] = &waiting[..] else { panic!("one request waits: {waiting:?}") };
    assert_eq!((facts.requester.as_str(), facts.title.as_str()), ("iGFMAS · Jabatan Ujian", "Arahan Bayaran SPESIMEN"));
    assert_eq!((facts.count, facts.amount, facts.seen), (1, Some(2_991_135), false), "a document not seen is said so");
    let shown = phone.show_request_code(&facts.id).await.expect("a code");
    assert_eq!((&shown.request, shown.exp), (facts, request.expires_at.seconds()));
    assert_eq!(shown.code.expose().len(), 6);

    let stranger = phone.show_request_code("01J").await.expect_err("no request");
    assert_eq!(stranger.code(), Some("page-missing"));
    phone.deny_request(&facts.id).await.expect("is heard");
    assert_eq!(phone.me().await.expect("answers").state, "frozen");
    assert_eq!(phone.show_request_code(&facts.id).await.expect_err("over").code(), Some("roaming-over"));
    let kinds: Vec<_> = phone.records().history().expect("reads").into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["request-code-shown", "bound"]);
}
