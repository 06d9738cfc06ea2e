//! A reader of what payloads usually hold. It refuses nothing: where it gives up, `serde_json`
//! starts again and has the last word, about values as about faults. So all it has to keep is that
//! what it does read is what `serde_json` reads.

use crate::ncp::tier::intake::{put, stands_twice};
use crate::ncp::tier::{Intake, MAX_DEPTH};
use crate::ncp::value::{Name, Value};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// One value and nothing after it but white space.
pub(super) fn decode(text: &str) -> Option<Value> {
    let mut reader = Reader { text, at: 0 };
    let mut value = Value::Nil;
    reader.value(&mut value, MAX_DEPTH, None)?;
    reader.token().is_none().then_some(value)
}

/// The root of a payload, member by member. Where it gives up, it may have put members already.
pub(super) fn intake(text: &str, intake: &mut Intake) -> Option<()> {
    let mut reader = Reader { text, at: 0 };
    if reader.token()? != b'{' {
        return None;
    }
    reader.members(|reader, name| reader.value(intake.place(name).ok()?, MAX_DEPTH - 1, None))?;
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

    /// Reads a value into `out`, which is nil: small as it is, moving it there afterwards takes
    /// long. `like` is the value before it in an array, whose names may return.
    fn value(&mut self, out: &mut Value, depth: u32, like: Option<&Value>) -> Option<()> {
        match self.token()? {
            b'"' => {
                let text = match self.plain_text() {
                    Some(text) => text.to_owned(),
                    None => self.escaped()?,
                };
                put(out, Value::Text(text));
            }
            b'0'..=b'9' | b'-' => self.number(out)?,
            b'{' => self.object(out, depth, like)?,
            b'[' => self.items(out, depth)?,
            b't' => put(out, self.word("true", Value::Bool(true))?),
            b'f' => put(out, self.word("false", Value::Bool(false))?),
            b'n' => put(out, self.word("null", Value::Nil)?),
            _ => return None,
        }
        Some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let read = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        read.then_some(value)
    }

    fn items(&mut self, out: &mut Value, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut items: Vec<Value> = Vec::new();
        self.at += 1;
        if self.token()? == b']' {
            self.at += 1;
            put(out, Value::Array(items));
            return Some(());
        }
        loop {
            items.push(Value::Nil);
            let (place, before) = items.split_last_mut()?;
            self.value(place, depth, before.last())?;
            let token = self.token()?;
            self.at += 1;
            match token {
                b',' => {}
                b']' => {
                    put(out, Value::Array(items));
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn object(&mut self, out: &mut Value, depth: u32, like: Option<&Value>) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let like = like.and_then(Value::as_map).unwrap_or_default();
        let mut alike = true;
        let mut members: Vec<(Name, Value)> = Vec::with_capacity(like.len());
        self.members(|reader, text| {
            let known = like.get(members.len()).filter(|(name, _)| name == text);
            alike &= known.is_some();
            let name = known.map_or_else(|| text.into(), |(known, _)| known.clone());
            members.push((name, Value::Nil));
            let (_, place) = members.last_mut()?;
            reader.value(place, depth, None)
        })?;
        // Names that stood once each do so again.
        if !alike && stands_twice(&members) {
            return None;
        }
        put(out, Value::Map(members));
        Some(())
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
    #[inline(always)]
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

    fn number(&mut self, out: &mut Value) -> Option<()> {
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
            put(out, Value::Float(self.float(from, at)?));
            return Some(());
        }
        self.at = at;
        match (negative, i64::try_from(number).ok()?) {
            (false, _) => put(out, Value::Uint(number)),
            // Minus zero is no integer.
            (true, 0) => return None,
            (true, number) => put(out, Value::Int(-number)),
        }
        Some(())
    }

    /// A number that started at `from` and goes on behind its integer part.
    fn float(&mut self, from: usize, mut at: usize) -> Option<f64> {
        if self.byte(at) == Some(b'.') {
            at = self.digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = self.byte(at) {
            let signed = matches!(self.byte(at + 1), Some(b'+' | b'-'));
            at = self.digits(at + 1 + usize::from(signed))?;
        }
        let number: f64 = self.text.get(from..at)?.parse().ok()?;
        self.at = at;
        number.is_finite().then_some(number)
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
