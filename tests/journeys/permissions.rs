//! Every page before everybody it is not for, with things that really exist, and what looking leaves behind: walked
//! along the server's own table of URLs (ACT-1).

use std::collections::BTreeMap;
use std::time::Duration;

use mohor::demo::handset::Handset;
use mohor::demo::journey::World;
use mohor::demo::office::{self, Desk};
use mohor::demo::signee::AtBrowser;
use mohor::demo::world::{Developer, Staff};
use mohor::demo::{Browser, Form, Page};
use mohor::kernel::clock::Clock as _;
use mohor_tests::ground::Ground;
use mohor_tests::rows;
use mohor_tests::scene::Scene;
use mohor_tests::urls::{self, Url};

const OFFICER: Staff = Staff {
    name: "Pegawai Kaunter Contoh",
    email: "kaunter@example.test",
    role: "registration-officer",
    ic: "861111-14-0015",
};
const RIVAL: Developer = Developer {
    code: "30001",
    name: "RIVAL HEIGHTS SDN. BHD.",
    registration: "202001000000 (SPESIMEN)",
    address: "2, Persiaran Contoh, 47000 Sungai Buloh, Selangor",
};
const RIVAL_CLERK: Staff =
    Staff { name: "Kerani Lain Contoh", email: "kerani@rival.example.test", role: "pemaju", ic: "" };

/// Pages for whoever comes. A new one is added here by hand: that it is for everybody is a decision.
const ANYBODY: [&str; 29] = [
    "/",
    "/sihat",
    "/semak",
    "/aset/{name}",
    "/daftar/{token}",
    "/daftar/{token}/kod",
    "/v/{serial}",
    "/panduan-ekyc",
    "/app",
    "/privasi",
    // Says the same to everybody (ADR 0036).
    "/pautan-saya",
    "/pautan-saya/dihantar",
    "/set-semula-pin",
    "/set-semula-pin/semakan",
    "/set-semula-pin/borang",
    "/set-semula-pin/baharu/{proof}",
    "/set-semula-pin/baharu/{proof}/sijil",
    "/set-semula-pin/batal/{token}",
    "/set-semula-pin/sijil-dibatalkan",
    "/set-semula-pin/{issuance}",
    "/bukan-saya/{token}",
    // A demo's only: elsewhere it is not there (`commands.rs`).
    "/mel",
    "/mel/{id}",
    "/masuk",
    "/masuk/pertama",
    // Whoever is not signed in leaves as well.
    "/keluar",
    "/jemputan/{token}",
    "/jemputan/{token}/kod",
    "/t/{token}",
];

/// Who a page is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Audience {
    Anybody,
    SignedIn,
    Desk(&'static str),
    /// Whoever proved to be the signer of the turn; how to prove it is asked of everybody with the link.
    Turn,
}

fn audience(path: &str) -> Audience {
    if ANYBODY.contains(&path) || ["/t/{token}/bukti", "/t/{token}/kod"].contains(&path) {
        return Audience::Anybody;
    }
    let desks = [
        ("/kakitangan/ekyc", "ekyc-reviewer"),
        ("/kakitangan/kaunter", "registration-officer"),
        ("/kakitangan", "admin"),
        ("/hims", "pemaju"),
    ];
    match desks.into_iter().find(|(folder, _)| path.starts_with(folder)) {
        Some((_, role)) => Audience::Desk(role),
        None if ["/masuk/semula", "/akaun"].contains(&path) => Audience::SignedIn,
        None if path.starts_with("/t/{token}/") => Audience::Turn,
        None => panic!("{path}: who is this page for? Name it here"),
    }
}

/// A world in which every kind of thing exists and everybody is signed in.
struct House {
    scene: Scene,
    at: AtBrowser,
    buyer: Handset,
    officer: Desk,
    rival: Desk,
    things: BTreeMap<&'static str, String>,
}

impl House {
    async fn open(ground: &Ground) -> Self {
        let (scene, phones) = Scene::issued(ground, Duration::ZERO).await;
        let world = &scene.world;
        let buyer = phones.into_iter().next().expect("the buyer");
        let at = world.certify(&buyer).await.expect("a certificate");
        let officer = office::appoint(&world.base, &world.admin, &world.mailbox, &OFFICER).await.expect("an officer");
        office::register(&world.admin, &RIVAL).await.expect("another developer");
        let rival = office::appoint_for(&world.base, &world.admin, &world.mailbox, &RIVAL_CLERK, &RIVAL).await;
        let rival = rival.expect("another developer's clerk");
        let things = things(&scene, &at).await;
        // Nothing ends while everybody knocks at every door: what has ended is swept, and that is no visitor's doing.
        scene.clock.hold(scene.clock.now());
        Self { scene, at, buyer, officer, rival, things }
    }

    /// Everybody with an account, and a stranger: name, role, browser.
    fn visitors(&self) -> [(&'static str, &'static str, Browser); 6] {
        let World { admin, clerk, reviewer, .. } = &self.scene.world;
        [
            ("a stranger", "", self.scene.stranger()),
            ("the administrator", "admin", admin.browser.clone()),
            ("the reviewer", "ekyc-reviewer", reviewer.browser.clone()),
            ("the officer", "registration-officer", self.officer.browser.clone()),
            ("the developer", "pemaju", clerk.browser.clone()),
            ("another developer", "pemaju", self.rival.browser.clone()),
        ]
    }

    /// The path with things that exist.
    fn path(&self, url: &Url) -> String {
        let folder = url.path.split('{').next().unwrap_or_default();
        let mut path = url.path.clone();
        for (name, thing) in &self.things {
            // `{id}` is another thing in each folder.
            let name = name.strip_prefix(folder).unwrap_or(name);
            path = path.replace(&format!("{{{name}}}"), thing);
        }
        assert!(!path.contains('{'), "nothing stands for {path}: name it in `things`");
        path
    }

    /// Every row of every table but the counters, the trail of what was refused, and the use of sessions.
    async fn rows(&self) -> BTreeMap<String, String> {
        let mut rows = rows::all(self.scene.work().db()).await;
        rows.retain(|table, _| !["attempt_window", "account_session"].contains(&table.as_str()));
        rows.retain(|table, _| !table.starts_with("audit_"));
        rows
    }

    /// The same once nothing happens any more by itself.
    async fn rows_at_rest(&self) -> BTreeMap<String, String> {
        let mut before = self.rows().await;
        for _ in 0..200 {
            self.scene.jobs().await;
            let rows = self.rows().await;
            if rows == before {
                return rows;
            }
            before = rows;
        }
        panic!("the house does not come to rest");
    }

    /// Nothing has changed since `before`.
    async fn untouched(&self, before: &BTreeMap<String, String>) {
        let after = self.rows_at_rest().await;
        for (table, rows) in &after {
            assert_eq!(before.get(table), Some(rows), "{table} was changed");
        }
    }
}

/// What stands for the names in paths.
async fn things(scene: &Scene, at: &AtBrowser) -> BTreeMap<&'static str, String> {
    let work = scene.work();
    let mut tx = work.read().await.expect("begins");
    let mut first =
        async |sql: &'static str| tx.one(sql, Vec::new()).await.expect("a row").text("thing").expect("text");
    let agreement = scene.world.agreement.path.rsplit('/').next().expect("an id").to_owned();
    let invitation = scene.links(at.who, "/daftar/").await.pop().expect("an invitation");
    BTreeMap::from([
        ("/kakitangan/akaun/id", first("SELECT MIN(id) AS thing FROM account").await),
        ("/kakitangan/ekyc/id", first("SELECT MIN(id) AS thing FROM ekyc_submission").await),
        ("/kakitangan/kaunter/id", first("SELECT MIN(id) AS thing FROM person").await),
        ("/hims/pembangunan/id", first("SELECT MIN(id) AS thing FROM development").await),
        ("/hims/perjanjian/id", agreement),
        ("/hims/unit/id", first("SELECT MIN(id) AS thing FROM unit").await),
        ("/mel/id", "01KA0000000000000000000000".to_owned()),
        ("/daftar/token", invitation.rsplit('/').next().expect("a token").to_owned()),
        ("/t/token", at.turn.rsplit('/').next().expect("a token").to_owned()),
        ("turn", first("SELECT MIN(id) AS thing FROM espa_turn").await),
        ("party", first("SELECT MIN(id) AS thing FROM espa_party").await),
        ("issuance", first("SELECT MIN(id) AS thing FROM enrolment_issuance").await),
        ("file", "1.pdf".to_owned()),
        ("slot", "front".to_owned()),
        ("number", "1".to_owned()),
        ("name", "mohor.css".to_owned()),
        ("serial", "ESPA-2026-0000001".to_owned()),
        ("token", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ("proof", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
    ])
}

/// Sends a form to `path` with the token that this browser was given, and whatever fields could tempt somebody.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.visit("/set-semula-pin").await.expect("a page with a form");
    let token = page.need_form(&["csrf", "emel"]).expect("a form");
    let csrf = token.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    let form = Form { action: path.to_owned(), method: "post".to_owned(), ..Form::default() }.with("csrf", &csrf);
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    browser.submit(&page, &form).await.expect("an answer")
}

#[tokio::test]
async fn every_page_is_closed_to_everybody_it_is_not_for() {
    let ground = Ground::new();
    let house = House::open(&ground).await;
    let before = house.rows_at_rest().await;
    let mut attacks = 0;
    for url in urls::pages() {
        let (path, audience) = (house.path(&url), audience(&url.path));
        for (name, role, browser) in house.visitors() {
            let wanted = match audience {
                Audience::Anybody => continue,
                Audience::SignedIn if role.is_empty() => 401,
                Audience::SignedIn => continue,
                Audience::Desk(_) if role.is_empty() => 401,
                Audience::Desk(desk) if desk != role => 403,
                Audience::Desk("pemaju") if name == "another developer" && url.path.contains('{') => 404,
                Audience::Desk(_) => continue,
                Audience::Turn => 401,
            };
            attacks += 1;
            if url.get {
                let page = browser.get(&path).await.expect("an answer");
                let asked_who = wanted == 401 && audience == Audience::Turn;
                // A page of a turn leads to its beginning, which asks who is there.
                let asked_who = asked_who && page.status == 200 && page.form_to("/bukti").is_some();
                assert!(page.status == wanted || asked_who, "{name} at {path}: {} {}", page.status, page.text());
            }
            if url.post {
                let page = send(&browser, &path, &[("aksi", "simpan"), ("keputusan", "lulus")]).await;
                assert_eq!(page.status, wanted, "{name} sends to {path}: {}", page.text());
            }
        }
    }
    assert!(attacks > 150, "only {attacks} attacks: the table was not walked");
    house.untouched(&before).await;

    // A unit of another developer is no beginning of an agreement either.
    let work = house.scene.work();
    let unit = work.read().await.expect("begins").one("SELECT MIN(id) AS thing FROM unit", Vec::new()).await;
    let unit = unit.expect("a unit").text("thing").expect("text");
    let page = send(&house.rival.browser, "/hims/perjanjian", &[("unit", &unit)]).await;
    assert_eq!(page.status, 404, "{}", page.text());
    house.untouched(&before).await;
    house.scene.end().await;
}

#[tokio::test]
async fn whoever_signs_in_finds_their_desk_from_the_front_page() {
    let ground = Ground::new();
    let house = House::open(&ground).await;
    for (name, role, browser) in house.visitors() {
        let page = browser.visit("/").await.expect("a page");
        match audience(&page.path) {
            Audience::Desk(desk) => assert!(desk == role && page.link(&page.path).is_some(), "{name}: {}", page.body),
            _ => assert!(role.is_empty(), "{name} stands before {}", page.path),
        }
    }
    house.scene.end().await;
}

#[tokio::test]
async fn looking_changes_nothing_whoever_looks_at_whatever_there_is() {
    let ground = Ground::new();
    let house = House::open(&ground).await;
    let before = house.rows_at_rest().await;
    let mut seen = 0;
    for url in urls::pages().into_iter().filter(|url| url.get) {
        // That somebody looked at a face is written down (PUB-LAW-15).
        if url.path.ends_with("/imej/{slot}") {
            continue;
        }
        let path = house.path(&url);
        let mut looking: Vec<_> = house.visitors().into_iter().map(|(name, _, browser)| (name, browser)).collect();
        looking.push(("the signer", house.at.browser.clone()));
        for (name, browser) in looking {
            let page = browser.get(&path).await.expect("an answer");
            assert!(page.status < 500, "{name} at {path}: {}", page.text());
            seen += usize::from(page.status == 200);
        }
    }
    // Every link that was ever mailed, twice, as a scanner opens them.
    for link in house.scene.links(house.buyer.who, "/").await {
        for _ in 0..2 {
            house.scene.stranger().get(&link).await.expect("an answer");
        }
    }
    assert!(seen > 100, "only {seen} pages were seen");
    house.untouched(&before).await;

    // And the signer signs as if nobody had looked.
    let code = house.buyer.turn_code().await.expect("a code");
    let page = house.at.review().await.expect("the pad");
    mohor_tests::scene::signed(&house.at.send(&page, &house.at.entry(&code)).await.expect("an answer"));
    house.scene.end().await;
}

#[tokio::test]
async fn no_form_of_a_page_is_heard_without_its_token() {
    let ground = Ground::new();
    let house = House::open(&ground).await;
    let before = house.rows_at_rest().await;
    for url in urls::pages().into_iter().filter(|url| url.post && url.path != "/semak") {
        let path = house.path(&url);
        let (.., stranger) = house.visitors().into_iter().next().expect("a stranger");
        stranger.visit("/set-semula-pin").await.expect("a page");
        // In the browser of whoever may, with another browser's token and with none.
        let foreign = stranger.visit("/set-semula-pin").await.expect("a page").need_form(&["csrf"]).expect("a form");
        let foreign = foreign.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
        let mut senders: Vec<_> = house.visitors().into_iter().map(|(.., browser)| browser).collect();
        senders.push(house.at.browser.clone());
        for browser in senders {
            let page = browser.visit("/").await.expect("a page");
            for token in ["", &foreign] {
                let form = Form { action: path.clone(), method: "post".to_owned(), ..Form::default() };
                let answer = browser.submit(&page, &form.with("csrf", token)).await.expect("an answer");
                let told = answer.text().contains("Borang ini telah tamat tempoh");
                assert!(answer.status == 403 && told, "{path}: {} {}", answer.status, answer.text());
            }
        }
    }
    house.untouched(&before).await;

    // A page that may be signed on bears so many tries from one address, and no more.
    let path = format!("{}/tandatangan", house.at.turn);
    for time in 0..=120 {
        let page = send(&house.at.browser, &path, &[("aksi", "hantar")]).await;
        assert_eq!(page.status == 429, time == 120, "the {time}. time: {} {}", page.status, page.text());
    }
    house.scene.end().await;
}
