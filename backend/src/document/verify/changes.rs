//! What a revision changed, against a list of what may ever change (pdf-and-workflow section 3.3).
//!
//! Every object a revision wrote must be accounted for by one of these rules; what no rule claims is forbidden:
//! a signature field signed once, a field filled, the store grown, an invisible time-stamp field added, metadata.

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields;
use super::super::reader::{ReadError, Reader};
use super::audit::{Audit, Change, all_fields, is_array, is_dictionary, pair, same_but};
use super::structure::{Mentions, Revision};
use super::{covering, store};

/// What a developer may say in `/Extensions` (ISO 32000-2 section 7.12.2).
const OF_AN_EXTENSION: [&[u8]; 5] = [b"Type", b"BaseVersion", b"ExtensionLevel", b"URL", b"ExtensionRevision"];

/// Compares the view `new`, written by `revision`, with `old`; `mentions` is what all older revisions refer to.
pub(super) fn between(
    old: &Reader<'_>,
    new: &Reader<'_>,
    revision: &Revision,
    mentions: &Mentions,
) -> Result<Change, ReadError> {
    let mut audit = Audit::of(old, new, revision, mentions);
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

impl Audit<'_, '_> {
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
