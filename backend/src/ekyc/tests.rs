use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use ::image::ImageFormat;
use async_trait::async_trait;
use mohor_shared::ic::IdNumber;

use super::image::tests::picture as photo;
use super::*;
use crate::account::{EkycReviewer, Officer};
use crate::blob::{BlobError, BlobStore};
use crate::kernel::error::Fault as _;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::outbox::{self, Job};
use crate::person::{self, NewPerson, PersonId, PersonName};
use crate::testkit::{bench, keys};

#[derive(Default)]
struct Shelf(Mutex<HashMap<String, Vec<u8>>>);

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
        Ok(blob[..length as usize].to_vec())
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        self.0.lock().expect("a shelf").remove(name);
        Ok(())
    }
}

async fn someone(work: &Work) -> PersonId {
    let new = NewPerson {
        name: PersonName::parse("Äne Lim").expect("a name"),
        id: IdNumber::parse("900423105484").expect("TV-4"),
        lang: Lang::Ms,
    };
    let registration = person::prepare(work, &keys(), new).await.expect("seals");
    let mut tx = work.write().await.expect("begins");
    let id = person::register(work, &mut tx, registration).await.expect("registers");
    tx.commit().await.expect("commits");
    id
}

async fn captured(work: &Work, shelf: &Shelf, person: &PersonId) -> SubmissionId {
    let capture = start(work, person).await.expect("opens");
    let nonce = capture.nonce.expose();
    for slot in capture.slots {
        let sent = photo(ImageFormat::Jpeg, 640, 400);
        put_image(work, shelf, person, &capture.id, nonce, *slot, sent).await.expect("takes");
    }
    submit(work, person, &capture.id, nonce).await.expect("submits");
    submit(work, person, &capture.id, nonce).await.expect("twice is once");
    capture.id
}

#[tokio::test]
async fn an_approval_is_told_and_proved_for_a_year() {
    let (bench, shelf) = (bench().await, Shelf::default());
    let work = bench.work();
    let person = someone(&work).await;
    assert_eq!(approved(&work, &person).await.expect_err("not yet").code(), "ekyc-not-approved");
    let id = captured(&work, &shelf, &person).await;
    assert_eq!(status(&work, &person).await.expect("reads"), Status::InReview);
    let reviewer = Officer::<EkycReviewer>::for_test(&work, None);
    assert_eq!(queue(&work, &reviewer).await.expect("reads").len(), 1);
    let case = case(&work, &keys(), &reviewer, &id).await.expect("shows");
    assert_eq!((case.number.as_str(), case.slots.len()), ("900423105484", 3));
    assert!(picture(&work, &shelf, &reviewer, &id, Slot::Selfie).await.expect("reads").starts_with(&[0xFF, 0xD8]));
    decide(&work, &reviewer, &id, Decision::Approve).await.expect("decides");
    let proof = approved(&work, &person).await.expect("approved");
    assert_eq!(proof.person(), &person);
    let mut told = Vec::new();
    while let Some(claimed) = outbox::claim(&work).await.expect("claims") {
        told.push(match claimed.job.clone() {
            Job::Mail { template, .. } => template,
            Job::Event { kind, .. } => kind,
        });
        outbox::done(&work, &claimed).await.expect("done");
    }
    // Written in one instant of the clock that stands still: their order is not told.
    told.sort();
    assert_eq!(told, ["ekyc.approved", "ekyc.mail-5"]);
    assert_eq!(outbox::notices_for(&work, person.as_str()).await.expect("reads")[0].template, "ekyc-approved");
    bench.clock.advance(Duration::from_secs(365 * 24 * 3600));
    assert!(approved(&bench.work(), &person).await.is_err(), "a year later");
}

#[tokio::test]
async fn nobody_decides_about_themselves_or_after_somebody_else() {
    let (bench, shelf) = (bench().await, Shelf::default());
    let work = bench.work();
    let person = someone(&work).await;
    let id = captured(&work, &shelf, &person).await;
    let own = Officer::<EkycReviewer>::for_test(&work, Some(person.clone()));
    assert_eq!(decide(&work, &own, &id, Decision::Approve).await.expect_err("own").code(), "ekyc-own-check");
    assert!(!queue(&work, &own).await.expect("reads")[0].allowed);
    let reviewer = Officer::<EkycReviewer>::for_test(&work, None);
    let both = tokio::join!(
        decide(&work, &reviewer, &id, Decision::Approve),
        decide(&work, &reviewer, &id, Decision::Reject(Reason::Face))
    );
    let winners = [both.0.is_ok(), both.1.is_ok()].into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_capture_needs_its_nonce_its_pictures_and_its_hour() {
    let (bench, shelf) = (bench().await, Shelf::default());
    let work = bench.work();
    let person = someone(&work).await;
    let capture = start(&work, &person).await.expect("opens");
    let (id, nonce) = (&capture.id, capture.nonce.expose().as_str());
    let sent = photo(ImageFormat::Jpeg, 640, 400);
    let put =
        async |work: &Work, nonce: &str, slot| put_image(work, &shelf, &person, id, nonce, slot, sent.clone()).await;
    assert_eq!(put(&work, "guess", Slot::Front).await.expect_err("nonce").code(), "ekyc-capture-over");
    put(&work, nonce, Slot::Front).await.expect("takes");
    let refused = submit(&work, &person, id, nonce).await.expect_err("incomplete");
    assert!(matches!(refused, CaptureError::Missing(Slot::Back)));
    bench.clock.advance(Duration::from_secs(3600));
    assert_eq!(put(&bench.work(), nonce, Slot::Back).await.expect_err("over").code(), "ekyc-capture-over");
}

#[tokio::test]
async fn new_pictures_are_asked_for_and_taken_but_not_beside_a_review() {
    let (bench, shelf) = (bench().await, Shelf::default());
    let work = bench.work();
    let person = someone(&work).await;
    let id = captured(&work, &shelf, &person).await;
    assert_eq!(start(&work, &person).await.expect_err("under review").code(), "ekyc-in-review");
    let reviewer = Officer::<EkycReviewer>::for_test(&work, None);
    decide(&work, &reviewer, &id, Decision::Retake(Reason::Unreadable)).await.expect("decides");
    assert_eq!(status(&work, &person).await.expect("reads"), Status::Retake(Reason::Unreadable));
    bench.clock.advance(Duration::from_secs(1));
    let work = bench.work();
    let again = captured(&work, &shelf, &person).await;
    decide(&work, &reviewer, &again, Decision::Reject(Reason::Mismatch)).await.expect("decides");
    assert_eq!(status(&work, &person).await.expect("reads"), Status::Rejected(Reason::Mismatch));
}

#[tokio::test]
async fn a_phone_number_of_another_country_leads_to_the_manual_path() {
    let bench = bench().await;
    let work = bench.work();
    let person = someone(&work).await;
    for (number, served) in [("+6591234567", false), ("+8613800138000", true)] {
        let mut tx = work.write().await.expect("begins");
        let phone = person::Phone::parse(number).expect("a number");
        person::propose_contact(&work, &mut tx, &person, phone).await.expect("proposes");
        tx.commit().await.expect("commits");
        match start(&work, &person).await {
            Ok(_) => assert!(served, "{number}"),
            Err(refused) => assert_eq!((refused.code(), served), ("ekyc-manual-path", false), "{number}"),
        }
    }
}
