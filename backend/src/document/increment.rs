//! The incremental writer: the head stays as it is, byte for byte, and new bytes follow it (ISO 32000-2 section 7.5.6).
//!
//! Only changed objects are written. The cross-reference data is of the same kind as the head's, `/Prev` leads back,
//! `/Root`, `/Info` and the first half of `/ID` are kept, the second half follows from what is written, so that the
//! same change of the same head gives the same bytes.

use std::collections::BTreeMap;
use std::io::Write as _;

use lopdf::{Dictionary, Object, ObjectId, StringFormat, Writer};
use sha2::{Digest as _, Sha256};

use super::model::Appearance;
use super::reader::{ReadError, Reader};
use super::xref::XrefKind;

/// The objects a revision will change or add.
#[derive(Debug)]
pub(crate) struct Increment<'r, 'a> {
    head: &'r Reader<'a>,
    objects: BTreeMap<u32, (u16, Object)>,
    next: u32,
    /// Resources already grafted, so that five hundred serial numbers share one font.
    grafted: Vec<(Dictionary, BTreeMap<u32, Object>, Dictionary)>,
}

/// The bytes that follow the head, and where the extra object's body stands among them.
#[derive(Debug)]
pub(crate) struct Tail {
    /// What to append to the head.
    pub(crate) bytes: Vec<u8>,
    /// The offset of the raw body, counted from the end of the head.
    pub(crate) raw_at: usize,
}

impl<'r, 'a> Increment<'r, 'a> {
    /// An empty change of `head`.
    pub(crate) fn new(head: &'r Reader<'a>) -> Result<Self, ReadError> {
        let size = head.trailer().get(b"Size").and_then(Object::as_i64).ok();
        let next = size.and_then(|size| u32::try_from(size).ok()).filter(|&size| size > 0);
        let next = next.ok_or(ReadError::CrossReference("/Size is missing"))?;
        Ok(Self { head, objects: BTreeMap::new(), next, grafted: Vec::new() })
    }

    /// The head this changes.
    pub(crate) fn head(&self) -> &'r Reader<'a> {
        self.head
    }

    /// A fresh object number.
    pub(crate) fn number(&mut self) -> ObjectId {
        let id = self.next;
        self.next += 1;
        (id, 0)
    }

    /// Adds an object under a fresh number.
    pub(crate) fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.number();
        self.put(id, object);
        id
    }

    /// Writes `object` under `id`.
    pub(crate) fn put(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id.0, (id.1, object.into()));
    }

    /// The dictionary `id`, to be changed in this revision.
    pub(crate) fn change(&mut self, id: ObjectId) -> Result<&mut Dictionary, ReadError> {
        if !self.objects.contains_key(&id.0) {
            let object = self.head.get(id)?;
            self.put(id, object);
        }
        match self.objects.get_mut(&id.0) {
            Some((_, Object::Dictionary(dictionary))) => Ok(dictionary),
            _ => Err(ReadError::Object(id.0, "is not a dictionary")),
        }
    }

    /// Adds an appearance as a form XObject with everything it needs.
    pub(crate) fn graft(&mut self, appearance: &Appearance) -> Result<ObjectId, ReadError> {
        let known = self.grafted.iter().find(|(r, o, _)| *r == appearance.resources && *o == appearance.objects);
        let resources = match known {
            Some((_, _, resources)) => resources.clone(),
            None => self.graft_resources(appearance)?,
        };
        let mut form = Dictionary::new();
        form.set("Type", "XObject");
        form.set("Subtype", "Form");
        form.set("FormType", 1);
        let box_ = [0.0, 0.0, appearance.width, appearance.height];
        form.set("BBox", box_.map(Object::Real).to_vec());
        form.set("Resources", resources);
        Ok(self.add(lopdf::Stream::new(form, appearance.content.clone())))
    }

    fn graft_resources(&mut self, appearance: &Appearance) -> Result<Dictionary, ReadError> {
        let numbers: BTreeMap<u32, ObjectId> = appearance.objects.keys().map(|&n| (n, self.number())).collect();
        for (number, object) in &appearance.objects {
            let mut object = object.clone();
            renumber(&mut object, &numbers)?;
            self.put(numbers[number], object);
        }
        let mut resources = Object::Dictionary(appearance.resources.clone());
        renumber(&mut resources, &numbers)?;
        let Object::Dictionary(resources) = resources else { return Err(ReadError::Unsupported("resources")) };
        self.grafted.push((appearance.resources.clone(), appearance.objects.clone(), resources.clone()));
        Ok(resources)
    }

    /// The bytes to append. `raw` is one more object whose body is written as given.
    pub(crate) fn write(mut self, raw: Option<(ObjectId, &[u8])>) -> Result<Tail, ReadError> {
        let base = self.head.bytes().len();
        let mut out = Vec::with_capacity(16 * 1024 + raw.map_or(0, |(_, body)| body.len()));
        if !self.head.bytes().ends_with(b"\n") && !self.head.bytes().ends_with(b"\r") {
            out.push(b'\n');
        }
        let mut offsets = BTreeMap::new();
        for (&id, (generation, object)) in &self.objects {
            offsets.insert(id, (base + out.len(), *generation));
            write_object(&mut out, (id, *generation), object)?;
        }
        let mut raw_at = 0;
        if let Some((id, body)) = raw {
            offsets.insert(id.0, (base + out.len(), id.1));
            emit(&mut out, format_args!("{} {} obj\n", id.0, id.1))?;
            raw_at = out.len();
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        self.write_xref(&mut out, base, offsets)?;
        Ok(Tail { bytes: out, raw_at })
    }

    fn write_xref(
        &mut self,
        out: &mut Vec<u8>,
        base: usize,
        mut offsets: BTreeMap<u32, (usize, u16)>,
    ) -> Result<(), ReadError> {
        let newest = &self.head.sections()[0];
        let mut trailer = Dictionary::new();
        for key in [b"Root".as_slice(), b"Info"] {
            if let Ok(value) = newest.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer.set("ID", identity(&newest.trailer, out));
        trailer.set("Prev", newest.offset as i64);
        let start = base + out.len();
        match newest.kind {
            XrefKind::Table => {
                trailer.set("Size", self.next);
                write_table(out, &offsets)?;
                out.extend_from_slice(b"trailer\n");
                write_plain(out, &Object::Dictionary(trailer))?;
            }
            XrefKind::Stream => {
                let own = self.number();
                offsets.insert(own.0, (start, 0));
                trailer.set("Size", self.next);
                write_object(out, own, &xref_stream(trailer, &offsets)?)?;
            }
        }
        emit(out, format_args!("\nstartxref\n{start}\n%%EOF\n"))
    }
}

/// `/ID`: the first half for ever, the second from what this revision writes.
fn identity(trailer: &Dictionary, written: &[u8]) -> Object {
    let mut hash = Sha256::new();
    let first = trailer.get(b"ID").and_then(Object::as_array).ok().and_then(|halves| halves.first());
    let first = first.and_then(|half| half.as_str().ok()).map(<[u8]>::to_vec);
    hash.update(first.as_deref().unwrap_or_default());
    hash.update(written);
    let second = hash.finalize()[..16].to_vec();
    let half = |bytes| Object::String(bytes, StringFormat::Hexadecimal);
    Object::Array(vec![half(first.unwrap_or_else(|| second.clone())), half(second)])
}

fn renumber(object: &mut Object, numbers: &BTreeMap<u32, ObjectId>) -> Result<(), ReadError> {
    match object {
        Object::Reference(id) => {
            *id =
                *numbers.get(&id.0).ok_or(ReadError::Object(id.0, "an appearance refers to what it does not bring"))?;
        }
        Object::Array(items) => items.iter_mut().try_for_each(|item| renumber(item, numbers))?,
        Object::Dictionary(entries) => entries.iter_mut().try_for_each(|(_, item)| renumber(item, numbers))?,
        Object::Stream(stream) => stream.dict.iter_mut().try_for_each(|(_, item)| renumber(item, numbers))?,
        _ => {}
    }
    Ok(())
}

fn emit(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) -> Result<(), ReadError> {
    out.write_fmt(text).map_err(|_| ReadError::Unsupported("an object that cannot be written"))
}

/// Serialises one object body.
pub(crate) fn write_plain(out: &mut Vec<u8>, object: &Object) -> Result<(), ReadError> {
    Writer::write_object(out, object).map_err(|_| ReadError::Unsupported("an object that cannot be written"))
}

fn write_object(out: &mut Vec<u8>, id: ObjectId, object: &Object) -> Result<(), ReadError> {
    emit(out, format_args!("{} {} obj\n", id.0, id.1))?;
    write_plain(out, object)?;
    out.extend_from_slice(b"\nendobj\n");
    Ok(())
}

/// The runs of consecutive numbers.
fn runs(offsets: &BTreeMap<u32, (usize, u16)>) -> Vec<(u32, Vec<(usize, u16)>)> {
    let mut runs: Vec<(u32, Vec<(usize, u16)>)> = Vec::new();
    for (&id, &place) in offsets {
        match runs.last_mut() {
            Some((first, places)) if *first + places.len() as u32 == id => places.push(place),
            _ => runs.push((id, vec![place])),
        }
    }
    runs
}

fn write_table(out: &mut Vec<u8>, offsets: &BTreeMap<u32, (usize, u16)>) -> Result<(), ReadError> {
    out.extend_from_slice(b"xref\n");
    for (first, places) in runs(offsets) {
        emit(out, format_args!("{first} {}\n", places.len()))?;
        for (offset, generation) in places {
            emit(out, format_args!("{offset:010} {generation:05} n\r\n"))?;
        }
    }
    Ok(())
}

fn xref_stream(mut trailer: Dictionary, offsets: &BTreeMap<u32, (usize, u16)>) -> Result<Object, ReadError> {
    let mut index = Vec::new();
    let mut data = Vec::new();
    for (first, places) in runs(offsets) {
        index.extend([Object::from(first), Object::from(places.len() as u32)]);
        for (offset, generation) in places {
            let offset = u32::try_from(offset).map_err(|_| ReadError::Unsupported("a file above 4 GiB"))?;
            data.push(1);
            data.extend_from_slice(&offset.to_be_bytes());
            data.extend_from_slice(&generation.to_be_bytes());
        }
    }
    trailer.set("Type", "XRef");
    trailer.set("W", vec![1.into(), 4.into(), 2.into()]);
    trailer.set("Index", index);
    Ok(lopdf::Stream::new(trailer, data).into())
}
