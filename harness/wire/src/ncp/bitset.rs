//! `binary_bitset`: changed fields as bits and their new values in MessagePack (NCP §4.2, `OP-30`).
//!
//! Field i is bit `i mod 8` of byte `i div 8`, least significant first; the values follow each
//! other without a container.

use super::anchor::Schema;
use super::command::Tier;
use super::tier::{self, Unsendable};
use super::value::Value;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

/// Why a patch is malformed (row D06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It ends within the bitset.
    Short,
    /// A bit is set that stands for no field.
    Padding,
    /// The values do not decode, or are fewer or more than the bits.
    Values,
    /// What is to be changed is no record.
    Record,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "the bitset is too short",
            Self::Padding => "a bit is set beyond the last field",
            Self::Values => "the values do not fit the bits",
            Self::Record => "there is no record to change",
        })
    }
}

impl core::error::Error for Fault {}

/// Reads the changes of a record with that many fields: places of fields, rising, and their values.
///
/// # Errors
///
/// Why the patch is malformed.
pub fn read(fields: usize, patch: &[u8]) -> Result<Vec<(usize, Value)>, Fault> {
    let (bits, values) = patch.split_at_checked(fields.div_ceil(8)).ok_or(Fault::Short)?;
    let set = |place: &usize| bits[place / 8] & (1 << (place % 8)) != 0;
    if (fields..bits.len() * 8).any(|place| set(&place)) {
        return Err(Fault::Padding);
    }
    let places: Vec<usize> = (0..fields).filter(set).collect();
    // An array of exactly as many values: the reader refuses what is missing or left over.
    let mut array = vec![ARRAY_32];
    let count = u32::try_from(places.len()).map_err(|_| Fault::Values)?;
    array.extend(count.to_be_bytes());
    array.extend(values);
    match tier::decode_any(Tier::Msgpack, &array) {
        Ok(Value::Array(values)) => Ok(places.into_iter().zip(values).collect()),
        _ => Err(Fault::Values),
    }
}

/// Writes changes. Their places have to rise and to be below `fields`; others are left out.
///
/// # Errors
///
/// A value that no peer may be sent.
pub fn write(fields: usize, changes: &[(usize, Value)]) -> Result<Vec<u8>, Unsendable> {
    let mut patch = vec![0; fields.div_ceil(8)];
    let mut next = 0;
    for (place, value) in changes {
        if (next..fields).contains(place) {
            patch[place / 8] |= 1 << (place % 8);
            tier::encode(Tier::Msgpack, value, &mut patch)?;
            next = place + 1;
        }
    }
    Ok(patch)
}

/// The record after a patch. Whether the new values fit the schema is for [`super::record::fits`].
///
/// # Errors
///
/// Why the patch is malformed.
pub fn apply(schema: &Schema, record: &Value, patch: &[u8]) -> Result<Value, Fault> {
    let mut members = record.as_map().ok_or(Fault::Record)?.to_vec();
    for (place, value) in read(schema.fields.len(), patch)? {
        let name = &schema.fields[place].name;
        match members.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => members.push((name.into(), value)),
        }
    }
    Ok(Value::Map(members))
}

/// Start of a MessagePack array whose length takes 32 bits.
const ARRAY_32: u8 = 0xdd;

#[cfg(test)]
mod tests;
