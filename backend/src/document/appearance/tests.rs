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

/// Every form XObject reads as its own page would: the words behind its glyphs.
fn words(appearance: &Appearance) -> String {
    let mut mapping = std::collections::HashMap::new();
    for (face, font) in appearance.resources.get(b"Font").and_then(Object::as_dict).unwrap() {
        let font = appearance.objects[&font.as_reference().unwrap().0].as_dict().unwrap();
        let unicode =
            appearance.objects[&font.get(b"ToUnicode").unwrap().as_reference().unwrap().0].as_stream().unwrap();
        let unicode = String::from_utf8(unicode.content.clone()).unwrap();
        for line in unicode.lines().filter(|line| line.starts_with('<') && line.contains("> <") && line.len() > 10) {
            let (glyph, text) = line[1..line.len() - 1].split_once("> <").unwrap();
            mapping.insert((face.clone(), glyph.to_lowercase()), text.to_owned());
        }
    }
    let content = String::from_utf8(appearance.content.clone()).unwrap();
    let mut units = Vec::new();
    for text in content.lines().filter(|line| line.starts_with("BT ")) {
        let face = text.split('/').nth(1).unwrap().split(' ').next().unwrap().as_bytes().to_vec();
        for glyphs in text.split('<').skip(1).map(|part| part.split('>').next().unwrap()) {
            for glyph in glyphs.as_bytes().chunks(4) {
                let glyph = String::from_utf8(glyph.to_vec()).unwrap();
                let text = &mapping[&(face.clone(), glyph)];
                units.extend(
                    text.as_bytes()
                        .chunks(4)
                        .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).unwrap(), 16).unwrap()),
                );
            }
        }
        units.push(u16::from(b'\n'));
    }
    String::from_utf16(&units).unwrap()
}

#[test]
fn a_block_shows_name_role_masked_number_and_malaysian_time() {
    let drawing = wave();
    let shown = words(&party_block(&block("Zainab binti Müller-Järvi", &drawing)).unwrap());
    for expected in ["Zainab binti Müller-Järvi", "Pembeli · 900423-**-**84", "25/04/2025 15:49 MYT"] {
        assert!(shown.contains(expected), "{expected} in {shown}");
    }
}

#[test]
fn every_script_is_set_in_its_own_font_and_embedded() {
    let drawing = wave();
    for (name, face) in NAMES.iter().zip(["NotoSans", "DroidSansFallback", "NotoSansTamil", "NotoNaskhArabic"]) {
        let appearance = party_block(&block(name, &drawing)).unwrap();
        let fonts = appearance.resources.get(b"Font").and_then(Object::as_dict).unwrap();
        assert!(fonts.has(face.as_bytes()), "{name}");
        let programs = appearance.objects.values().filter(|object| {
            object.as_stream().is_ok_and(|stream| stream.dict.has(b"Length1") && stream.content.len() > 300)
        });
        assert_eq!(programs.count(), fonts.len(), "{name}");
        let size: usize =
            appearance.objects.values().filter_map(|object| object.as_stream().ok()).map(|s| s.content.len()).sum();
        assert!(size < 40_000, "{name}: {size} bytes");
        assert!(appearance.objects.keys().copied().eq(1..=appearance.objects.len() as u32));
    }
}

#[test]
fn the_same_block_is_the_same_bytes() {
    let drawing = wave();
    assert_eq!(party_block(&block(NAMES[2], &drawing)).unwrap(), party_block(&block(NAMES[2], &drawing)).unwrap());
}

#[test]
fn a_name_of_eighty_characters_wraps_and_one_of_a_thousand_is_refused() {
    let typed = Drawing::typed("Aminah").unwrap();
    let long = "Tengku Ahmad Shahrizal Iskandar bin Tengku Mohamad Hafizuddin Alauddin Shah Jr V";
    let shown = words(&party_block(&block(long, &typed)).unwrap());
    assert!(long.split(' ').all(|word| shown.contains(word)));
    party_block(&block(&"陳美玲王".repeat(20), &typed)).unwrap();
    party_block(&block(&"W".repeat(80), &typed)).unwrap();
    assert_eq!(party_block(&block(&long.repeat(12), &typed)).unwrap_err(), GenerateError::TooLong("name"));
}

#[test]
fn a_character_without_a_glyph_is_refused_in_a_block() {
    let drawing = wave();
    assert_eq!(party_block(&block("Aminah 😀", &drawing)).unwrap_err(), GenerateError::NoGlyph('😀'));
    assert_eq!(Drawing::typed("Aminah 😀").unwrap_err(), GenerateError::NoGlyph('😀'));
    assert_eq!(serial("ESPA-\u{0378}").unwrap_err(), GenerateError::NoGlyph('\u{0378}'));
}

#[test]
fn strokes_stay_inside_their_place() {
    let [left, top, width, height] = [12.0, 8.0, 203.0, 52.0];
    for json in ["[[[0,0],[1,1]]]", "[[[0.5,0],[0.5,1]]]", "[[[0.1,0.5],[0.9,0.5]]]"] {
        for (x, y) in Drawing::parse(json).unwrap().placed([left, top, width, height]).concat() {
            assert!((left - 0.1..=left + width + 0.1).contains(&x) && (top - 0.1..=top + height + 0.1).contains(&y));
        }
    }
}

#[test]
fn a_drawing_has_limits() {
    let refused = |json: &str| match Drawing::parse(json).unwrap_err() {
        GenerateError::Drawing(error) => error,
        other => panic!("{other}"),
    };
    for empty in [r#"{"strokes":[]}"#, "[]", "[[]]", "[[[0.5,0.5]]]", "[[[0.5,0.5],[0.52,0.5]]]", r#"{"typed":"  "}"#] {
        assert_eq!(refused(empty), DrawingError::TooLittle, "{empty}");
    }
    for broken in [
        "",
        "null",
        "{}",
        "[[[2,0],[0,0]]]",
        "[[[-0.1,0],[1,1]]]",
        "[[[1e999,0],[1,1]]]",
        "[[[0]]]",
        r#"{"strokes":[[[0,0],[1,1]]],"aspect":0}"#,
    ] {
        assert_eq!(refused(broken), DrawingError::Unreadable, "{broken}");
    }
    let many = format!("[{}]", vec!["[[0,0],[1,1]]"; 201].join(","));
    assert_eq!(refused(&many), DrawingError::TooMuch);
    let long = format!("[[{}]]", vec!["[0,1]"; 6_001].join(","));
    assert_eq!(refused(&long), DrawingError::TooMuch);
    assert_eq!(refused(&" ".repeat(300_000)), DrawingError::TooMuch);
}

#[test]
fn a_drawing_survives_being_stored() {
    for drawing in [wave(), Drawing::typed("陳美玲").unwrap()] {
        assert_eq!(Drawing::parse(&drawing.to_json()).unwrap(), drawing);
    }
}

#[test]
fn a_serial_number_and_a_qr_code_are_drawn() {
    assert_eq!(words(&serial("ESPA-2025-20165-9-000123").unwrap()).trim(), "ESPA-2025-20165-9-000123");
    assert_eq!(serial(&"9".repeat(200)).unwrap_err(), GenerateError::TooLong("serial"));
    let code = qr("https://espa.example.com/v/ESPA-2025-20165-9-000123?t=3f9a0c6d5b7e4812").unwrap();
    assert!(code.objects.is_empty(), "vector only");
    let drawn = String::from_utf8(code.content).unwrap();
    assert!(drawn.lines().count() > 200);
    assert_eq!(qr(&"x".repeat(4_000)).unwrap_err(), GenerateError::TooLong("url"));
}

#[test]
fn a_filled_agreement_can_be_read_again() {
    let drawing = wave();
    let mut fills: Vec<(String, Appearance)> = vec![
        ("QR".into(), qr("https://espa.example.com/v/ESPA-2025-20165-9-000123?t=3f9a0c6d5b7e4812").unwrap()),
        ("Serial1".into(), serial("ESPA-2025-20165-9-000123").unwrap()),
        ("Serial13".into(), serial("ESPA-2025-20165-9-000123").unwrap()),
        ("Party5".into(), party_block(&block(NAMES[0], &Drawing::typed("Zainab Järvi").unwrap())).unwrap()),
    ];
    for (index, name) in NAMES.iter().enumerate() {
        fills.push((format!("Party{}", index + 1), party_block(&block(name, &drawing)).unwrap()));
    }
    let bytes = filled(fills);
    // To be looked at: MOHOR_KEEP names a folder.
    if let Ok(folder) = std::env::var("MOHOR_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join("agreement-filled.pdf"), &bytes).unwrap();
    }
    assert!(Document::load_mem(&bytes).is_ok());
}
