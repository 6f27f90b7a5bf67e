//! What a revision changed, against a list of what may ever change (pdf-and-workflow section 3.3).
//!
//! Every object a revision wrote must be accounted for by one of these rules; what no rule claims is forbidden:
//! a signature field signed once, a field filled, the store grown, an invisible time-stamp field added, metadata.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields::{self, Field};
use super::super::reader::{ReadError, Reader};
use super::structure::{Mentions, Revision, references};
use super::{covering, store};

/// What a developer may say in `/Extensions` (ISO 32000-2 section 7.12.2).
const OF_AN_EXTENSION: [&[u8]; 5] = [b"Type", b"BaseVersion", b"ExtensionLevel", b"URL", b"ExtensionRevision"];

/// Faults, deeds and covers of one revision that are told, each; a file could have a million.
const MOST_TOLD: usize = 1024;

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
    /// What all older revisions refer to, whether it exists or not: a number that was mentioned before it had a body,
    /// or after it was given up, cannot be born now without changing an older context.
    mentions: &'r Mentions,
    allowed: BTreeSet<u32>,
    /// Fresh objects whose references were looked at.
    followed: BTreeSet<ObjectId>,
    pub(super) drawn: BTreeMap<u32, String>,
    pub(super) change: Change,
}

/// Compares the view `new`, written by `revision`, with `old`; `mentions` is what all older revisions refer to.
pub(super) fn between(
    old: &Reader<'_>,
    new: &Reader<'_>,
    revision: &Revision,
    mentions: &Mentions,
) -> Result<Change, ReadError> {
    let mut audit = Audit {
        old,
        new,
        written: &revision.written,
        mentions,
        allowed: BTreeSet::new(),
        followed: BTreeSet::new(),
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
        told(&mut self.change.faults, what.into());
    }

    pub(super) fn deed(&mut self, what: impl Into<String>) {
        told(&mut self.change.deeds, what.into());
    }

    /// Allows object `id`, if this revision wrote it.
    pub(super) fn allow(&mut self, id: ObjectId) {
        if self.written.contains(&id.0) {
            self.allowed.insert(id.0);
        }
    }

    /// Whether `id` was born in this revision, unmentioned before.
    pub(super) fn is_fresh(&self, id: ObjectId) -> Result<bool, ReadError> {
        Ok(self.written.contains(&id.0) && !self.mentions.any(id.0) && !self.old.assigned(id.0)?)
    }

    /// Allows everything that was born in this revision and hangs on `object`. Each link may be an object of its own,
    /// so this goes by a list, never by recursion.
    pub(super) fn allow_fresh(&mut self, object: &Object) -> Result<(), ReadError> {
        let mut waiting = BTreeSet::new();
        references(object, &mut |id| _ = waiting.insert(id));
        while let Some(id) = waiting.pop_first() {
            if !self.followed.contains(&id) && self.is_fresh(id)? {
                self.followed.insert(id);
                self.allowed.insert(id.0);
                references(&self.new.get(id)?, &mut |id| _ = waiting.insert(id));
            }
        }
        Ok(())
    }

    /// A part that may change: what `key` of the object `holder` (`None`: the trailer) named before and names now.
    ///
    /// It must be `right` in kind. As an object of its own it is allowed when it was born in this revision, or when it
    /// is what the same key named before, was right then too, and nobody but `holder` ever named it: whatever serves
    /// somewhere else as well, above all on a page, may not be written again under this name.
    pub(super) fn part(
        &mut self,
        key: &str,
        holder: Option<ObjectId>,
        (before, now): (Option<&Object>, Option<&Object>),
        right: fn(&Object) -> bool,
    ) -> Result<(), ReadError> {
        let Some(now) = now else { return Ok(()) };
        let &Object::Reference(id) = now else {
            if before != Some(now) && !right(now) {
                self.fault(format!("/{key} is not what it has to be"));
            }
            return Ok(());
        };
        if before == Some(now) && !self.written.contains(&id.0) {
            return Ok(());
        }
        if !right(&self.new.get(id)?) {
            self.fault(format!("/{key} is not what it has to be"));
        } else if self.is_fresh(id)? {
            self.allow(id);
        } else if before != Some(now) {
            self.fault(format!("/{key} names object {}, which is older", id.0));
        } else if !right(&self.old.get(id)?) || !self.mentions.only_by(id.0, holder) {
            self.fault(format!("/{key} is object {}, which serves elsewhere too", id.0));
        } else {
            self.allow(id);
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
        self.part("Info", None, pair(&old, &new, "Info"), is_information)
    }

    fn catalog(&mut self) -> Result<(), ReadError> {
        let (root, new) = self.new.catalog()?;
        let (_, old) = self.old.catalog()?;
        match same_but(&old, &new, &["AcroForm", "DSS", "Metadata", "Extensions", "Version"]) {
            Some(key) => self.fault(format!("/{key} of the catalog changed")),
            None => self.allow(root),
        }
        self.part("Version", Some(root), pair(&old, &new, "Version"), |version| matches!(version, Object::Name(_)))?;
        self.part("Metadata", Some(root), pair(&old, &new, "Metadata"), is_metadata)?;
        self.extensions(root, &old, &new)?;
        self.form(root, &old, &new)?;
        store::grown(self, root, &old, &new)
    }

    /// `/Extensions`: for each developer a dictionary of plain values, or several. A font or a picture that a page
    /// might take from here is none.
    fn extensions(&mut self, root: ObjectId, old: &Dictionary, new: &Dictionary) -> Result<(), ReadError> {
        let (before, now) = pair(old, new, "Extensions");
        self.part("Extensions", Some(root), (before, now), is_dictionary)?;
        let Some(now) = now else { return Ok(()) };
        let written = matches!(now, Object::Reference(id) if self.written.contains(&id.0));
        if before == Some(now) && !written {
            return Ok(());
        }
        if let Object::Dictionary(developers) = self.new.resolve(now)? {
            for (key, developer) in &developers {
                let named = key == b"Type" && is_plain(developer);
                if !named && !self.is_extension(developer)? {
                    self.fault(format!("/Extensions holds something else in /{}", String::from_utf8_lossy(key)));
                }
            }
        }
        self.allow_fresh(now)
    }

    fn is_extension(&self, developer: &Object) -> Result<bool, ReadError> {
        let said = match self.new.resolve(developer)? {
            Object::Array(several) => several,
            one => vec![one],
        };
        let plain = |(key, value): (&Vec<u8>, &Object)| OF_AN_EXTENSION.contains(&key.as_slice()) && is_plain(value);
        for one in &said {
            if !matches!(self.new.resolve(one)?, Object::Dictionary(said) if said.iter().all(plain)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn form(&mut self, root: ObjectId, old_catalog: &Dictionary, new_catalog: &Dictionary) -> Result<(), ReadError> {
        let (old_id, old) = fields::form(self.old, old_catalog)?;
        let (new_id, new) = fields::form(self.new, new_catalog)?;
        if old_id != new_id && old_catalog.has(b"AcroForm") {
            self.fault("the form was exchanged");
        }
        if let Some(key) = same_but(&old, &new, &["Fields", "SigFlags"]) {
            self.fault(format!("/{key} of the form changed"));
        } else {
            self.part("AcroForm", Some(root), pair(old_catalog, new_catalog, "AcroForm"), is_dictionary)?;
        }
        self.part("Fields", Some(new_id.unwrap_or(root)), pair(&old, &new, "Fields"), is_array)?;
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
            let number = self.new.number(id)?;
            let now = self.new.get(number)?;
            let container = matches!(&now, Object::Stream(stream) if stream.dict.has_type(b"ObjStm"));
            let bookkeeping = !before && !self.mentions.any(id) && (own == Some(id) || container);
            // Under another generation the same body is no answer to those who name the old one.
            let same = before && self.old.get(number)? == now && now != Object::Null;
            if !bookkeeping && !same {
                self.fault(format!("object {id} was {}", if before { "changed" } else { "added" }));
            }
        }
        Ok(())
    }
}

/// Adds to what is told, as long as somebody may want to read it.
pub(super) fn told(all: &mut Vec<String>, what: String) {
    if all.len() < MOST_TOLD {
        all.push(what);
    }
}

/// What `key` names in two dictionaries.
pub(super) fn pair<'d>(
    old: &'d Dictionary,
    new: &'d Dictionary,
    key: &str,
) -> (Option<&'d Object>, Option<&'d Object>) {
    (old.get(key.as_bytes()).ok(), new.get(key.as_bytes()).ok())
}

pub(super) fn is_dictionary(object: &Object) -> bool {
    matches!(object, Object::Dictionary(_))
}

pub(super) fn is_array(object: &Object) -> bool {
    matches!(object, Object::Array(_))
}

fn is_plain(value: &Object) -> bool {
    matches!(value, Object::Name(_) | Object::String(..) | Object::Integer(_))
}

/// The document information: text and nothing else.
fn is_information(object: &Object) -> bool {
    let text = |value: &Object| matches!(value, Object::String(..) | Object::Name(_));
    matches!(object, Object::Dictionary(info) if info.iter().all(|(_, value)| text(value)))
}

/// XMP: its subtype keeps it from being a picture or a form, which pages draw.
fn is_metadata(object: &Object) -> bool {
    matches!(object, Object::Stream(stream) if stream.dict.has_type(b"Metadata")
        && stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"XML"))
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
