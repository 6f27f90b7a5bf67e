//! The room on an empty database, with specimen pictures.

mod capture;
mod consent;
pub(super) mod fixture;
mod killed;
mod lost;
mod pipeline;
mod review;
mod table;
mod taken;
mod validity;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use mohor_shared::ic::IdNumber;

use super::testing::{Unread, approval, consent, examiner, specimens, upload};
use super::*;
use crate::account::{EkycReviewer, Officer};
use crate::blob::{BlobError, BlobStore};
use crate::kernel::settings::Ekyc;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::outbox::{self, Job};
use crate::person::{self, NewPerson, PersonId, PersonName};
use crate::testkit::{Bench, bench, keys};

/// Blobs in memory.
#[derive(Default)]
struct Shelf(Mutex<HashMap<String, Vec<u8>>>);

impl Shelf {
    fn names(&self) -> Vec<String> {
        self.0.lock().expect("a shelf").keys().cloned().collect()
    }

    fn raw(&self, name: &str) -> Vec<u8> {
        self.0.lock().expect("a shelf")[name].clone()
    }

    fn set(&self, name: &str, bytes: Vec<u8>) {
        self.0.lock().expect("a shelf").insert(name.to_owned(), bytes);
    }
}

#[async_trait]
impl BlobStore for Shelf {
    async fn append(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), BlobError> {
        let mut shelf = self.0.lock().expect("a shelf");
        let blob = shelf.entry(name.to_owned()).or_default();
        blob.truncate(offset as usize);
        blob.extend_from_slice(bytes);
        Ok(())
    }

    async fn read(&self, name: &str, length: u64) -> Result<Vec<u8>, BlobError> {
        let shelf = self.0.lock().expect("a shelf");
        let blob = shelf.get(name).ok_or_else(|| BlobError::Missing(name.to_owned()))?;
        blob.get(..length as usize).map(<[u8]>::to_vec).ok_or_else(|| BlobError::Missing(name.to_owned()))
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        self.0.lock().expect("a shelf").remove(name);
        Ok(())
    }
}

struct World {
    bench: Bench,
    shelf: Arc<Shelf>,
}

async fn world() -> World {
    World { bench: bench().await, shelf: Arc::default() }
}

impl World {
    fn work(&self) -> Work {
        self.bench.work()
    }

    async fn someone(&self) -> PersonId {
        self.person("Ane Lim", "900423105484").await
    }

    async fn person(&self, name: &str, number: &str) -> PersonId {
        let work = self.work();
        let name = PersonName::parse(name).expect("a name");
        let new = NewPerson { name, id: IdNumber::parse(number).expect("a number"), lang: Lang::Ms };
        let registration = person::prepare(&work, &keys(), new).await.expect("seals");
        let mut tx = work.write().await.expect("begins");
        let id = person::register(&work, &mut tx, &registration).await.expect("registers");
        tx.commit().await.expect("commits");
        id
    }

    async fn start(&self, person: &PersonId) -> Result<Capture, CaptureError> {
        start(&self.work(), person, &consent(), &consent().version).await
    }

    async fn put(&self, person: &PersonId, to: &Capture, slot: Slot, sent: &[u8]) -> Result<(), CaptureError> {
        let upload = upload(&to.id, to.nonce.expose(), slot, sent);
        put_image(&self.work(), &keys(), &*self.shelf, person, upload).await
    }

    /// The names of the mails and news that went out, sorted: in one instant of a clock that stands still, their order
    /// is not told.
    async fn told(&self) -> Vec<String> {
        let (work, mut told) = (self.work(), Vec::new());
        while let Some(claimed) = outbox::claim(&work).await.expect("claims") {
            told.push(match claimed.job.clone() {
                Job::Mail { template, .. } => template,
                Job::Event { kind, .. } => kind,
            });
            outbox::done(&work, &claimed).await.expect("done");
        }
        told.sort();
        told
    }

    async fn submit(&self, person: &PersonId, capture: &Capture) -> Result<(), CaptureError> {
        submit(&self.work(), person, &capture.id, capture.nonce.expose()).await
    }

    /// Three good pictures, submitted; submitting twice is once.
    async fn submitted(&self, person: &PersonId) -> SubmissionId {
        let capture = self.start(person).await.expect("opens");
        for (slot, sent) in Slot::ALL.into_iter().zip(specimens()) {
            if !capture.taken.contains(&slot) {
                self.put(person, &capture, slot, &sent).await.expect("takes");
            }
        }
        self.submit(person, &capture).await.expect("submits");
        self.submit(person, &capture).await.expect("twice is once");
        capture.id
    }

    /// As `submitted`, and examined on a server without a reader.
    async fn waiting(&self, person: &PersonId) -> SubmissionId {
        let id = self.submitted(person).await;
        self.examine(0).await;
        id
    }

    async fn examine(&self, percent: u32) {
        let mut examiner = examiner(Arc::new(keys()), self.shelf.clone(), Arc::new(Unread));
        examiner.second_review_percent = percent;
        while examine(&self.work(), &examiner).await.expect("examines") {}
    }

    fn reviewer(&self) -> Officer<EkycReviewer> {
        Officer::for_test(&self.work(), None)
    }

    /// The reviewer takes the next case and decides it.
    async fn decide(&self, by: &Officer<EkycReviewer>, decision: &Decision) -> Result<Settled, DecideError> {
        let work = self.work();
        let id = next(&work, by).await.expect("reads").expect("a case waits");
        decide(&work, &Ekyc::default(), by, &id, decision).await
    }

    async fn status(&self, person: &PersonId) -> Status {
        status(&self.work(), person).await.expect("reads")
    }

    fn later(&self, seconds: u64) {
        self.bench.clock.advance(Duration::from_secs(seconds));
    }
}
