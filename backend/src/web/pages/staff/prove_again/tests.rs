//! An officer whose last proof is too old, at the counter and at the accounts.

use std::time::Duration;

use super::home;
use crate::account::testing::signed_in_with_secrets;
use crate::account::{self, Role};
use crate::device::testing::{self as phones, ORIGIN};
use crate::device::{self, DeviceId};
use crate::web::testing::{Browser, doors};

const NUMBER: &str = "900423105484";
const PASSWORD: &str = "empat perkataan tanpa kaitan";

#[tokio::test]
async fn what_cannot_be_taken_back_at_the_counter_wants_a_proof_of_the_last_ten_minutes() {
    let (bench, doors) = doors(ORIGIN).await;
    let keys = &*doors.keystore;
    let person = phones::person(&bench.work(), keys, NUMBER, "aina@example.test").await;
    phones::bind(&bench, keys, &person, NUMBER).await;
    let phone = phones::bind(&bench, keys, &person, NUMBER).await;
    let officer = signed_in_with_secrets(&bench.work(), keys, Role::RegistrationOfficer, PASSWORD).await;
    let colleague = account::testing::signed_in(&bench.work(), Role::RegistrationOfficer, None).await;
    let mut browser = Browser::at(&doors);
    browser.get("/").await;
    browser.cookies.insert("__Host-sesi".to_owned(), colleague.expose().clone());
    let desk = format!("/kakitangan/kaunter/{person}");
    let which = ("telefon", phone.id.as_str());
    browser.get(&desk).await;
    let asked = browser.post(&desk, &[("aksi", "minta-tamat"), which, ("sebab", "stolen")]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    browser.cookies.insert("__Host-sesi".to_owned(), officer.token.expose().clone());

    // Eleven minutes later the session is alive and sees everything; what it may not is decide.
    bench.clock.advance(Duration::from_secs(11 * 60));
    let page = browser.get(&desk).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let seen = |id: &str| DeviceId::parse(id).expect("an id");
    for act in ["sahkan-telefon", "sahkan-tamat", "sahkan-pin", "cair"] {
        let refused = browser.post(&desk, &[("aksi", act), which, ("lihat", "ya")]).await;
        assert_eq!(refused.status, 401, "{act}: {}", refused.body);
        assert!(refused.body.contains(&format!("href=\"/masuk/semula?balik={desk}\"")), "{act}: {}", refused.body);
        assert!(
            refused.body.contains("Sahkan diri anda sekali lagi") && refused.body.contains("prove yourself once more")
        );
    }
    let untouched = device::by_id(&bench.work(), &seen(&phone.id)).await.expect("reads").expect("a phone");
    assert!(untouched.vouching && !untouched.is_over(), "nothing was done");

    // Password and code, once more: a wrong code first. The session has a new name, and the old one is dead.
    let again = format!("/masuk/semula?balik={desk}");
    let page = browser.get(&again).await;
    assert!(page.status == 200 && page.field("balik") == desk, "{}", page.body);
    let code = officer.code(bench.work().now);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = browser.post("/masuk/semula", &[("kata_laluan", PASSWORD), ("kod", wrong), ("balik", &desk)]).await;
    assert!(answer.status == 422 && answer.field("balik") == desk, "{}", answer.body);
    let answer = browser.post("/masuk/semula", &[("kata_laluan", PASSWORD), ("kod", &code), ("balik", &desk)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, desk.as_str()), "{}", answer.body);
    let session = browser.cookies["__Host-sesi"].clone();
    assert_ne!(&session, officer.token.expose());
    assert!(account::session(&bench.work(), officer.token.expose()).await.expect("reads").is_none(), "the old one");
    browser.get(&desk).await;
    let done = browser.post(&desk, &[("aksi", "sahkan-tamat"), which]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let ended = device::by_id(&bench.work(), &seen(&phone.id)).await.expect("reads").expect("a phone");
    assert!(ended.is_over());
}

#[tokio::test]
async fn ending_an_account_wants_it_too_and_strangers_are_sent_to_the_door() {
    let (bench, doors) = doors(ORIGIN).await;
    let admin = signed_in_with_secrets(&bench.work(), &*doors.keystore, Role::Admin, PASSWORD).await;
    let mut browser = Browser::at(&doors);
    browser.get("/masuk").await;
    assert_eq!(browser.get("/masuk/semula").await.status, 401);
    let stranger = browser.post("/masuk/semula", &[("kata_laluan", PASSWORD), ("kod", "123456")]).await;
    assert_eq!(stranger.status, 401, "{}", stranger.body);
    browser.cookies.insert("__Host-sesi".to_owned(), admin.token.expose().clone());
    bench.clock.advance(Duration::from_secs(11 * 60));
    browser.get("/kakitangan").await;
    let path = format!("/kakitangan/akaun/{}/tamat", admin.account);
    let refused = browser.post(&path, &[]).await;
    assert!(refused.status == 401 && refused.body.contains(&format!("balik={path}\"")), "{}", refused.body);
    // The way back leads to a page, though the address is that of a form.
    let back = browser.get(&path).await;
    assert!(back.status == 200 && back.body.contains("/kakitangan/akaun/"), "{}", back.body);
}

#[test]
fn the_way_back_never_leads_to_another_site() {
    assert_eq!(home("/kakitangan/kaunter/01KA"), "/kakitangan/kaunter/01KA");
    for foreign in [
        "",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "evil",
        "/%2fevil",
        "/a?b",
        "/a//b",
    ] {
        assert_eq!(home(foreign), "/", "{foreign:?}");
    }
}
