//! The reviewer's desk, by people with a session of their own.

use std::sync::Arc;

use axum::http::header::LOCATION;

use super::*;
use crate::account::Role;
use crate::account::testing::signed_in;
use crate::adapters::blob_files::BlobFiles;
use crate::audit;
use crate::device::testing::{ORIGIN, person};
use crate::ekyc::testing::{Unread, consent, examiner, specimens, upload};
use crate::kernel::rng::OsRng;
use crate::testkit::Bench;
use crate::web::testing::{Browser, doors};

struct World {
    bench: Bench,
    doors: Arc<Doors>,
    _folder: tempfile::TempDir,
}

async fn world() -> World {
    let (bench, doors) = doors(ORIGIN).await;
    let mut doors = Arc::into_inner(doors).expect("nobody else holds the doors yet");
    let folder = tempfile::tempdir().expect("a folder");
    doors.blobs = Arc::new(BlobFiles::open(folder.path(), [3; 32], Arc::new(OsRng)).expect("a store"));
    World { bench, doors: Arc::new(doors), _folder: folder }
}

impl World {
    /// Somebody's pictures wait for a reviewer.
    async fn waiting(&self, number: &str, email: &str) -> String {
        let (work, keys) = (self.bench.work(), &*self.doors.keystore);
        let person = person(&work, keys, number, email).await;
        let capture = ekyc::start(&work, &person, &consent(), &consent().version).await.expect("opens");
        for (slot, sent) in Slot::ALL.into_iter().zip(specimens()) {
            let upload = upload(&capture.id, capture.nonce.expose(), slot, &sent);
            ekyc::put_image(&work, keys, &*self.doors.blobs, &person, upload).await.expect("takes");
        }
        ekyc::submit(&work, &person, &capture.id, capture.nonce.expose()).await.expect("submits");
        let examiner = examiner(self.doors.keystore.clone(), self.doors.blobs.clone(), Arc::new(Unread));
        while ekyc::examine(&work, &examiner).await.expect("examines") {}
        self.bench.clock.advance(Duration::from_secs(1));
        format!("{DESK}/{}", capture.id)
    }

    async fn staff(&self, role: Role) -> Browser {
        let token = signed_in(&self.bench.work(), role, None).await;
        let mut browser = Browser::at(&self.doors);
        browser.get("/").await;
        browser.cookies.insert("__Host-sesi".to_owned(), token.expose().clone());
        browser
    }
}

const LIST: [(&str, &str); 5] = [
    ("semak_number", "ya"),
    ("semak_name", "ya"),
    ("semak_portrait", "ya"),
    ("semak_prompts", "ya"),
    ("semak_genuine", "ya"),
];

#[tokio::test]
async fn a_decision_leads_to_the_next_case_until_the_reviewer_stops() {
    let world = world().await;
    let one = world.waiting("900423105484", "satu@example.test").await;
    let two = world.waiting("880930140004", "dua@example.test").await;
    world.waiting("791105080006", "tiga@example.test").await;
    let mut reviewer = world.staff(Role::EkycReviewer).await;
    assert!(reviewer.get(DESK).await.body.contains(">3<"), "how many wait");
    let taken = reviewer.post(&format!("{DESK}/seterusnya"), &[]).await;
    assert_eq!(taken.header(LOCATION.as_str()), one, "the longest waiting");
    let page = reviewer.get(&one).await;
    let order = ["imej/front", "imej/selfie", "imej/back"].map(|part| page.body.find(part).expect(part));
    assert!(order.is_sorted(), "the face beside the portrait");
    let approve = ("keputusan", "lulus");
    let unticked = reviewer.post(&one, &[approve, LIST[0]]).await;
    assert!(unticked.status == 422 && unticked.body.contains("value=\"ya\" checked"), "what was ticked stays ticked");
    let all: Vec<_> = LIST.into_iter().chain([approve]).collect();
    let decided = reviewer.post(&one, &all).await;
    assert_eq!((decided.status.as_u16(), decided.header(LOCATION.as_str())), (303, two.as_str()));
    reviewer.get(&two).await;
    let unreasoned = reviewer.post(&two, &[("keputusan", "tolak")]).await;
    assert_eq!(unreasoned.status, 422, "a rejection has a reason");
    let stop = [("keputusan", "tolak"), ("sebab", "mismatch"), ("berhenti", "ya")];
    assert_eq!(reviewer.post(&two, &stop).await.header(LOCATION.as_str()), DESK);
    let desk = reviewer.get(DESK).await;
    assert!(desk.body.contains(">1<") && desk.body.contains("/seterusnya"), "one waits, and nobody holds it");
}

#[tokio::test]
async fn pictures_are_for_the_reviewer_who_was_given_the_case() {
    let world = world().await;
    let case = world.waiting("900423105484", "satu@example.test").await;
    let image = format!("{case}/imej/selfie");
    let (mut one, mut other) = (world.staff(Role::EkycReviewer).await, world.staff(Role::EkycReviewer).await);
    assert_eq!(one.get(&image).await.status, 409, "not taken yet");
    one.get(DESK).await;
    one.post(&format!("{DESK}/seterusnya"), &[]).await;
    let shown = one.get(&image).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"));
    let flat = one.get(&format!("{case}/imej/front?rata")).await;
    assert_eq!((flat.status.as_u16(), flat.header("content-type")), (200, "image/jpeg"));
    assert!(shown.header("cache-control").contains("no-store"), "{:?}", shown.headers);
    assert_eq!(other.get(&image).await.status, 409, "somebody else's");
    assert_eq!(other.get(&case).await.status, 409);
    for role in [Role::Admin, Role::RegistrationOfficer, Role::QcOfficer] {
        let mut stranger = world.staff(role).await;
        assert_eq!(stranger.get(DESK).await.status, 403, "{role:?}");
        assert_eq!(stranger.get(&image).await.status, 403, "{role:?}");
    }
    assert_ne!(Browser::at(&world.doors).get(&image).await.status, 200, "nobody");
    one.get(&case).await;
    // Who looked at what: whoever was refused has seen nothing.
    let trail = audit::recent(&world.bench.work(), "").await.expect("the trail");
    let looks = trail.iter().filter(|entry| entry.kind.starts_with("ekyc.") && entry.kind.contains("viewed"));
    let mut looks: Vec<_> = looks.map(|entry| (entry.kind.as_str(), entry.facts.contains("selfie"))).collect();
    // Written in one instant of the clock that stands still: their order is not told.
    looks.sort_unstable();
    assert_eq!(looks, [("ekyc.picture-viewed", false), ("ekyc.picture-viewed", true), ("ekyc.viewed", false)]);
}
