//! What a revision did to the fields: filled once, signed once, or one added for a document time stamp.

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields::Field;
use super::super::reader::{ReadError, Reader};
use super::audit::{Audit, Level, is_array, pair, same_but};

/// What the field of a document time stamp consists of.
const OF_A_NEW_FIELD: [&[u8]; 10] = [b"Type", b"Subtype", b"FT", b"T", b"Rect", b"P", b"F", b"V", b"Ff", b"TU"];

impl Audit<'_, '_> {
    pub(super) fn field(&mut self, old: &Field, new: &Field) -> Result<(), ReadError> {
        if !self.written.contains(&new.id.0) && old.dictionary == new.dictionary {
            return self.value_untouched(new);
        }
        let name = &new.name;
        if let Some(key) = same_but(&old.dictionary, &new.dictionary, &["V", "AP", "AS"]) {
            self.fault(format!("/{key} of field {name} changed"));
            return Ok(());
        }
        self.allow(new.id);
        if old.dictionary == new.dictionary {
            return self.value_untouched(new);
        }
        if new.kind == b"Sig" {
            self.signed(old, new)?;
        } else {
            self.deed(format!("field {name} filled"));
            self.filled(name);
        }
        self.appearance(old, new)
    }

    /// A signature, once made, is never written again.
    fn value_untouched(&mut self, field: &Field) -> Result<(), ReadError> {
        if field.kind == b"Sig"
            && let Ok(&Object::Reference(id)) = field.dictionary.get(b"V")
            && self.written.contains(&id.0)
            && self.old.get(id)? != self.new.get(id)?
        {
            self.fault(format!("the signature in {} was written again", field.name));
        }
        Ok(())
    }

    fn filled(&mut self, name: &str) {
        self.change.level = Level::Filling;
        self.change.fields.insert(name.to_owned());
    }

    fn signed(&mut self, old: &Field, new: &Field) -> Result<(), ReadError> {
        let name = &new.name;
        let (before, after) = (old.dictionary.get(b"V").ok(), new.dictionary.get(b"V").ok());
        if before == after || before.is_some() {
            self.fault(format!("field {name} was changed without signing it"));
            return Ok(());
        }
        self.signature(name, after, is_visible(&new.dictionary))
    }

    fn signature(&mut self, name: &str, value: Option<&Object>, visible: bool) -> Result<(), ReadError> {
        let Some(&Object::Reference(id)) = value else {
            self.fault(format!("the signature in {name} is not an object of its own"));
            return Ok(());
        };
        if !self.is_fresh(id)? {
            self.fault(format!("the signature in {name} is an older object"));
            return Ok(());
        }
        let value = Object::Reference(id);
        match self.new.get(id)? {
            Object::Dictionary(signature) if signature.has_type(b"DocTimeStamp") && !visible => {
                self.deed(format!("document time stamp in {name}"));
            }
            Object::Dictionary(signature) if signature.has_type(b"Sig") => {
                self.deed(format!("field {name} signed"));
                self.filled(name);
            }
            _ => self.fault(format!("the value of {name} is not a signature")),
        }
        self.allow_fresh(&value)
    }

    /// A new appearance is a new stream of this field alone; for a button it is the one state, which is shown.
    fn appearance(&mut self, old: &Field, new: &Field) -> Result<(), ReadError> {
        let Object::Dictionary(appearance) = self.new.value(&new.dictionary, "AP")? else { return Ok(()) };
        if old.dictionary.get(b"AP").ok() == new.dictionary.get(b"AP").ok() {
            return Ok(());
        }
        let normal = appearance.get(b"N").and_then(|normal| match normal {
            Object::Dictionary(states) if states.len() == 1 => {
                states.get(new.dictionary.get(b"AS").and_then(Object::as_name)?).and_then(Object::as_reference)
            }
            other => other.as_reference(),
        });
        match normal {
            Ok(id) if appearance.len() == 1 && self.is_fresh(id)? => {
                if let Some(other) = self.drawn.insert(id.0, new.name.clone()) {
                    self.fault(format!("fields {other} and {} share an appearance", new.name));
                }
            }
            _ => self.fault(format!("the appearance of {} is not a new stream", new.name)),
        }
        let value = new.dictionary.get(b"AP").cloned().unwrap_or(Object::Null);
        self.allow_fresh(&value)
    }

    /// Only an invisible signature field may be born after a signature: that of a document time stamp.
    pub(super) fn new_field(&mut self, field: &Field) -> Result<(), ReadError> {
        let name = &field.name;
        if field.kind != b"Sig" || is_visible(&field.dictionary) || !self.is_fresh(field.id)? {
            self.fault(format!("field {name} was added"));
            return Ok(());
        }
        // Its widget may do nothing, above all no script when its page is opened (/AA).
        if let Some((key, _)) = field.dictionary.iter().find(|(key, _)| !OF_A_NEW_FIELD.contains(&key.as_slice())) {
            self.fault(format!("field {name} was added with /{}", String::from_utf8_lossy(key)));
            return Ok(());
        }
        self.allow(field.id);
        self.deed(format!("field {name} added"));
        if let Ok(value) = field.dictionary.get(b"V") {
            self.signature(name, Some(value), false)?;
        } else {
            self.filled(name);
        }
        match field.dictionary.get(b"P") {
            Ok(&Object::Reference(page)) => self.page(page, field.id),
            _ => Ok(()),
        }
    }

    /// The page may list the new field among its annotations, and change in nothing else.
    fn page(&mut self, page: ObjectId, field: ObjectId) -> Result<(), ReadError> {
        let (Object::Dictionary(old), Object::Dictionary(new)) = (self.old.get(page)?, self.new.get(page)?) else {
            return Ok(());
        };
        let list = |reader: &Reader<'_>, page: &Dictionary| match reader.value(page, "Annots") {
            Ok(Object::Array(items)) => items,
            _ => Vec::new(),
        };
        let (before, after) = (list(self.old, &old), list(self.new, &new));
        self.new.budget().pairs(before.len(), after.len())?;
        let added: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
        let kept = before.iter().all(|item| after.contains(item));
        if kept && added.iter().all(|item| **item == Object::Reference(field)) && after.len() <= before.len() + 1 {
            if same_but(&old, &new, &["Annots"]).is_none() {
                self.allow(page);
            }
            self.part("Annots", Some(page), pair(&old, &new, "Annots"), is_array)?;
        }
        Ok(())
    }
}

pub(super) fn is_visible(field: &Dictionary) -> bool {
    // A rectangle that is kept elsewhere may be any.
    let Ok(rect) = field.get(b"Rect").and_then(Object::as_array) else {
        return field.has(b"Rect") || field.has(b"Kids");
    };
    let sides: Vec<f32> = rect.iter().filter_map(|side| side.as_float().ok()).collect();
    match *sides {
        [left, bottom, right, top] => (right - left) * (top - bottom) != 0.0,
        _ => true,
    }
}
