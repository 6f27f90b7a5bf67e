//! The comparison of two neighbouring revisions: what is told of it, and what is allowed so far.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields::{self, Field};
use super::super::reader::{ReadError, Reader};
use super::structure::{Mentions, Revision, references};

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
    pub(super) mentions: &'r Mentions,
    pub(super) allowed: BTreeSet<u32>,
    /// Fresh objects whose references were looked at.
    followed: BTreeSet<ObjectId>,
    pub(super) drawn: BTreeMap<u32, String>,
    pub(super) change: Change,
}

impl<'r, 'a> Audit<'r, 'a> {
    /// Nothing is allowed yet.
    pub(super) fn of(old: &'r Reader<'a>, new: &'r Reader<'a>, revision: &'r Revision, mentions: &'r Mentions) -> Self {
        Self {
            old,
            new,
            written: &revision.written,
            mentions,
            allowed: BTreeSet::new(),
            followed: BTreeSet::new(),
            drawn: BTreeMap::new(),
            change: Change::default(),
        }
    }

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
}

/// Whether two dictionaries agree but for `keys`.
pub(super) fn same_but(old: &Dictionary, new: &Dictionary, keys: &[&str]) -> Option<String> {
    let exempt = |key: &[u8]| keys.iter().any(|k| k.as_bytes() == key);
    let names = old.iter().chain(new.iter()).map(|(key, _)| key);
    let changed = names.into_iter().find(|key| !exempt(key) && old.get(key).ok() != new.get(key).ok());
    changed.map(|key| String::from_utf8_lossy(key).into_owned())
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

pub(super) fn all_fields(reader: &Reader<'_>, form: &Dictionary) -> Result<BTreeMap<String, Field>, ReadError> {
    let mut all = BTreeMap::new();
    let mut twice = false;
    fields::walk(reader, form, &mut |field| {
        twice |= all.insert(field.name.clone(), field).is_some();
        true
    })?;
    if twice { Err(ReadError::CrossReference("two fields of one name")) } else { Ok(all) }
}
