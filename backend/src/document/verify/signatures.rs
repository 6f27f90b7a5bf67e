//! Finding every signature any revision ever held, and whether its byte range is the whole of that revision.

use std::collections::HashSet;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::fields::{self, Field, text};
use super::super::reader::{ReadError, Reader};
use super::super::syntax::Parser;
use super::super::xref::Entry;
use super::model::{Class, Finding};
use super::structure::Revision;

/// More signatures than any document of ours has; each revision can hold one at most that covers it.
const MAX_SIGNATURES: usize = 256;

/// One signature as it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The name of its field.
    pub(super) field: String,
    /// The number of its dictionary.
    pub(super) id: ObjectId,
    /// The revision that wrote it.
    pub(super) revision: usize,
    /// Its dictionary.
    pub(super) dictionary: Dictionary,
    /// The decoded `/Contents`.
    pub(super) contents: Vec<u8>,
    /// What is not hashed: the hexadecimal string, `<` and `>` included.
    pub(super) gap: Range<usize>,
    /// Where the hashed bytes end.
    pub(super) end: usize,
    /// Its kind.
    pub(super) class: Class,
    /// The fault found while reading it, if any.
    pub(super) fault: Option<Finding>,
}

/// Every signature, in the order they were made.
pub(super) fn collect(reader: &Reader<'_>, revisions: &[Revision]) -> Result<Vec<Found>, ReadError> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (number, revision) in revisions.iter().enumerate() {
        let view = reader.at_revision(number);
        let (_, catalog) = view.catalog()?;
        let (_, form) = fields::form(&view, &catalog)?;
        let mut signed = Vec::new();
        fields::walk(&view, &form, &mut |field| {
            if field.kind == b"Sig" && field.dictionary.has(b"V") {
                signed.push(field);
            }
            true
        })?;
        for field in signed {
            let id = field.dictionary.get(b"V").and_then(Object::as_reference).unwrap_or((0, 0));
            if seen.insert((field.id, id)) {
                if found.len() >= MAX_SIGNATURES {
                    return Err(ReadError::Object(id.0, "more signatures than any document has"));
                }
                found.push(read(&view, number, revision, field, id, &catalog));
            }
        }
    }
    Ok(found)
}

fn read(
    view: &Reader<'_>,
    number: usize,
    revision: &Revision,
    field: Field,
    id: ObjectId,
    catalog: &Dictionary,
) -> Found {
    let mut found = Found {
        field: field.name,
        id,
        revision: number,
        dictionary: Dictionary::new(),
        contents: Vec::new(),
        gap: 0..0,
        end: 0,
        class: Class::Approval,
        fault: None,
    };
    if let Err(fault) = fill(view, revision, &mut found, catalog) {
        found.fault = Some(fault);
    }
    found
}

fn fill(view: &Reader<'_>, revision: &Revision, found: &mut Found, catalog: &Dictionary) -> Result<(), Finding> {
    let unreadable = |detail: &str| Finding::new("signature-unreadable", detail);
    let Ok(Some(Entry::At(offset, _))) = view.entry(found.id.0) else {
        return Err(unreadable("the signature is not an object of its own"));
    };
    let mut parser = Parser::new(view.bytes(), offset);
    let parsed = parser.object_header().and_then(|_| parser.dictionary_with_spans());
    let (dictionary, spans) = parsed.map_err(|error| unreadable(&error.to_string()))?;
    let contents = spans.iter().find(|(key, _)| key == b"Contents").map(|(_, span)| span.clone());
    let span = contents.ok_or_else(|| unreadable("no /Contents"))?;
    if let Ok(Object::String(contents, lopdf::StringFormat::Hexadecimal)) = dictionary.get(b"Contents") {
        view.budget().keep(contents.len())?;
        found.contents.clone_from(contents);
    } else {
        return Err(unreadable("/Contents is not a hexadecimal string"));
    }
    found.class = class(view, found.id, &dictionary, catalog);
    found.dictionary = dictionary;
    (found.gap, found.end) = byte_range(&found.dictionary, span, view.bytes().len())?;
    if !revision.written.contains(&found.id.0) || !revision.ends_at(found.end) {
        return Err(Finding::new(
            "byte-range-wrong",
            format!("it ends at {}, its revision at {}", found.end, revision.end),
        ));
    }
    Ok(())
}

fn class(view: &Reader<'_>, id: ObjectId, dictionary: &Dictionary, catalog: &Dictionary) -> Class {
    if dictionary.has_type(b"DocTimeStamp") {
        return Class::DocumentTimestamp;
    }
    let certified = match view.value(catalog, "Perms") {
        Ok(Object::Dictionary(permissions)) => permissions.get(b"DocMDP").and_then(Object::as_reference).ok(),
        _ => None,
    };
    if certified == Some(id) { Class::Certification } else { Class::Approval }
}

/// `[0 a b c]`: from the first byte to `<`, from after `>` to the end of the revision, and nothing else left out.
fn byte_range(dictionary: &Dictionary, span: Range<usize>, length: usize) -> Result<(Range<usize>, usize), Finding> {
    let wrong = |detail: String| Finding::new("byte-range-wrong", detail);
    let Ok(Object::Array(numbers)) = dictionary.get(b"ByteRange") else { return Err(wrong("no /ByteRange".into())) };
    let numbers: Vec<usize> =
        numbers.iter().filter_map(|n| n.as_i64().ok().and_then(|n| usize::try_from(n).ok())).collect();
    let [0, first, second, rest] = *numbers else {
        return Err(wrong(format!("{numbers:?} is not one gap from the first byte on")));
    };
    if first != span.start || second != span.end {
        return Err(wrong(format!("the gap {first}..{second} is not /Contents at {}..{}", span.start, span.end)));
    }
    match second.checked_add(rest).filter(|&end| end <= length) {
        Some(end) => Ok((first..second, end)),
        None => Err(wrong("it ends after the file".into())),
    }
}

/// A claim of the signature dictionary.
pub(super) fn claim(dictionary: &Dictionary, key: &str) -> Option<String> {
    dictionary.get(key.as_bytes()).and_then(Object::as_str).ok().map(text)
}

/// What a signature forbids from its revision on.
#[derive(Clone, Debug, Default)]
pub(super) struct Promise {
    /// DocMDP or lock `/P`.
    pub(super) permission: Option<u8>,
    /// FieldMDP.
    pub(super) lock: Lock,
}

/// Which fields are locked.
#[derive(Clone, Debug, Default)]
pub(super) enum Lock {
    /// None.
    #[default]
    Nothing,
    /// All of them.
    All,
    /// These.
    Include(Vec<String>),
    /// All but these.
    Exclude(Vec<String>),
}

impl Lock {
    /// Whether the field called `name` may not change.
    pub(super) fn covers(&self, name: &str) -> bool {
        let listed = |names: &[String]| {
            names.iter().any(|n| name == n || name.strip_prefix(n.as_str()).is_some_and(|rest| rest.starts_with('.')))
        };
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Include(names) => listed(names),
            Self::Exclude(names) => !listed(names),
        }
    }
}

/// Reads `/Reference`.
pub(super) fn promise(view: &Reader<'_>, dictionary: &Dictionary) -> Result<Promise, Finding> {
    let wrong = || Finding::new("signature-unreadable", "/Reference cannot be read");
    let mut promise = Promise::default();
    let Object::Array(references) = view.value(dictionary, "Reference").map_err(|_| wrong())? else {
        return if dictionary.has(b"Reference") { Err(wrong()) } else { Ok(promise) };
    };
    for reference in &references {
        let Ok(Object::Dictionary(reference)) = view.resolve(reference) else { return Err(wrong()) };
        let Ok(Object::Dictionary(parameters)) = view.value(&reference, "TransformParams") else { return Err(wrong()) };
        let permission = match parameters.get(b"P") {
            Ok(Object::Integer(p @ 1..=3)) => Some(*p as u8),
            Ok(_) => return Err(wrong()),
            Err(_) => None,
        };
        match reference.get(b"TransformMethod").and_then(Object::as_name) {
            Ok(b"DocMDP") => promise.permission = permission.or(Some(2)),
            Ok(b"FieldMDP") => {
                promise.permission = promise.permission.or(permission);
                promise.lock = lock(&parameters).ok_or_else(wrong)?;
            }
            _ => return Err(wrong()),
        }
    }
    Ok(promise)
}

fn lock(parameters: &Dictionary) -> Option<Lock> {
    let names = || {
        let fields = parameters.get(b"Fields").and_then(Object::as_array).ok()?;
        fields.iter().map(|field| field.as_str().ok().map(text)).collect::<Option<Vec<_>>>()
    };
    match parameters.get(b"Action").and_then(Object::as_name).ok()? {
        b"All" => Some(Lock::All),
        b"Include" => names().map(Lock::Include),
        b"Exclude" => names().map(Lock::Exclude),
        _ => None,
    }
}
