//! Schemas and records.

use wireproof_wire::ncp::Value;

/// An object of these members.
pub fn object(members: &[(&str, Value)]) -> Value {
    Value::Map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

/// A schema of one field, to tell many apart.
pub fn schema(name: &str, kind: &str) -> Value {
    let field = object(&[("name", name.into()), ("type", kind.into())]);
    object(&[("fields", Value::Array(vec![field]))])
}
