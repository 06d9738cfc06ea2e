//! Filters of queries and subscriptions (NWP §6.2).
//!
//! A filter is an object of conditions: a field with a value or with operators, or one of `$and`,
//! `$or`, `$not` over more filters. A level is one of these three; comparisons add none. The
//! document does not say how levels count.

use super::super::code;
use super::super::value::{Name, Value};
use super::super::violation::Violation;
use super::{broken, regex};

/// Levels of `$and`, `$or` and `$not` inside of each other (NWP-FRM-003).
pub const MAX_LEVELS: usize = 8;
/// Characters of a field name.
pub const MAX_NAME: usize = 128;

/// Checks a filter.
///
/// # Errors
///
/// The first condition that is none, or a filter that nests too deep.
pub fn check(filter: &Value) -> Result<(), Violation> {
    if filter.is_nil() {
        return Ok(());
    }
    match levels(filter) {
        0..=MAX_LEVELS => conditions(filter),
        _ => Err(broken(code::NWP_QUERY_FILTER_INVALID, "NWP-FRM-003", "filter")),
    }
}

/// How deep `$and`, `$or` and `$not` nest.
pub fn levels(filter: &Value) -> usize {
    let members = filter.as_map().unwrap_or_default();
    let below = members.iter().map(|(name, value)| match (name.as_str(), value) {
        ("$and" | "$or", Value::Array(parts)) => 1 + parts.iter().map(levels).max().unwrap_or(0),
        ("$not", part) => 1 + levels(part),
        (_, Value::Map(_)) => levels(value),
        _ => 0,
    });
    below.max().unwrap_or(0)
}

/// Whether a text may name a field: letters, digits, `_` and `.`, at most 128 of them.
pub fn is_field_name(name: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(fine)
}

#[cold]
fn invalid(field: &'static str) -> Violation {
    broken(code::NWP_QUERY_FILTER_INVALID, "NCP-TIER-011", field)
        .read("5.2")
        .or(&[code::NPS_CLIENT_BAD_FRAME])
}

fn conditions(filter: &Value) -> Result<(), Violation> {
    let members = filter.as_map().ok_or_else(|| invalid("filter"))?;
    members.iter().try_for_each(|(name, value)| match (name.as_str(), value) {
        ("$and" | "$or", Value::Array(parts)) if !parts.is_empty() => {
            parts.iter().try_for_each(conditions)
        }
        ("$not", part @ Value::Map(_)) => conditions(part),
        (name, _) if name.starts_with('$') => Err(invalid("filter")),
        (name, _) if !is_field_name(name) => {
            Err(invalid("filter").or(&[code::NWP_QUERY_FIELD_UNKNOWN, code::NPS_CLIENT_BAD_FRAME]))
        }
        (_, Value::Map(operators)) => comparison(operators),
        _ => Ok(()),
    })
}

/// Operators on one field. An object without any is a value to compare with.
fn comparison(operators: &[(Name, Value)]) -> Result<(), Violation> {
    if !operators.iter().any(|(name, _)| name.starts_with('$')) {
        return Ok(());
    }
    operators.iter().try_for_each(|(name, value)| {
        let fine = match (name.as_str(), value) {
            ("$eq" | "$ne" | "$lt" | "$lte" | "$gt" | "$gte" | "$contains", _) => true,
            ("$in" | "$nin", Value::Array(_)) | ("$exists", Value::Bool(_)) => true,
            ("$between", Value::Array(bounds)) => bounds.len() == 2,
            ("$regex", Value::Text(pattern)) => return regex::check(pattern),
            ("$not", Value::Map(operators)) => return comparison(operators),
            _ => false,
        };
        if fine { Ok(()) } else { Err(invalid("filter")) }
    })
}
