//! Depth `vectors` of the reference.

use super::{packet, structures};
use crate::{DriverError, Refused, Vectors};
use serde_json::Value;

/// The codec of `wire` under the field names of the vector files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Codec;

impl Vectors for Codec {
    fn decode(
        &mut self,
        kind: &str,
        what: &str,
        bytes: &[u8],
    ) -> Result<Result<Value, Refused>, DriverError> {
        let fields = match kind {
            "packet" => packet::decode(bytes),
            "structure" => structures::decode(what, bytes)?,
            _ => return Err(unknown("decode", kind)),
        };
        Ok(fields.map(Value::Object))
    }

    fn encode(
        &mut self,
        kind: &str,
        what: &str,
        fields: &Value,
    ) -> Result<Result<Vec<u8>, Refused>, DriverError> {
        let Some(fields) = fields.as_object() else {
            return Ok(Err(Refused::new("bad_fields", "fields are an object")));
        };
        Ok(match kind {
            "packet" => packet::encode(fields),
            "structure" => structures::encode(what, fields)?,
            _ => return Err(unknown("encode", kind)),
        })
    }
}

fn unknown(op: &str, kind: &str) -> DriverError {
    DriverError::Unsupported { op: format!("{op} {kind}"), declared: false }
}
