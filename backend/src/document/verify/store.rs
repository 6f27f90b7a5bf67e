//! The document security store: read for its evidence, and judged as a change: it may only grow.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::reader::{ReadError, Reader};
use super::super::xref::inflate;
use super::audit::{Audit, is_array, is_dictionary, pair};
use super::path::Pool;
use super::x509::Cert;

const LISTS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];

/// Puts everything the newest store holds into `pool`.
pub(super) fn read(reader: &Reader<'_>, pool: &mut Pool) -> Result<(), ReadError> {
    let (_, catalog) = reader.catalog()?;
    let Object::Dictionary(store) = reader.value(&catalog, "DSS")? else { return Ok(()) };
    for key in LISTS {
        let Object::Array(items) = reader.value(&store, key)? else { continue };
        let once: BTreeSet<ObjectId> = items.iter().filter_map(|item| item.as_reference().ok()).collect();
        for id in once {
            let Object::Stream(stream) = reader.get(id)? else { continue };
            let Some(der) = inflate(&stream, reader.budget())? else { continue };
            reader.budget().parse(der.len())?;
            match key {
                "Certs" => Cert::parse(&der).iter().for_each(|cert| pool.add(cert)),
                "CRLs" => pool.lists.add_list(&der, true),
                _ => pool.lists.add_answer(&der),
            }
        }
    }
    Ok(())
}

fn dictionary(reader: &Reader<'_>, parent: &Dictionary, key: &str) -> Result<Option<Dictionary>, ReadError> {
    match reader.value(parent, key)? {
        Object::Dictionary(dictionary) => Ok(Some(dictionary)),
        _ => Ok(None),
    }
}

/// Judges what became of the store between two catalogs, whose number is `root`.
pub(super) fn grown(
    audit: &mut Audit<'_, '_>,
    root: ObjectId,
    old: &Dictionary,
    new: &Dictionary,
) -> Result<(), ReadError> {
    let before = dictionary(audit.old, old, "DSS")?;
    let Some(after) = dictionary(audit.new, new, "DSS")? else {
        if before.is_some() || new.has(b"DSS") {
            audit.fault("the validation data is gone");
        }
        return Ok(());
    };
    audit.part("DSS", Some(root), pair(old, new, "DSS"), is_dictionary)?;
    let holder = new.get(b"DSS").and_then(Object::as_reference).unwrap_or(root);
    let before = before.unwrap_or_default();
    if before != after {
        audit.deed("validation data added");
    }
    if let Some((key, _)) =
        after.iter().find(|(key, _)| !matches!(key.as_slice(), b"Type" | b"VRI" | b"Certs" | b"CRLs" | b"OCSPs"))
    {
        audit.fault(format!("the validation data holds /{}", String::from_utf8_lossy(key)));
    }
    for key in LISTS {
        list(audit, holder, (&before, &after), key, true)?;
    }
    index(audit, holder, &before, &after)
}

/// A list of streams in the object `holder`: what was there stays, what is new is new.
fn list(
    audit: &mut Audit<'_, '_>,
    holder: ObjectId,
    (before, after): (&Dictionary, &Dictionary),
    key: &str,
    keep: bool,
) -> Result<(), ReadError> {
    let items = |reader: &Reader<'_>, store: &Dictionary| match reader.value(store, key) {
        Ok(Object::Array(items)) => items,
        _ => Vec::new(),
    };
    audit.part(key, Some(holder), pair(before, after, key), is_array)?;
    let (old, new) = (items(audit.old, before), items(audit.new, after));
    let known: BTreeSet<ObjectId> = old.iter().filter_map(|item| item.as_reference().ok()).collect();
    let held: BTreeSet<ObjectId> = new.iter().filter_map(|item| item.as_reference().ok()).collect();
    if keep && !known.is_subset(&held) {
        audit.fault(format!("/{key} of the validation data lost an item"));
    }
    if new.iter().any(|item| item.as_reference().is_err()) {
        audit.fault(format!("/{key} of the validation data holds what is no stream"));
    }
    for &id in held.difference(&known) {
        if !matches!(audit.new.get(id)?, Object::Stream(_)) {
            audit.fault(format!("/{key} of the validation data holds what is no stream"));
        } else if audit.is_fresh(id)? {
            audit.allow(id);
        }
    }
    Ok(())
}

/// `/VRI` of the store `holder`: an entry, once made, stays as it is.
fn index(
    audit: &mut Audit<'_, '_>,
    holder: ObjectId,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<(), ReadError> {
    audit.part("VRI", Some(holder), pair(before, after, "VRI"), is_dictionary)?;
    let old = dictionary(audit.old, before, "VRI")?.unwrap_or_default();
    let new = dictionary(audit.new, after, "VRI")?.unwrap_or_default();
    for (key, value) in &old {
        if new.get(key).ok() != Some(value) {
            audit.fault(format!("/VRI {} was changed", String::from_utf8_lossy(key)));
        }
    }
    for (key, value) in new.iter().filter(|(key, _)| !old.has(key)) {
        entry(audit, &String::from_utf8_lossy(key), value)?;
    }
    Ok(())
}

/// A new entry of `/VRI`: named after a signature, born with this revision, and its lists and time stamp with it.
fn entry(audit: &mut Audit<'_, '_>, name: &str, value: &Object) -> Result<(), ReadError> {
    if name.len() != 40 || !name.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)) {
        audit.fault(format!("/VRI {name} is not a signature"));
    }
    audit.part(&format!("VRI {name}"), None, (None, Some(value)), is_dictionary)?;
    let Object::Dictionary(entry) = audit.new.resolve(value)? else { return Ok(()) };
    if entry.iter().any(|(key, _)| !matches!(key.as_slice(), b"Type" | b"TU" | b"TS" | b"Cert" | b"CRL" | b"OCSP")) {
        audit.fault(format!("/VRI {name} holds something else"));
    }
    let nothing = Dictionary::new();
    for key in ["Cert", "CRL", "OCSP"] {
        list(audit, (0, 0), (&nothing, &entry), key, false)?;
    }
    audit.part("TU", None, pair(&nothing, &entry, "TU"), |time| matches!(time, Object::String(..)))?;
    audit.part("TS", None, pair(&nothing, &entry, "TS"), |stamp| matches!(stamp, Object::Stream(_)))?;
    match entry.get(b"TS") {
        Ok(stamp) => audit.allow_fresh(stamp),
        Err(_) => Ok(()),
    }
}
