use std::time::Duration;

use serde_json::json;

use super::*;
use crate::testkit::bench;

async fn queue_one(bench: &crate::testkit::Bench) {
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    mail(&work, &mut tx, "hims.mail-3", &Recipient::Person("p".into()), json!({"turn": "t"})).await.expect("queues");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_mail_is_claimed_once_and_done() {
    let bench = bench().await;
    queue_one(&bench).await;
    let first = claim(&bench.work()).await.expect("claims").expect("a job");
    assert_eq!(claim(&bench.work()).await.expect("claims").map(|claimed| claimed.id), None);
    done(&bench.work(), &first).await.expect("done");
    bench.clock.advance(Duration::from_secs(3600));
    assert!(claim(&bench.work()).await.expect("claims").is_none());
}

#[tokio::test]
async fn a_lost_lease_is_claimed_again() {
    let bench = bench().await;
    queue_one(&bench).await;
    claim(&bench.work()).await.expect("claims").expect("a job");
    bench.clock.advance(Duration::from_secs(61));
    let again = claim(&bench.work()).await.expect("claims").expect("the same job");
    assert_eq!(again.attempt, 2);
}

#[tokio::test]
async fn a_failing_mail_backs_off_and_dies_after_the_twelfth_try() {
    let bench = bench().await;
    queue_one(&bench).await;
    for attempt in 1..=12 {
        let job = claim(&bench.work()).await.expect("claims").expect("due");
        assert_eq!(job.attempt, attempt);
        failed(&bench.work(), &job, "smtp-refused").await.expect("fails");
        assert!(claim(&bench.work()).await.expect("claims").is_none(), "it waits before try {}", attempt + 1);
        bench.clock.advance(Duration::from_secs(3600));
    }
    assert!(claim(&bench.work()).await.expect("claims").is_none());
    assert_eq!(dead_letters(&bench.work()).await.expect("counts"), 1);
}

async fn queue_to(bench: &crate::testkit::Bench, person: &str, template: &'static str) {
    bench.clock.advance(Duration::from_secs(1));
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    mail(&work, &mut tx, template, &Recipient::Person(person.into()), json!({})).await.expect("queues");
    tx.commit().await.expect("commits");
}

async fn claim_template(bench: &crate::testkit::Bench) -> Option<(Claimed, String)> {
    let claimed = claim(&bench.work()).await.expect("claims")?;
    let Job::Mail { template, .. } = claimed.job.clone() else { panic!("a mail") };
    Some((claimed, template))
}

#[tokio::test]
async fn it_is_known_whose_mails_wait_and_when_everybodys_do() {
    let bench = bench().await;
    let waits = async |to: Option<&str>| {
        let to = to.map(|id| Recipient::Person(id.to_owned()));
        mails_wait(&bench.work(), to.as_ref()).await.expect("reads")
    };
    queue_to(&bench, "p", "hims.mail-2").await;
    assert!(!waits(Some("p")).await, "nobody knows yet");
    // The server takes the mail of one and not that of the other.
    let (job, _) = claim_template(&bench).await.expect("due");
    delayed(&bench.work(), &job, "mailbox busy").await.expect("waits");
    queue_to(&bench, "q", "hims.mail-2").await;
    let (other, _) = claim_template(&bench).await.expect("due");
    assert!(waits(None).await, "it has taken none");
    done(&bench.work(), &other).await.expect("is taken");
    assert!(waits(Some("p")).await && !waits(Some("q")).await && !waits(None).await);
    // It takes nobody's for longer than it is left alone.
    bench.clock.advance(Duration::from_secs(301));
    assert!(waits(Some("q")).await && waits(None).await);
    let (job, _) = claim_template(&bench).await.expect("due again");
    assert!(waits(None).await, "a try under way is no answer");
    done(&bench.work(), &job).await.expect("is taken");
    assert!(!waits(Some("p")).await && !waits(None).await);
}

#[tokio::test]
async fn a_mail_server_that_is_down_for_days_loses_nothing_and_keeps_each_person_s_order() {
    let bench = bench().await;
    queue_to(&bench, "p", "hims.mail-2").await;
    for _ in 0..40 {
        let (job, template) = claim_template(&bench).await.expect("due");
        assert_eq!(template, "hims.mail-2");
        delayed(&bench.work(), &job, "no answer").await.expect("waits");
        bench.clock.advance(Duration::from_secs(3600));
    }
    let (job, _) = claim_template(&bench).await.expect("still due");
    delayed(&bench.work(), &job, "no answer").await.expect("waits");
    // The server is back; a later mail to the same person stays behind, one to somebody else does not.
    queue_to(&bench, "p", "hims.mail-3").await;
    queue_to(&bench, "q", "hims.mail-4").await;
    let (other, template) = claim_template(&bench).await.expect("somebody else's");
    assert_eq!(template, "hims.mail-4");
    assert!(claim_template(&bench).await.is_none());
    done(&bench.work(), &other).await.expect("sent");
    wake(&bench.work()).await.expect("wakes the others");
    for expected in ["hims.mail-2", "hims.mail-3"] {
        let (job, template) = claim_template(&bench).await.expect("due");
        assert_eq!(template, expected);
        done(&bench.work(), &job).await.expect("sent");
    }
    assert_eq!(dead_letters(&bench.work()).await.expect("counts"), 0);
}

#[tokio::test]
async fn after_five_days_a_mail_is_given_up() {
    let bench = bench().await;
    queue_to(&bench, "p", "hims.mail-2").await;
    bench.clock.advance(Duration::from_secs(5 * 86_400 + 1));
    let (job, _) = claim_template(&bench).await.expect("due");
    delayed(&bench.work(), &job, "451").await.expect("is given up");
    assert_eq!(dead_letters(&bench.work()).await.expect("counts"), 1);
}

#[tokio::test]
async fn what_a_dead_worker_had_claimed_is_due_at_the_next_start() {
    let bench = bench().await;
    queue_one(&bench).await;
    claim(&bench.work()).await.expect("claims").expect("a job");
    assert!(claim(&bench.work()).await.expect("claims").is_none());
    assert_eq!(recover(&bench.elsewhere()).await.expect("recovers"), 0, "another server's worker is alive");
    assert_eq!(recover(&bench.work()).await.expect("recovers"), 1);
    assert!(claim(&bench.work()).await.expect("claims").is_some());
}

#[tokio::test]
async fn ten_workers_claim_twenty_jobs_once_each() {
    let bench = bench().await;
    for _ in 0..20 {
        queue_one(&bench).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let means = bench.means.clone();
        workers.spawn(async move {
            let mut ids = Vec::new();
            let mut idle = 0;
            while idle < 5 {
                match claim(&means.work(crate::kernel::work::Actor::System)).await.expect("claims") {
                    Some(claimed) => ids.push(claimed.id),
                    None => idle += 1,
                }
            }
            ids
        });
    }
    let mut all: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    all.sort();
    let claimed = all.len();
    all.dedup();
    assert_eq!((claimed, all.len()), (20, 20));
}

#[tokio::test]
async fn a_notice_belongs_to_its_person() {
    let bench = bench().await;
    let work = bench.work();
    let mut tx = work.write().await.expect("begins");
    notice(&work, &mut tx, "p1", "ekyc-approved", json!({})).await.expect("writes");
    tx.commit().await.expect("commits");
    let mine = notices_for(&work, "p1").await.expect("reads");
    read_notice(&work, "p2", &mine[0].id).await.expect("touches nothing");
    assert_eq!(notices_for(&work, "p1").await.expect("reads")[0].read_at, None);
    read_notice(&work, "p1", &mine[0].id).await.expect("reads");
    assert_eq!(notices_for(&work, "p1").await.expect("reads")[0].read_at, Some(work.now));
    assert_eq!(notices_for(&work, "p2").await.expect("reads"), []);
}

#[tokio::test]
async fn a_clock_that_goes_back_holds_no_new_mail_up_and_hurries_no_retry() {
    let bench = bench().await;
    queue_one(&bench).await;
    let now = bench.work().now;
    bench.clock.set(now.minus(Duration::from_secs(3600)));
    let first = claim(&bench.work()).await.expect("claims").expect("due although it was queued an hour from now");
    failed(&bench.work(), &first, "ujian").await.expect("is put back");
    assert!(claim(&bench.work()).await.expect("claims").is_none(), "a retry waits");
    // Claimed by somebody alive: nobody else takes it, however far the clock goes back.
    bench.clock.advance(Duration::from_secs(10));
    claim(&bench.work()).await.expect("claims").expect("the retry");
    bench.clock.set(now.minus(Duration::from_secs(7200)));
    assert!(claim(&bench.work()).await.expect("claims").is_none());
}
