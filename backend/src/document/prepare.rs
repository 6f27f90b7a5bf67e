//! Writes everything a signature covers and fixes its digest; the key has not been touched yet.

use std::collections::HashMap;
use std::ops::Range;

use aws_lc_rs::digest::{Context, SHA256};
use lopdf::{Dictionary, Object, ObjectId};

use super::fields::{self, Field, text_object};
use super::increment::{Increment, write_plain};
use super::model::{Fill, SignatureRequest, SignatureRole};
use super::reader::{ReadError, Reader};
use crate::fault;

/// Room for the CMS, in bytes; in the file it takes twice that. A CMS with chain and time stamp measures 5 to 8 KB.
const ROOM: usize = 12 * 1024;
/// Copied and hashed while still in the cache.
const CHUNK: usize = 64 * 1024;

/// Why the document cannot be prepared for this signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The head is not one of ours.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The base was made without this field.
    #[error("there is no field {0}")]
    NoField(String),
    /// A field is filled or signed once and never again.
    #[error("the field {0} is already filled")]
    Filled(String),
    /// The field is of another type, or has several widgets.
    #[error("the field {0} cannot be used so")]
    Unfit(String),
}

fault! {
    PrepareError {
        Unreadable => "document-unreadable", Broken;
        NoField => "document-field-missing", Broken;
        Unfit => "document-field-missing", Broken;
        Filled => "document-field-filled", Conflict;
    }
}

/// A revision with room for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The head, the new bytes, zeros where the signature will stand.
    pub bytes: Vec<u8>,
    /// SHA-256 over everything but `/Contents`: what the CMS signs.
    pub digest: [u8; 32],
    /// The length of the head.
    pub head: usize,
    /// Where the hexadecimal string `<…>` of `/Contents` stands.
    pub(crate) contents: Range<usize>,
}

impl Prepared {
    /// The bytes this revision adds to its head.
    pub fn increment(&self) -> &[u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }
}

/// Fills the fields of `request` and adds its signature dictionary, still empty, to `head` (the newest revision).
///
/// Deterministic: the same head and request give the same bytes, so a crash after the signature is finished by
/// preparing again and comparing the digest.
///
/// # Errors
/// [`PrepareError`]; nothing is ever repaired.
pub fn prepare(head: &[u8], request: &SignatureRequest<'_>) -> Result<Prepared, PrepareError> {
    let reader = Reader::open(head)?;
    let mut change = Increment::new(&reader)?;
    let (root, catalog) = reader.catalog()?;
    let (form_id, form) = fields::form(&reader, &catalog)?;
    let mut found = find(&reader, &form, request)?;
    let field = take(&mut found, request.field)?;
    for fill in &request.fills {
        fill_field(&mut change, take(&mut found, &fill.field)?, fill)?;
    }
    let signature = change.number();
    sign_field(&mut change, &field, request, signature)?;
    raise_flags(&mut change, root, form_id, &form)?;
    if request.role == SignatureRole::Certify {
        let mut permissions = Dictionary::new();
        permissions.set("DocMDP", signature);
        change.change(root)?.set("Perms", permissions);
    }
    let body = Body::new("Sig", "ETSI.CAdES.detached", claims(request, &field.dictionary, &reader, root)?)?;
    let tail = change.write(Some((signature, &body.bytes)))?;
    Ok(seal(head, tail.bytes, tail.raw_at, &body))
}

/// One walk over the form for all the fields the request names; it stops when the last is found.
fn find(
    reader: &Reader<'_>,
    form: &Dictionary,
    request: &SignatureRequest<'_>,
) -> Result<HashMap<String, Field>, ReadError> {
    let mut wanted: Vec<&str> = request.fills.iter().map(|fill| fill.field.as_str()).collect();
    wanted.push(request.field);
    wanted.sort_unstable();
    let mut found = HashMap::with_capacity(wanted.len());
    fields::walk(reader, form, &mut |field| {
        if wanted.binary_search(&field.name.as_str()).is_ok() {
            found.entry(field.name.clone()).or_insert(field);
        }
        found.len() < wanted.len()
    })?;
    Ok(found)
}

fn take(found: &mut HashMap<String, Field>, name: &str) -> Result<Field, PrepareError> {
    let field = found.remove(name).ok_or_else(|| PrepareError::NoField(name.to_owned()))?;
    if field.dictionary.has(b"V") {
        return Err(PrepareError::Filled(field.name));
    }
    if field.dictionary.has(b"Kids") || !field.dictionary.has(b"Rect") {
        return Err(PrepareError::Unfit(field.name));
    }
    Ok(field)
}

fn fill_field(change: &mut Increment<'_, '_>, field: Field, fill: &Fill) -> Result<(), PrepareError> {
    let fits = match field.kind.as_slice() {
        b"Tx" => fill.value.is_some(),
        b"Btn" => fill.value.is_none(),
        _ => false,
    };
    if !fits {
        return Err(PrepareError::Unfit(field.name));
    }
    let form = change.graft(&fill.appearance)?;
    let mut widget = field.dictionary;
    if let Some(value) = &fill.value {
        widget.set("V", text_object(value));
    }
    widget.set("AP", normal_appearance(&widget, form));
    change.put(field.id, widget);
    Ok(())
}

fn sign_field(
    change: &mut Increment<'_, '_>,
    field: &Field,
    request: &SignatureRequest<'_>,
    signature: ObjectId,
) -> Result<(), PrepareError> {
    if field.kind != b"Sig" {
        return Err(PrepareError::Unfit(field.name.clone()));
    }
    let mut widget = field.dictionary.clone();
    widget.set("V", signature);
    if let Some(appearance) = &request.appearance {
        let form = change.graft(appearance)?;
        widget.set("AP", normal_appearance(&widget, form));
    }
    change.put(field.id, widget);
    Ok(())
}

/// A button of a PDF/A file shows one of its states (ISO 19005-2, 6.3.3): then `form` becomes the state shown.
fn normal_appearance(widget: &Dictionary, form: ObjectId) -> Dictionary {
    let states = widget.get(b"AP").and_then(Object::as_dict).and_then(|old| old.get(b"N")).and_then(Object::as_dict);
    let mut appearance = Dictionary::new();
    match (states, widget.get(b"AS").and_then(Object::as_name)) {
        (Ok(_), Ok(state)) => {
            let mut states = Dictionary::new();
            states.set(state, form);
            appearance.set("N", states);
        }
        _ => appearance.set("N", form),
    }
    appearance
}

/// `/SigFlags 3`: signatures exist, append only. The base has it; a base without it is mended by the first signature.
fn raise_flags(
    change: &mut Increment<'_, '_>,
    root: ObjectId,
    form_id: Option<ObjectId>,
    form: &Dictionary,
) -> Result<(), ReadError> {
    if form.get(b"SigFlags").and_then(Object::as_i64).is_ok_and(|flags| flags & 3 == 3) {
        return Ok(());
    }
    match form_id {
        Some(id) => change.change(id)?.set("SigFlags", 3),
        None => {
            let mut form = form.clone();
            form.set("SigFlags", 3);
            change.change(root)?.set("AcroForm", form);
        }
    }
    Ok(())
}

/// The signature dictionary, written by hand: two of its values are patched in place.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    range_at: usize,
    contents: Range<usize>,
}

/// What stands for the three numbers of `/ByteRange` until they are known.
const RANGE: &[u8] = b"[0 0000000000 0000000000 0000000000]";

impl Body {
    /// A dictionary of `/Type` `kind` and `/SubFilter` `filter` that says `claims` besides.
    pub(super) fn new(kind: &str, filter: &str, claims: Dictionary) -> Result<Self, ReadError> {
        let mut bytes = format!("<</Type/{kind}/Filter/Adobe.PPKLite/SubFilter/{filter}/ByteRange").into_bytes();
        let range_at = bytes.len();
        bytes.extend_from_slice(RANGE);
        bytes.extend_from_slice(b"/Contents");
        let start = bytes.len();
        bytes.push(b'<');
        bytes.resize(bytes.len() + ROOM * 2, b'0');
        bytes.push(b'>');
        let contents = start..bytes.len();
        let mut rest = Vec::new();
        write_plain(&mut rest, &Object::Dictionary(claims))?;
        bytes.extend_from_slice(rest.get(2..).unwrap_or_default());
        Ok(Self { bytes, range_at, contents })
    }
}

fn claims(
    request: &SignatureRequest<'_>,
    field: &Dictionary,
    reader: &Reader<'_>,
    root: ObjectId,
) -> Result<Dictionary, ReadError> {
    let mut claims = Dictionary::new();
    claims.set("M", Object::string_literal(request.time.pdf()));
    claims.set("Name", text_object(request.name));
    claims.set("Reason", text_object(request.reason));
    let reference = match request.role {
        SignatureRole::Certify => Some(certification()),
        _ => lock(request, field, reader)?.map(|lock| field_lock(lock, root)),
    };
    if let Some(reference) = reference {
        claims.set("Reference", vec![Object::Dictionary(reference)]);
    }
    Ok(claims)
}

fn certification() -> Dictionary {
    let mut parameters = Dictionary::new();
    parameters.set("Type", "TransformParams");
    parameters.set("V", "1.2");
    parameters.set("P", 2);
    transform("DocMDP", parameters)
}

/// The lock of a signature: the one its field was made with, which it must repeat (ISO 32000-2 section 12.8.2.4),
/// or the one of its role. A later signer never locks what an earlier revision wrote (pdf-and-workflow section 3.1).
fn lock(
    request: &SignatureRequest<'_>,
    field: &Dictionary,
    reader: &Reader<'_>,
) -> Result<Option<Dictionary>, ReadError> {
    let names = match &request.role {
        SignatureRole::First { locks } => locks.clone(),
        SignatureRole::Last => vec![request.field.to_owned()],
        SignatureRole::Certify | SignatureRole::Middle => Vec::new(),
    };
    let mut lock = match reader.value(field, "Lock")? {
        Object::Dictionary(lock) => lock,
        _ if names.is_empty() => return Ok(None),
        _ => {
            let mut lock = Dictionary::new();
            lock.set("Action", "Include");
            lock.set("Fields", names.iter().map(|name| text_object(name)).collect::<Vec<_>>());
            lock
        }
    };
    if request.role == SignatureRole::Last {
        lock.set("P", 1);
    }
    Ok(Some(lock))
}

fn field_lock(mut lock: Dictionary, root: ObjectId) -> Dictionary {
    lock.set("Type", "TransformParams");
    lock.set("V", "1.2");
    let mut reference = transform("FieldMDP", lock);
    reference.set("Data", root);
    reference
}

fn transform(method: &str, parameters: Dictionary) -> Dictionary {
    let mut reference = Dictionary::new();
    reference.set("Type", "SigRef");
    reference.set("TransformMethod", method);
    reference.set("TransformParams", parameters);
    reference
}

/// Patches `/ByteRange`, then copies the head and hashes it in the same pass: the file is read once.
pub(super) fn seal(head: &[u8], mut tail: Vec<u8>, raw_at: usize, body: &Body) -> Prepared {
    let contents = raw_at + body.contents.start..raw_at + body.contents.end;
    let numbers = [head.len() + contents.start, head.len() + contents.end, tail.len() - contents.end];
    let range = format!("[0 {:<10} {:<10} {:<10}]", numbers[0], numbers[1], numbers[2]);
    tail[raw_at + body.range_at..][..RANGE.len()].copy_from_slice(range.as_bytes());

    let mut bytes = Vec::with_capacity(head.len() + tail.len());
    let mut hash = Context::new(&SHA256);
    for chunk in head.chunks(CHUNK) {
        bytes.extend_from_slice(chunk);
        hash.update(chunk);
    }
    hash.update(&tail[..contents.start]);
    hash.update(&tail[contents.end..]);
    bytes.extend_from_slice(&tail);
    let mut digest = [0; 32];
    digest.copy_from_slice(hash.finish().as_ref());
    Prepared { bytes, digest, head: head.len(), contents: head.len() + contents.start..head.len() + contents.end }
}
