use std::collections::BTreeMap;

use lopdf::{Document, Object, ObjectId, Stream, dictionary};

use super::*;
use crate::document::generate::{AgreementData, DrawingError, agreement};

const NAMES: [&str; 4] =
    ["Zainab binti Müller-Järvi", "陳美玲 Tan Mei Ling", "ரவி குமார் த/பெ முத்துசாமி", "نور الهدى بنت إسماعيل"];

fn wave() -> Drawing {
    let points: Vec<String> = (0..60)
        .map(|step| {
            let t = f64::from(step) / 59.0;
            format!("[{:.4},{:.4}]", 0.1 + 0.8 * t, 0.5 + 0.35 * (t * 21.0).sin() * (1.0 - 0.6 * t))
        })
        .collect();
    let json = format!(
        r#"{{"aspect":2.6,"strokes":[[{}],[[0.15,0.85],[0.4,0.8],[0.92,0.72]],[[0.8,0.2]]]}}"#,
        points.join(",")
    );
    Drawing::parse(&json).unwrap()
}

fn block<'a>(name: &'a str, drawing: &'a Drawing) -> PartyBlock<'a> {
    let time = Timestamp::from_seconds(1_745_567_340);
    PartyBlock { name, role: "Pembeli", ic_masked: "900423-**-**84", time, drawing }
}

/// The agreement with appearances put into its fields by a plain rewrite: enough to be looked at and read.
fn filled(fills: Vec<(String, Appearance)>) -> Vec<u8> {
    let base = agreement(&AgreementData::specimen()).unwrap();
    let mut document = Document::load_mem(&base.bytes).unwrap();
    for (field, appearance) in fills {
        let start = document.max_id;
        let moved = |object: &Object| shifted(object, start);
        for (number, object) in &appearance.objects {
            document.set_object((start + number, 0), moved(object));
        }
        document.max_id = start + u32::try_from(appearance.objects.len()).unwrap();
        let resources = moved(&Object::Dictionary(appearance.resources.clone()));
        let bounds: Vec<Object> = vec![0.into(), 0.into(), appearance.width.into(), appearance.height.into()];
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => resources };
        let form = document.add_object(Stream::new(form, appearance.content));
        let id = widget(&document, &field);
        let widget = document.get_object_mut(id).and_then(Object::as_dict_mut).unwrap();
        let normal: Object = match field.as_str() {
            "QR" => dictionary! { "Off" => form }.into(),
            _ => form.into(),
        };
        widget.set("AP", dictionary! { "N" => normal });
    }
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

fn widget(document: &Document, field: &str) -> ObjectId {
    let named =
        |object: &Object| object.as_dict().ok()?.get(b"T").ok()?.as_str().ok().map(|name| name == field.as_bytes());
    document.objects.iter().find(|(_, object)| named(object) == Some(true)).map(|(id, _)| *id).unwrap()
}

fn shifted(object: &Object, by: u32) -> Object {
    match object {
        Object::Reference((number, generation)) => Object::Reference((number + by, *generation)),
        Object::Array(items) => Object::Array(items.iter().map(|item| shifted(item, by)).collect()),
        Object::Dictionary(entries) => Object::Dictionary(shifted_dictionary(entries, by)),
        Object::Stream(stream) => {
            Object::Stream(Stream::new(shifted_dictionary(&stream.dict, by), stream.content.clone()))
        }
        other => other.clone(),
    }
}

fn shifted_dictionary(entries: &lopdf::Dictionary, by: u32) -> lopdf::Dictionary {
    entries.iter().map(|(key, value)| (key.clone(), shifted(value, by))).collect()
}

#[test]
fn write_out() {
    let drawing = wave();
    let mut fills: Vec<(String, Appearance)> = Vec::new();
    for (index, name) in NAMES.iter().enumerate() {
        fills.push((format!("Party{}", index + 1), party_block(&block(name, &drawing)).unwrap()));
    }
    let typed = Drawing::typed("Aminah binti Salleh").unwrap();
    let long = "Tengku Ahmad Shahrizal Iskandar bin Tengku Mohamad Hafizuddin Alauddin Shah Jr V";
    fills.push(("Party5".into(), party_block(&block(long, &typed)).unwrap()));
    let typed = Drawing::typed("林志豪 陳美玲").unwrap();
    fills.push(("Party6".into(), party_block(&block(&"陳美玲王".repeat(20), &typed)).unwrap()));
    for page in 1..=14 {
        fills.push((format!("Serial{page}"), serial("ESPA-2025-20165-9-000123").unwrap()));
    }
    fills.push(("QR".into(), qr("https://espa.example.com/v/ESPA-2025-20165-9-000123?t=3f9a0c6d5b7e4812").unwrap()));
    std::fs::write("/tmp/filled.pdf", filled(fills)).unwrap();
}

#[test]
fn a_block_is_made_in_less_time_than_anybody_notices() {
    let drawing = wave();
    let _ = party_block(&block("Aminah", &drawing));
    for name in NAMES {
        let start = std::time::Instant::now();
        for _ in 0..50 {
            party_block(&block(name, &drawing)).unwrap();
        }
        let a = party_block(&block(name, &drawing)).unwrap();
        println!(
            "{name}: {:?} content {} objs {}",
            start.elapsed() / 50,
            a.content.len(),
            a.objects.values().map(|o| if let Object::Stream(s) = o { s.content.len() } else { 0 }).sum::<usize>()
        );
    }
    let _: BTreeMap<u8, DrawingError> = BTreeMap::new();
}
#[test]
fn probe() {
    for size in [9.6, 6.1] {
        let s = Typesetter::shared()
            .set(
                &[Span {
                    text: "陳美玲王".repeat(20),
                    look: Look { leading: size * 1.3, ..look(Family::Sans, size, Ink::Body) },
                }],
                203.0,
            )
            .unwrap();
        println!("{} {} {}", s.lines.len(), s.height(), s.width);
    }
}
#[test]
fn probe2() {
    let t = |n: &str, f: &mut dyn FnMut()| {
        f();
        let s = std::time::Instant::now();
        for _ in 0..100 {
            f()
        }
        println!("{n}: {:?}", s.elapsed() / 100);
    };
    let d = wave();
    t("latin block", &mut || {
        party_block(&block("Aminah binti Salleh", &d)).unwrap();
    });
    t("set", &mut || {
        Typesetter::shared()
            .set(&[Span { text: "Aminah binti Salleh".into(), look: look(Family::Sans, 9.6, Ink::Body) }], 203.0)
            .unwrap();
    });
    t("strokes", &mut || {
        let mut c = Canvas::new(227.0, 120.0);
        c.strokes(&d, [12.0, 8.0, 203.0, 52.0]);
    });
    t("empty finish", &mut || {
        Canvas::new(227.0, 120.0).finish().unwrap();
    });
    let shaped = Typesetter::shared()
        .set(&[Span { text: "Aminah binti Salleh".into(), look: look(Family::Sans, 9.6, Ink::Body) }], 203.0)
        .unwrap();
    t("text", &mut || {
        let mut c = Canvas::new(227.0, 120.0);
        c.text(&shaped, 0.0, 0.0).unwrap();
    });
    t("text finish", &mut || {
        let mut c = Canvas::new(227.0, 120.0);
        c.text(&shaped, 0.0, 0.0).unwrap();
        c.finish().unwrap();
    });
}
