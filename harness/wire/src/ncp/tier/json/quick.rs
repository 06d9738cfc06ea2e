//! A reader of what payloads usually hold. It refuses nothing: where it gives up, `serde_json`
//! starts again and has the last word, about values as about faults. So all it has to keep is that
//! what it does read is what `serde_json` reads.

use crate::ncp::tier::intake::stands_twice;
use crate::ncp::tier::{Intake, MAX_DEPTH};
use crate::ncp::value::{Name, Value};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// One value and nothing after it but white space.
pub(super) fn decode(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(MAX_DEPTH, 0)?;
    reader.token().is_none().then_some(value)
}

/// The root of a payload, member by member. Where it gives up, it may have put members already.
pub(super) fn intake(text: &str, intake: &mut Intake) -> Option<()> {
    let mut reader = Reader { text, at: 0 };
    if reader.token()? != b'{' {
        return None;
    }
    reader.members(|reader, name| {
        let place = intake.place(name).ok()?;
        intake.put(place, reader.value(MAX_DEPTH - 1, 0)?);
        Some(())
    })?;
    intake.finish().ok()?;
    reader.token().is_none().then_some(())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The byte at `at`.
    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next byte that is no white space, which stays.
    #[inline]
    fn token(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// One value; an object has room for `likely` members.
    fn value(&mut self, depth: u32, likely: usize) -> Option<Value> {
        match self.token()? {
            b'"' => match self.plain_text() {
                Some(text) => Some(Value::Text(text.to_owned())),
                None => self.escaped().map(Value::Text),
            },
            b'0'..=b'9' | b'-' => self.number(),
            b'{' => self.object(depth, likely),
            b'[' => self.items(depth),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Nil),
            _ => None,
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let read = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        read.then_some(value)
    }

    fn items(&mut self, depth: u32) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let mut items: Vec<Value> = Vec::new();
        self.at += 1;
        if self.token()? == b']' {
            self.at += 1;
            return Some(Value::Array(items));
        }
        loop {
            // Records are alike.
            let likely = items.last().and_then(Value::as_map).map_or(0, <[_]>::len);
            items.push(self.value(depth, likely)?);
            let token = self.token()?;
            self.at += 1;
            match token {
                b',' => {}
                b']' => return Some(Value::Array(items)),
                _ => return None,
            }
        }
    }

    fn object(&mut self, depth: u32, likely: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        let mut members: Vec<(Name, Value)> = Vec::with_capacity(likely);
        self.members(|reader, name| {
            let name = Name::from(name);
            members.push((name, reader.value(depth, 0)?));
            Some(())
        })?;
        if stands_twice(&members) { None } else { Some(Value::Map(members)) }
    }

    /// An object, of which `take` reads every value.
    #[inline]
    fn members(&mut self, mut take: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.token()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            if self.token()? != b'"' {
                return None;
            }
            let escaped;
            let name = match self.plain_text() {
                Some(name) => name,
                None => {
                    escaped = self.escaped()?;
                    &escaped
                }
            };
            if self.token()? != b':' {
                return None;
            }
            self.at += 1;
            take(self, name)?;
            let token = self.token()?;
            self.at += 1;
            match token {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A text without escapes, from its opening quotation mark on. Otherwise nothing is read.
    #[inline]
    fn plain_text(&mut self) -> Option<&'a str> {
        let from = self.at + 1;
        let end = from + plain(&self.text.as_bytes()[from..]);
        if self.byte(end) != Some(b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(from..end)
    }

    /// Any text.
    #[cold]
    fn escaped(&mut self) -> Option<String> {
        let mut end = self.at + 1;
        loop {
            end += plain(self.text.as_bytes().get(end..)?);
            match self.byte(end)? {
                b'"' => break,
                b'\\' => end += 2,
                _ => return None,
            }
        }
        let quoted = self.text.get(self.at..=end)?;
        self.at = end + 1;
        serde_json::from_str(quoted).ok()
    }

    fn number(&mut self) -> Option<Value> {
        let from = self.at;
        let negative = self.byte(from) == Some(b'-');
        let first = from + usize::from(negative);
        let (mut at, mut number) = (first, 0_u64);
        while let Some(digit @ b'0'..=b'9') = self.byte(at) {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            at += 1;
        }
        let digits = at - first;
        let padded = digits > 1 && self.byte(first) == Some(b'0');
        if digits == 0 || digits > SHORT || padded {
            return None;
        }
        if let Some(b'.' | b'e' | b'E') = self.byte(at) {
            return self.float(from, at);
        }
        self.at = at;
        match (negative, i64::try_from(number).ok()?) {
            (false, _) => Some(Value::Uint(number)),
            // Minus zero is no integer.
            (true, 0) => None,
            (true, number) => Some(Value::Int(-number)),
        }
    }

    /// A number that started at `from` and goes on behind its integer part.
    fn float(&mut self, from: usize, mut at: usize) -> Option<Value> {
        if self.byte(at) == Some(b'.') {
            at = self.digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = self.byte(at) {
            let signed = matches!(self.byte(at + 1), Some(b'+' | b'-'));
            at = self.digits(at + 1 + usize::from(signed))?;
        }
        let number: f64 = self.text.get(from..at)?.parse().ok()?;
        self.at = at;
        number.is_finite().then_some(Value::Float(number))
    }

    /// The end of at least one digit.
    fn digits(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(b'0'..=b'9') = self.byte(at) {
            at += 1;
        }
        (at > from).then_some(at)
    }
}

/// Digits that every integer type here holds.
const SHORT: usize = 18;

/// Bytes before the first quotation mark, backslash or control character, eight at a time.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    // The high bit of the first byte that is zero, and of none before it.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let found = |chunk: &[u8; 8]| {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let escape = zero(word ^ (ONES * u64::from(b'\\')));
        (control | quote | escape).trailing_zeros() as usize / 8
    };
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk() {
        match found(chunk) {
            8 => at += 8,
            place => return at + place,
        }
    }
    // What is left are the last of eight bytes, unless there are not as many.
    match bytes.last_chunk() {
        Some(chunk) => bytes.len() - 8 + found(chunk),
        None => bytes.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count(),
    }
}

#[cfg(test)]
mod tests;
