//! The document security store: read for its evidence, and judged as a change: it may only grow.

use lopdf::{Dictionary, Object};

use super::super::reader::{ReadError, Reader};
use super::changes::Audit;
use super::path::Pool;
use super::x509::Cert;

const LISTS: [&str; 3] = ["Certs", "CRLs", "OCSPs"];

/// Puts everything the newest store holds into `pool`.
pub(super) fn read(reader: &Reader<'_>, pool: &mut Pool) -> Result<(), ReadError> {
    let (_, catalog) = reader.catalog()?;
    let Object::Dictionary(store) = reader.value(&catalog, "DSS")? else { return Ok(()) };
    for key in LISTS {
        let Object::Array(items) = reader.value(&store, key)? else { continue };
        for item in &items {
            let Object::Stream(stream) = reader.resolve(item)? else { continue };
            let Ok(der) = stream.get_plain_content_with_limit(64 << 20) else { continue };
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

/// Judges what became of the store between two catalogs.
pub(super) fn grown(audit: &mut Audit<'_, '_>, old: &Dictionary, new: &Dictionary) -> Result<(), ReadError> {
    let before = dictionary(audit.old, old, "DSS")?;
    let Some(after) = dictionary(audit.new, new, "DSS")? else {
        if before.is_some() || new.has(b"DSS") {
            audit.fault("the validation data is gone");
        }
        return Ok(());
    };
    if let Ok(&Object::Reference(id)) = new.get(b"DSS") {
        let same = old.get(b"DSS").ok() == new.get(b"DSS").ok();
        if same || audit.is_fresh(id)? {
            audit.allow(id);
        }
    }
    let before = before.unwrap_or_default();
    if before != after {
        audit.change.deeds.push("validation data added".to_owned());
    }
    if let Some((key, _)) =
        after.iter().find(|(key, _)| !matches!(key.as_slice(), b"Type" | b"VRI" | b"Certs" | b"CRLs" | b"OCSPs"))
    {
        audit.fault(format!("the validation data holds /{}", String::from_utf8_lossy(key)));
    }
    for key in LISTS {
        list(audit, &before, &after, key, true)?;
    }
    index(audit, &before, &after)
}

/// A list of streams: what was there stays, what is new is new.
fn list(
    audit: &mut Audit<'_, '_>,
    before: &Dictionary,
    after: &Dictionary,
    key: &str,
    keep: bool,
) -> Result<(), ReadError> {
    let items = |reader: &Reader<'_>, store: &Dictionary| match reader.value(store, key) {
        Ok(Object::Array(items)) => items,
        _ => Vec::new(),
    };
    let (old, new) = (items(audit.old, before), items(audit.new, after));
    if keep && old.iter().any(|item| !new.contains(item)) {
        audit.fault(format!("/{key} of the validation data lost an item"));
    }
    if let Ok(&Object::Reference(id)) = after.get(key.as_bytes()) {
        audit.allow(id);
    }
    for item in &new {
        let Object::Reference(id) = item else {
            audit.fault(format!("/{key} of the validation data holds what is no stream"));
            continue;
        };
        if !matches!(audit.new.get(*id)?, Object::Stream(_)) {
            audit.fault(format!("/{key} of the validation data holds what is no stream"));
        }
        if !old.contains(item) && audit.is_fresh(*id)? {
            audit.allow(*id);
        }
    }
    Ok(())
}

/// `/VRI`: an entry, once made, stays as it is.
fn index(audit: &mut Audit<'_, '_>, before: &Dictionary, after: &Dictionary) -> Result<(), ReadError> {
    let old = dictionary(audit.old, before, "VRI")?.unwrap_or_default();
    let new = dictionary(audit.new, after, "VRI")?.unwrap_or_default();
    if let Ok(&Object::Reference(id)) = after.get(b"VRI") {
        audit.allow(id);
    }
    for (key, value) in &old {
        if new.get(key).ok() != Some(value) {
            audit.fault(format!("/VRI {} was changed", String::from_utf8_lossy(key)));
        }
    }
    for (key, value) in new.iter().filter(|(key, _)| !old.has(key)) {
        let name = String::from_utf8_lossy(key).into_owned();
        if key.len() != 40 || !key.iter().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte)) {
            audit.fault(format!("/VRI {name} is not a signature"));
        }
        if let &Object::Reference(id) = value {
            if !audit.is_fresh(id)? {
                audit.fault(format!("/VRI {name} is an older object"));
            }
            audit.allow(id);
        }
        let Object::Dictionary(entry) = audit.new.resolve(value)? else {
            audit.fault(format!("/VRI {name} is not a dictionary"));
            continue;
        };
        if entry.iter().any(|(key, _)| !matches!(key.as_slice(), b"Type" | b"TU" | b"TS" | b"Cert" | b"CRL" | b"OCSP"))
        {
            audit.fault(format!("/VRI {name} holds something else"));
        }
        for key in ["Cert", "CRL", "OCSP"] {
            list(audit, &Dictionary::new(), &entry, key, false)?;
        }
        if let Ok(stamp) = entry.get(b"TS") {
            audit.allow_fresh(stamp)?;
        }
    }
    Ok(())
}
