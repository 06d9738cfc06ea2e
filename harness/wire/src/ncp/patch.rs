//! `json_patch`: RFC 6902 operations on a record (NCP §4.2, `OP-52`).
//!
//! Values travel through the library in a dress that loses nothing: texts and bytes become texts
//! with a mark in front, so neither 64-bit integers nor bytes change on the way. Members of a
//! record come back sorted by name.

use super::value::Value;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use core::fmt;
use json_patch::jsonptr::PointerBuf;
use json_patch::{
    AddOperation, CopyOperation, MoveOperation, PatchErrorKind, PatchOperation, RemoveOperation,
    ReplaceOperation,
};
use serde_json::{Map, Number, Value as Json};

/// Why a patch is not applied. Nothing of it has been then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatchError {
    /// An operation is not one of RFC 6902 (row D06).
    Malformed {
        /// Which, from 0.
        operation: usize,
        /// The member at fault; empty for the operation itself.
        member: &'static str,
    },
    /// An operation fails (row D07).
    Failed {
        /// Which, from 0.
        operation: usize,
        /// Why.
        why: Failure,
    },
}

/// Why an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `path` leads nowhere.
    Path,
    /// `from` leads nowhere.
    From,
    /// `path` is inside of `from`.
    Inside,
    /// `test` found another value.
    Test,
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { operation, member: "" } => {
                write!(f, "operation {operation} is malformed")
            }
            Self::Malformed { operation, member } => {
                write!(f, "operation {operation}: `{member}` is missing or malformed")
            }
            Self::Failed { operation, why } => write!(
                f,
                "operation {operation}: {}",
                match why {
                    Failure::Path => "`path` leads nowhere",
                    Failure::From => "`from` leads nowhere",
                    Failure::Inside => "`path` is inside of `from`",
                    Failure::Test => "the value is another one",
                }
            ),
        }
    }
}

impl core::error::Error for PatchError {}

/// The record after all operations. All of them are read before the first is carried out, so a
/// patch that is malformed anywhere is malformed.
///
/// # Errors
///
/// The first operation that is malformed, else the first that fails.
pub fn apply(record: &Value, operations: &[Value]) -> Result<Value, PatchError> {
    let steps: Vec<Step> = operations
        .iter()
        .enumerate()
        .map(|(operation, value)| {
            read(value).map_err(|member| PatchError::Malformed { operation, member })
        })
        .collect::<Result<_, _>>()?;
    let mut document = dress(record);
    for (operation, step) in steps.into_iter().enumerate() {
        take(&mut document, step).map_err(|why| PatchError::Failed { operation, why })?;
    }
    Ok(undress(document))
}

/// Checks that every operation is one of RFC 6902.
///
/// # Errors
///
/// [`PatchError::Malformed`] for the first that is not.
pub fn check(operations: &[Value]) -> Result<(), PatchError> {
    operations.iter().enumerate().try_for_each(|(operation, value)| {
        read(value).map(drop).map_err(|member| PatchError::Malformed { operation, member })
    })
}

/// One operation. `test` is carried out here, because the library tells 1 from 1.0.
enum Step {
    Change(PatchOperation),
    Test { path: PointerBuf, value: Json },
}

/// Reads one operation; the error names the member at fault.
fn read(operation: &Value) -> Result<Step, &'static str> {
    if operation.as_map().is_none() {
        return Err("");
    }
    let pointer = |name: &'static str| {
        let text = operation.get(name).and_then(Value::as_text).ok_or(name)?;
        PointerBuf::parse(text.to_owned()).map_err(|_| name)
    };
    let value = || operation.get("value").map(dress).ok_or("value");
    let path = || pointer("path");
    let change = match operation.get("op").and_then(Value::as_text) {
        Some("add") => PatchOperation::Add(AddOperation { path: path()?, value: value()? }),
        Some("remove") => PatchOperation::Remove(RemoveOperation { path: path()? }),
        Some("replace") => {
            PatchOperation::Replace(ReplaceOperation { path: path()?, value: value()? })
        }
        Some("move") => {
            PatchOperation::Move(MoveOperation { path: path()?, from: pointer("from")? })
        }
        Some("copy") => {
            PatchOperation::Copy(CopyOperation { path: path()?, from: pointer("from")? })
        }
        Some("test") => return Ok(Step::Test { path: path()?, value: value()? }),
        _ => return Err("op"),
    };
    Ok(Step::Change(change))
}

fn take(document: &mut Json, step: Step) -> Result<(), Failure> {
    match step {
        Step::Test { path, value } => match document.pointer(path.as_str()) {
            None => Err(Failure::Path),
            Some(found) if equal(found, &value) => Ok(()),
            Some(_) => Err(Failure::Test),
        },
        Step::Change(change) => {
            json_patch::patch_unsafe(document, &[change]).map_err(|error| match error.kind {
                PatchErrorKind::InvalidFromPointer => Failure::From,
                PatchErrorKind::CannotMoveInsideItself => Failure::Inside,
                _ => Failure::Path,
            })
        }
    }
}

/// Equality of RFC 6902 §4.6: numbers by their value.
fn equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || (integer(a) == integer(b) && !fraction(a)),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

fn fraction(number: &Number) -> bool {
    integer(number).is_none()
}

/// The number, if it is whole and 128 bits hold it.
fn integer(number: &Number) -> Option<i128> {
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    let float = number.as_f64()?;
    // A cast saturates, so what is beyond 128 bits does not come back as it was.
    let whole = float as i128;
    (whole as f64 == float).then_some(whole)
}

fn dress(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Uint(number) => Json::Number((*number).into()),
        Value::Int(number) => Json::Number((*number).into()),
        // What is not finite never left a decoder; see `OP-53`.
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(format!("{TEXT}{text}")),
        Value::Bytes(bytes) => {
            Json::String(format!("{BYTES}{}", Base64UrlUnpadded::encode_string(bytes)))
        }
        Value::Array(items) => Json::Array(items.iter().map(dress).collect()),
        Value::Map(members) => Json::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone().into(), dress(value)))
                .collect::<Map<_, _>>(),
        ),
    }
}

fn undress(json: Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Value::Uint(number),
            (None, Some(number)) => Value::Int(number),
            (None, None) => number.as_f64().map_or(Value::Nil, Value::Float),
        },
        Json::String(text) => match text.strip_prefix(BYTES) {
            Some(digits) => Value::Bytes(Base64UrlUnpadded::decode_vec(digits).unwrap_or_default()),
            None => Value::Text(text.strip_prefix(TEXT).map(String::from).unwrap_or(text)),
        },
        Json::Array(items) => Value::Array(items.into_iter().map(undress).collect()),
        Json::Object(members) => Value::Map(
            members.into_iter().map(|(name, value)| (name.into(), undress(value))).collect(),
        ),
    }
}

/// Marks a text.
const TEXT: char = 't';
/// Marks bytes.
const BYTES: char = 'b';

#[cfg(test)]
mod tests;
