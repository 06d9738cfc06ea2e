//! Whether a record follows a schema (reference 3.3, `OP-31`, `OP-48`).

use super::anchor::{FieldType, Schema};
use super::timestamp;
use super::value::Value;
use alloc::borrow::ToOwned;
use alloc::string::String;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use core::fmt;

/// Where a record differs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field; empty for the record itself.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record is no object.
    Shape,
    /// It is missing and not nullable.
    Missing,
    /// It is null and not nullable.
    Null,
    /// It is not of this type.
    Type(FieldType),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::Shape => f.write_str("the record is no object"),
            Fault::Missing => write!(f, "`{}` is missing", self.field),
            Fault::Null => write!(f, "`{}` is null", self.field),
            Fault::Type(kind) => write!(f, "`{}` is no {}", self.field, kind.name()),
        }
    }
}

impl core::error::Error for Misfit {}

/// Checks a whole record. Members that the schema does not know are tolerated.
///
/// # Errors
///
/// The first field, in the order of the schema, that does not fit.
pub fn fits(schema: &Schema, record: &Value) -> Result<(), Misfit> {
    check(schema, record, |_| true)
}

/// Checks a record of which only the fields in `wanted` were asked for. The others may be missing,
/// but have to fit where they stand.
///
/// # Errors
///
/// The first field, in the order of the schema, that does not fit.
pub fn fits_projected(schema: &Schema, record: &Value, wanted: &[String]) -> Result<(), Misfit> {
    check(schema, record, |name| wanted.iter().any(|field| field == name))
}

fn check(schema: &Schema, record: &Value, wanted: impl Fn(&str) -> bool) -> Result<(), Misfit> {
    if record.as_map().is_none() {
        return Err(Misfit { field: String::new(), fault: Fault::Shape });
    }
    for field in &schema.fields {
        let fault = match record.get(&field.name) {
            None if field.nullable || !wanted(&field.name) => continue,
            None => Fault::Missing,
            Some(Value::Nil) if field.nullable => continue,
            Some(Value::Nil) => Fault::Null,
            Some(value) if holds(field.kind, value) => continue,
            Some(_) => Fault::Type(field.kind),
        };
        return Err(Misfit { field: field.name.to_owned(), fault });
    }
    Ok(())
}

/// Whether a value is of a type, in either tier.
pub fn holds(kind: FieldType, value: &Value) -> bool {
    match (kind, value) {
        (FieldType::String, Value::Text(_))
        | (FieldType::Uint64, Value::Uint(_))
        | (FieldType::Int64, Value::Int(_))
        | (FieldType::Decimal, Value::Uint(_) | Value::Int(_))
        | (FieldType::Bool, Value::Bool(_))
        | (FieldType::Bytes, Value::Bytes(_))
        | (FieldType::Object, Value::Map(_))
        | (FieldType::Array, Value::Array(_)) => true,
        (FieldType::Int64, Value::Uint(number)) => i64::try_from(*number).is_ok(),
        (FieldType::Decimal, Value::Float(number)) => number.is_finite(),
        (FieldType::Decimal, Value::Text(text)) => is_decimal(text),
        (FieldType::Timestamp, Value::Text(text)) => timestamp::parse(text).is_some(),
        (FieldType::Bytes, Value::Text(text)) => Base64UrlUnpadded::decode_vec(text).is_ok(),
        _ => false,
    }
}

/// Whether a text is a JSON number.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests;
