//! The lazy cross-reference reader: finds an object by number and parses that object and nothing else.
//!
//! Classic tables, cross-reference streams, object streams and the `/Prev` chain (ISO 32000-2 section 7.5). Strict:
//! an entry must point at the object it names, hybrid files and encrypted files are refused, `/Prev` only goes back.
//! A full parse of a 500-page file would cost more than the signature itself (ADR 0003).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::budget::Budget;
use super::syntax::Parser;
pub use super::xref::ReadError;
use super::xref::{Entry, Section, inflate, previous, read_stream, startxref};

/// More revisions than any document of ours has.
const MAX_SECTIONS: usize = 256;
/// What finding an object in one section costs (units of [`Budget`]).
const LOOKUP: u64 = 32;

/// What is in an object stream: the bytes and, per object, its number and offset.
type Contents = (Vec<u8>, Vec<(u32, usize)>);
/// The same, kept for the next object asked for.
type Unfolded = Rc<Contents>;

/// A view of a file: its newest revision, or an older one (`at_revision`).
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// Newest first.
    sections: Rc<Vec<Section>>,
    /// How many of the newest sections this view ignores.
    skip: usize,
    unfolded: Rc<RefCell<HashMap<usize, Unfolded>>>,
    budget: Rc<Budget>,
}

impl<'a> Reader<'a> {
    /// Opens the newest revision of `bytes`.
    ///
    /// # Errors
    /// [`ReadError`] when the file is not strict PDF, is encrypted or hybrid.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        Self::open_within(bytes, Rc::default())
    }

    /// The same, with what is left of `budget`.
    ///
    /// # Errors
    /// [`ReadError`], and [`ReadError::TooMuch`] when it does not suffice, here or later.
    pub(crate) fn open_within(bytes: &'a [u8], budget: Rc<Budget>) -> Result<Self, ReadError> {
        if !bytes.starts_with(b"%PDF-") {
            return Err(ReadError::CrossReference("the file does not begin with %PDF-"));
        }
        let mut sections: Vec<Section> = Vec::new();
        let mut next = Some(startxref(bytes)?);
        while let Some(offset) = next {
            if sections.last().is_some_and(|newer| newer.offset <= offset) || sections.len() >= MAX_SECTIONS {
                return Err(ReadError::CrossReference("/Prev does not go back"));
            }
            let section = Section::read(bytes, offset, &budget)?;
            next = previous(&section.trailer)?;
            sections.push(section);
        }
        Ok(Self { bytes, sections: Rc::new(sections), skip: 0, unfolded: Rc::default(), budget })
    }

    /// The same file as it stood after its `revision`th write, counted from 0.
    pub(crate) fn at_revision(&self, revision: usize) -> Self {
        let skip = self.sections.len().saturating_sub(revision + 1);
        Self { skip, ..self.clone() }
    }

    /// How many times the file was written: one base and its increments.
    pub(crate) fn revisions(&self) -> usize {
        self.sections.len()
    }

    /// The cross-reference data of this view, newest first.
    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections[self.skip.min(self.sections.len() - 1)..]
    }

    /// The newest trailer of this view.
    pub(crate) fn trailer(&self) -> &Dictionary {
        &self.sections()[0].trailer
    }

    /// What may still be asked of this file.
    pub(crate) fn budget(&self) -> &Rc<Budget> {
        &self.budget
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where object `id` stands in this view.
    pub(crate) fn entry(&self, id: u32) -> Result<Option<Entry>, ReadError> {
        for section in self.sections() {
            if let Some(entry) = section.entry(self.bytes, id)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Whether a number is in use in this view.
    pub(crate) fn assigned(&self, id: u32) -> Result<bool, ReadError> {
        Ok(matches!(self.entry(id)?, Some(Entry::At(..) | Entry::In(..))))
    }

    /// Number `id` with the generation it has in this view.
    pub(crate) fn number(&self, id: u32) -> Result<ObjectId, ReadError> {
        Ok(match self.entry(id)? {
            Some(Entry::At(_, generation)) => (id, generation),
            _ => (id, 0),
        })
    }

    /// The object with this number; `Null` when there is none (ISO 32000-2 section 7.3.10).
    pub(crate) fn get(&self, id: ObjectId) -> Result<Object, ReadError> {
        self.budget.step(LOOKUP * (1 + self.sections().len() as u64))?;
        match self.entry(id.0)? {
            None | Some(Entry::Free) => Ok(Object::Null),
            Some(Entry::At(_, generation)) if generation != id.1 => Ok(Object::Null),
            Some(Entry::At(offset, generation)) => {
                let (object, _) = self.indirect(offset, (id.0, generation))?;
                Ok(object)
            }
            Some(Entry::In(container, index)) => self.packed(container, index, id.0),
        }
    }

    /// Follows references until something else comes.
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object, ReadError> {
        let mut object = object.clone();
        for _ in 0..16 {
            match object {
                Object::Reference(id) => object = self.get(id)?,
                other => return Ok(other),
            }
        }
        Err(ReadError::CrossReference("references in a circle"))
    }

    /// The value of `key`, references followed; `Null` when absent.
    pub(crate) fn value(&self, dictionary: &Dictionary, key: &str) -> Result<Object, ReadError> {
        dictionary.get(key.as_bytes()).map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The number and the dictionary of the catalog.
    pub(crate) fn catalog(&self) -> Result<(ObjectId, Dictionary), ReadError> {
        let Ok(&Object::Reference(id)) = self.trailer().get(b"Root") else {
            return Err(ReadError::CrossReference("/Root is missing"));
        };
        match self.get(id)? {
            Object::Dictionary(catalog) => Ok((id, catalog)),
            _ => Err(ReadError::Object(id.0, "the catalog is not a dictionary")),
        }
    }

    /// The object written at `offset`, which must be `id`, and the first byte after its `endobj`.
    pub(crate) fn indirect(&self, offset: usize, id: ObjectId) -> Result<(Object, usize), ReadError> {
        let mut parser = Parser::new(self.bytes, offset);
        if parser.object_header()? != id || !self.bytes.get(offset).is_some_and(u8::is_ascii_digit) {
            return Err(ReadError::Object(id.0, "the entry points at another object"));
        }
        let mut object = parser.object()?;
        self.budget.parse(parser.at() - offset)?;
        if parser.sees("stream") {
            let Object::Dictionary(dictionary) = object else {
                return Err(ReadError::Object(id.0, "a stream without a dictionary"));
            };
            object = Object::Stream(self.stream(&mut parser, id.0, dictionary)?);
        }
        parser.keyword("endobj")?;
        Ok((object, parser.at()))
    }

    fn stream(&self, parser: &mut Parser<'a>, id: u32, dictionary: Dictionary) -> Result<Stream, ReadError> {
        let length = match dictionary.get(b"Length") {
            Ok(Object::Integer(length)) => *length,
            Ok(Object::Reference(length)) if length.0 != id => match self.length_object(*length)? {
                Object::Integer(length) => length,
                _ => return Err(ReadError::Object(id, "/Length is not a number")),
            },
            _ => return Err(ReadError::Object(id, "/Length is missing")),
        };
        let stream = read_stream(self.bytes, parser, dictionary, length)?;
        self.budget.step(stream.content.len() as u64)?;
        Ok(stream)
    }

    /// `/Length` may be indirect, but then it is a plain number at an offset, never in a stream.
    fn length_object(&self, id: ObjectId) -> Result<Object, ReadError> {
        match self.entry(id.0)? {
            Some(Entry::At(offset, generation)) if generation == id.1 => {
                let mut parser = Parser::new(self.bytes, offset);
                if parser.object_header()? != id {
                    return Err(ReadError::Object(id.0, "the entry points at another object"));
                }
                Ok(parser.object()?)
            }
            _ => Err(ReadError::Object(id.0, "/Length is not in the file")),
        }
    }

    fn packed(&self, container: u32, index: u32, id: u32) -> Result<Object, ReadError> {
        let unfolded = self.unfold(container)?;
        let (data, table) = &*unfolded;
        match table.get(index as usize) {
            Some(&(found, offset)) if found == id => {
                let mut parser = Parser::new(data, offset);
                let object = parser.object()?;
                self.budget.parse(parser.at() - offset)?;
                Ok(object)
            }
            _ => Err(ReadError::Object(id, "the entry points at another packed object")),
        }
    }

    /// The objects of an object stream, in order: number and offset into the bytes.
    pub(crate) fn unfold(&self, container: u32) -> Result<Unfolded, ReadError> {
        let Some(Entry::At(offset, generation)) = self.entry(container)? else {
            return Err(ReadError::Object(container, "no such object stream"));
        };
        if let Some(known) = self.unfolded.borrow().get(&offset) {
            return Ok(Rc::clone(known));
        }
        let (Object::Stream(stream), _) = self.indirect(offset, (container, generation))? else {
            return Err(ReadError::Object(container, "not an object stream"));
        };
        let unfolded = Rc::new(unfold(container, &stream, &self.budget)?);
        self.unfolded.borrow_mut().insert(offset, Rc::clone(&unfolded));
        Ok(unfolded)
    }
}

fn unfold(container: u32, stream: &Stream, budget: &Budget) -> Result<Contents, ReadError> {
    let number = |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).ok().and_then(|n| usize::try_from(n).ok());
    let (true, Some(count), Some(first)) = (stream.dict.has_type(b"ObjStm"), number(b"N"), number(b"First")) else {
        return Err(ReadError::Object(container, "not an object stream"));
    };
    let data = inflate(stream, budget)?.ok_or(ReadError::Object(container, "cannot be unfolded"))?;
    budget.parse(data.len().min(first))?;
    let mut parser = Parser::new(&data, 0);
    let mut table = Vec::new();
    for _ in 0..count.min(data.len()) {
        let (id, offset) = (parser.unsigned()?, parser.unsigned()?);
        match (u32::try_from(id), usize::try_from(offset).ok().and_then(|offset| offset.checked_add(first))) {
            (Ok(id), Some(offset)) if offset < data.len() => table.push((id, offset)),
            _ => return Err(ReadError::Object(container, "its table leads out of it")),
        }
    }
    Ok((data, table))
}
