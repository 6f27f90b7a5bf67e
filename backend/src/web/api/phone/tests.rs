//! The phone program talks to the doors over a socket of this machine.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use mohor_phone::{MemoryStore, Phone, PhoneClock, PhoneError, Picture, Reason, Records};
use mohor_shared::approve::Display;
use tokio::net::TcpListener;

use crate::adapters::blob_files::BlobFiles;
use crate::device::testing::{PASSWORD, invited, person};
use crate::device::{self, ApprovalId, DeviceId, Question};
use crate::ekyc;
use crate::ekyc::testing::specimens;
use crate::factor::{self, Target};
use crate::kernel::clock::{Clock as _, FakeClock};
use crate::kernel::rng::OsRng;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::testkit::Bench;
use crate::web::testing::doors;
use crate::web::{Doors, routes};

mod capture;
mod pictures;
mod requests;

const IC: &str = "900423105484";

struct World {
    bench: Bench,
    doors: Arc<Doors>,
    origin: String,
    _folder: tempfile::TempDir,
    _serving: tokio::task::JoinHandle<()>,
}

async fn world() -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    world_at(listener, origin).await
}

/// A world whose phones know it as `origin`.
#[expect(clippy::disallowed_methods, reason = "the server of a test ends with the test")]
async fn world_at(listener: TcpListener, origin: String) -> World {
    let (bench, doors) = doors(&origin).await;
    let mut doors = Arc::into_inner(doors).expect("nobody else holds the doors yet");
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = BlobFiles::open(folder.path(), [3; 32], Arc::new(OsRng)).expect("a store");
    doors.blobs = Arc::new(blobs);
    let doors = Arc::new(doors);
    let app = routes(doors.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, app).await.expect("serves") });
    World { bench, doors, origin, _folder: folder, _serving: serving }
}

impl World {
    fn work(&self) -> Work {
        self.bench.work()
    }

    fn phone(&self) -> Phone {
        let records = Records::in_memory().expect("records");
        Phone::new(&self.origin, Arc::new(MemoryStore::default()), records).expect("a phone").named("Telefon Ujian")
    }

    async fn person(&self) -> PersonId {
        person(&self.work(), &*self.doors.keystore, IC, "aina@example.test").await
    }

    async fn bound(&self, person: &PersonId) -> Phone {
        let (_, code) = invited(&self.work(), &*self.doors.keystore, person).await;
        let phone = self.phone();
        phone.enrol(IC, PASSWORD, &code).await.expect("binds");
        phone
    }
}

#[tokio::test]
async fn a_phone_is_bound_over_http_and_reads_its_state() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let me = phone.me().await.expect("answers");
    assert_eq!((me.state.as_str(), me.assurance.as_str(), me.totp.as_str()), ("active", "A0", "none"));
    assert_eq!(Some(me.device_id), phone.device_id().expect("reads"));
    let notices = phone.notices().await.expect("answers");
    assert!(notices.iter().any(|notice| notice.text.starts_with("Telefon ini telah didaftarkan")));
    let phone = phone.speaking("en");
    let english = phone.notices().await.expect("answers");
    assert!(english.iter().any(|notice| notice.text.starts_with("This phone was registered")), "{english:?}");
    let notice = notices.first().expect("one");
    phone.read_notice(&notice.id).await.expect("marks");
    assert!(phone.notices().await.expect("answers")[0].read);
    assert!(phone.turns().await.expect("answers").is_empty());
    assert_eq!(phone.show_code("01J").await.expect_err("no turn").code(), Some("page-missing"));
}

/// CON-1: whoever has the app can ask whom to ask, bound or not; afterwards even without a network.
#[tokio::test]
async fn whom_to_ask_is_told_before_a_phone_is_bound_and_remembered() {
    let world = world().await;
    let hims = &world.doors.settings.hims;
    let folder = tempfile::tempdir().expect("a folder");
    let phone = |origin: &str| {
        let records = Records::open(&folder.path().join("records.db")).expect("records");
        Phone::new(origin, Arc::new(MemoryStore::default()), records).expect("a phone")
    };
    let nobody = "http://127.0.0.1:9";
    assert!(matches!(phone(nobody).help().await, Err(PhoneError::Network(_))), "nobody was ever asked");
    let help = phone(&world.origin).help().await.expect("answers");
    assert_eq!((&help.line, &help.mail), (&hims.help_line, &hims.help_mail));
    assert_eq!(phone(nobody).help().await.expect("was said before"), help);
}

#[tokio::test]
async fn a_new_phone_takes_over_with_the_old_one_in_hand() {
    let world = world().await;
    let person = world.person().await;
    let (old, new) = (world.bound(&person).await, world.phone());
    old.me().await.expect("learns the time");
    let waiting = new.ask_to_move().await.expect("asks");
    assert_eq!(new.finish_move(&waiting, IC).await.expect("waits"), None);
    assert!(matches!(old.read_ticket("https://example.test/").await, Err(PhoneError::Ticket(_))));
    let other = new.ask_to_move().await.expect("asks again");
    let swapped = waiting.ticket().replace(waiting.ticket().rsplit('.').next().expect("a challenge"), "AAAA");
    assert!(matches!(old.read_ticket(&swapped).await, Err(PhoneError::Untrusted)), "not what the new phone shows");
    let read = old.read_ticket(&waiting.ticket()).await.expect("reads");
    assert_eq!((read.model.as_str(), read.tag()), ("Telefon Ujian", waiting.tag()));
    assert_ne!(read.tag(), other.tag());
    old.sign_for(&read).await.expect("signs");
    assert_eq!(new.finish_move(&waiting, IC).await.expect("binds").as_deref(), Some("active"));
    assert_eq!(new.me().await.expect("answers").state, "active");
    assert_eq!(old.me().await.expect_err("ended").code(), Some("phone-not-bound"));
}

#[tokio::test]
async fn a_lost_phone_s_successor_is_told_to_wait_and_the_old_one_sends_it_away() {
    let world = world().await;
    let person = world.person().await;
    let old = world.bound(&person).await;
    let new = world.bound(&person).await;
    let me = new.me().await.expect("may log in");
    let until = world.work().now.plus(Duration::from_secs(24 * 3600)).seconds();
    assert_eq!((me.state.as_str(), me.vouching, me.cool_until), ("cooling", true, Some(until)));
    assert_eq!(new.show_code("01J").await.expect_err("no code").code(), Some("page-missing"));
    let pictures = [Picture { slot: "front".to_owned(), bytes: specimens()[0].clone() }];
    let refused = old.submit_identity(&pictures).await.expect_err("not this phone's any more");
    assert_eq!(refused.code(), Some("phone-replaced"));
    let done = old.not_me().await.expect("is heard");
    assert!(done.reinstated && done.until.is_some());
    assert_eq!(old.me().await.expect("answers").state, "frozen");
    assert_eq!(new.me().await.expect_err("sent away").code(), Some("phone-not-bound"));
}

#[tokio::test]
async fn pictures_are_for_four_countries_and_the_manual_path_for_the_others() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let pictures = [Picture { slot: "front".to_owned(), bytes: b"not a picture".to_vec() }];
    for (number, manual) in [
        ("+8613800138000", false),
        ("+886912345678", false),
        ("+819012345678", false),
        ("+6591234567", true),
        ("+60123456789", false),
    ] {
        let work = world.work();
        let mut tx = work.write().await.expect("begins");
        let proposal = crate::person::Phone::parse(number).expect("a number");
        crate::person::propose_contact(&work, &mut tx, &person, proposal).await.expect("proposes");
        tx.commit().await.expect("commits");
        let refused = phone.submit_identity(&pictures).await.expect_err("no picture");
        assert_eq!(refused.code() == Some("ekyc-manual-path"), manual, "{number}: {refused:?} (EKYC-11)");
        if let (true, PhoneError::Refused(problem)) = (manual, refused) {
            assert!(problem.detail.contains("pihak pemaju"), "{}", problem.detail);
        }
    }
}

#[tokio::test]
async fn wrong_details_are_refused_in_words() {
    let world = world().await;
    let person = world.person().await;
    let (_, code) = invited(&world.work(), &*world.doors.keystore, &person).await;
    let refused = world.phone().enrol(IC, "lain-sekali", &code).await.expect_err("refused");
    let PhoneError::Refused(problem) = refused else { panic!("{refused}") };
    assert_eq!((problem.code.as_str(), problem.status), ("enrol-mismatch", 401));
    assert!(problem.detail.contains("kod verifikasi"));
    let refused = world.phone().speaking("en").enrol(IC, "lain-sekali", &code).await.expect_err("refused");
    let PhoneError::Refused(problem) = refused else { panic!("{refused}") };
    assert!(problem.detail.contains("verification code"));
    let refused = world.phone().me().await.expect_err("not bound");
    assert!(matches!(refused, PhoneError::NotBound));
}

#[tokio::test]
async fn a_stale_nonce_is_mended_by_one_retry() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    phone.me().await.expect("answers");
    world.bench.clock.advance(Duration::from_secs(300));
    phone.me().await.expect("answers after a pause");
}

#[tokio::test]
async fn totp_waits_for_the_identity_check() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let refused = phone.set_up_totp().await.expect_err("no identity check yet");
    assert_eq!(refused.code(), Some("ekyc-not-approved"));
    assert!(matches!(phone.totp(), Err(PhoneError::NoTotp)));
}

/// A phone whose clock is two days slow.
struct SlowClock(Arc<FakeClock>);

impl PhoneClock for SlowClock {
    fn now(&self) -> i64 {
        self.0.now().seconds() - 2 * 24 * 3600
    }
}

#[tokio::test]
async fn after_the_identity_check_codes_are_right_though_the_phone_s_clock_is_not() {
    let world = world().await;
    let person = world.person().await;
    let (_, code) = invited(&world.work(), &*world.doors.keystore, &person).await;
    let phone = world.phone().with_clock(Arc::new(SlowClock(world.bench.clock.clone())));
    phone.enrol(IC, PASSWORD, &code).await.expect("binds");
    let slots = ["front", "back", "selfie"].into_iter().zip(specimens());
    let pictures: Vec<_> = slots.map(|(slot, bytes)| Picture { slot: slot.to_owned(), bytes }).collect();
    let unreadable = [Picture { slot: "front".to_owned(), bytes: b"not a picture".to_vec() }];
    assert!(phone.submit_identity(&unreadable).await.expect_err("refused").code().is_some());
    phone.submit_identity(&pictures).await.expect("hands in");
    assert_eq!(phone.me().await.expect("answers").ekyc, "DALAM_SEMAKAN");

    let work = world.work();
    ekyc::testing::approve(&work, world.doors.keystore.clone(), world.doors.blobs.clone()).await;
    assert_eq!(phone.me().await.expect("answers").ekyc, "DILULUSKAN");

    phone.set_up_totp().await.expect("activates");
    assert_eq!(phone.me().await.expect("answers").totp, "active");
    world.bench.clock.advance(Duration::from_secs(30));
    let shown = phone.totp().expect("a code");
    assert_eq!(shown.clock_off_by, 2 * 24 * 3600);
    let target = Target::turn("T1", 1, &[7; 32]);
    let keys = &*world.doors.keystore;
    let checked = factor::check(&world.work(), keys, &person, &target, shown.code.expose()).await.expect("right");
    assert_eq!(checked.kind(), factor::Kind::Totp);
}

async fn put(work: &Work, person: &PersonId) -> ApprovalId {
    let display = Display {
        lang: "ms".into(),
        title: "Jana sijil digital".into(),
        facts: vec![("Nama".into(), "Aina binti Omar".into())],
        requester: "HIMS".into(),
    };
    let question = Question {
        person: person.clone(),
        kind: "certificate-issue",
        reference: "R1".into(),
        subject: [5; 32],
        display,
        life: Duration::from_secs(600),
    };
    let mut tx = work.write().await.expect("begins");
    let id = device::ask(work, &mut tx, &question).await.expect("asks");
    tx.commit().await.expect("commits");
    id
}

#[tokio::test]
async fn a_question_is_shown_and_answered_on_the_phone() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    // The bench stands in 2026; the phone learns that.
    phone.me().await.expect("answers");
    let id = put(&world.work(), &person).await;
    let pending = phone.approvals().await.expect("answers").pop().expect("one waits");
    assert_eq!((pending.id(), pending.display.title.as_str()), (id.as_str(), "Jana sijil digital"));
    phone.approve(&pending).await.expect("counts");
    let again = phone.approve(&pending).await.expect_err("once");
    assert_eq!(again.code(), Some("approval-over"));
    let asked = device::asked(&world.work(), &id).await.expect("reads").expect("is there");
    assert_eq!(asked.state, "APPROVED");
    assert!(phone.approvals().await.expect("answers").is_empty());

    put(&world.work(), &person).await;
    let pending = phone.approvals().await.expect("answers").pop().expect("one waits");
    phone.decline(&pending, Reason::NotMe).await.expect("counts");
    assert_eq!(phone.me().await.expect("answers").state, "frozen");
    let kinds: Vec<_> = phone.records().history().expect("reads").into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["declined", "approved", "bound"]);
}

#[tokio::test]
async fn a_revoked_phone_and_a_call_without_proof_are_turned_away() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let id = phone.device_id().expect("reads").expect("bound");
    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    device::revoke(&work, &mut tx, &DeviceId::parse(&id).expect("an id")).await.expect("revokes");
    tx.commit().await.expect("commits");
    assert_eq!(phone.me().await.expect_err("revoked").code(), Some("phone-not-bound"));

    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().expect("a client");
    let answer = client.get(format!("{}/m/v1/me", world.origin)).send().await.expect("answers");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert!(answer.headers().contains_key("dpop-nonce"));
    let problem: serde_json::Value = answer.json().await.expect("json");
    assert_eq!(problem["code"], "phone-proof-invalid");
}

#[tokio::test]
async fn an_invitation_is_asked_for_and_opened_in_the_app_and_the_answer_names_nobody() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.phone();
    for email in ["aina@example.test", "lain@example.test"] {
        phone.register(email, IC, "012-345 6789").await.expect("the same answer");
    }
    let refused = phone.register("aina@example.test", "12", "0123456789").await.expect_err("no number");
    assert_eq!(refused.code(), Some("enrol-number-unfit"));

    let work = world.work();
    let mut tx = work.write().await.expect("begins");
    let id = device::invite(&work, &mut tx, &person).await.expect("invites");
    tx.commit().await.expect("commits");
    let token = device::link(&*world.doors.keystore, &id).await.expect("derives");
    let token = phone.link_token(&format!("{}/daftar/{token}", world.origin)).expect("a link of ours");
    assert!(!phone.open_link(&token).await.expect("opens").password_set);
    assert_eq!(phone.another_code(&token).await.expect_err("no password").code(), Some("activation-password-missing"));
    let short = phone.choose_password(&token, "pendek").await.expect_err("too short");
    assert_eq!(short.code(), Some("activation-password-unfit"));
    let state = phone.choose_password(&token, PASSWORD).await.expect("chooses");
    assert!(state.password_set && state.code_until.is_some() && !state.claimed);
    phone.another_code(&token).await.expect("mails another");
    let code = device::testing::code_of(&work, &*world.doors.keystore, &id).await;
    phone.enrol(IC, PASSWORD, &code).await.expect("binds");
    assert!(phone.open_link(&token).await.expect("opens").claimed);
    assert_eq!(phone.open_link("01JZZ.AAAA").await.expect_err("nowhere").code(), Some("enrol-link-over"));
    assert_eq!(phone.standing().await.expect("answers").name, "Aina binti Omar");
}

#[tokio::test]
async fn a_person_takes_the_phone_out_of_use() {
    let world = world().await;
    let person = world.person().await;
    let phone = world.bound(&person).await;
    let stolen = phone.device_id().expect("reads").expect("bound");
    phone.leave().await.expect("leaves");
    assert!(!phone.is_bound().expect("reads"));
    assert!(
        device::current(&world.work(), &person).await.expect("reads").is_none_or(|phone| phone.id.as_str() != stolen)
    );
}
