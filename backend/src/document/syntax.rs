//! One small parser of PDF objects (ISO 32000-2 section 7.3), for the signing path and the verifier alike.
//!
//! It is strict where leniency has been used to attack signatures: no repair, no second guess, nesting bounded,
//! a key said twice in one dictionary is refused.

use std::ops::Range;

use lopdf::{Dictionary, Object, StringFormat};

/// Deeper nesting than any honest document has.
const MAX_DEPTH: usize = 64;

/// Where the text stopped making sense: a byte offset and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: expected {expected}")]
pub struct SyntaxError {
    /// Offset into the file.
    pub at: usize,
    /// What should have stood there.
    pub expected: &'static str,
}

/// The key of a dictionary and where its value stands in the file.
pub(crate) type Spans = Vec<(Vec<u8>, Range<usize>)>;

/// A cursor over the bytes of a file.
#[derive(Clone, Debug)]
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    /// A cursor at offset `at`.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, SyntaxError> {
        Err(SyntaxError { at: self.at, expected })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Consumes exactly these bytes.
    pub(crate) fn literal(&mut self, word: &'static str) -> Result<(), SyntaxError> {
        if !self.rest().starts_with(word.as_bytes()) {
            return self.fail(word);
        }
        self.at += word.len();
        Ok(())
    }

    /// Consumes `word` and makes sure that it ends there.
    pub(crate) fn keyword(&mut self, word: &'static str) -> Result<(), SyntaxError> {
        self.skip_space();
        let start = self.at;
        self.literal(word)?;
        if self.peek().is_some_and(is_regular) {
            self.at = start;
            return self.fail(word);
        }
        Ok(())
    }

    /// Whether `word` comes next; does not move.
    pub(crate) fn sees(&mut self, word: &'static str) -> bool {
        self.skip_space();
        self.rest().starts_with(word.as_bytes())
    }

    /// One end of line: CR LF, LF or CR.
    pub(crate) fn end_of_line(&mut self) -> Result<(), SyntaxError> {
        match (self.peek(), self.bytes.get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => self.at += 2,
            (Some(b'\n' | b'\r'), _) => self.at += 1,
            _ => return self.fail("end of line"),
        }
        Ok(())
    }

    /// An unsigned decimal number.
    pub(crate) fn unsigned(&mut self) -> Result<u64, SyntaxError> {
        self.skip_space();
        let start = self.at;
        let mut value: u64 = 0;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let Some(next) = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0'))) else {
                return self.fail("smaller number");
            };
            value = next;
            self.at += 1;
        }
        if self.at == start || self.peek().is_some_and(is_regular) { self.fail("number") } else { Ok(value) }
    }

    /// The header `n g obj` of an indirect object.
    pub(crate) fn object_header(&mut self) -> Result<(u32, u16), SyntaxError> {
        let id = self.unsigned()?;
        let generation = self.unsigned()?;
        self.keyword("obj")?;
        match (u32::try_from(id), u16::try_from(generation)) {
            (Ok(id), Ok(generation)) if id > 0 => Ok((id, generation)),
            _ => self.fail("object number"),
        }
    }

    /// Any object but a stream.
    pub(crate) fn object(&mut self) -> Result<Object, SyntaxError> {
        self.object_at(0)
    }

    fn object_at(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        if depth > MAX_DEPTH {
            return self.fail("less nesting");
        }
        self.skip_space();
        match self.peek() {
            Some(b'/') => Ok(Object::Name(self.name()?)),
            Some(b'(') => Ok(Object::String(self.literal_string()?, StringFormat::Literal)),
            Some(b'<') if self.rest().starts_with(b"<<") => Ok(Object::Dictionary(self.dictionary(depth, None)?)),
            Some(b'<') => Ok(Object::String(self.hex_string()?, StringFormat::Hexadecimal)),
            Some(b'[') => self.array(depth),
            Some(b'+' | b'-' | b'.' | b'0'..=b'9') => self.number_or_reference(),
            Some(b't') => self.keyword("true").map(|()| Object::Boolean(true)),
            Some(b'f') => self.keyword("false").map(|()| Object::Boolean(false)),
            Some(b'n') => self.keyword("null").map(|()| Object::Null),
            _ => self.fail("object"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        self.literal("[")?;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.object_at(depth + 1)?);
        }
    }

    /// A dictionary with, for its own keys, the place of each value in the file.
    pub(crate) fn dictionary_with_spans(&mut self) -> Result<(Dictionary, Spans), SyntaxError> {
        self.skip_space();
        let mut spans = Spans::new();
        let dictionary = self.dictionary(0, Some(&mut spans))?;
        Ok((dictionary, spans))
    }

    fn dictionary(&mut self, depth: usize, mut spans: Option<&mut Spans>) -> Result<Dictionary, SyntaxError> {
        self.literal("<<")?;
        let mut dictionary = Dictionary::new();
        loop {
            self.skip_space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Ok(dictionary);
            }
            let key = self.name()?;
            self.skip_space();
            let start = self.at;
            let value = self.object_at(depth + 1)?;
            if dictionary.has(&key) {
                return self.fail("each key once");
            }
            if let Some(spans) = spans.as_deref_mut() {
                spans.push((key.clone(), start..self.at));
            }
            dictionary.set(key, value);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.literal("/")?;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|&b| is_regular(b)) {
            self.at += 1;
            if byte == b'#' {
                let (Some(high), Some(low)) = (self.nibble(0), self.nibble(1)) else {
                    return self.fail("two hexadecimal digits");
                };
                self.at += 2;
                name.push(high << 4 | low);
            } else {
                name.push(byte);
            }
        }
        Ok(name)
    }

    fn nibble(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied().and_then(hex_value)
    }

    fn hex_string(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.literal("<")?;
        let Some(length) = self.rest().iter().position(|&b| b == b'>') else { return self.fail(">") };
        let mut text = Vec::with_capacity(length / 2 + 1);
        let mut half: Option<u8> = None;
        for &byte in &self.rest()[..length] {
            match (hex_value(byte), half) {
                (Some(low), Some(high)) => {
                    text.push(high << 4 | low);
                    half = None;
                }
                (Some(high), None) => half = Some(high),
                (None, _) if is_space(byte) => {}
                (None, _) => return self.fail("hexadecimal digit"),
            }
        }
        text.extend(half.map(|high| high << 4));
        self.at += length + 1;
        Ok(text)
    }

    fn literal_string(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.literal("(")?;
        let mut text = Vec::new();
        let mut open = 1usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    text.extend(self.escape());
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    text.push(b'\n');
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return Ok(text);
            }
            text.push(byte);
        }
        self.fail(")")
    }

    /// What follows a backslash (ISO 32000-2 table 3).
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                None
            }
            b'\n' => None,
            b'0'..=b'7' => {
                let mut value = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u16::from(digit - b'0');
                    self.at += 1;
                }
                Some((value & 0xFF) as u8)
            }
            other => Some(other),
        }
    }

    fn number_or_reference(&mut self) -> Result<Object, SyntaxError> {
        let start = self.at;
        let whole = self.peek().is_some_and(|b| b.is_ascii_digit());
        while self.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        if self.peek().is_some_and(is_regular) {
            return self.fail("end of number");
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        if text.contains('.') {
            return text.parse().map(Object::Real).or_else(|_| self.fail("number"));
        }
        let Ok(value) = text.parse::<i64>() else { return self.fail("number") };
        Ok(if whole { self.reference(value) } else { None }.unwrap_or(Object::Integer(value)))
    }

    /// `value g R`, when that is what stands here; otherwise the cursor does not move.
    fn reference(&mut self, value: i64) -> Option<Object> {
        let id = u32::try_from(value).ok().filter(|&id| id > 0)?;
        let mut ahead = self.clone();
        ahead.skip_space();
        ahead.peek().filter(u8::is_ascii_digit)?;
        let generation = u16::try_from(ahead.unsigned().ok()?).ok()?;
        ahead.keyword("R").ok()?;
        *self = ahead;
        Some(Object::Reference((id, generation)))
    }
}

/// White space of ISO 32000-2 table 1.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, SyntaxError> {
        Parser::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn what_the_writer_writes_is_what_the_parser_reads() {
        let text = "<</A [1 -2 3.5 4 0 R true null]/B (a\\(b\\)\\101\\\n)/C <4142>/D#20E /F /G <</H 1>>>>";
        let object = read(text).unwrap();
        let mut written = Vec::new();
        lopdf::Writer::write_object(&mut written, &object).unwrap();
        assert_eq!(Parser::new(&written, 0).object().unwrap(), object);
    }

    #[test]
    fn numbers_beside_numbers_are_not_references() {
        let Ok(Object::Array(items)) = read("[1 2 3 0 R 5]") else { panic!() };
        assert_eq!(items, vec![1.into(), 2.into(), Object::Reference((3, 0)), 5.into()]);
    }

    #[test]
    fn a_key_said_twice_is_refused() {
        assert!(read("<</V 1 0 R/V 2 0 R>>").is_err());
    }

    #[test]
    fn bottomless_nesting_is_refused() {
        assert!(read(&"[".repeat(10_000)).is_err());
        assert!(read(&"<</A".repeat(10_000)).is_err());
    }

    #[test]
    fn the_place_of_a_value_is_known() {
        let text = b"<< /Contents <00ff> /M (x) >>";
        let (_, spans) = Parser::new(text, 0).dictionary_with_spans().unwrap();
        assert_eq!(&text[spans[0].1.clone()], b"<00ff>");
    }
}
