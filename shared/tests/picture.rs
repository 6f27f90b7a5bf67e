//! The quality gate over specimen documents that are degraded step by step. Prints the table that the limits of
//! `picture/gate.rs` come from. Says nothing about real cards and cameras.

#![allow(clippy::print_stdout, reason = "the table is what a person reads in the test run")]

use image::{Rgb, RgbImage};
use mohor_shared::mrz::Zone;
use mohor_shared::picture::{Assessment, Kind, Picture, Reason, assess, rectify};
use mohor_shared::specimen::{Bearer, Page, Shot, Studio, jpeg, png};

const REGULAR: &[u8] = include_bytes!("../../backend/assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../backend/assets/fonts/NotoSans-Bold.ttf");

fn studio() -> Studio<'static> {
    Studio::new(REGULAR, BOLD).expect("fonts")
}

fn bearer(name: &str, number: &str) -> Bearer {
    let address = ["12, JALAN CONTOH 3", "TAMAN CONTOH", "40000 SHAH ALAM", "SELANGOR"].map(str::to_owned).to_vec();
    Bearer { name: name.to_owned(), number: number.to_owned(), address, citizen: true }
}

fn page() -> Page {
    let zone = Zone {
        issuer: "UTO".to_owned(),
        surname: "ERIKSSON".to_owned(),
        given: "ANNA MARIA".to_owned(),
        number: "L898902C3".to_owned(),
        nationality: "UTO".to_owned(),
        birth: "740812".to_owned(),
        sex: 'F',
        expires: "320415".to_owned(),
        optional: String::new(),
    };
    Page { zone, name: "Eriksson, Anna Maria".to_owned() }
}

fn people() -> Vec<Bearer> {
    let mut people = vec![
        bearer("Aina binti Rahman", "950214-10-0002"),
        bearer("Tan Mei Ling", "880930-14-0004"),
        bearer("Kavitha a/p Subramaniam", "791105-08-0006"),
        bearer("Zulkifli bin Osman", "701230-01-0007"),
        bearer("Tunku Puteri Nur Aisyah Sofea Qistina binti Tunku Abdul Rahman Al-Haj Shah", "010203-14-0108"),
        bearer("D'Cruz Anak Jau-Ling Oon", "640229-13-0011"),
    ];
    people[5].citizen = false;
    people
}

/// As the phone and the server see it: through a JPEG file.
fn judged(pixels: &RgbImage, kind: Kind) -> Assessment {
    let picture = Picture::open(&jpeg(pixels)).expect("opens");
    assess(picture.pixels(), kind)
}

fn row(what: &str, one: &Assessment) -> String {
    let m = one.measures;
    let codes: Vec<_> = one.reasons.iter().map(|reason| reason.as_str()).collect();
    let verdict = if codes.is_empty() { "ok".to_owned() } else { codes.join(" ") };
    format!(
        "{what:<26} {:>5.0} {:>9.4} {:>7.4} {:>6.1} {:>6.2} {:>6.0}  {verdict}",
        m.light, m.sharpness, m.glare, m.turned, m.squeezed, m.pixels,
    )
}

const HEAD: &str = "picture                    light sharpness   glare turned squeez pixels  verdict";

#[test]
fn good_pictures_of_every_specimen_pass() {
    println!("{HEAD}");
    let studio = studio();
    for one in people() {
        for (kind, pixels) in [
            (Kind::MyKadFront, Shot::default().of(&studio.front(&one))),
            (Kind::MyKadBack, Shot::default().of(&studio.back(&one))),
            (Kind::Selfie, studio.selfie(&one)),
        ] {
            let verdict = judged(&pixels, kind);
            println!("{}", row(&format!("{} {kind:?}", &one.number[..6]), &verdict));
            assert!(verdict.is_fine(), "{} {kind:?}: {verdict:?}", one.name);
        }
    }
}

/// Each degradation: what still passes, and what must be named when it does not.
#[test]
fn degraded_pictures_are_refused_with_the_reason() {
    let good = Shot::default();
    let cases: Vec<(&str, Shot, Option<Reason>)> = vec![
        ("blur 0.5", Shot { blur: 0.5, ..good }, None),
        ("blur 1", Shot { blur: 1.0, ..good }, None),
        ("blur 2", Shot { blur: 2.0, ..good }, None),
        ("blur 4", Shot { blur: 4.0, ..good }, Some(Reason::Blurred)),
        ("blur 6", Shot { blur: 6.0, ..good }, Some(Reason::Blurred)),
        ("exposure 0.6", Shot { exposure: 0.6, ..good }, None),
        ("exposure 0.25", Shot { exposure: 0.25, ..good }, Some(Reason::TooDark)),
        ("exposure 0.12", Shot { exposure: 0.12, ..good }, Some(Reason::TooDark)),
        ("exposure 1.12", Shot { exposure: 1.12, ..good }, None),
        ("exposure 1.6", Shot { exposure: 1.6, ..good }, Some(Reason::TooBright)),
        ("glare 0.02", Shot { glare: 0.02, ..good }, None),
        ("glare 0.10", Shot { glare: 0.10, ..good }, Some(Reason::Glare)),
        ("glare 0.20", Shot { glare: 0.20, ..good }, Some(Reason::Glare)),
        ("turned 5", Shot { turned: 5.0, ..good }, None),
        ("turned -8", Shot { turned: -8.0, ..good }, None),
        ("turned 20", Shot { turned: 20.0, scale: 0.6, ..good }, Some(Reason::Tilted)),
        ("turned 90", Shot { turned: 90.0, scale: 0.6, ..good }, Some(Reason::Tilted)),
        ("squeezed 1.1", Shot { squeezed: 1.1, ..good }, None),
        ("squeezed 1.4", Shot { squeezed: 1.4, ..good }, Some(Reason::Tilted)),
        ("shifted out", Shot { shift: (0.3, 0.0), ..good }, Some(Reason::CutOff)),
        ("too near", Shot { scale: 1.3, ..good }, Some(Reason::CutOff)),
        ("far", Shot { scale: 0.5, ..good }, None),
        ("too far", Shot { scale: 0.36, ..good }, Some(Reason::TooSmall)),
        ("upside down", Shot { upside_down: true, ..good }, Some(Reason::UpsideDown)),
    ];
    let studio = studio();
    println!("{HEAD}");
    let mut wrong = Vec::new();
    for one in [0, 4].map(|at| people()[at].clone()) {
        let front = studio.front(&one);
        for (what, shot, reason) in &cases {
            let verdict = judged(&shot.of(&front), Kind::MyKadFront);
            println!("{}", row(what, &verdict));
            let right = match reason {
                None => verdict.is_fine(),
                Some(reason) => verdict.reasons.contains(reason),
            };
            if !right {
                wrong.push(format!("{} {what}: {:?} instead of {reason:?}", one.name, verdict.reasons));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn passports_are_judged_like_cards() {
    let good = Shot { scale: 0.7, ..Shot::default() };
    let page = studio().passport(&page());
    println!("{HEAD}");
    for (what, shot, reason) in [
        ("passport", good, None),
        ("passport blur 1", Shot { blur: 1.0, ..good }, None),
        ("passport turned -8", Shot { turned: -8.0, scale: 0.6, ..good }, None),
        ("passport blur 6", Shot { blur: 6.0, ..good }, Some(Reason::Blurred)),
        ("passport exposure 0.2", Shot { exposure: 0.2, ..good }, Some(Reason::TooDark)),
        ("passport glare 0.1", Shot { glare: 0.1, ..good }, Some(Reason::Glare)),
        ("passport upside down", Shot { upside_down: true, ..good }, Some(Reason::UpsideDown)),
        ("passport cut off", Shot { shift: (0.3, 0.0), ..good }, Some(Reason::CutOff)),
    ] {
        let verdict = judged(&shot.of(&page), Kind::PassportPage);
        println!("{}", row(what, &verdict));
        let right = reason.map_or(verdict.is_fine(), |reason| verdict.reasons.contains(&reason));
        assert!(right, "{what}: {:?} instead of {reason:?}", verdict.reasons);
    }
}

#[test]
fn a_table_without_a_card_has_none() {
    for level in [90, 160] {
        let table = RgbImage::from_fn(1200, 900, |x, y| Rgb([level + ((x / 7 + y / 5) % 9) as u8; 3]));
        assert_eq!(judged(&table, Kind::MyKadFront).reasons, [Reason::NoCard]);
    }
    let night = RgbImage::from_pixel(1200, 900, Rgb([6; 3]));
    assert_eq!(judged(&night, Kind::MyKadBack).reasons, [Reason::TooDark, Reason::NoCard]);
}

#[test]
fn faces_are_judged_by_light_and_focus_alone() {
    let face = studio().selfie(&people()[0]);
    let dark =
        RgbImage::from_fn(face.width(), face.height(), |x, y| Rgb(face.get_pixel(x, y).0.map(|level| level / 6)));
    let soft = imageproc::filter::gaussian_blur_f32(&face, 9.0);
    println!("{HEAD}");
    for (what, pixels, reason) in [("dark face", dark, Reason::TooDark), ("soft face", soft, Reason::Blurred)] {
        let verdict = judged(&pixels, Kind::Selfie);
        println!("{}", row(what, &verdict));
        assert!(verdict.reasons.contains(&reason), "{what}: {verdict:?}");
    }
}

#[test]
fn a_flattened_card_is_the_card_that_was_photographed() {
    let card = studio().front(&people()[0]);
    let flat_card = image::imageops::thumbnail(&card, 1000, 630);
    for shot in [Shot::default(), Shot { turned: -7.0, squeezed: 1.15, scale: 0.7, ..Shot::default() }] {
        let picture = shot.of(&card);
        let corners = assess(&picture, Kind::MyKadFront).corners.expect("found");
        let flat = rectify(&picture, &corners, (1000, 630));
        let apart: u64 = flat.iter().zip(flat_card.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = apart as f64 / flat.len() as f64;
        println!("{corners:?} {mean}");
        assert!(mean < 9.0, "{mean:.1} levels apart");
    }
}

/// Writes what a person looks at into the folder `MOHOR_SPECIMENS`, if it is named.
#[test]
fn specimens_say_that_they_are_specimens() {
    let studio = studio();
    let folder = std::env::var_os("MOHOR_SPECIMENS").map(std::path::PathBuf::from);
    let keep = |name: String, pixels: &RgbImage| {
        if let Some(folder) = &folder {
            std::fs::write(folder.join(name), png(pixels)).expect("writes");
        }
    };
    for one in people() {
        for (side, card) in [("front", studio.front(&one)), ("back", studio.back(&one))] {
            let band = (0..card.width()).filter(|x| card.get_pixel(*x, 586).0[0] > 150).count();
            assert!(band > 900, "the red band of {side} is whole");
            keep(format!("{}-{side}.png", one.number), &Shot::default().of(&card));
        }
        keep(format!("{}-selfie.png", one.number), &studio.selfie(&one));
    }
    let page = studio.passport(&page());
    let band = (0..page.width()).filter(|x| page.get_pixel(*x, 4).0[0] > 150).count();
    assert!(band > 1200, "the red band of the passport is whole");
    keep("passport.png".to_owned(), &page);
}
