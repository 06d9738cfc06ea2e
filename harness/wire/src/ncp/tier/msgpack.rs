//! Tier-2: MessagePack. Markers and canonical widths are those of crate `rmp`.

use super::intake::{put, stands_twice};
use super::{Fault, Intake, MAX_DEPTH, Unsendable};
use crate::ncp::value::{Name, Value};
use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::mem;
use rmp::Marker;
use rmp::encode::{self, ByteBuf};

/// One value and nothing after it.
pub(crate) fn decode(bytes: &[u8]) -> Result<Value, Fault> {
    let mut rest = bytes;
    let value = read(&mut rest)?;
    if rest.is_empty() { Ok(value) } else { Err(Fault::Trailing) }
}

/// One value from the start of `rest`, which moves behind it.
pub(crate) fn read(rest: &mut &[u8]) -> Result<Value, Fault> {
    let mut reader = Reader { rest };
    let mut value = Value::Nil;
    reader.value(&mut value, MAX_DEPTH, None)?;
    *rest = reader.rest;
    Ok(value)
}

/// One value from the start of `rest`, which moves behind it: values of `binary_bitset`.
pub fn read_value(rest: &mut &[u8]) -> Result<Value, crate::ncp::violation::Violation> {
    read(rest).map_err(Fault::violation)
}

/// The root of a payload, member by member.
pub(crate) fn intake(bytes: &[u8], intake: &mut Intake) -> Result<(), Fault> {
    let mut reader = Reader { rest: bytes };
    let marker = Marker::from_u8(reader.byte()?);
    let Some(count) = reader.map_len(marker)? else {
        // What is wrong with it is told by reading it; if nothing is, it is still no object.
        decode(bytes)?;
        return Err(Fault::Root);
    };
    for _ in 0..count {
        let likely = intake.likely();
        let name = if reader.is_next(likely.as_bytes()) { likely } else { reader.name()? };
        reader.value(intake.place(name)?, MAX_DEPTH - 1, None)?;
    }
    if !reader.rest.is_empty() {
        return Err(Fault::Trailing);
    }
    intake.finish()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline]
    fn byte(&mut self) -> Result<u8, Fault> {
        let (first, rest) = self.rest.split_first().ok_or(Fault::Syntax)?;
        self.rest = rest;
        Ok(*first)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (array, rest) = self.rest.split_first_chunk().ok_or(Fault::Syntax)?;
        self.rest = rest;
        Ok(*array)
    }

    #[inline]
    fn slice(&mut self, len: u32) -> Result<&'a [u8], Fault> {
        let (slice, rest) = self.rest.split_at_checked(len as usize).ok_or(Fault::Syntax)?;
        self.rest = rest;
        Ok(slice)
    }

    #[inline]
    fn len8(&mut self) -> Result<u32, Fault> {
        self.byte().map(u32::from)
    }

    #[inline]
    fn len16(&mut self) -> Result<u32, Fault> {
        Ok(u16::from_be_bytes(self.array()?).into())
    }

    #[inline]
    fn len32(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    #[inline]
    fn text(&mut self, len: u32) -> Result<&'a str, Fault> {
        let bytes = self.slice(len)?;
        core::str::from_utf8(bytes).map_err(|_| {
            // U+D800 to U+DFFF written as if they were characters.
            let lone = bytes.windows(2).any(|pair| pair[0] == 0xed && pair[1] >= 0xa0);
            if lone { Fault::Surrogate } else { Fault::Syntax }
        })
    }

    #[inline]
    fn name(&mut self) -> Result<&'a str, Fault> {
        let len = match Marker::from_u8(self.byte()?) {
            Marker::FixStr(len) => len.into(),
            Marker::Str8 => self.len8()?,
            Marker::Str16 => self.len16()?,
            Marker::Str32 => self.len32()?,
            Marker::Reserved => return Err(Fault::Syntax),
            _ => return Err(Fault::Key),
        };
        self.text(len)
    }

    /// Members of the map that `marker` opens; `None` if it opens none.
    #[inline]
    fn map_len(&mut self, marker: Marker) -> Result<Option<u32>, Fault> {
        Ok(match marker {
            Marker::FixMap(len) => Some(len.into()),
            Marker::Map16 => Some(self.len16()?),
            Marker::Map32 => Some(self.len32()?),
            _ => None,
        })
    }

    /// Reads a value into `out`, which is nil: small as it is, moving it there afterwards takes
    /// long. `like` is the value before it in an array, whose names may return.
    fn value(&mut self, out: &mut Value, depth: u32, like: Option<&Value>) -> Result<(), Fault> {
        // Each kind is stored at once; what all have in common is not gathered first.
        match Marker::from_u8(self.byte()?) {
            Marker::FixStr(len) => put(out, Value::Text(self.text(len.into())?.to_owned())),
            Marker::FixPos(number) => put(out, Value::Uint(number.into())),
            Marker::U8 => put(out, Value::Uint(self.byte()?.into())),
            Marker::U16 => put(out, Value::Uint(self.len16()?.into())),
            Marker::F64 => put(out, finite(f64::from_be_bytes(self.array()?))?),
            Marker::FixMap(len) => self.members(out, len.into(), depth, like)?,
            Marker::Map16 => {
                let len = self.len16()?;
                self.members(out, len, depth, like)?;
            }
            Marker::Map32 => {
                let len = self.len32()?;
                self.members(out, len, depth, like)?;
            }
            marker => put(out, self.less_usual(marker, depth)?),
        }
        Ok(())
    }

    fn less_usual(&mut self, marker: Marker, depth: u32) -> Result<Value, Fault> {
        Ok(match marker {
            Marker::FixNeg(number) => Value::Int(number.into()),
            Marker::Null => Value::Nil,
            Marker::True => Value::Bool(true),
            Marker::False => Value::Bool(false),
            Marker::U32 => Value::Uint(self.len32()?.into()),
            Marker::U64 => Value::Uint(u64::from_be_bytes(self.array()?)),
            Marker::I8 => signed(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => signed(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => signed(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => signed(i64::from_be_bytes(self.array()?)),
            Marker::F32 => finite(f32::from_be_bytes(self.array()?).into())?,
            Marker::Str8
            | Marker::Str16
            | Marker::Str32
            | Marker::Bin8
            | Marker::Bin16
            | Marker::Bin32 => self.long(marker)?,
            Marker::FixArray(len) => self.items(len.into(), depth)?,
            Marker::Array16 => {
                let len = self.len16()?;
                self.items(len, depth)?
            }
            Marker::Array32 => {
                let len = self.len32()?;
                self.items(len, depth)?
            }
            Marker::Reserved => return Err(Fault::Syntax),
            _ => return Err(Fault::Extension),
        })
    }

    /// Text and bytes whose length does not fit the marker.
    fn long(&mut self, marker: Marker) -> Result<Value, Fault> {
        let len = match marker {
            Marker::Str8 | Marker::Bin8 => self.len8()?,
            Marker::Str16 | Marker::Bin16 => self.len16()?,
            _ => self.len32()?,
        };
        Ok(match marker {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => Value::Bytes(self.slice(len)?.to_vec()),
            _ => Value::Text(self.text(len)?.to_owned()),
        })
    }

    fn items(&mut self, len: u32, depth: u32) -> Result<Value, Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth)?;
        let mut items: Vec<Value> = Vec::with_capacity(self.room(len, 1)?);
        for _ in 0..len {
            items.push(Value::Nil);
            if let Some((place, before)) = items.split_last_mut() {
                self.value(place, depth, before.last())?;
            }
        }
        Ok(Value::Array(items))
    }

    fn members(
        &mut self,
        out: &mut Value,
        len: u32,
        depth: u32,
        like: Option<&Value>,
    ) -> Result<(), Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth)?;
        let like = like.and_then(Value::as_map).unwrap_or_default();
        let mut alike = true;
        let mut members: Vec<(Name, Value)> = Vec::with_capacity(self.room(len, 2)?);
        for _ in 0..len {
            let known = like.get(members.len()).filter(|(name, _)| self.is_next(name.as_bytes()));
            alike &= known.is_some();
            let name = match known {
                Some((known, _)) => known.clone(),
                None => Name::from(self.name()?),
            };
            members.push((name, Value::Nil));
            let Some((_, place)) = members.last_mut() else { continue };
            self.value(place, depth, None)?;
        }
        // Names that stood once each do so again.
        if !alike && stands_twice(&members) {
            return Err(Fault::Twice);
        }
        put(out, Value::Map(members));
        Ok(())
    }

    /// Reads a name if it is that one in its shortest form.
    #[inline]
    fn is_next(&mut self, name: &[u8]) -> bool {
        let Some((&marker, rest)) = self.rest.split_first() else { return false };
        if name.len() >= 32 || usize::from(marker) != 0xa0 | name.len() {
            return false;
        }
        let Some(rest) = rest.strip_prefix(name) else { return false };
        self.rest = rest;
        true
    }

    /// Room for `len` entries of at least `size` bytes each, which have to be there.
    #[inline]
    fn room(&self, len: u32, size: usize) -> Result<usize, Fault> {
        let len = len as usize;
        if len > self.rest.len() / size { Err(Fault::Syntax) } else { Ok(len) }
    }
}

fn signed(number: i64) -> Value {
    u64::try_from(number).map_or(Value::Int(number), Value::Uint)
}

fn finite(number: f64) -> Result<Value, Fault> {
    if number.is_finite() { Ok(Value::Float(number)) } else { Err(Fault::NotANumber) }
}

/// Appends a value in its shortest form. `out` is spoiled if that fails.
pub(crate) fn encode(value: &Value, out: &mut Vec<u8>) -> Result<(), Unsendable> {
    with_buffer(out, |buffer| write(value, buffer, MAX_DEPTH))
}

/// Lends `out` to `rmp`, which writes to a type of its own.
pub(crate) fn with_buffer<T>(out: &mut Vec<u8>, f: impl FnOnce(&mut ByteBuf) -> T) -> T {
    let mut buffer = ByteBuf::from_vec(mem::take(out));
    let result = f(&mut buffer);
    *out = buffer.into_vec();
    result
}

pub(crate) fn write(value: &Value, out: &mut ByteBuf, depth: u32) -> Result<(), Unsendable> {
    match value {
        Value::Nil => sure(encode::write_nil(out)),
        Value::Bool(truth) => sure(encode::write_bool(out, *truth)),
        Value::Uint(number) => sure(encode::write_uint(out, *number).map(drop)),
        Value::Int(number) => sure(encode::write_sint(out, *number).map(drop)),
        Value::Float(number) if number.is_finite() => sure(encode::write_f64(out, *number)),
        Value::Float(_) => return Err(Unsendable::NotANumber),
        Value::Text(text) => write_text(text, out)?,
        Value::Bytes(bytes) => {
            fits(bytes.len())?;
            sure(encode::write_bin(out, bytes));
        }
        Value::Array(items) => write_items(items, out, depth)?,
        Value::Map(members) => {
            let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
            sure(encode::write_map_len(out, fits(members.len())?).map(drop));
            for (name, value) in members {
                let bytes = name.as_bytes();
                sure(encode::write_str_len(out, fits(bytes.len())?).map(drop));
                out.as_mut_vec().extend_from_slice(bytes);
                write(value, out, depth)?;
            }
        }
    }
    Ok(())
}

pub(crate) fn write_items(
    items: &[Value],
    out: &mut ByteBuf,
    depth: u32,
) -> Result<(), Unsendable> {
    let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
    sure(encode::write_array_len(out, fits(items.len())?).map(drop));
    items.iter().try_for_each(|item| write(item, out, depth))
}

pub(crate) fn write_text(text: &str, out: &mut ByteBuf) -> Result<(), Unsendable> {
    fits(text.len())?;
    sure(encode::write_str(out, text));
    Ok(())
}

pub(crate) fn fits(len: usize) -> Result<u32, Unsendable> {
    u32::try_from(len).map_err(|_| Unsendable::TooLong)
}

/// Memory takes every write.
pub(crate) fn sure<E>(result: Result<(), E>) {
    debug_assert!(result.is_ok());
}
