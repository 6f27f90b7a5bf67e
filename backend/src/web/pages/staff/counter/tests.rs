//! The counter, by officers with a session of their own.

use axum::http::header::LOCATION;

use crate::account::Role;
use crate::account::testing::signed_in;
use crate::device::testing::{self as phones, ORIGIN, TestPhone};
use crate::device::{self, State};
use crate::testkit::Bench;
use crate::web::Doors;
use crate::web::testing::{Answer, Browser, doors};

const NUMBER: &str = "900423105484";
const PATH: &str = "/kakitangan/kaunter";

struct World {
    bench: Bench,
    doors: std::sync::Arc<Doors>,
    new: TestPhone,
}

/// Somebody whose phone was lost, with the new one.
async fn world() -> World {
    let (bench, doors) = doors(ORIGIN).await;
    let keys = &*doors.keystore;
    let person = phones::person(&bench.work(), keys, NUMBER, "aina@example.test").await;
    phones::bind(&bench, keys, &person, NUMBER).await;
    let new = phones::bind(&bench, keys, &person, NUMBER).await;
    World { bench, doors, new }
}

impl World {
    async fn officer(&self, role: Role) -> Browser {
        let token = signed_in(&self.bench.work(), role, None).await;
        let mut browser = Browser::at(&self.doors);
        browser.get("/").await;
        browser.cookies.insert("__Host-sesi".to_owned(), token.expose().clone());
        browser
    }

    fn desk(&self) -> String {
        format!("{PATH}/{}", self.new.person)
    }

    async fn act(&self, browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
        browser.get(&self.desk()).await;
        browser.post(&self.desk(), fields).await
    }

    async fn state(&self) -> State {
        let id = self.new.device();
        device::by_id(&self.bench.work(), &id).await.expect("reads").expect("a phone").state
    }
}

#[tokio::test]
async fn an_officer_finds_by_number_and_vouches_only_after_looking() {
    let world = world().await;
    let mut officer = world.officer(Role::RegistrationOfficer).await;
    officer.get(PATH).await;
    let nobody = officer.post(PATH, &[("ic", "850101145555")]).await;
    assert!(nobody.status == 422 && nobody.body.contains("Tiada sesiapa didaftarkan"), "{}", nobody.body);
    let found = officer.post(PATH, &[("ic", "900423-10-5484")]).await;
    assert_eq!(found.header(LOCATION.as_str()), world.desk());
    let page = officer.get(&world.desk()).await;
    assert!(page.body.contains("Aina binti Omar") && !page.body.contains(NUMBER), "{}", page.body);
    let phone = ("telefon", world.new.id.as_str());
    let blind = world.act(&mut officer, &[("aksi", "sahkan-telefon"), phone]).await;
    assert!(blind.status == 422 && blind.body.contains("Sila tandakan"), "{}", blind.body);
    let done = world.act(&mut officer, &[("aksi", "sahkan-telefon"), phone, ("lihat", "ya")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let twice = world.act(&mut officer, &[("aksi", "sahkan-telefon"), phone, ("lihat", "ya")]).await;
    assert!(twice.status == 422 && twice.body.contains("Tiada telefon yang menunggu"), "{}", twice.body);
    world.bench.clock.advance(std::time::Duration::from_secs(24 * 3600));
    assert_eq!(world.state().await, State::Active);
}

#[tokio::test]
async fn a_phone_is_ended_by_two_officers_and_by_nobody_else() {
    let world = world().await;
    let (mut one, mut two) =
        (world.officer(Role::RegistrationOfficer).await, world.officer(Role::RegistrationOfficer).await);
    let phone = ("telefon", world.new.id.as_str());
    let unreasoned = world.act(&mut one, &[("aksi", "minta-tamat"), phone]).await;
    assert_eq!(unreasoned.status, 422, "{}", unreasoned.body);
    assert_eq!(world.act(&mut one, &[("aksi", "minta-tamat"), phone, ("sebab", "stolen")]).await.status, 303);
    let alone = world.act(&mut one, &[("aksi", "sahkan-tamat"), phone]).await;
    assert!(alone.status == 422 && alone.body.contains("Pegawai kedua diperlukan"), "{}", alone.body);
    assert_ne!(world.state().await, State::Revoked);
    assert_eq!(world.act(&mut two, &[("aksi", "sahkan-tamat"), phone]).await.status, 303);
    assert_eq!(world.state().await, State::Revoked);
}

#[tokio::test]
async fn other_desks_and_other_people_s_phones_are_closed() {
    let world = world().await;
    for role in [Role::Admin, Role::EkycReviewer, Role::QcOfficer] {
        let mut other = world.officer(role).await;
        assert_eq!(other.get(PATH).await.status, 403, "{role:?}");
        assert_eq!(other.get(&world.desk()).await.status, 403, "{role:?}");
    }
    let keys = &*world.doors.keystore;
    let person = phones::person(&world.bench.work(), keys, "850101145555", "badrul@example.test").await;
    let stranger = phones::bind(&world.bench, keys, &person, "850101145555").await;
    let mut officer = world.officer(Role::RegistrationOfficer).await;
    let fields = [("aksi", "minta-tamat"), ("telefon", stranger.id.as_str()), ("sebab", "lost")];
    assert_eq!(world.act(&mut officer, &fields).await.status, 404, "of the person who was looked up");
}
