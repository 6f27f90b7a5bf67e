//! The process is killed between every two commits of the outbox job: every letter arrives, and one that may have been
//! handed over twice carries the name by which a mail server knows it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::*;
use crate::device::testing::{invited, person};
use crate::ekyc::testing::{Unread, examiner};
use crate::kernel::settings::Settings;
use crate::keystore::KeySpec;
use crate::outbox::{self, Mail, PostError};
use crate::signing::tests::stage::Shelf;
use crate::signing::{AnyCode, IssuedHere, NoSteps, Tools};
use crate::testkit::{self, Bench, CheckpointFile, KeyStoreNotary, killed_at_every_commit};
use crate::timestamp::LocalStamper;
use crate::vault::{Cost, Vault};

/// Everything that was handed over, in order.
#[derive(Default)]
struct Road(Mutex<Vec<Mail>>);

#[async_trait]
impl Postman for Road {
    async fn deliver(&self, mail: &Mail) -> Result<(), PostError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}

struct Stage {
    bench: Bench,
    jobs: Jobs,
    road: Arc<Road>,
    _folder: tempfile::TempDir,
}

/// Jobs with letters to two people waiting.
async fn stage() -> Stage {
    let (bench, folder) = (testkit::bench().await, tempfile::tempdir().expect("a folder"));
    let (keys, shelf) = (Arc::new(testkit::keys()), Arc::new(Shelf::default()));
    let authority = Arc::new(testkit::authority(&bench).await);
    let vault = Vault::new(keys.clone(), Cost::FLOOR, 1);
    let settings = Settings::default();
    let desk = enrolment::Desk {
        vault: vault.clone(),
        authority: authority.clone(),
        spec: KeySpec::P256,
        requester: "HIMS".to_owned(),
    };
    let tools = Tools {
        vault,
        blobs: shelf.clone(),
        stamper: Arc::new(LocalStamper::new(authority.clone())),
        factor: Arc::new(AnyCode(keys.clone())),
        credentials: Arc::new(IssuedHere(authority.clone())),
        steps: Arc::new(NoSteps),
    };
    let road = Arc::new(Road::default());
    let jobs = Jobs {
        means: bench.means.clone(),
        stationery: Stationery {
            public_url: settings.public_url.clone(),
            brand: settings.brand.clone(),
            hims: settings.hims.clone(),
        },
        sender: settings.mail.hims_sender.clone(),
        keystore: keys.clone(),
        postman: road.clone(),
        notary: Arc::new(KeyStoreNotary::open(keys.clone()).await.expect("a notary")),
        checkpoints: Arc::new(CheckpointFile::at(&folder.path().join("heads"))),
        authority,
        spine: Arc::new(Spine::new(tools, Vec::new())),
        desk: Arc::new(desk),
        mails_wait: AtomicBool::new(true),
        examiner: examiner(keys.clone(), shelf, Arc::new(Unread)),
        identity: settings.ekyc.clone(),
    };
    for (number, address) in [("900423105484", "aina@example.test"), ("880930140004", "mei@example.test")] {
        let person = person(&bench.work(), &*keys, number, address).await;
        invited(&bench.work(), &*keys, &person).await;
    }
    Stage { bench, jobs, road, _folder: folder }
}

#[tokio::test]
async fn killed_at_every_commit_every_letter_arrives_and_a_repetition_says_that_it_is_one() {
    let story = async |stage: &Stage| _ = stage.jobs.empty_outbox().await;
    let next = async |stage: &Stage, cut: u64| {
        // The next life of the same server takes up at once what the last one had in its hands.
        outbox::recover(&stage.bench.work()).await.expect("recovers");
        stage.jobs.empty_outbox().await.expect("goes on");
        let mails = std::mem::take(&mut *stage.road.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut letters: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
        mails.iter().for_each(|mail| letters.entry(&mail.message_id).or_default().push(mail));
        assert_eq!(letters.len(), 2, "killed before commit {cut}: a code for each");
        let twice: Vec<_> = letters.values().filter(|copies| copies.len() > 1).collect();
        assert!(
            twice.len() <= 1 && mails.len() <= letters.len() + 1,
            "killed before commit {cut}: the one in its hands"
        );
        for copies in twice {
            assert_eq!(
                (&copies[0].to, &copies[0].text),
                (&copies[1].to, &copies[1].text),
                "killed before commit {cut}"
            );
        }
        stage.jobs.empty_outbox().await.expect("nothing is left");
        assert!(stage.road.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty(), "killed before commit {cut}");
        assert_eq!(outbox::dead_letters(&stage.bench.work()).await.expect("counts"), 0);
    };
    let died = killed_at_every_commit(stage, |stage| &stage.bench, story, next).await;
    assert!(died >= 4, "claim and end of each letter: {died}");
}
