//! Finding form fields by name.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::reader::{ReadError, Reader};

/// More levels than any form of ours has.
const MAX_LEVELS: usize = 8;
/// Bytes that the full name of a field may have.
const MAX_NAME: usize = 1024;

/// A terminal field: its full name, its number, its own dictionary.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Partial names joined by dots.
    pub(crate) name: String,
    /// Its object number.
    pub(crate) id: ObjectId,
    /// Its dictionary, as written.
    pub(crate) dictionary: Dictionary,
    /// `/FT`, its own or inherited.
    pub(crate) kind: Vec<u8>,
}

/// The number of the form dictionary (`None` when it stands in the catalog itself) and the dictionary.
pub(crate) fn form(reader: &Reader<'_>, catalog: &Dictionary) -> Result<(Option<ObjectId>, Dictionary), ReadError> {
    let id = catalog.get(b"AcroForm").and_then(Object::as_reference).ok();
    match reader.value(catalog, "AcroForm")? {
        Object::Dictionary(form) => Ok((id, form)),
        Object::Null => Ok((None, Dictionary::new())),
        _ => Err(ReadError::CrossReference("/AcroForm is not a dictionary")),
    }
}

/// Hands every terminal field to `visit` until it answers `false`.
pub(crate) fn walk(
    reader: &Reader<'_>,
    form: &Dictionary,
    visit: &mut dyn FnMut(Field) -> bool,
) -> Result<(), ReadError> {
    let Object::Array(roots) = reader.value(form, "Fields")? else { return Ok(()) };
    let mut tree = Tree { reader, seen: BTreeSet::new(), visit };
    for root in &roots {
        if !tree.descend(root, "", b"", 0)? {
            break;
        }
    }
    Ok(())
}

/// The walk, and whom it has met: a field has one place, so that no list can name it a hundred times on each level.
struct Tree<'w, 'a> {
    reader: &'w Reader<'a>,
    seen: BTreeSet<ObjectId>,
    visit: &'w mut dyn FnMut(Field) -> bool,
}

impl Tree<'_, '_> {
    fn descend(&mut self, field: &Object, above: &str, inherited: &[u8], level: usize) -> Result<bool, ReadError> {
        let reader = self.reader;
        let &Object::Reference(id) = field else { return Err(ReadError::CrossReference("a field is not an object")) };
        let Object::Dictionary(dictionary) = reader.get(id)? else {
            return Err(ReadError::Object(id.0, "a field is not a dictionary"));
        };
        if level > MAX_LEVELS {
            return Err(ReadError::Object(id.0, "the form is too deep"));
        }
        if !self.seen.insert(id) {
            return Err(ReadError::Object(id.0, "the form names a field twice"));
        }
        let name = full_name(above, &dictionary);
        if name.len() > MAX_NAME {
            return Err(ReadError::Object(id.0, "the name of a field is too long"));
        }
        let kind = match reader.value(&dictionary, "FT")? {
            Object::Name(kind) => kind,
            _ => inherited.to_vec(),
        };
        if let Object::Array(kids) = reader.value(&dictionary, "Kids")?
            && has_named_kid(reader, &kids)?
        {
            for kid in &kids {
                if !self.descend(kid, &name, &kind, level + 1)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok((self.visit)(Field { name, id, dictionary, kind }))
    }
}

fn has_named_kid(reader: &Reader<'_>, kids: &[Object]) -> Result<bool, ReadError> {
    let Some(first) = kids.first() else { return Ok(false) };
    Ok(matches!(reader.resolve(first)?, Object::Dictionary(kid) if kid.has(b"T")))
}

fn full_name(above: &str, dictionary: &Dictionary) -> String {
    let own = dictionary.get(b"T").and_then(Object::as_str).map(text).unwrap_or_default();
    if above.is_empty() { own } else { format!("{above}.{own}") }
}

/// A text string (ISO 32000-2 section 7.9.2.2): UTF-16BE or UTF-8 with a mark, otherwise Latin.
pub(crate) fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// The same the other way round: ASCII as it is, anything else as UTF-16BE.
pub(crate) fn text_object(text: &str) -> Object {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}
