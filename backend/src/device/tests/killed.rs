//! The process is killed between every two commits of an enrolment: the person has one phone, at once or with the same
//! invitation.

use super::*;
use crate::args;
use crate::testkit::{Bench, killed_at_every_commit};

struct Stage {
    bench: Bench,
    keys: Box<dyn KeyStore>,
    person: PersonId,
    code: String,
}

/// Everything that the phone sends, with a fresh key.
async fn enrol(stage: &Stage) -> bool {
    let (work, keys) = (stage.bench.work(), &*stage.keys);
    let Ok(challenge) = start(&work, keys, &start_request(IC, &stage.code)).await else { return false };
    let request = finish_request(&work, &fresh_key(), &challenge, IC);
    finish(&work, keys, ORIGIN, &request).await.is_ok()
}

#[tokio::test]
async fn killed_at_every_commit_a_person_gets_exactly_one_phone() {
    let stage = async || {
        let (bench, keys) = (bench().await, Box::new(keys()));
        let person = person(&bench.work(), &*keys, IC, "aina@example.test").await;
        let (_, code) = invited(&bench.work(), &*keys, &person).await;
        Stage { bench, keys, person, code }
    };
    let story = async |stage: &Stage| _ = enrol(stage).await;
    let next = async |stage: &Stage, cut: u64| {
        let bound = current(&stage.bench.work(), &stage.person).await.expect("reads").is_some();
        // Bound already: the invitation is used up and brings no second phone.
        assert_ne!(enrol(stage).await, bound, "killed before commit {cut}");
        let sql = "SELECT id FROM device WHERE person = $1";
        let work = stage.bench.work();
        let phones = work.read().await.expect("reads").all(sql, args![&stage.person]).await.expect("rows");
        assert_eq!(phones.len(), 1, "killed before commit {cut}");
        assert!(current(&work, &stage.person).await.expect("reads").expect("a phone").may_sign());
    };
    let died = killed_at_every_commit(stage, |stage| &stage.bench, story, next).await;
    assert!(died >= 3, "question, challenge, phone: {died}");
}
