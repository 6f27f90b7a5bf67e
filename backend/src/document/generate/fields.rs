//! Form fields: the links that krilla placed and tagged become widgets, in one full write with a classic
//! cross-reference table over a contiguous range of objects. After this the file is only ever appended to.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, Writer, dictionary};
use sha2::{Digest, Sha256};

use super::draw::FIELD;
use super::{GenerateError, QR_SIZE, SERIAL_SIZE, SLOT_SIZE};

/// Print and Locked (ISO 32000-1 table 165): shown on paper, not to be moved.
const FLAGS: i64 = 4 + 128;
/// Read only; for the button also Pushbutton (tables 221 and 226).
const READ_ONLY: i64 = 1;
const PUSH_BUTTON: i64 = 1 << 16;
/// SignaturesExist and AppendOnly (table 219): nobody should rewrite the file.
const SIG_FLAGS: i64 = 3;

/// The finished file and the names of its fields in the order of the form. `last` is the number of the party who
/// signs last.
pub(super) fn inject(pdf: &[u8], last: usize) -> Result<(Vec<u8>, Vec<String>), GenerateError> {
    let mut document = Document::load_mem(pdf).map_err(broken)?;
    document.objects.retain(|_, object| !matches!(object.type_name(), Ok(b"ObjStm" | b"XRef")));
    let mut fields = Vec::new();
    for (id, name) in links(&document) {
        widget(&mut document, id, &name)?;
        fields.push((id, name));
    }
    fields.sort_by_key(|(id, name)| (order(name), *id));
    close_with(&mut document, &fields, &format!("Party{last}"))?;
    for id in document.get_pages().into_values().collect::<Vec<_>>() {
        let page = document.get_object_mut(id).and_then(Object::as_dict_mut).map_err(broken)?;
        page.set("Tabs", Object::Name(b"S".to_vec()));
    }
    single_out(&mut document);
    let form = form(&document, &fields)?;
    document.catalog_mut().map_err(broken)?.set("AcroForm", form);
    // The default is false, and poppler 22 takes a written `false` for a mistake.
    if let Ok(mark) =
        document.catalog_mut().and_then(|catalog| catalog.get_mut(b"MarkInfo")).and_then(Object::as_dict_mut)
    {
        mark.remove(b"Suspects");
    }
    let digest = Sha256::digest(pdf);
    let names = fields.into_iter().map(|(_, name)| name).collect();
    Ok((write(document, &digest[..16])?, names))
}

/// The field of the last party is made with the lock its signature will repeat: after it nothing but validation data
/// may be added (`/P 1`, ISO 32000-2 table 236). A lock cannot be added later without breaking the earlier signatures.
fn close_with(document: &mut Document, fields: &[(ObjectId, String)], last: &str) -> Result<(), GenerateError> {
    let Some((id, _)) = fields.iter().find(|(_, name)| name == last) else { return Ok(()) };
    let lock = document.add_object(dictionary! {
        "Type" => "SigFieldLock",
        "Action" => "Include",
        "Fields" => vec![Object::string_literal(last)],
        "P" => 1,
    });
    document.get_object_mut(*id).and_then(Object::as_dict_mut).map_err(broken)?.set("Lock", lock);
    Ok(())
}

fn broken(error: lopdf::Error) -> GenerateError {
    GenerateError::Broken(error.to_string())
}

/// The links that stand for fields: object and field name.
fn links(document: &Document) -> Vec<(ObjectId, String)> {
    let name = |object: &Object| -> Option<String> {
        let action = document.dereference(object.as_dict().ok()?.get(b"A").ok()?).ok()?.1.as_dict().ok()?;
        let uri = action.get(b"URI").ok()?.as_str().ok()?;
        Some(std::str::from_utf8(uri).ok()?.strip_prefix(FIELD)?.to_owned())
    };
    document.objects.iter().filter_map(|(id, object)| Some((*id, name(object)?))).collect()
}

/// Writes the only child of a Form element as itself instead of as a list of one: the same to a reader (ISO 32000-1
/// table 323), but pyHanko explains a changed widget that is also in the structure tree only by a path `/K /Obj`.
fn single_out(document: &mut Document) {
    for object in document.objects.values_mut() {
        let Ok(element) = object.as_dict_mut() else { continue };
        if matches!(element.get(b"S").and_then(Object::as_name), Ok(b"Form"))
            && let Ok([child]) = element.get(b"K").and_then(Object::as_array).map(Vec::as_slice)
        {
            let child = child.clone();
            element.set("K", child);
        }
    }
}

fn order(name: &str) -> (u8, usize) {
    let digits = name.find(|character: char| character.is_ascii_digit()).unwrap_or(name.len());
    let (kind, number) = name.split_at(digits);
    let rank = match kind {
        "Cert" => 0,
        "Party" => 1,
        "Serial" => 2,
        _ => 3,
    };
    (rank, number.parse().unwrap_or(0))
}

fn widget(document: &mut Document, id: ObjectId, name: &str) -> Result<(), GenerateError> {
    let look = match name {
        "Cert0" => None,
        "QR" => Some((waiting_qr(), QR_SIZE)),
        _ if name.starts_with("Serial") => Some((waiting_serial(), SERIAL_SIZE)),
        _ => Some((waiting_signature(), SLOT_SIZE)),
    };
    let look = look.map(|(content, (width, height))| document.add_object(form_object(content, width, height)));
    let annotation = document.get_object_mut(id).and_then(Object::as_dict_mut).map_err(broken)?;
    let tooltip = annotation.remove(b"Contents").unwrap_or(Object::Null);
    for key in [&b"A"[..], b"Border", b"QuadPoints", b"Dest"] {
        annotation.remove(key);
    }
    annotation.set("Type", Object::Name(b"Annot".to_vec()));
    annotation.set("Subtype", Object::Name(b"Widget".to_vec()));
    annotation.set("F", FLAGS);
    annotation.set("T", Object::String(name.as_bytes().to_vec(), StringFormat::Literal));
    annotation.set("TU", tooltip);
    let normal = look.map(Object::Reference);
    match (name, normal) {
        ("Cert0", _) => {
            annotation.set("FT", Object::Name(b"Sig".to_vec()));
            annotation.set("Rect", vec![0.into(), 0.into(), 0.into(), 0.into()]);
        }
        // A button's normal appearance is a dictionary of states in PDF/A (ISO 19005-2, 6.3.3).
        ("QR", Some(normal)) => {
            annotation.set("FT", Object::Name(b"Btn".to_vec()));
            annotation.set("Ff", READ_ONLY | PUSH_BUTTON);
            annotation.set("AS", Object::Name(b"Off".to_vec()));
            annotation.set("AP", dictionary! { "N" => dictionary! { "Off" => normal } });
        }
        (_, Some(normal)) if name.starts_with("Serial") => {
            annotation.set("FT", Object::Name(b"Tx".to_vec()));
            annotation.set("Ff", READ_ONLY);
            annotation.set("DA", Object::string_literal(DEFAULT_LOOK));
            annotation.set("AP", dictionary! { "N" => normal });
        }
        (_, normal) => {
            annotation.set("FT", Object::Name(b"Sig".to_vec()));
            annotation.set("AP", dictionary! { "N" => normal.unwrap_or(Object::Null) });
        }
    }
    Ok(())
}

const DEFAULT_LOOK: &str = "/Sans 9 Tf 0.07 0.25 0.37 rg";

fn form(document: &Document, fields: &[(ObjectId, String)]) -> Result<Dictionary, GenerateError> {
    let is_font = |object: &Object| -> Option<bool> {
        let font = object.as_dict().ok()?;
        let composite = font.get(b"Subtype").ok()?.as_name().ok()? == b"Type0";
        Some(composite && font.get(b"BaseFont").ok()?.as_name().ok()?.ends_with(b"NotoSans-Regular"))
    };
    let sans = document.objects.iter().find(|(_, object)| is_font(object) == Some(true));
    let (sans, _) = sans.ok_or_else(|| GenerateError::Broken("the font of the fields".into()))?;
    Ok(dictionary! {
        "Fields" => fields.iter().map(|(id, _)| Object::Reference(*id)).collect::<Vec<_>>(),
        "SigFlags" => SIG_FLAGS,
        "DA" => Object::string_literal(DEFAULT_LOOK),
        "DR" => dictionary! { "Font" => dictionary! { "Sans" => Object::Reference(*sans) } },
    })
}

fn form_object(content: String, width: f32, height: f32) -> Stream {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "FormType" => 1,
        "BBox" => vec![0.into(), 0.into(), width.into(), height.into()],
        "Resources" => Dictionary::new(),
    };
    Stream::new(dictionary, content.into_bytes())
}

/// A dotted line where the serial number will stand (HIMS-16: "No.Siri eSPA tidak lengkap").
fn waiting_serial() -> String {
    format!("q 0.34 0.38 0.42 RG 0.9 w 1 J [0 3.2] 0 d 3 3.6 m {} 3.6 l S Q\n", SERIAL_SIZE.0 - 2.0)
}

/// Corner marks where the QR code will stand.
fn waiting_qr() -> String {
    let (w, h) = QR_SIZE;
    let corner =
        |x: f32, y: f32, dx: f32, dy: f32| format!("{} {y} m {x} {y} l {x} {} l S\n", x + dx * 14.0, y + dy * 14.0);
    let corners = [
        corner(1.0, 1.0, 1.0, 1.0),
        corner(w - 1.0, 1.0, -1.0, 1.0),
        corner(1.0, h - 1.0, 1.0, -1.0),
        corner(w - 1.0, h - 1.0, -1.0, -1.0),
    ];
    format!("q 0.73 0.77 0.81 RG 1.2 w\n{}Q\n", corners.concat())
}

/// A frame and a line to sign on.
fn waiting_signature() -> String {
    let (w, h) = SLOT_SIZE;
    format!(
        "q 0.976 0.984 0.99 rg 0 0 {w} {h} re f 0.73 0.77 0.81 RG 0.8 w [3 2.4] 0 d 0.4 0.4 {} {} re S\n\
         [] 0 d 0.6 w 14 34 m {} 34 l S\n0.34 0.38 0.42 RG 1.1 w 14 42 m 20 48 l 14 48 m 20 42 l S Q\n",
        w - 0.8,
        h - 0.8,
        w - 14.0,
    )
}

/// Writes the whole file once: objects 1..=n without a gap, a classic table, `/ID`, an end of line at the end.
fn write(mut document: Document, id: &[u8]) -> Result<Vec<u8>, GenerateError> {
    document.prune_objects();
    document.renumber_objects();
    let failed = |error: std::io::Error| GenerateError::Broken(error.to_string());
    let mut out = format!("%PDF-{}\n%", document.version).into_bytes();
    out.extend_from_slice(&[0xe2, 0xe3, 0xcf, 0xd3, b'\n']);
    let mut offsets = BTreeMap::new();
    for (&(number, generation), object) in &document.objects {
        offsets.insert(number, out.len());
        out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
        Writer::write_object(&mut out, object).map_err(failed)?;
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    let size = offsets.len() + 1;
    out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for (expected, (number, offset)) in (1..).zip(offsets) {
        if expected != number {
            return Err(GenerateError::Broken("a gap in the objects".into()));
        }
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let half = Object::String(id.to_vec(), StringFormat::Hexadecimal);
    let mut trailer = dictionary! { "Size" => size as i64, "ID" => vec![half.clone(), half] };
    for key in [&b"Root"[..], b"Info"] {
        if let Ok(value) = document.trailer.get(key) {
            trailer.set(key, value.clone());
        }
    }
    out.extend_from_slice(b"trailer\n");
    Writer::write_object(&mut out, &Object::Dictionary(trailer)).map_err(failed)?;
    out.extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
    Ok(out)
}
