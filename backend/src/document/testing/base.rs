//! A base document and what is written on it.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::super::*;
use super::NOW;

pub(crate) fn appearance(text: &str) -> Appearance {
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    Appearance {
        width: 200.0,
        height: 60.0,
        content: format!("BT /F1 9 Tf 4 20 Td ({text}) Tj ET").into_bytes(),
        resources: dictionary! { "Font" => dictionary! { "F1" => Object::Reference((1, 0)) } },
        objects: BTreeMap::from([(1, font.into())]),
    }
}

pub(crate) fn request(field: &str, role: SignatureRole) -> SignatureRequest<'_> {
    let appearance = (field != "Cert0").then(|| appearance("SPESIMEN"));
    SignatureRequest {
        field,
        role,
        name: "Siti binti Ahmad (敏)",
        reason: "Setuju",
        time: NOW,
        fills: Vec::new(),
        appearance,
    }
}

pub(crate) fn locks() -> Vec<String> {
    ["Serial1", "Serial2", "Serial3", "QR"].map(str::to_owned).to_vec()
}

pub(crate) fn fills() -> Vec<Fill> {
    let fill = |field: String| {
        let value = (field != "QR").then(|| "eSPA-2026-00000123".to_owned());
        Fill { field, value, appearance: appearance("eSPA-2026-00000123") }
    };
    locks().into_iter().map(fill).collect()
}

/// A base document: three pages, `Cert0`, four parties, three serial numbers and a QR code.
pub(crate) fn base(modern: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let kids: Vec<_> = (1..=3)
        .map(|number| {
            let content = format!("BT /F1 24 Tf 72 700 Td (SPESIMEN {number}) Tj ET").into_bytes();
            let content = document.add_object(Stream::new(Dictionary::new(), content));
            document.add_object(dictionary! {
                "Type" => "Page", "Parent" => pages, "Contents" => content,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Resources" => dictionary! { "Font" => dictionary! { "F1" => dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" } } },
            })
        })
        .collect();
    let mut fields = Vec::new();
    let mut field = |document: &mut Document, page: usize, name: &str, kind: &str, rect: [i64; 4], flags: i64| {
        let mut widget = dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => kind, "T" => Object::string_literal(name), "P" => kids[page],
            "F" => if kind == "Sig" { 132 } else { 4 }, "Rect" => rect.map(Object::Integer).to_vec(),
        };
        if flags != 0 {
            widget.set("Ff", flags);
        }
        let id = document.add_object(widget);
        fields.push(Object::Reference(id));
        let page = document.get_object_mut(kids[page]).unwrap().as_dict_mut().unwrap();
        match page.get_mut(b"Annots") {
            Ok(annots) => annots.as_array_mut().unwrap().push(id.into()),
            Err(_) => page.set("Annots", vec![Object::Reference(id)]),
        }
    };
    field(&mut document, 0, "Cert0", "Sig", [0; 4], 0);
    for page in 0..3 {
        field(&mut document, page, &format!("Serial{}", page + 1), "Tx", [40, 20, 300, 36], 1);
    }
    field(&mut document, 0, "QR", "Btn", [480, 20, 560, 100], 65_537);
    for party in 1..=4 {
        field(&mut document, 2, &format!("Party{party}"), "Sig", [60, 700 - party * 90, 260, 760 - party * 90], 0);
    }
    let count = kids.len() as i64;
    let kids: Vec<Object> = kids.iter().map(|&kid| kid.into()).collect();
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let form = document.add_object(dictionary! { "Fields" => fields, "SigFlags" => 3 });
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form });
    document.trailer.set("Root", root);
    let half = || Object::String(vec![7; 16], lopdf::StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![half(), half()]);
    let mut bytes = Vec::new();
    if modern {
        document.save_modern(&mut bytes).unwrap();
    } else {
        document.save_to(&mut bytes).unwrap();
    }
    bytes.push(b'\n');
    bytes
}
