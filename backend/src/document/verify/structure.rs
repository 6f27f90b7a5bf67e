//! Strict structure: every revision is whole, every byte belongs to an object that the cross-reference names.
//!
//! Shadow attacks hide objects in a signed file and bring them to light later (pdf-and-workflow section 3.3); here a
//! byte that no object owns, an entry that points elsewhere or a number said twice ends the matter.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Object, ObjectId};

use super::super::reader::Reader;
use super::super::syntax::{Parser, is_space};
use super::super::xref::{Entry, Section};
use super::model::Finding;

/// What one entry of cross-reference data costs (units of the budget).
const ENTRY: u64 = 1000;

/// One write of the file.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    /// Just after its `%%EOF`.
    pub(super) eof: usize,
    /// Just after the end of line that may follow it.
    pub(super) end: usize,
    /// The objects it wrote.
    pub(super) written: BTreeSet<u32>,
    /// The objects it gave up.
    pub(super) freed: BTreeSet<u32>,
    /// Every number that what it wrote refers to, whether such an object exists or not.
    pub(super) mentions: Mentions,
}

/// Numbers referred to, and by whom: the one object, or `None` for several.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions(BTreeMap<u32, Option<u32>>);

impl Mentions {
    /// Whether `id` is referred to at all.
    pub(super) fn any(&self, id: u32) -> bool {
        self.0.contains_key(&id)
    }

    /// Whether `id` is referred to by `holder` alone, or by nobody.
    pub(super) fn only_by(&self, id: u32, holder: Option<ObjectId>) -> bool {
        self.0.get(&id).is_none_or(|by| by.is_some() && *by == holder.map(|(holder, _)| holder))
    }

    /// Adds what a later revision refers to.
    pub(super) fn extend(&mut self, later: &Self) {
        later.0.iter().for_each(|(&id, &by)| self.add(id, by));
    }

    fn add(&mut self, id: u32, by: Option<u32>) {
        self.0.entry(id).and_modify(|known| *known = known.filter(|_| *known == by)).or_insert(by);
    }

    /// Adds every reference that stands in `object`, which is object `by`.
    fn read(&mut self, by: u32, object: &Object) {
        references(object, &mut |id| self.add(id.0, Some(by)));
    }
}

impl Revision {
    /// Whether `offset` is an end of this revision.
    pub(super) fn ends_at(&self, offset: usize) -> bool {
        self.eof <= offset && offset <= self.end
    }
}

/// All revisions, oldest first, and what lies behind the last of them, if anything.
pub(super) fn revisions(reader: &Reader<'_>) -> Result<(Vec<Revision>, Option<Finding>), Finding> {
    let mut revisions = Vec::new();
    let mut start = 0;
    for number in 0..reader.revisions() {
        let view = reader.at_revision(number);
        let revision = revision(&view, start)?;
        start = revision.end;
        revisions.push(revision);
    }
    let bytes = reader.bytes();
    let rest = bytes.get(start..).unwrap_or_default();
    let nothing = rest.len() <= 2 && rest.iter().all(|&byte| is_space(byte));
    let detail = || format!("{} bytes after the last revision", rest.len());
    Ok((revisions, (!nothing).then(|| Finding::new("trailing-bytes", detail()))))
}

fn revision(view: &Reader<'_>, start: usize) -> Result<Revision, Finding> {
    let bytes = view.bytes();
    let section = &view.sections()[0];
    let (eof, end) = ending(bytes, section)?;
    let mut places = Vec::new();
    let mut packed = Vec::new();
    let (mut written, mut freed) = (BTreeSet::new(), BTreeSet::new());
    for id in section.numbers() {
        view.budget().step(ENTRY)?;
        match section.entry(bytes, id)? {
            Some(Entry::At(offset, generation)) => {
                places.push((offset, (id, generation)));
                written.insert(id);
            }
            Some(Entry::In(container, index)) => {
                packed.push((container, index, id));
                written.insert(id);
            }
            _ => _ = freed.insert(id),
        }
    }
    let mut mentions = Mentions::default();
    tile(view, start, section, places, &mut mentions)?;
    for (container, index, id) in packed {
        let own = matches!(section.entry(bytes, container), Ok(Some(Entry::At(..))));
        let unfolded = view.unfold(container)?;
        if !own || unfolded.1.get(index as usize).is_none_or(|&(found, _)| found != id) {
            return Err(Finding::new("structure-broken", format!("object {id} is not where the revision says")));
        }
        mentions.read(id, &view.get((id, 0))?);
    }
    Ok(Revision { eof, end, written, freed, mentions })
}

/// Objects and cross-reference lie side by side from `start` on, with nothing between them.
fn tile(
    view: &Reader<'_>,
    start: usize,
    section: &Section,
    mut places: Vec<(usize, ObjectId)>,
    mentions: &mut Mentions,
) -> Result<(), Finding> {
    places.sort_unstable();
    let mut at = start;
    for (offset, id) in places {
        if section.own == Some(id.0) && offset == section.offset {
            continue;
        }
        next_object(view.bytes(), at, offset)?;
        let (object, end) = view.indirect(offset, id)?;
        mentions.read(id.0, &object);
        at = end;
    }
    next_object(view.bytes(), at, section.offset)
}

/// Hands every reference that stands in `object` itself to `visit`. The parser bounds how deep an object nests.
pub(super) fn references(object: &Object, visit: &mut dyn FnMut(ObjectId)) {
    match object {
        Object::Reference(id) => visit(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, visit)),
        Object::Dictionary(entries) => entries.iter().for_each(|(_, item)| references(item, visit)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, item)| references(item, visit)),
        _ => {}
    }
}

fn next_object(bytes: &[u8], from: usize, to: usize) -> Result<(), Finding> {
    let mut parser = Parser::new(bytes, from);
    parser.skip_space();
    // A comment may run past the place; what counts is that nothing but white space and comments lies before it.
    if to < from || parser.at() != to {
        return Err(Finding::new("hidden-bytes", format!("bytes {from} to {to} belong to no object")));
    }
    Ok(())
}

/// `startxref`, the offset of this very section, `%%EOF`, and one end of line.
fn ending(bytes: &[u8], section: &Section) -> Result<(usize, usize), Finding> {
    let wrong = || Finding::new("structure-broken", format!("the revision at {} is not closed", section.offset));
    let mut parser = Parser::new(bytes, section.end);
    let closed = parser.keyword("startxref").and_then(|()| parser.unsigned()).map_err(|_| wrong())?;
    let mut at = parser.at();
    while bytes.get(at).copied().is_some_and(is_space) {
        at += 1;
    }
    if closed != section.offset as u64 || !bytes.get(at..).is_some_and(|rest| rest.starts_with(b"%%EOF")) {
        return Err(wrong());
    }
    let eof = at + 5;
    let mut parser = Parser::new(bytes, eof);
    let end = if parser.end_of_line().is_ok() { parser.at() } else { eof };
    Ok((eof, end))
}
