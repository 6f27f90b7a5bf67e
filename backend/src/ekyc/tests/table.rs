//! What is read of specimens that are photographed well and badly, field by field: the table is printed by the test run
//! (`tests/run`, part "tables"). Says nothing about real cards.

#![allow(clippy::print_stdout, reason = "the table is what a person reads in the test run")]

use image::RgbImage;
use mohor_shared::mrz::Zone;
use mohor_shared::picture::{Kind, Picture, assess, rectify};
use mohor_shared::specimen::{Page, Shot, jpeg};

use super::pipeline::reader;
use crate::ekyc::checks::{Check, Compared, Finding, Outcome, compare};
use crate::ekyc::reading;
use crate::ekyc::testing::{bearer, studio};
use crate::person::IdKind;

const TODAY: (i16, i8, i8) = (2026, 11, 20);

const PEOPLE: [(&str, &str); 4] = [
    ("Aina binti Rahman", "950214-10-0002"),
    ("Kavitha a/p Subramaniam", "791105-08-0006"),
    ("Tunku Puteri Nur Aisyah Sofea Qistina binti Tunku Abdul Rahman Al-Haj Shah", "010203-14-0108"),
    ("D'Cruz Anak Jau-Ling Oon", "640229-13-0011"),
];

/// How the pictures are taken, and whether the gate has to let them through, to refuse them, or may do either. The letters
/// of a passport's zone are smaller than those of a card: half the blur is too much for them; and its page is paler, so
/// that light washes it out sooner.
fn shots(kind: Kind, good: Shot) -> Vec<(&'static str, Shot, Option<bool>)> {
    let card = (kind == Kind::MyKadFront).then_some(true);
    vec![
        ("good", good, Some(true)),
        ("blur 1", Shot { blur: 1.0, ..good }, Some(true)),
        ("blur 2", Shot { blur: 2.0, ..good }, card),
        ("turned 8", Shot { turned: 8.0, scale: 0.65, ..good }, Some(true)),
        ("squeezed 1.15", Shot { squeezed: 1.15, scale: 0.65, ..good }, Some(true)),
        ("exposure 0.6", Shot { exposure: 0.6, ..good }, Some(true)),
        ("exposure 1.12", Shot { exposure: 1.12, ..good }, card),
        ("glare 0.02", Shot { glare: 0.02, ..good }, card),
        ("far", Shot { scale: 0.5, ..good }, card),
        ("blur 4", Shot { blur: 4.0, ..good }, Some(false)),
        ("exposure 0.15", Shot { exposure: 0.15, ..good }, Some(false)),
        ("upside down", Shot { upside_down: true, ..good }, Some(false)),
    ]
}

/// How often a field was read right, read wrong, and not read.
#[derive(Clone, Copy, Default)]
struct Tally {
    right: u32,
    wrong: u32,
    unread: u32,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Match => self.right += 1,
            Outcome::Differs => self.wrong += 1,
            _ => self.unread += 1,
        }
    }
}

fn outcome(findings: &[Finding], check: Check) -> Outcome {
    findings.iter().find(|finding| finding.check == check).map_or(Outcome::NotRun, |finding| finding.outcome)
}

/// The document as the server sees it, laid flat; whether the gate is content.
fn photographed(document: &RgbImage, shot: Shot, kind: Kind) -> (RgbImage, bool) {
    let picture = Picture::open(&jpeg(&shot.of(document))).expect("a picture").into_pixels();
    let judged = assess(&picture, kind);
    let flat = judged.corners.zip(kind.flat()).map(|(corners, size)| rectify(&picture, &corners, size));
    (flat.unwrap_or(picture), judged.is_fine())
}

fn row(what: &str, passed: u32, fields: &[Tally], of: usize) {
    let cells: Vec<_> =
        fields.iter().map(|one| format!("{:>2}/{:<2}/{:<2}", one.right, one.wrong, one.unread)).collect();
    println!("{what:<16} {passed}/{of}    {}", cells.join("  "));
}

#[tokio::test]
async fn what_the_gate_lets_through_of_a_card_is_read() {
    let (reader, studio) = (reader().await, studio());
    println!("MyKad front      gate   number    name      (right/wrong/not read)");
    for (what, shot, passes) in shots(Kind::MyKadFront, Shot::default()) {
        let (mut passed, mut fields) = (0, [Tally::default(); 2]);
        for (name, number) in PEOPLE {
            let (flat, fine) = photographed(&studio.front(&bearer(name, number)), shot, Kind::MyKadFront);
            passed += u32::from(fine);
            let text = reading::card(&*reader, &flat).await.expect("reads");
            let digits = number.replace('-', "");
            let found = compare(&Compared {
                document: IdKind::Ic,
                name,
                number: &digits,
                front: text.as_deref(),
                back: Some(""),
                zone: None,
                same_file: false,
                today: TODAY,
            });
            fields[0].add(outcome(&found, Check::Number));
            fields[1].add(outcome(&found, Check::Name));
        }
        row(what, passed, &fields, PEOPLE.len());
        assert!(passes.is_none_or(|passes| passed == if passes { 4 } else { 0 }), "{what}: the gate");
        assert!(passed < 4 || fields.iter().all(|field| field.right == 4), "{what}: what the gate takes is read");
    }
}

pub(super) fn travellers() -> Vec<Page> {
    let page = |name: &str, surname: &str, given: &str, number: &str, state: &str| Page {
        name: name.to_owned(),
        zone: Zone {
            issuer: state.to_owned(),
            surname: surname.to_owned(),
            given: given.to_owned(),
            number: number.to_owned(),
            nationality: state.to_owned(),
            birth: "850412".to_owned(),
            sex: 'F',
            expires: "310930".to_owned(),
            optional: String::new(),
        },
    };
    vec![
        page("Eriksson Anna Maria", "ERIKSSON", "ANNA MARIA", "L898902C3", "UTO"),
        page("Wang Mei Ling", "WANG", "MEI LING", "EB1204857", "UTO"),
        page("Sato Hanako", "SATO", "HANAKO", "TZ1024867", "UTO"),
    ]
}

#[tokio::test]
async fn what_the_gate_lets_through_of_a_passport_is_read() {
    let (reader, studio) = (reader().await, studio());
    println!("passport         gate   zone      number    name      expiry    (right/wrong/not read)");
    for (what, shot, passes) in shots(Kind::PassportPage, Shot { scale: 0.7, ..Shot::default() }) {
        let (mut passed, mut fields) = (0, [Tally::default(); 4]);
        for page in travellers() {
            let (flat, fine) = photographed(&studio.passport(&page), shot, Kind::PassportPage);
            passed += u32::from(fine);
            let text = reading::card(&*reader, &flat).await.expect("reads");
            let zone = reading::zone(&*reader, &flat).await.expect("reads");
            let found = compare(&Compared {
                document: IdKind::Passport,
                name: &page.name,
                number: &page.zone.number,
                front: text.as_deref(),
                back: None,
                zone: zone.as_deref(),
                same_file: false,
                today: TODAY,
            });
            for (field, check) in fields.iter_mut().zip([Check::Zone, Check::Number, Check::Name, Check::Expiry]) {
                field.add(outcome(&found, check));
            }
        }
        row(what, passed, &fields, 3);
        assert!(passes.is_none_or(|passes| passed == if passes { 3 } else { 0 }), "{what}: the gate");
        assert!(fields[1].wrong == 0 && fields[3].wrong == 0, "{what}: a number or a date is not misread in silence");
        assert!(passed < 3 || fields[1].right == 3, "{what}: the number is read");
    }
}
