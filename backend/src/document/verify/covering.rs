//! Whether a revision laid something over a block that had been filled or signed: an annotation, or a field drawn
//! anew whose rectangle meets the block's. Readers draw annotations above each other, so a name, a time or a price may
//! be shown that nobody signed, with every signed byte in place.

use lopdf::{Dictionary, Object, ObjectId};

use super::super::reader::{ReadError, Reader};
use super::super::{fields, pages};
use super::audit::{Audit, all_fields, told};
use super::filling::is_visible;

/// Points by which neighbours may overlap: rounding.
const SLACK: f32 = 0.5;

/// A rectangle on a page.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// `None`: in the list of no page.
    page: Option<ObjectId>,
    sides: [f32; 4],
}

impl Place {
    /// Where `widget` stands; `None` for what is not seen. A rectangle that is not four plain numbers may be any.
    fn of(widget: &Dictionary, page: Option<ObjectId>) -> Option<Self> {
        let rect = widget.get(b"Rect").ok()?.as_array().map(Vec::as_slice).unwrap_or_default();
        let numbers: Vec<f32> = rect.iter().filter_map(|side| side.as_float().ok()).collect();
        let sides = match *numbers {
            [x, y, to_x, to_y] => [x.min(to_x), y.min(to_y), x.max(to_x), y.max(to_y)],
            _ => [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY],
        };
        is_visible(widget).then_some(Self { page, sides })
    }

    fn meets(&self, other: &Self) -> bool {
        let ([left, bottom, right, top], [x, y, to_x, to_y]) = (self.sides, other.sides);
        let somewhere_else = self.page.zip(other.page).is_some_and(|(one, two)| one != two);
        !somewhere_else && left + SLACK < to_x && x + SLACK < right && bottom + SLACK < to_y && y + SLACK < top
    }
}

/// Names in the change whatever was laid over a block.
pub(super) fn look(audit: &mut Audit<'_, '_>) -> Result<(), ReadError> {
    let drawn = drawn(audit)?;
    if drawn.is_empty() {
        return Ok(());
    }
    let blocks = blocks(audit.old)?;
    audit.new.budget().pairs(drawn.len(), blocks.len())?;
    for (name, id, block) in blocks {
        for (what, _) in drawn.iter().filter(|(what, place)| *what != Some(id.0) && place.meets(&block)) {
            let what = what.map_or_else(|| "an annotation".to_owned(), |id| format!("annotation {id}"));
            told(&mut audit.change.covers, format!("{what} lies over {name}"));
        }
    }
    Ok(())
}

/// The fields that show something: signed, filled, or a button drawn.
fn blocks(reader: &Reader<'_>) -> Result<Vec<(String, ObjectId, Place)>, ReadError> {
    let (_, catalog) = reader.catalog()?;
    let pages = pages::of_annotations(reader)?;
    let (_, form) = fields::form(reader, &catalog)?;
    let shown = all_fields(reader, &form)?
        .into_iter()
        .filter(|(_, field)| field.dictionary.has(b"V") || (field.kind == b"Btn" && field.dictionary.has(b"AP")));
    let place = |id: ObjectId, widget: &Dictionary| Place::of(widget, pages.get(&id.0).copied());
    Ok(shown.filter_map(|(name, field)| Some((name, field.id, place(field.id, &field.dictionary)?))).collect())
}

/// Every annotation that the revision added, moved or drew anew, with its number if it has one.
fn drawn(audit: &Audit<'_, '_>) -> Result<Vec<(Option<u32>, Place)>, ReadError> {
    let mut drawn = Vec::new();
    let mut widgets: Vec<(u32, Dictionary)> = Vec::new();
    for &id in audit.written {
        let number = audit.new.number(id)?;
        let (before, now) = (audit.old.get(number)?, audit.new.get(number)?);
        match (&before, &now) {
            (before, Object::Dictionary(now)) if now.has(b"Rect") => {
                let seen = before.as_dict().ok().is_none_or(|before| looks_different(before, now));
                widgets.extend(seen.then(|| (id, now.clone())));
            }
            (before, Object::Dictionary(now)) if now.has(b"Annots") => {
                let earlier = before.as_dict().and_then(|page| page.get(b"Annots")).cloned();
                direct(audit.new, earlier.as_ref().ok(), now.get(b"Annots").ok(), Some(number), &mut drawn)?;
            }
            (before, now @ Object::Array(_)) => direct(audit.new, Some(before), Some(now), None, &mut drawn)?,
            _ => {}
        }
    }
    if !widgets.is_empty() {
        let pages = pages::of_annotations(audit.new)?;
        let place = |(id, widget): &(u32, Dictionary)| {
            Place::of(widget, pages.get(id).copied()).map(|place| (Some(*id), place))
        };
        drawn.extend(widgets.iter().filter_map(place));
    }
    Ok(drawn)
}

fn looks_different(before: &Dictionary, now: &Dictionary) -> bool {
    [&b"Rect"[..], b"AP", b"AS", b"F", b"MK", b"Contents"].iter().any(|key| before.get(key).ok() != now.get(key).ok())
}

/// Annotations that stand in the list of a page itself.
fn direct(
    reader: &Reader<'_>,
    before: Option<&Object>,
    now: Option<&Object>,
    page: Option<ObjectId>,
    to: &mut Vec<(Option<u32>, Place)>,
) -> Result<(), ReadError> {
    let list = |object: Option<&Object>| object.and_then(|list| list.as_array().ok()).cloned().unwrap_or_default();
    let (known, now) = (list(before), list(now));
    reader.budget().pairs(known.len(), now.len())?;
    for item in now.iter().filter(|item| !known.contains(item)) {
        to.extend(item.as_dict().ok().and_then(|widget| Place::of(widget, page)).map(|place| (None, place)));
    }
    Ok(())
}
