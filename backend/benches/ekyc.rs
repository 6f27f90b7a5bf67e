//! What one identity check costs on one core, part by part, beside the yardstick: the bare call of tesseract on one flat
//! card. The target is three seconds for a case.
//!
//! `cargo bench -p mohor --bench ekyc`; needs tesseract with Malay and English.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly and says what it measured")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use image::{RgbImage, imageops};
use mohor::adapters::tesseract::Tesseract;
use mohor::ekyc::checks::{Compared, compare};
use mohor::ekyc::port::{Print, Reader as _};
use mohor::person::IdKind;
use mohor_shared::picture::{Kind, Picture, assess, rectify};
use mohor_shared::specimen::{Bearer, Studio};
use tokio::runtime::Runtime;

use table::{Table, Target, medians};

mod table;

const KINDS: [Kind; 3] = [Kind::MyKadFront, Kind::MyKadBack, Kind::Selfie];

fn sent() -> [Vec<u8>; 3] {
    let studio = Studio::new(
        include_bytes!("../assets/fonts/NotoSans-Regular.ttf"),
        include_bytes!("../assets/fonts/NotoSans-Bold.ttf"),
    );
    let bearer = Bearer {
        name: "Aina binti Rahman".to_owned(),
        number: "950214-10-0002".to_owned(),
        address: vec!["12, JALAN CONTOH 3".to_owned(), "40000 SHAH ALAM".to_owned()],
        citizen: true,
    };
    studio.expect("fonts").pictures(&bearer)
}

/// Runs one part and adds what it took.
fn part<T>(spent: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    *spent += start.elapsed();
    done
}

/// A whole case; what decoding, judging, flattening, reading and comparing took.
fn case(runtime: &Runtime, reader: &Tesseract, sent: &[Vec<u8>; 3]) -> [Duration; 5] {
    let mut spent = [Duration::ZERO; 5];
    let mut texts = Vec::new();
    for (bytes, kind) in sent.iter().zip(KINDS) {
        let picture = part(&mut spent[0], || Picture::open(bytes).expect("a picture"));
        let judged = part(&mut spent[1], || assess(picture.pixels(), kind));
        if let (Some(corners), Some(size)) = (judged.corners, kind.flat()) {
            let flat = part(&mut spent[2], || rectify(picture.pixels(), &corners, size));
            texts.push(part(&mut spent[3], || read(runtime, reader, &flat)));
        }
    }
    part(&mut spent[4], || {
        black_box(compare(&Compared {
            document: IdKind::Ic,
            name: "Aina binti Rahman",
            number: "950214100002",
            front: texts.first().map(String::as_str),
            back: texts.get(1).map(String::as_str),
            zone: None,
            same_file: false,
            today: (2026, 11, 20),
        }))
    });
    spent
}

fn read(runtime: &Runtime, reader: &Tesseract, flat: &RgbImage) -> String {
    runtime.block_on(reader.read(imageops::grayscale(flat), Print::Card)).expect("reads")
}

fn identity(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let reader = runtime.block_on(Tesseract::find(Path::new("tesseract"))).expect("tesseract is installed");
    let sent = sent();
    let spent = case(&runtime, &reader, &sent);
    for (name, took) in ["decode", "judge", "flatten", "read", "compare"].iter().zip(spent) {
        println!("{name:<8} {:>8.1} ms", took.as_secs_f64() * 1e3);
    }
    println!(
        "{:<8} {:>8.1} ms for a case of three pictures",
        "sum",
        spent.iter().sum::<Duration>().as_secs_f64() * 1e3
    );
    let front = Picture::open(&sent[0]).expect("a picture");
    let corners = assess(front.pixels(), Kind::MyKadFront).corners.expect("a card");
    let flat = rectify(front.pixels(), &corners, (1000, 630));
    let mut group = criterion.benchmark_group("ekyc");
    group.sample_size(10);
    group.bench_function("yardstick: tesseract on one card", |bencher| bencher.iter(|| read(&runtime, &reader, &flat)));
    group.bench_function("a case of three pictures", |bencher| bencher.iter(|| case(&runtime, &reader, &sent)));
    group.finish();
    let [whole, bare] = medians([&mut || _ = black_box(case(&runtime, &reader, &sent)), &mut || {
        _ = black_box(read(&runtime, &reader, &flat));
    }]);
    let mut table = Table::default();
    table.add("a case of three pictures", whole, "tesseract on one card", Some(bare), Target::Within(3.0, 8.0));
    table.conclude();
}

criterion_group!(benches, identity);
criterion_main!(benches);
