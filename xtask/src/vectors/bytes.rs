//! A byte buffer that remembers which field each byte came from, and typed access to JSON.

use super::table::Table;
use serde_json::{Map, Value};

/// Why a vector could not be built.
pub type Problem = String;

/// Bytes with the names of the fields they came from.
#[derive(Default)]
pub struct Bytes {
    data: Vec<u8>,
    spans: Vec<(usize, String)>,
}

impl Bytes {
    /// Appends `bytes` under `name`.
    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        self.spans.push((self.data.len(), name.to_owned()));
        self.data.extend_from_slice(bytes);
    }

    /// Appends `value` in `width` bytes, least significant first.
    pub fn number(&mut self, name: &str, value: u64, width: usize) -> Result<(), Problem> {
        if width < 8 && value >> (8 * width) != 0 {
            return Err(format!("{name}: {value} does not fit {width} bytes"));
        }
        self.put(name, &value.to_le_bytes()[..width]);
        Ok(())
    }

    /// Appends zero filler up to the next multiple of 8 counted from `start`.
    pub fn fill(&mut self, name: &str, start: usize) {
        while !(self.data.len() - start).is_multiple_of(8) {
            self.put(name, &[0]);
        }
    }

    /// Appends all of `other`.
    pub fn append(&mut self, other: Self) {
        let base = self.data.len();
        self.spans.extend(other.spans.into_iter().map(|(at, name)| (at + base, name)));
        self.data.extend(other.data);
    }

    /// Length so far.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// The bytes.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Name of the field that the byte at `offset` belongs to.
    pub fn name_at(&self, offset: usize) -> &str {
        if offset >= self.data.len() {
            return "behind the last field";
        }
        let span = self.spans.iter().rev().find(|(at, _)| *at <= offset);
        span.map_or("", |(_, name)| name.as_str())
    }
}

/// An object whose keys must all be used.
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    used: Vec<String>,
    place: String,
}

impl<'a> Fields<'a> {
    /// Takes `value`, which must be an object; `place` names it in problems.
    pub fn new(value: &'a Value, place: &str) -> Result<Self, Problem> {
        let map = value.as_object().ok_or_else(|| format!("{place} is no object"))?;
        Ok(Self { map, used: Vec::new(), place: place.to_owned() })
    }

    /// The value under `key`, if present.
    pub fn get(&mut self, key: &str) -> Option<&'a Value> {
        let value = self.map.get(key)?;
        self.used.push(key.to_owned());
        Some(value)
    }

    /// Whether `key` is present.
    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// The number under `key`.
    pub fn number(&mut self, key: &str) -> Result<u64, Problem> {
        let place = self.place.clone();
        let value = self.get(key).ok_or_else(|| format!("{place}: {key} is missing"))?;
        integer(value).map_err(|problem| format!("{place}: {key} {problem}"))
    }

    /// The bytes under `key`, none if absent.
    pub fn hex(&mut self, key: &str) -> Result<Vec<u8>, Problem> {
        let place = self.place.clone();
        match self.get(key) {
            None => Ok(Vec::new()),
            Some(value) => hex(value).map_err(|problem| format!("{place}: {key} {problem}")),
        }
    }

    /// The array under `key`, empty if absent.
    pub fn list(&mut self, key: &str) -> Result<&'a [Value], Problem> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(format!("{}: {key} is no array", self.place)),
        }
    }

    /// Writes the fields of `table`, read from keys that start with `prefix`.
    pub fn table(&mut self, table: &Table, prefix: &str) -> Result<Bytes, Problem> {
        let mut out = Bytes::default();
        for field in table.rows() {
            let key = format!("{prefix}{}", field.name);
            let zero = table.is_zero(field.name);
            let value = if zero && !self.has(&key) { 0 } else { self.number(&key)? };
            if zero && value != 0 {
                return Err(format!("{}: {key} is always 0", self.place));
            }
            out.number(&key, value, field.width)?;
        }
        if out.len() != table.len {
            return Err(format!("table {}: {} of {} bytes", table.name, out.len(), table.len));
        }
        Ok(out)
    }

    /// Every key must have been used.
    pub fn finish(self) -> Result<(), Problem> {
        match self.map.keys().find(|key| !self.used.contains(key)) {
            None => Ok(()),
            Some(key) => Err(format!("{}: {key} is not a field here", self.place)),
        }
    }
}

/// A number, written as such up to 2^53 and as a decimal string above.
pub fn integer(value: &Value) -> Result<u64, Problem> {
    const EXACT: u64 = 1 << 53;
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(number) if number <= EXACT => Ok(number),
            _ => Err(format!("{number} is no exact non-negative integer; write it as a string")),
        },
        Value::String(text) => match text.parse::<u64>() {
            Ok(number) if number > EXACT && number.to_string() == *text => Ok(number),
            _ => Err(format!("\"{text}\" is no integer above 2^53")),
        },
        _ => Err("is no number".to_owned()),
    }
}

/// Bytes written as lower-case hexadecimal.
pub fn hex(value: &Value) -> Result<Vec<u8>, Problem> {
    digits(value.as_str().ok_or("is no string")?)
}

/// The bytes behind lower-case hexadecimal digits.
pub fn digits(text: &str) -> Result<Vec<u8>, Problem> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(format!("'{}' is no lower-case hexadecimal digit", char::from(c))),
    };
    if !text.len().is_multiple_of(2) {
        return Err("has an odd number of digits".to_owned());
    }
    let pair = |two: &[u8]| Ok(digit(two[0])? << 4 | digit(two[1])?);
    text.as_bytes().chunks(2).map(pair).collect()
}
