//! What people agree to is kept word for word, and may be taken back (PUB-LAW-15).

use super::*;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault as _;
use crate::kernel::settings::Settings;

#[tokio::test]
async fn the_very_words_are_kept_with_version_and_time() {
    let world = world().await;
    let (person, other) = (world.someone().await, world.person("Tan Mei Ling", "880930140004").await);
    world.start(&person).await.expect("opens");
    // Somebody else, later, in English, under an operator who keeps pictures for thirty days.
    let brief = Settings { ekyc: Ekyc { keep_days: 30, ..Ekyc::default() }, ..Settings::default() };
    let english = Consent::in_force(Lang::En, &brief);
    world.later(60);
    let work = world.work();
    start(&work, &other, &english, &english.version).await.expect("opens");
    for (who, expected, at) in
        [(&person, consent(), work.now.minus(Duration::from_secs(60))), (&other, english, work.now)]
    {
        let text = "SELECT s.consent, s.consented_at, c.lang, c.text FROM ekyc_submission s
            JOIN ekyc_consent c ON c.sha256 = s.consent_text WHERE s.person = $1";
        let row = work.read().await.expect("begins").one(text, args![who]).await.expect("kept");
        assert_eq!(row.text("consent").expect("a version"), expected.version);
        assert_eq!(row.text("lang").expect("a language"), expected.lang.tag());
        assert_eq!(row.text("text").expect("the words"), expected.text);
        assert_eq!(row.time("consented_at").expect("a time"), at);
    }
    let refused = start(&work, &person, &consent(), &Consent::in_force(Lang::En, &brief).version).await;
    assert_eq!(refused.expect_err("other words").code(), "ekyc-consent-missing");
    assert!(consent().text.contains("90 hari") && Consent::in_force(Lang::En, &brief).text.contains("30 days"));
}

#[tokio::test]
async fn taking_it_back_erases_what_is_open_and_what_waits() {
    let world = world().await;
    let (person, other) = (world.someone().await, world.person("Tan Mei Ling", "880930140004").await);
    let capture = world.start(&person).await.expect("opens");
    let [front, ..] = specimens();
    world.put(&person, &capture, Slot::Front, &front).await.expect("takes");
    let waiting = world.waiting(&other).await;
    assert_eq!(world.shelf.names().len(), 4);
    assert!(withdrawable(&world.work(), &person).await.expect("reads"));
    assert_eq!(withdraw(&world.work(), &*world.shelf, &person).await.expect("erases"), 1);
    assert!(!withdrawable(&world.work(), &person).await.expect("reads"), "nothing is left");
    assert_eq!(world.shelf.names().len(), 3, "nobody else's");
    let refused = world.put(&person, &capture, Slot::Front, &front).await.expect_err("over");
    assert_eq!(refused.code(), "ekyc-capture-over");
    // The reviewer has the case open.
    let (work, reviewer) = (world.work(), world.reviewer());
    assert_eq!(next(&work, &reviewer).await.expect("reads"), Some(waiting.clone()));
    assert_eq!(withdraw(&work, &*world.shelf, &other).await.expect("erases"), 1);
    assert!(world.shelf.names().is_empty());
    let refused = decide(&work, &Ekyc::default(), &reviewer, &waiting, &approval()).await.expect_err("withdrawn");
    assert_eq!(refused.code(), "ekyc-withdrawn");
    assert_eq!(case(&work, &keys(), &reviewer, &waiting).await.expect_err("gone").code(), "ekyc-not-held");
    assert_eq!(next(&work, &reviewer).await.expect("reads"), None);
    assert_eq!(world.status(&other).await, Status::Missing);
    assert_eq!(withdraw(&work, &*world.shelf, &other).await.expect("nothing left"), 0);
    let month = |month| Timestamp::month(2026, month).expect("a month");
    let told = report(&work, &reviewer, month(11), month(12)).await.expect("reads");
    assert_eq!((told.erased, told.withdrawn), (2, 2));
    world.start(&other).await.expect("whoever agrees again begins again");
}

#[tokio::test]
async fn a_decision_stays_when_its_pictures_go() {
    let world = world().await;
    let person = world.someone().await;
    world.waiting(&person).await;
    world.decide(&world.reviewer(), &approval()).await.expect("decides");
    assert_eq!(withdraw(&world.work(), &*world.shelf, &person).await.expect("erases"), 1);
    assert!(world.shelf.names().is_empty());
    assert!(approved(&world.work(), &person).await.is_ok(), "what was done on it before stays done");
}
