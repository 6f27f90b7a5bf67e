//! The cross-reference data of one revision (ISO 32000-2 section 7.5.4 and 7.5.8): found, not unfolded into a map.

use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::budget::{Budget, TooMuch};
use super::syntax::{Parser, SyntaxError};

/// How far from the end `startxref` is looked for.
const TAIL: usize = 1024;

/// Why the file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is not PDF syntax.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The cross-reference data contradicts itself or the file.
    #[error("cross-reference: {0}")]
    CrossReference(&'static str),
    /// An object is not what it must be.
    #[error("object {0}: {1}")]
    Object(u32, &'static str),
    /// A feature that is never signed nor judged here.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// Reading it asks for more work than any honest document does.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
}

/// How a revision writes its cross-reference data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XrefKind {
    /// `xref` … `trailer`.
    Table,
    /// An object of `/Type /XRef`.
    Stream,
}

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Given up.
    Free,
    /// At this offset, with this generation.
    At(usize, u16),
    /// In object stream `.0`, as its `.1`th object.
    In(u32, u32),
}

/// A run of entries: the first object number, how many, and the offset of the first (in the file or the stream).
#[derive(Clone, Copy, Debug)]
struct Run {
    first: u32,
    count: u32,
    start: usize,
}

/// The cross-reference data of one revision.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Where it stands: the number after `startxref`.
    pub(crate) offset: usize,
    /// The first byte after the trailer dictionary or the stream object.
    pub(crate) end: usize,
    /// Table or stream.
    pub(crate) kind: XrefKind,
    /// The trailer dictionary.
    pub(crate) trailer: Dictionary,
    /// The number of the cross-reference stream itself.
    pub(crate) own: Option<u32>,
    runs: Vec<Run>,
    widths: [usize; 3],
    data: Option<Rc<Vec<u8>>>,
}

/// What `stream` holds; `None` when it is damaged, or packed more than once.
pub(crate) fn inflate(stream: &Stream, budget: &Budget) -> Result<Option<Vec<u8>>, TooMuch> {
    if stream.filters().is_ok_and(|filters| filters.len() > 1) {
        return Ok(None);
    }
    budget.inflate(stream.content.len(), |limit| stream.get_plain_content_with_limit(limit).ok())
}

pub(crate) fn read_stream<'a>(
    bytes: &'a [u8],
    parser: &mut Parser<'a>,
    dictionary: Dictionary,
    length: i64,
) -> Result<Stream, ReadError> {
    parser.keyword("stream")?;
    parser.end_of_line()?;
    let start = parser.at();
    let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length));
    let Some(content) = end.and_then(|end| bytes.get(start..end)) else {
        return Err(SyntaxError { at: start, expected: "a stream of that /Length" }.into());
    };
    *parser = Parser::new(bytes, start + content.len());
    parser.keyword("endstream")?;
    let mut stream = Stream::new(dictionary, content.to_vec());
    stream.allows_compression = false;
    Ok(stream)
}

pub(crate) fn previous(trailer: &Dictionary) -> Result<Option<usize>, ReadError> {
    if trailer.has(b"Encrypt") {
        return Err(ReadError::Unsupported("an encrypted document"));
    }
    if trailer.has(b"XRefStm") {
        return Err(ReadError::Unsupported("a hybrid cross-reference"));
    }
    match trailer.get(b"Prev") {
        Err(_) => Ok(None),
        Ok(Object::Integer(offset)) => {
            usize::try_from(*offset).map(Some).map_err(|_| ReadError::CrossReference("/Prev is not an offset"))
        }
        Ok(_) => Err(ReadError::CrossReference("/Prev is not an offset")),
    }
}

/// The offset after the last `startxref`, which `%%EOF` must follow.
pub(crate) fn startxref(bytes: &[u8]) -> Result<usize, ReadError> {
    let last = |from: usize| {
        let found = bytes[from..].windows(9).rposition(|window| window == b"startxref");
        found.map(|at| from + at)
    };
    // Whatever was attached behind the end does not keep the signatures before it from being judged.
    let at = last(bytes.len().saturating_sub(TAIL)).or_else(|| last(0));
    let mut parser = Parser::new(bytes, at.ok_or(ReadError::CrossReference("startxref is missing"))?);
    parser.keyword("startxref")?;
    let offset = parser.unsigned()?;
    usize::try_from(offset)
        .ok()
        .filter(|&offset| offset < bytes.len())
        .ok_or(ReadError::CrossReference("startxref leads out of the file"))
}

impl Section {
    pub(crate) fn read(bytes: &[u8], offset: usize, budget: &Budget) -> Result<Self, ReadError> {
        if bytes.get(offset..).is_some_and(|rest| rest.starts_with(b"xref")) {
            Self::table(bytes, offset, budget)
        } else {
            Self::stream(bytes, offset, budget)
        }
    }

    fn table(bytes: &[u8], offset: usize, budget: &Budget) -> Result<Self, ReadError> {
        let mut parser = Parser::new(bytes, offset);
        parser.keyword("xref")?;
        let mut runs = Vec::new();
        while !parser.sees("trailer") {
            let (first, count) = (parser.unsigned()?, parser.unsigned()?);
            parser.skip_space();
            let start = parser.at();
            let run = run(first, count, start)?;
            let end = (run.count as usize).checked_mul(20).and_then(|length| start.checked_add(length));
            match end {
                Some(end) if end <= bytes.len() => parser = Parser::new(bytes, end),
                _ => return Err(ReadError::CrossReference("the table leads out of the file")),
            }
            runs.push(run);
        }
        parser.keyword("trailer")?;
        let (trailer, _) = parser.dictionary_with_spans()?;
        let (end, runs) = (parser.at(), sorted(runs)?);
        budget.parse(end - offset)?;
        Ok(Self { offset, end, kind: XrefKind::Table, trailer, own: None, runs, widths: [0; 3], data: None })
    }

    fn stream(bytes: &[u8], offset: usize, budget: &Budget) -> Result<Self, ReadError> {
        let mut parser = Parser::new(bytes, offset);
        let (own, _) = parser.object_header()?;
        let (trailer, _) = parser.dictionary_with_spans()?;
        let length = trailer.get(b"Length").and_then(Object::as_i64);
        let (true, Ok(length)) = (trailer.has_type(b"XRef"), length) else {
            return Err(ReadError::CrossReference("startxref does not lead to cross-reference data"));
        };
        let stream = read_stream(bytes, &mut parser, trailer.clone(), length)?;
        parser.keyword("endobj")?;
        budget.parse(parser.at() - offset)?;
        let data = inflate(&stream, budget)?.ok_or(ReadError::CrossReference("the stream cannot be unfolded"))?;
        let widths = widths(&trailer)?;
        let runs = sorted(stream_runs(&trailer, widths.iter().sum(), data.len())?)?;
        let data = Some(Rc::new(data));
        Ok(Self { offset, end: parser.at(), kind: XrefKind::Stream, trailer, own: Some(own), runs, widths, data })
    }

    /// What this revision says of object `id`.
    pub(crate) fn entry(&self, bytes: &[u8], id: u32) -> Result<Option<Entry>, ReadError> {
        let after = self.runs.partition_point(|run| run.first <= id);
        let found = after.checked_sub(1).and_then(|at| self.runs.get(at)).filter(|run| id - run.first < run.count);
        let Some(run) = found else { return Ok(None) };
        let nth = (id - run.first) as usize;
        match &self.data {
            None => table_entry(bytes, run.start + nth * 20).map(Some),
            Some(data) => self.stream_entry(data, run.start + nth * self.widths.iter().sum::<usize>()).map(Some),
        }
    }

    /// The object numbers this revision speaks of, each once.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().flat_map(|run| run.first..run.first + run.count)
    }

    fn stream_entry(&self, data: &[u8], at: usize) -> Result<Entry, ReadError> {
        let mut at = at;
        let mut field = |width: usize| {
            let bytes = data.get(at..at + width).unwrap_or_default();
            at += width;
            bytes.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte))
        };
        let kind = if self.widths[0] == 0 { 1 } else { field(self.widths[0]) };
        let (second, third) = (field(self.widths[1]), field(self.widths[2]));
        let wrong = ReadError::CrossReference("an entry out of range");
        match kind {
            0 => Ok(Entry::Free),
            1 => match (usize::try_from(second), u16::try_from(third)) {
                (Ok(offset), Ok(generation)) => Ok(Entry::At(offset, generation)),
                _ => Err(wrong),
            },
            2 => match (u32::try_from(second), u32::try_from(third)) {
                (Ok(container), Ok(index)) => Ok(Entry::In(container, index)),
                _ => Err(wrong),
            },
            _ => Err(ReadError::CrossReference("an entry of unknown kind")),
        }
    }
}

/// `nnnnnnnnnn ggggg n` and two bytes of line end: twenty bytes exactly.
fn table_entry(bytes: &[u8], at: usize) -> Result<Entry, ReadError> {
    let wrong = ReadError::CrossReference("an entry is not twenty bytes");
    let Some(entry) = bytes.get(at..at + 20) else { return Err(wrong) };
    let number = |range: std::ops::Range<usize>| {
        let digits = &entry[range];
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0u64, |value, &digit| value * 10 + u64::from(digit - b'0')))
    };
    let line_end = matches!(&entry[18..], b" \n" | b" \r" | b"\r\n");
    match (number(0..10), entry[10], number(11..16), entry[16], entry[17], line_end) {
        (Some(_), b' ', Some(_), b' ', b'f', true) => Ok(Entry::Free),
        (Some(offset), b' ', Some(generation), b' ', b'n', true) => {
            match (usize::try_from(offset), u16::try_from(generation)) {
                (Ok(offset), Ok(generation)) => Ok(Entry::At(offset, generation)),
                _ => Err(wrong),
            }
        }
        _ => Err(wrong),
    }
}

fn run(first: u64, count: u64, start: usize) -> Result<Run, ReadError> {
    match (u32::try_from(first), u32::try_from(count)) {
        (Ok(first), Ok(count)) if first.checked_add(count).is_some() => Ok(Run { first, count, start }),
        _ => Err(ReadError::CrossReference("object numbers out of range")),
    }
}

/// The runs by number, so that they can be searched; a number said twice is refused.
fn sorted(mut runs: Vec<Run>) -> Result<Vec<Run>, ReadError> {
    runs.retain(|run| run.count > 0);
    runs.sort_unstable_by_key(|run| run.first);
    let twice = runs.windows(2).any(|pair| pair[0].first + pair[0].count > pair[1].first);
    if twice { Err(ReadError::CrossReference("an object is listed twice in one revision")) } else { Ok(runs) }
}

fn widths(trailer: &Dictionary) -> Result<[usize; 3], ReadError> {
    let wrong = ReadError::CrossReference("/W is not three small numbers");
    let Ok(Object::Array(array)) = trailer.get(b"W") else { return Err(wrong) };
    let mut widths = [0; 3];
    if array.len() != 3 {
        return Err(wrong);
    }
    for (width, object) in widths.iter_mut().zip(array) {
        match object {
            Object::Integer(value @ 0..=8) => *width = *value as usize,
            _ => return Err(wrong),
        }
    }
    if widths[1] == 0 { Err(wrong) } else { Ok(widths) }
}

fn stream_runs(trailer: &Dictionary, width: usize, length: usize) -> Result<Vec<Run>, ReadError> {
    let numbers: Vec<u64> = match (trailer.get(b"Index"), trailer.get(b"Size")) {
        (Ok(Object::Array(index)), _) => index.iter().map(|n| n.as_i64().map_or(u64::MAX, |n| n as u64)).collect(),
        (Err(_), Ok(Object::Integer(size))) => vec![0, *size as u64],
        _ => return Err(ReadError::CrossReference("/Index is not an array")),
    };
    let mut runs = Vec::new();
    let mut start = 0usize;
    for pair in numbers.chunks(2) {
        let [first, count] = *pair else { return Err(ReadError::CrossReference("/Index is not in pairs")) };
        runs.push(run(first, count, start)?);
        let end = usize::try_from(count).ok().and_then(|c| c.checked_mul(width)).and_then(|l| start.checked_add(l));
        start = end.filter(|&end| end <= length).ok_or(ReadError::CrossReference("/Index is longer than the data"))?;
    }
    Ok(runs)
}
