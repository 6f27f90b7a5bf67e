//! B-LT: the document security store (ETSI EN 319 142-1 section 5.4), added after a signature and only ever grown.
//!
//! What a document time stamp ([`super::prepare_stamp`]) needs is added in the same way.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId, Stream};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::fields;
use super::increment::Increment;
use super::model::RevocationData;
use super::reader::{ReadError, Reader};
use crate::fault;

/// Why the validation data cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtendError {
    /// The head is not one of ours.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

fault! { ExtendError => "document-unreadable", Broken }

/// `head` with a revision that adds `data` to `/DSS`, and a `/VRI` entry for every signature that has none yet. What
/// is in the store already is kept, by the same number, and not written again.
///
/// # Errors
/// [`ExtendError`].
pub fn dss(head: &[u8], data: &RevocationData) -> Result<Vec<u8>, ExtendError> {
    let reader = Reader::open(head)?;
    let mut change = Increment::new(&reader)?;
    let (root, catalog) = reader.catalog()?;
    let mut store = match reader.value(&catalog, "DSS")? {
        Object::Dictionary(store) => store,
        _ => Dictionary::new(),
    };
    let certs = grow(&mut change, &mut store, "Certs", &data.certs)?;
    let crls = grow(&mut change, &mut store, "CRLs", &data.crls)?;
    let ocsps = grow(&mut change, &mut store, "OCSPs", &data.ocsps)?;

    let mut index = match reader.value(&store, "VRI")? {
        Object::Dictionary(index) => index,
        _ => Dictionary::new(),
    };
    for key in signature_keys(&reader, &catalog)? {
        if !index.has(key.as_bytes()) {
            let mut entry = Dictionary::new();
            for (name, items) in [("Cert", &certs), ("CRL", &crls), ("OCSP", &ocsps)] {
                if !items.is_empty() {
                    entry.set(name, items.iter().map(|&id| Object::Reference(id)).collect::<Vec<_>>());
                }
            }
            let entry = change.add(entry);
            index.set(key, entry);
        }
    }
    store.set("VRI", index);
    match catalog.get(b"DSS") {
        Ok(&Object::Reference(id)) => change.put(id, store),
        _ => {
            let id = change.add(store);
            change.change(root)?.set("DSS", id);
        }
    }
    let tail = change.write(None)?;
    let mut bytes = Vec::with_capacity(head.len() + tail.bytes.len());
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(&tail.bytes);
    Ok(bytes)
}

/// Adds what `key` does not hold yet; answers with the numbers of `items`.
fn grow(
    change: &mut Increment<'_, '_>,
    store: &mut Dictionary,
    key: &str,
    items: &[Vec<u8>],
) -> Result<Vec<ObjectId>, ReadError> {
    let mut held = match change.head().value(store, key)? {
        Object::Array(held) => held,
        _ => Vec::new(),
    };
    let mut known = HashMap::new();
    for object in &held {
        if let (&Object::Reference(id), Object::Stream(stream)) = (object, change.head().resolve(object)?) {
            known.insert(Sha256::digest(stream.get_plain_content().unwrap_or_default()), id);
        }
    }
    let mut numbers: Vec<ObjectId> = Vec::new();
    for item in items {
        let id = *known.entry(Sha256::digest(item)).or_insert_with(|| {
            let id = change.add(Stream::new(Dictionary::new(), item.clone()));
            held.push(id.into());
            id
        });
        if !numbers.contains(&id) {
            numbers.push(id);
        }
    }
    if !held.is_empty() {
        store.set(key, held);
    }
    Ok(numbers)
}

/// The VRI keys of all signatures: SHA-1 of `/Contents` as it stands, upper-case hexadecimal.
fn signature_keys(reader: &Reader<'_>, catalog: &Dictionary) -> Result<Vec<String>, ReadError> {
    let (_, form) = fields::form(reader, catalog)?;
    let mut values = Vec::new();
    fields::walk(reader, &form, &mut |field| {
        if field.kind == b"Sig" {
            values.extend(field.dictionary.get(b"V").ok().cloned());
        }
        true
    })?;
    let mut keys = Vec::new();
    for value in &values {
        if let Object::Dictionary(signature) = reader.resolve(value)?
            && let Ok(contents) = signature.get(b"Contents").and_then(Object::as_str)
        {
            keys.push(hex::encode_upper(Sha1::digest(contents)));
        }
    }
    Ok(keys)
}
