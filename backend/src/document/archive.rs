//! B-LTA: a time stamp over the whole document with its validation data, in an invisible field of its own (ISO 32000-2
//! section 12.8.5, ETSI EN 319 142-1 section 5.5). It is the one thing besides validation data that may follow the
//! last signature, and it may be repeated before the certificate of the time-stamp authority ends.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::increment::Increment;
use super::prepare::{Body, PrepareError, Prepared, seal};
use super::reader::{ReadError, Reader};
use super::{fields, pages};

/// How our own fields of document time stamps are called, with a number.
const NAME: &str = "Arkib";

/// `head` with room for a document time stamp: [`embed`](super::embed()) puts the token (DER) over its digest there.
///
/// # Errors
/// [`PrepareError::Unreadable`].
pub fn prepare_stamp(head: &[u8]) -> Result<Prepared, PrepareError> {
    let reader = Reader::open(head)?;
    let mut change = Increment::new(&reader)?;
    let (root, catalog) = reader.catalog()?;
    let (form_id, form) = fields::form(&reader, &catalog)?;
    let (names, page) = (names(&reader, &form)?, pages::first(&reader)?);
    let name = (1..).map(|number| format!("{NAME}{number}")).find(|name| !names.contains(name)).unwrap_or_default();
    let stamp = change.number();
    let widget = change.add(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal(name), "V" => stamp,
        "Rect" => vec![Object::Integer(0); 4], "F" => 132, "P" => page,
    });
    append(&mut change, page, "Annots", widget)?;
    match form_id {
        Some(id) => append(&mut change, id, "Fields", widget)?,
        None => {
            let mut form = form;
            let mut list = reader.value(&form, "Fields")?.as_array().cloned().unwrap_or_default();
            list.push(widget.into());
            form.set("Fields", list);
            change.change(root)?.set("AcroForm", form);
        }
    }
    let body = Body::new("DocTimeStamp", "ETSI.RFC3161", Dictionary::new())?;
    let tail = change.write(Some((stamp, &body.bytes)))?;
    Ok(seal(head, tail.bytes, tail.raw_at, &body))
}

/// The names in use.
fn names(reader: &Reader<'_>, form: &Dictionary) -> Result<BTreeSet<String>, ReadError> {
    let mut names = BTreeSet::new();
    fields::walk(reader, form, &mut |field| {
        names.insert(field.name);
        true
    })?;
    Ok(names)
}

/// Adds `item` to the list `key` of the dictionary `holder`, which may be an object of its own.
fn append(change: &mut Increment<'_, '_>, holder: ObjectId, key: &str, item: ObjectId) -> Result<(), ReadError> {
    let dictionary = change.change(holder)?;
    let list = dictionary.get(key.as_bytes()).cloned().unwrap_or_else(|_| Object::Array(Vec::new()));
    let mut items = change.head().resolve(&list)?.as_array().cloned().unwrap_or_default();
    items.push(item.into());
    match list {
        Object::Reference(id) => change.put(id, items),
        _ => change.change(holder)?.set(key, items),
    }
    Ok(())
}
