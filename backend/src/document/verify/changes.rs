//! What a revision changed, against a list of what may ever change (pdf-and-workflow section 3.3).
//!
//! Every object a revision wrote must be accounted for by one of these rules; what no rule claims is forbidden:
//! a signature field signed once, a field filled, the store grown, an invisible time-stamp field added, metadata.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields::{self, Field};
use super::super::reader::{ReadError, Reader};
use super::structure::Revision;
use super::{covering, store};

/// How far a revision went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Validation data and document time stamps: allowed even after the last signature.
    #[default]
    Archive,
    /// Fields filled, fields signed.
    Filling,
}

/// What one revision did to the one before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    /// How far it went.
    pub(super) level: Level,
    /// The fields it filled or signed.
    pub(super) fields: BTreeSet<String>,
    /// What it may never do.
    pub(super) faults: Vec<String>,
    /// What it laid over a block that had been filled or signed.
    pub(super) covers: Vec<String>,
    /// What it did, in words for the expert.
    pub(super) deeds: Vec<String>,
}

/// The work of comparing two neighbours.
pub(super) struct Audit<'r, 'a> {
    pub(super) old: &'r Reader<'a>,
    pub(super) new: &'r Reader<'a>,
    pub(super) written: &'r BTreeSet<u32>,
    /// Numbers mentioned before they existed: giving them a body now would change an older context.
    dangling: &'r BTreeSet<u32>,
    allowed: BTreeSet<u32>,
    pub(super) drawn: BTreeMap<u32, String>,
    pub(super) change: Change,
}

/// Compares the view `new`, written by `revision`, with `old`; `mentioned` are the numbers all older revisions refer to.
pub(super) fn between(
    old: &Reader<'_>,
    new: &Reader<'_>,
    revision: &Revision,
    mentioned: &BTreeSet<u32>,
) -> Result<Change, ReadError> {
    let mut audit = Audit {
        old,
        new,
        written: &revision.written,
        dangling: mentioned,
        allowed: BTreeSet::new(),
        drawn: BTreeMap::new(),
        change: Change::default(),
    };
    for &id in &revision.freed {
        if old.assigned(id)? {
            audit.fault(format!("object {id} was given up"));
        }
    }
    audit.trailer()?;
    audit.catalog()?;
    audit.rest()?;
    covering::look(&mut audit)?;
    Ok(audit.change)
}

/// Whether two dictionaries agree but for `keys`.
pub(super) fn same_but(old: &Dictionary, new: &Dictionary, keys: &[&str]) -> Option<String> {
    let exempt = |key: &[u8]| keys.iter().any(|k| k.as_bytes() == key);
    let names = old.iter().chain(new.iter()).map(|(key, _)| key);
    let changed = names.into_iter().find(|key| !exempt(key) && old.get(key).ok() != new.get(key).ok());
    changed.map(|key| String::from_utf8_lossy(key).into_owned())
}

impl<'r, 'a> Audit<'r, 'a> {
    pub(super) fn fault(&mut self, what: impl Into<String>) {
        self.change.faults.push(what.into());
    }

    /// Allows object `id`, if this revision wrote it.
    pub(super) fn allow(&mut self, id: ObjectId) {
        if self.written.contains(&id.0) {
            self.allowed.insert(id.0);
        }
    }

    /// Whether `id` was born in this revision, unmentioned before.
    pub(super) fn is_fresh(&self, id: ObjectId) -> Result<bool, ReadError> {
        Ok(self.written.contains(&id.0) && !self.dangling.contains(&id.0) && !self.old.assigned(id.0)?)
    }

    /// Allows everything that was born in this revision and hangs on `object`.
    pub(super) fn allow_fresh(&mut self, object: &Object) -> Result<(), ReadError> {
        match object {
            Object::Reference(id) if !self.allowed.contains(&id.0) && self.is_fresh(*id)? => {
                self.allowed.insert(id.0);
                let target = self.new.get(*id)?;
                self.allow_fresh(&target)?;
            }
            Object::Array(items) => items.iter().try_for_each(|item| self.allow_fresh(item))?,
            Object::Dictionary(entries) => entries.iter().try_for_each(|(_, item)| self.allow_fresh(item))?,
            Object::Stream(stream) => stream.dict.iter().try_for_each(|(_, item)| self.allow_fresh(item))?,
            _ => {}
        }
        Ok(())
    }

    fn trailer(&mut self) -> Result<(), ReadError> {
        let (old, new) = (self.old.trailer().clone(), self.new.trailer().clone());
        if old.get(b"Root").ok() != new.get(b"Root").ok() {
            self.fault("the trailer names another catalog");
        }
        let first = |trailer: &Dictionary| {
            trailer.get(b"ID").and_then(Object::as_array).ok().and_then(|halves| halves.first().cloned())
        };
        if first(&old).is_some() && first(&old) != first(&new) {
            self.fault("the trailer names another document");
        }
        if let Ok(&Object::Reference(id)) = new.get(b"Info") {
            match self.new.get(id)? {
                Object::Dictionary(info) if info.iter().all(|(_, v)| v.as_str().is_ok() || v.as_name().is_ok()) => {
                    if old.get(b"Info").ok() == new.get(b"Info").ok() || self.is_fresh(id)? {
                        self.allow(id);
                    }
                }
                _ => self.fault("the document information is not plain text"),
            }
        }
        Ok(())
    }

    fn catalog(&mut self) -> Result<(), ReadError> {
        let (root, new) = self.new.catalog()?;
        let (_, old) = self.old.catalog()?;
        match same_but(&old, &new, &["AcroForm", "DSS", "Metadata", "Extensions", "Version"]) {
            Some(key) => self.fault(format!("/{key} of the catalog changed")),
            None => self.allow(root),
        }
        if let Ok(extensions) = new.get(b"Extensions") {
            self.allow_fresh(extensions)?;
        }
        self.metadata(&old, &new)?;
        self.form(&old, &new)?;
        store::grown(self, &old, &new)
    }

    fn metadata(&mut self, old: &Dictionary, new: &Dictionary) -> Result<(), ReadError> {
        let Ok(&Object::Reference(id)) = new.get(b"Metadata") else { return Ok(()) };
        let same = old.get(b"Metadata").ok() == new.get(b"Metadata").ok();
        if self.written.contains(&id.0) && (same || self.is_fresh(id)?) {
            match self.new.get(id)? {
                Object::Stream(stream) if stream.dict.has_type(b"Metadata") => self.allow(id),
                _ => self.fault("/Metadata is not metadata"),
            }
        }
        Ok(())
    }

    fn form(&mut self, old_catalog: &Dictionary, new_catalog: &Dictionary) -> Result<(), ReadError> {
        let (old_id, old) = fields::form(self.old, old_catalog)?;
        let (new_id, new) = fields::form(self.new, new_catalog)?;
        if old_id != new_id && old_catalog.has(b"AcroForm") {
            self.fault("the form was exchanged");
        }
        if let Some(key) = same_but(&old, &new, &["Fields", "SigFlags"]) {
            self.fault(format!("/{key} of the form changed"));
        } else if let Some(id) = new_id {
            self.allow(id);
        }
        if let Ok(&Object::Reference(id)) = new.get(b"Fields")
            && old.get(b"Fields").ok() == new.get(b"Fields").ok()
        {
            self.allow(id);
        }
        let before = all_fields(self.old, &old)?;
        let after = all_fields(self.new, &new)?;
        for name in before.keys().filter(|name| !after.contains_key(*name)) {
            self.fault(format!("field {name} is gone"));
        }
        for (name, field) in &after {
            match before.get(name) {
                Some(earlier) if earlier.id == field.id => self.field(earlier, field)?,
                Some(_) => self.fault(format!("field {name} is another object now")),
                None => self.new_field(field)?,
            }
        }
        Ok(())
    }

    /// Everything written must be accounted for by now, or be bookkeeping, or be the same as before.
    fn rest(&mut self) -> Result<(), ReadError> {
        let own = self.new.sections()[0].own;
        let left: Vec<u32> = self.written.difference(&self.allowed).copied().collect();
        for id in left {
            let before = self.old.assigned(id)?;
            let now = match self.new.entry(id)? {
                Some(super::super::xref::Entry::At(_, generation)) => self.new.get((id, generation))?,
                _ => self.new.get((id, 0))?,
            };
            let container = matches!(&now, Object::Stream(stream) if stream.dict.has_type(b"ObjStm"));
            let bookkeeping = !before && !self.dangling.contains(&id) && (own == Some(id) || container);
            let same = before && self.old.get((id, 0))? == now && now != Object::Null;
            if !bookkeeping && !same {
                self.fault(format!("object {id} was {}", if before { "changed" } else { "added" }));
            }
        }
        Ok(())
    }
}

pub(super) fn all_fields(reader: &Reader<'_>, form: &Dictionary) -> Result<BTreeMap<String, Field>, ReadError> {
    let mut all = BTreeMap::new();
    let mut twice = false;
    fields::walk(reader, form, &mut |field| {
        twice |= all.insert(field.name.clone(), field).is_some();
        true
    })?;
    if twice { Err(ReadError::CrossReference("two fields of one name")) } else { Ok(all) }
}
