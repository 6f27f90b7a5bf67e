//! Whose account it is, recorded at the door (ADR 0046).

use std::sync::Arc;

use crate::account::testing::signed_in;
use crate::account::{self, Role};
use crate::args;
use crate::audit;
use crate::device::testing::ORIGIN;
use crate::testkit::Bench;
use crate::web::Doors;
use crate::web::testing::{Browser, doors};

const PATH: &str = "/kakitangan";
const DESK: &str = "/kakitangan/ekyc";
const NUMBER: &str = "850101-14-5555";
const ANOTHER: &str = "880930-14-0004";

struct World {
    bench: Bench,
    doors: Arc<Doors>,
    admin: Browser,
    /// A reviewer from before the number was asked for, and where it is recorded.
    reviewer: Browser,
    account: String,
    form: String,
}

async fn world() -> World {
    let (bench, doors) = doors(ORIGIN).await;
    let (reviewer, account) = from_before(&bench, &doors).await;
    let admin = browser(&bench, &doors, Role::Admin).await;
    let form = form(&account);
    World { bench, doors, admin, reviewer, account, form }
}

fn form(account: &str) -> String {
    format!("{PATH}/akaun/{account}/nombor")
}

async fn browser(bench: &Bench, doors: &Arc<Doors>, role: Role) -> Browser {
    let token = signed_in(&bench.work(), role, None).await;
    let mut browser = Browser::at(doors);
    browser.get("/").await;
    browser.cookies.insert("__Host-sesi".to_owned(), token.expose().clone());
    browser
}

/// Another reviewer whose number nobody recorded, and their account.
async fn from_before(bench: &Bench, doors: &Arc<Doors>) -> (Browser, String) {
    let work = bench.work();
    let token = signed_in(&work, Role::EkycReviewer, None).await;
    let session = account::session(&work, token.expose()).await.expect("reads").expect("open");
    let account = session.account.to_string();
    let mut tx = work.write().await.expect("begins");
    tx.execute("UPDATE account SET id_index = NULL WHERE id = $1", args![&account]).await.expect("forgets");
    tx.commit().await.expect("commits");
    let mut browser = Browser::at(doors);
    browser.cookies.insert("__Host-sesi".to_owned(), token.expose().clone());
    (browser, account)
}

impl World {
    /// Sends `number` as the administrator does, from the page that asks for it.
    async fn tell(&mut self, form: &str, number: &str) -> (u16, String) {
        self.admin.get(form).await;
        let answer = self.admin.post(form, &[("ic", number)]).await;
        (answer.status.as_u16(), answer.body)
    }

    /// The kinds of entries about the account.
    async fn trail(&self) -> Vec<String> {
        let trail = audit::trail(&self.bench.work(), &self.account).await.expect("reads");
        trail.into_iter().map(|entry| entry.kind).filter(|kind| kind == "account.number-told").collect()
    }
}

#[tokio::test]
async fn an_officer_from_before_sits_down_once_their_number_is_recorded_and_it_is_recorded_once() {
    let mut world = world().await;
    let standing = world.reviewer.get(DESK).await;
    assert!(standing.status == 403 && standing.body.contains("nombor"), "{}", standing.body);
    let list = world.admin.get(PATH).await;
    assert!(list.body.contains(&format!("href=\"{}\"", world.form)), "{}", list.body);

    let form = world.form.clone();
    for wrong in ["", "85010114555", "851301-14-5555"] {
        let (status, page) = world.tell(&form, wrong).await;
        assert!(status == 422 && page.contains("aria-invalid"), "{wrong}: {page}");
    }
    assert_eq!(world.trail().await.len(), 0, "nothing was recorded");
    let (status, page) = world.tell(&form, NUMBER).await;
    assert_eq!(status, 303, "{page}");
    assert_eq!(world.reviewer.get(DESK).await.status, 200, "the officer sits");
    assert_eq!(world.trail().await, ["account.number-told"]);

    // The same again, and another one instead: whose account it is does not change.
    for again in [NUMBER, ANOTHER] {
        let (status, page) = world.tell(&form, again).await;
        assert!(status == 422 && page.contains("Nombor akaun ini telah direkodkan"), "{again}: {page}");
    }
    assert_eq!(world.trail().await.len(), 1);
    assert!(!world.admin.get(PATH).await.body.contains(&form), "nothing is left to record");
}

#[tokio::test]
async fn one_human_has_one_account_in_use_and_the_number_is_told_to_nobody() {
    let mut world = world().await;
    let (mut colleague, account) = from_before(&world.bench, &world.doors).await;
    let form = world.form.clone();
    assert_eq!(world.tell(&form, NUMBER).await.0, 303);
    let (status, page) = world.tell(&self::form(&account), NUMBER).await;
    assert!(status == 422 && page.contains("Nombor ini telah mempunyai akaun"), "{page}");
    assert_eq!(colleague.get(DESK).await.status, 403, "the colleague is not that human");
    let trail = audit::recent(&world.bench.work(), "").await.expect("reads");
    let told = trail.iter().filter(|entry| entry.facts.contains("850101"));
    assert_eq!(told.count(), 0, "the trail holds no number");
}

/// Neither the officer themselves nor anybody at another desk says who an officer is.
#[tokio::test]
async fn nobody_but_an_administrator_records_whose_account_it_is() {
    let mut world = world().await;
    let form = world.form.clone();
    for role in [Role::EkycReviewer, Role::RegistrationOfficer] {
        let mut officer = browser(&world.bench, &world.doors, role).await;
        officer.get("/masuk").await;
        let refused = officer.post(&form, &[("ic", NUMBER)]).await;
        assert_eq!(refused.status, 403, "{role:?}: {}", refused.body);
    }
    world.reviewer.get("/masuk").await;
    let own = world.reviewer.post(&form, &[("ic", NUMBER)]).await;
    assert_eq!(own.status, 403, "the own account: {}", own.body);
    let mut stranger = Browser::at(&world.doors);
    stranger.get("/masuk").await;
    assert_eq!(stranger.post(&form, &[("ic", NUMBER)]).await.status, 401);
    let nowhere = self::form("01JACCOUNT0000000000000000");
    world.admin.get(PATH).await;
    assert_eq!(world.tell(&nowhere, NUMBER).await.0, 404, "no such account");
    assert_eq!(world.trail().await.len(), 0);
    assert_eq!(world.reviewer.get(DESK).await.status, 403);
}
