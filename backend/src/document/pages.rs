//! The page tree (ISO 32000-2 section 7.7.3).

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::reader::{ReadError, Reader};

/// More levels than any page tree of ours has.
const MAX_LEVELS: usize = 16;

/// Hands every page to `visit`, in order, until it answers `false`.
pub(crate) fn walk(
    reader: &Reader<'_>,
    visit: &mut dyn FnMut(ObjectId, &Dictionary) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let (_, catalog) = reader.catalog()?;
    let root = catalog.get(b"Pages").cloned().unwrap_or(Object::Null);
    descend(reader, &root, 0, &mut BTreeSet::new(), visit).map(|_| ())
}

fn descend(
    reader: &Reader<'_>,
    node: &Object,
    level: usize,
    seen: &mut BTreeSet<ObjectId>,
    visit: &mut dyn FnMut(ObjectId, &Dictionary) -> Result<bool, ReadError>,
) -> Result<bool, ReadError> {
    let &Object::Reference(id) = node else { return Err(ReadError::CrossReference("a page is not an object")) };
    let Object::Dictionary(page) = reader.get(id)? else {
        return Err(ReadError::Object(id.0, "a page is not a dictionary"));
    };
    if level > MAX_LEVELS {
        return Err(ReadError::Object(id.0, "the page tree is too deep"));
    }
    // Every page has one place, so that no list can name a branch a hundred times on each level.
    if !seen.insert(id) {
        return Err(ReadError::Object(id.0, "the page tree names a page twice"));
    }
    let Object::Array(kids) = reader.value(&page, "Kids")? else { return visit(id, &page) };
    for kid in &kids {
        if !descend(reader, kid, level + 1, seen, visit)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first page.
pub(crate) fn first(reader: &Reader<'_>) -> Result<ObjectId, ReadError> {
    let mut first = None;
    walk(reader, &mut |id, _| {
        first = Some(id);
        Ok(false)
    })?;
    first.ok_or(ReadError::CrossReference("there is no page"))
}

/// The page of each annotation that is an object of its own, by its number: the list of the page counts, whatever
/// the annotation says of itself.
pub(crate) fn of_annotations(reader: &Reader<'_>) -> Result<BTreeMap<u32, ObjectId>, ReadError> {
    let mut all = BTreeMap::new();
    walk(reader, &mut |page, dictionary| {
        if let Object::Array(items) = reader.value(dictionary, "Annots")? {
            all.extend(items.iter().filter_map(|item| Some((item.as_reference().ok()?.0, page))));
        }
        Ok(true)
    })?;
    Ok(all)
}
