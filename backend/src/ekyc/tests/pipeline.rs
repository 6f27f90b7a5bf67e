//! Specimen cards through the whole pipeline with tesseract, which `tests/run` installs. Prints the table of what was
//! read. Says nothing about real cards.

#![allow(clippy::print_stdout, reason = "the table is what a person reads in the test run")]

use std::path::Path;

use mohor_shared::specimen::{Bearer, Shot, jpeg};

use super::table::travellers;
use super::*;
use crate::adapters::tesseract::Tesseract;
use crate::ekyc::checks::{Check, Finding, Outcome};
use crate::ekyc::testing::{bearer, studio};

pub(super) async fn reader() -> Arc<Tesseract> {
    Arc::new(Tesseract::find(Path::new("tesseract")).await.expect("tesseract with msa and eng is installed"))
}

/// Submits pictures of `front` and `back` for the registered person; what the reviewer is told.
async fn findings(name: &str, number: &str, front: &Bearer, back: &Bearer, shot: Shot) -> Vec<Finding> {
    let world = world().await;
    let person = world.person(name, number).await;
    let capture = world.start(&person).await.expect("opens");
    let studio = studio();
    let sent = [jpeg(&shot.of(&studio.front(front))), jpeg(&shot.of(&studio.back(back))), jpeg(&studio.selfie(front))];
    for (slot, sent) in Slot::ALL.into_iter().zip(&sent) {
        // The gate sends a bad picture back twice.
        while world.put(&person, &capture, slot, sent).await.is_err() {}
    }
    world.submit(&person, &capture).await.expect("submits");
    world.found().await
}

impl World {
    /// The case that was handed in, examined once; what the next reviewer is told.
    async fn found(&self) -> Vec<Finding> {
        let examiner = examiner(Arc::new(keys()), self.shelf.clone(), reader().await);
        assert!(examine(&self.work(), &examiner).await.expect("examines"));
        assert!(!examine(&self.work(), &examiner).await.expect("once"));
        let (work, reviewer) = (self.work(), self.reviewer());
        let id = next(&work, &reviewer).await.expect("reads").expect("a case");
        case(&work, &keys(), &reviewer, &id).await.expect("shows").findings
    }
}

fn outcome(findings: &[Finding], check: Check) -> Outcome {
    findings.iter().find(|finding| finding.check == check).map_or(Outcome::NotRun, |finding| finding.outcome)
}

fn row(what: &str, findings: &[Finding]) {
    let cell = |check| outcome(findings, check).as_str();
    let checks = [Check::Sides, Check::Number, Check::BackNumber, Check::Name].map(cell);
    println!("{what:<34} {:<9} {:<9} {:<9} {:<9}", checks[0], checks[1], checks[2], checks[3]);
}

const HEAD: &str = "case                               sides     number    back      name";

#[tokio::test]
async fn specimens_are_read_whatever_their_names() {
    println!("{HEAD}");
    let mut permanent = bearer("D'Cruz Anak Jau-Ling Oon", "640229-13-0011");
    permanent.citizen = false;
    for (name, card) in [
        ("Aina binti Rahman", bearer("Aina binti Rahman", "950214-10-0002")),
        ("Tan Mei Ling 陈美玲", bearer("Tan Mei Ling", "880930-14-0004")),
        ("Kavitha a/p Subramaniam கவிதா", bearer("Kavitha a/p Subramaniam", "791105-08-0006")),
        (
            "Tunku Puteri Nur Aisyah Sofea Qistina binti Tunku Abdul Rahman Al-Haj Shah",
            bearer("Tunku Puteri Nur Aisyah Sofea Qistina binti Tunku Abdul Rahman Al-Haj Shah", "010203-14-0108"),
        ),
        ("Zulkifli bin Osman", bearer("Zulkifli bin Osman", "701230-01-0007")),
        ("D'Cruz Anak Jau-Ling Oon", permanent),
    ] {
        let found = findings(name, &card.number.replace('-', ""), &card, &card, Shot::default()).await;
        row(name, &found);
        for check in [Check::Sides, Check::Number, Check::BackNumber, Check::Name] {
            assert_eq!(outcome(&found, check), Outcome::Match, "{name} {check:?}: {found:?}");
        }
        for check in [Check::Face, Check::Liveness] {
            assert_eq!(outcome(&found, check), Outcome::NotAssessed);
        }
    }
}

#[tokio::test]
async fn degraded_pictures_never_become_a_wrong_match() {
    println!("{HEAD}");
    let card = bearer("Aina binti Rahman", "950214-10-0002");
    let good = Shot::default();
    for (what, shot, readable) in [
        ("blur 2", Shot { blur: 2.0, ..good }, true),
        ("turned 8, squeezed 1.15", Shot { turned: 8.0, squeezed: 1.15, scale: 0.65, ..good }, true),
        ("exposure 0.6", Shot { exposure: 0.6, ..good }, true),
        ("upside down", Shot { upside_down: true, ..good }, true),
        ("blur 9", Shot { blur: 9.0, ..good }, false),
        ("exposure 0.03", Shot { exposure: 0.03, ..good }, false),
    ] {
        let found = findings("Aina binti Rahman", "950214100002", &card, &card, shot).await;
        row(what, &found);
        let number = outcome(&found, Check::Number);
        assert_eq!(number == Outcome::Match, readable, "{what}: {found:?}");
        assert!(readable || matches!(number, Outcome::NotRead | Outcome::Differs), "{what}: {number:?}");
    }
}

#[tokio::test]
async fn tampered_cases_are_told() {
    println!("{HEAD}");
    let name = "Aina binti Rahman";
    let (right, other) = (bearer(name, "950214-10-0002"), bearer("Tan Mei Ling", "880930-14-0004"));
    let digit = bearer(name, "950214-10-0004");
    let renamed = bearer("Aisyah binti Kamaruddin", "950214-10-0002");
    for (what, front, back, check) in [
        ("one digit changed", &digit, &right, Check::Number),
        ("front and back of two people", &right, &other, Check::BackNumber),
        ("another person's card", &other, &other, Check::Number),
        ("another name", &renamed, &right, Check::Name),
    ] {
        let found = findings(name, "950214100002", front, back, Shot::default()).await;
        row(what, &found);
        assert!(matches!(outcome(&found, check), Outcome::Differs | Outcome::Unsure), "{what}: {found:?}");
    }
}

#[tokio::test]
async fn a_case_against_a_finding_is_approved_by_two_only() {
    let world = world().await;
    let person = world.person("Aina binti Rahman", "950214100002").await;
    let capture = world.start(&person).await.expect("opens");
    let other = studio().pictures(&bearer("Tan Mei Ling", "880930-14-0004"));
    for (slot, sent) in Slot::ALL.into_iter().zip(&other) {
        world.put(&person, &capture, slot, sent).await.expect("takes");
    }
    world.submit(&person, &capture).await.expect("submits");
    let examiner = examiner(Arc::new(keys()), world.shelf.clone(), reader().await);
    examine(&world.work(), &examiner).await.expect("examines");
    assert_eq!(world.decide(&world.reviewer(), &approval()).await.expect("decides"), Settled::AnotherLook);
    assert_eq!(world.status(&person).await, Status::InReview);
}

#[tokio::test]
async fn swapped_sides_are_told() {
    let world = world().await;
    let person = world.person("Aina binti Rahman", "950214100002").await;
    let capture = world.start(&person).await.expect("opens");
    let [front, back, selfie] = studio().pictures(&bearer("Aina binti Rahman", "950214-10-0002"));
    for (slot, sent) in [(Slot::Front, &back), (Slot::Back, &front), (Slot::Selfie, &selfie)] {
        while world.put(&person, &capture, slot, sent).await.is_err() {}
    }
    world.submit(&person, &capture).await.expect("submits");
    let found = world.found().await;
    assert_eq!(outcome(&found, Check::Sides), Outcome::Differs, "{found:?}");
}

/// Somebody without MyKad, with a phone number of this country: PUB-ID-4, EKYC-11.
#[tokio::test]
async fn a_passport_takes_two_pictures_and_is_compared_by_its_zone() {
    let (world, page) = (world().await, travellers().swap_remove(0));
    let registered = world.person("Anna Maria Eriksson", "L898902C3").await;
    let another = world.person("Sato Hanako", "TZ1024867").await;
    println!("passport                           zone      number    name      expiry");
    for (what, person, expected) in
        [("its bearer's", &registered, Outcome::Match), ("another person's", &another, Outcome::Differs)]
    {
        let capture = world.start(person).await.expect("opens");
        assert_eq!(capture.slots, [Slot::Front, Slot::Selfie], "a passport has no back");
        let sent = jpeg(&Shot { scale: 0.7, ..Shot::default() }.of(&studio().passport(&page)));
        world.put(person, &capture, Slot::Front, &sent).await.expect("takes");
        let [.., selfie] = studio().pictures(&bearer("Anna Maria Eriksson", "950214-10-0002"));
        world.put(person, &capture, Slot::Selfie, &selfie).await.expect("takes");
        world.submit(person, &capture).await.expect("submits");
        let found = world.found().await;
        let cells =
            [Check::Zone, Check::Number, Check::Name, Check::Expiry].map(|check| outcome(&found, check).as_str());
        println!("{what:<34} {:<9} {:<9} {:<9} {:<9}", cells[0], cells[1], cells[2], cells[3]);
        assert_eq!(outcome(&found, Check::Zone), Outcome::Match, "{found:?}");
        for check in [Check::Number, Check::Name] {
            assert_eq!(outcome(&found, check), expected, "{what}: {found:?}");
        }
        for check in [Check::Nationality, Check::Expiry, Check::Birth] {
            assert_eq!(outcome(&found, check), Outcome::Match, "{what}: {found:?}");
        }
        for check in [Check::Face, Check::Liveness] {
            assert_eq!(outcome(&found, check), Outcome::NotAssessed);
        }
    }
}

/// The side that is not asked for, and a card where a passport is expected, are told.
#[tokio::test]
async fn a_card_in_place_of_a_passport_has_no_zone() {
    let world = world().await;
    let person = world.person("Anna Maria Eriksson", "L898902C3").await;
    let capture = world.start(&person).await.expect("opens");
    let [front, _, selfie] = studio().pictures(&bearer("Anna Maria Eriksson", "950214-10-0002"));
    for (slot, sent) in [(Slot::Front, &front), (Slot::Selfie, &selfie)] {
        while world.put(&person, &capture, slot, sent).await.is_err() {}
    }
    world.submit(&person, &capture).await.expect("submits");
    let found = world.found().await;
    for check in [Check::Zone, Check::Number] {
        assert_eq!(outcome(&found, check), Outcome::NotRead, "{found:?}");
    }
}
