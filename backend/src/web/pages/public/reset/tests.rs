//! From the address to the phone's answer, with a real phone and real codes.

mod revoke;

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, LOCATION};
use mohor_shared::approve::{Ask, Decision};
use mohor_shared::jws;
use mohor_shared::pin::Pin;

use crate::args;
use crate::certificate::Term;
use crate::device::testing::{self as phones, ORIGIN, TestPhone};
use crate::device::{self, ApprovalId};
use crate::enrolment::{self, Application};
use crate::factor;
use crate::outbox::{self, Block, DueMail, Job, Stationery};
use crate::person::{Country, PostalAddress, Postcode, Residence};
use crate::testkit::Bench;
use crate::web::Doors;
use crate::web::testing::{Answer, Browser, doors, form};

const ASK: &str = "/set-semula-pin";
const CHECKED: &str = "/set-semula-pin/semakan";
const FILL: &str = "/set-semula-pin/borang";
const NUMBER: &str = "900423105484";
const ADDRESS: &str = "aina@example.test";
const NEW_PIN: &str = "Newpin1#";

struct World {
    bench: Bench,
    doors: std::sync::Arc<Doors>,
    phone: TestPhone,
    browser: Browser,
}

/// Somebody with a phone, an approved identity check and a certificate, in front of a fresh browser.
async fn world() -> World {
    let (bench, doors) = doors(ORIGIN).await;
    let (work, keys) = (bench.work(), &*doors.keystore);
    let person = phones::person(&work, keys, NUMBER, ADDRESS).await;
    let phone = phones::bind(&bench, keys, &person, NUMBER).await;
    enrolment_ready(&bench, &phone).await;
    let browser = Browser::at(&doors);
    let world = World { bench, doors, phone, browser };
    let application = Application {
        person,
        term: Term::Year,
        residence: Residence {
            nationality: Some(Country::parse("MY").expect("a country")),
            address: Some(PostalAddress::parse("8-3A-02 Jalan Contoh, Petaling Jaya").expect("an address")),
            postcode: Some(Postcode::parse("63000").expect("a postcode")),
        },
        pin: Pin::parse("Abcdef1#").expect("a PIN"),
    };
    enrolment::begin(&work, &world.doors.desk, &application).await.expect("begins");
    world.answer(Decision::Approve).await;
    world.mailed_code().await;
    world
}

/// The reviewer's decision, as the ekyc room stores it.
async fn enrolment_ready(bench: &Bench, phone: &TestPhone) {
    crate::ekyc::testing::identified(&bench.work(), &phone.person).await;
}

impl World {
    /// What the phone does with the question that waits: fetch, show, sign.
    async fn answer(&self, decision: Decision) {
        let (work, keys) = (self.bench.work(), &*self.doors.keystore);
        let device = self.phone.call(&work, keys).await;
        let waiting = device::waiting(&work, &device).await.expect("reads");
        let approval = ApprovalId::parse(&waiting.first().expect("a question").id).expect("an id");
        let question = device::question(&work, keys, ORIGIN, &device, &approval).await.expect("a question");
        let payload = question.split('.').nth(1).expect("a payload");
        let asked: Ask = serde_json::from_slice(&jws::unb64(payload).expect("base64")).expect("claims");
        let signed = self.phone.answer(&work, &asked, decision, None);
        device::answer(&work, ORIGIN, &device, &approval, &signed).await.expect("is taken");
        match decision {
            Decision::Approve => enrolment::approved(&work, &self.doors.desk, &approval).await.expect("issues"),
            Decision::Decline => enrolment::declined(&work, &approval).await.expect("ends it"),
        }
    }

    /// Empties the outbox and tells the code that was mailed, if any.
    async fn mailed_code(&self) -> Option<String> {
        let (work, stationery, mut code) = (self.bench.work(), Stationery::from(&*self.doors.settings), None);
        while let Some(claimed) = outbox::claim(&work).await.expect("claims") {
            if let Job::Mail { template, to: recipient, ids } = &claimed.job
                && template.starts_with("factor.")
            {
                let due = DueMail { work: &work, stationery: &stationery, template, recipient, ids };
                let letter = factor::letters::compose(&due, &*self.doors.keystore).await;
                let mut blocks = letter.expect("composes").blocks.into_iter();
                code = blocks.find_map(|block| if let Block::Code(code) = block { Some(code) } else { None });
            }
            if let Job::Event { kind, ids } = &claimed.job
                && let ("enrolment.reset-asked", Some(person)) = (kind.as_str(), ids["person"].as_str())
            {
                let person = crate::person::PersonId::parse(person).expect("an id");
                enrolment::mail_reset_code(&work, &person).await.expect("mails");
            }
            outbox::done(&work, &claimed).await.expect("done");
        }
        code
    }

    async fn issuances(&self) -> usize {
        let mut tx = self.bench.work().read().await.expect("reads");
        tx.all("SELECT id FROM enrolment_issuance", args![]).await.expect("rows").len()
    }

    /// Asks for a code and reads it from the mail.
    async fn code(&mut self) -> String {
        self.browser.get(ASK).await;
        assert_eq!(self.browser.post(ASK, &[("emel", ADDRESS)]).await.header(LOCATION.as_str()), CHECKED);
        self.mailed_code().await.expect("a code")
    }

    async fn prove(&mut self, code: &str) -> Answer {
        self.browser.get(FILL).await;
        self.browser.post(FILL, &[("ic", NUMBER), ("emel", ADDRESS), ("kod", code)]).await
    }

    /// Proves with a mailed code; where the new PIN is asked for.
    async fn proven(&mut self) -> String {
        let code = self.code().await;
        let proved = self.prove(&code).await;
        assert_eq!(proved.status, 303, "{}", proved.body);
        proved.header(LOCATION.as_str()).to_owned()
    }

    async fn choose(&mut self, path: &str, confirm: &str) -> Answer {
        self.browser.get(path).await;
        self.browser.post(path, &[("pin", NEW_PIN), ("pin_lagi", confirm)]).await
    }

    /// Sends everything right; where the browser is sent to wait.
    async fn sent(&mut self) -> String {
        let path = self.proven().await;
        let sent = self.choose(&path, NEW_PIN).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        sent.header(LOCATION.as_str()).to_owned()
    }

    /// The phone has gone.
    async fn without_phone(&self) {
        let work = self.bench.work();
        let mut tx = work.write().await.expect("begins");
        let id = self.phone.device();
        device::revoke(&work, &mut tx, &id).await.expect("revokes");
        tx.commit().await.expect("commits");
    }
}

#[tokio::test]
async fn a_known_and_an_unknown_address_get_the_same_answer() {
    let mut world = world().await;
    world.browser.get(ASK).await;
    let known = world.browser.post(ASK, &[("emel", ADDRESS)]).await;
    assert!(world.mailed_code().await.is_some(), "somebody is there");
    let unknown = world.browser.post(ASK, &[("emel", "tiada@example.test")]).await;
    assert!(world.mailed_code().await.is_none(), "nobody is there");
    assert_eq!((known.status.as_u16(), &known.body), (unknown.status.as_u16(), &unknown.body));
    assert_eq!(known.headers, unknown.headers);
    assert_eq!((known.status.as_u16(), known.header(LOCATION.as_str())), (303, CHECKED));
    for _ in 0..3 {
        let modal = world.browser.get(CHECKED).await;
        assert!(modal.body.contains(&format!("href=\"{FILL}\"")), "OK leads on: {}", modal.body);
        assert!(!modal.body.contains(ADDRESS));
    }
    assert!(world.mailed_code().await.is_none(), "a reload of the answer asks for nothing");
}

#[tokio::test]
async fn a_form_of_no_page_of_ours_is_not_heard() {
    let mut world = world().await;
    for path in [ASK, FILL] {
        world.browser.get(path).await;
        let foreign = world.browser.send(form(path, &[("emel", ADDRESS)])).await;
        assert_eq!(foreign.status, 403, "{path}");
    }
    assert!(world.mailed_code().await.is_none());
}

#[tokio::test]
async fn looking_changes_nothing() {
    let mut world = world().await;
    let before = world.issuances().await;
    for path in [ASK, FILL, "/set-semula-pin/borang?emel=aina%40example.test"] {
        let answer = world.browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header(CONTENT_TYPE.as_str()).starts_with("text/html"), "{path}");
        assert!(!answer.body.contains(ADDRESS), "{path}");
    }
    assert!(world.mailed_code().await.is_none());
    assert_eq!(world.issuances().await, before);
}

#[tokio::test]
async fn the_new_pin_is_asked_for_only_after_the_code() {
    let mut world = world().await;
    let before = world.browser.get(FILL).await;
    assert!(before.body.contains("id=\"kod\"") && !before.body.contains("id=\"pin\""), "GAP-5: {}", before.body);
    let path = world.proven().await;
    let page = world.browser.get(&format!("{path}?lang=en")).await;
    for exact in [
        "Reset Digital Certificate PIN",
        "Identification Card No. / Passport No.",
        "Email",
        "New PIN",
        "placeholder=\"New PIN\"",
        "PIN must be between 8-16 characters.",
        "PIN must contain at least one uppercase.",
        "PIN must contain at least one lowercase.",
        "PIN must contain at least one symbol.",
        "Confirm PIN",
        "placeholder=\"Confirm PIN\"",
        ">Submit</button>",
    ] {
        assert!(page.body.contains(exact), "{exact}: {}", page.body);
    }
    assert!(page.body.contains("PIN must contain at least one number."), "CON-3: our digit rule beside them");
    assert!(page.body.contains("900423-**-**84") && !page.body.contains(NUMBER), "what was proved, masked");
    let malay = world.browser.get(&format!("{path}?lang=ms")).await;
    for exact in ["Set Semula PIN Sijil Digital", "PIN Baharu", "Sahkan PIN", ">Hantar</button>"] {
        assert!(malay.body.contains(exact), "{exact}: {}", malay.body);
    }
}

#[tokio::test]
async fn a_wrong_form_keeps_what_was_typed_but_no_secret() {
    let mut world = world().await;
    let code = world.code().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for (code, words) in [(wrong, "Maklumat tidak sepadan"), ("12", "id=\"kod-salah\"")] {
        let again = world.prove(code).await;
        assert_eq!(again.status, 422, "{}", again.body);
        assert!(again.body.contains(words), "{words}: {}", again.body);
        for typed in [NUMBER, ADDRESS] {
            assert!(again.body.contains(&format!("value=\"{typed}\"")), "{typed} is kept");
        }
        assert!(!again.body.contains(&format!("value=\"{code}\"")), "a secret is shown again");
    }
    let proved = world.prove(&code).await;
    let path = proved.header(LOCATION.as_str()).to_owned();
    let before = world.issuances().await;
    let again = world.choose(&path, "Newpin2#").await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("id=\"pin_lagi-salah\"") && !again.body.contains(NEW_PIN), "{}", again.body);
    assert_eq!(world.issuances().await, before, "no key was made");
    assert_eq!(world.choose(&path, NEW_PIN).await.status, 303, "and the proof still serves");
    let used = world.browser.get(&path).await;
    assert_eq!(used.status, 410, "back, and the proof is used");
    assert!(used.body.contains("Tempoh untuk memilih PIN baharu telah tamat"));
}

#[tokio::test]
async fn an_unknown_address_with_a_code_is_refused_like_a_wrong_code() {
    let mut world = world().await;
    let code = world.code().await;
    world.browser.get(FILL).await;
    let fields = |email| [("ic", NUMBER), ("emel", email), ("kod", "000000")];
    assert_ne!(code, "000000", "the bench is seeded");
    let known = world.browser.post(FILL, &fields(ADDRESS)).await;
    let unknown = world.browser.post(FILL, &fields("tina@example.test")).await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(ADDRESS, "tina@example.test"), unknown.body);
}

#[tokio::test]
async fn without_a_phone_the_page_says_a_day_and_the_mailed_link_stops_it() {
    let mut world = world().await;
    world.without_phone().await;
    let path = world.sent().await;
    let told = world.browser.get(&path).await;
    assert!(told.body.contains("PIN baharu anda menunggu 24 jam"), "{}", told.body);
    assert!(!told.body.contains("http-equiv=\"refresh\""), "nobody watches for a day");
    let id = path.rsplit('/').next().and_then(|named| named.split('.').next()).expect("an id");
    let id = enrolment::IssuanceId::parse(id).expect("an id");
    let token = enrolment::cancel_link(&*world.doors.keystore, &id).await.expect("derives");
    let link = format!("/set-semula-pin/batal/{token}");
    let mut anywhere = Browser::at(&world.doors);
    for _ in 0..2 {
        let page = anywhere.get(&link).await;
        assert!(page.status == 200 && page.body.contains("Bukan saya, batalkan"), "{}", page.body);
    }
    assert!(world.browser.get(&path).await.body.contains("menunggu 24 jam"), "looking changes nothing");
    assert_eq!(anywhere.post(&link, &[]).await.status, 200);
    assert!(world.browser.get(&path).await.body.contains("PIN baharu telah dibatalkan"));
    assert_eq!(anywhere.get(&link).await.status, 409, "once");
}

#[tokio::test]
async fn the_browser_that_sent_the_form_waits_and_learns_of_the_success() {
    let mut world = world().await;
    let path = world.sent().await;
    let waiting = world.browser.get(&path).await;
    assert!(waiting.body.contains("http-equiv=\"refresh\"") && waiting.body.contains("Sahkan pada telefon anda"));
    assert!(waiting.body.contains(&format!("href=\"{path}\"")), "a link for whoever does not refresh");
    world.answer(Decision::Approve).await;
    let done = world.browser.get(&format!("{path}?lang=en")).await;
    assert!(done.body.contains("Digital Certificate PIN Reset Successful"), "{}", done.body);
    assert!(done.body.contains("Please go to the Signature page and use the newly reset PIN."));
    assert!(done.body.contains("data-close-tab") && !done.body.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn nobody_else_watches() {
    let mut world = world().await;
    let path = world.sent().await;
    let mut other = Browser::at(&world.doors);
    other.get(ASK).await;
    assert_eq!(other.get(&path).await.status, 404, "another browser with the same address");
    let proof = world.proven().await;
    assert_eq!(other.get(&proof).await.status, 404, "nor chooses the PIN");
    let (stem, _) = path.rsplit_once('.').expect("a proof");
    assert_eq!(world.browser.get(&format!("{stem}.{}", "A".repeat(43))).await.status, 404, "an invented proof");
    assert_eq!(world.browser.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_declined_reset_is_told() {
    let mut world = world().await;
    let path = world.sent().await;
    world.answer(Decision::Decline).await;
    let told = world.browser.get(&path).await;
    assert!(told.body.contains("Set semula PIN ditolak") && told.body.contains(&format!("href=\"{ASK}\"")));
}

#[tokio::test]
async fn a_reset_that_nobody_answered_is_told_before_and_after_the_job_ran() {
    let mut world = world().await;
    let path = world.sent().await;
    world.bench.clock.advance(Duration::from_secs(15 * 60));
    for _ in 0..2 {
        let told = world.browser.get(&path).await;
        assert!(told.body.contains("Tempoh pengesahan telah tamat"), "{}", told.body);
        assert!(!told.body.contains("http-equiv=\"refresh\""));
        enrolment::recover(&world.bench.work(), &world.doors.desk).await.expect("recovers");
    }
}
