//! Schemas and their identifiers (NCP §4.1, reference 3.3, `OP-32`, `OP-33`, `OP-57`).

pub use super::canonical::{Uncanonical, canonical, canonical_as_doubles};

use super::canonical::Exact;
use super::code;
use super::value::Value;
use super::violation::Violation;
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Write as _;
use sha2::{Digest as _, Sha256};

/// Start of a system reference.
pub const SYSTEM: &str = "nps:system:";
/// Start of an identifier.
pub const SHA256: &str = "sha256:";

/// Type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldType {
    /// Text.
    String,
    /// An integer from 0 upwards.
    Uint64,
    /// An integer.
    Int64,
    /// A number, or a text that holds one.
    Decimal,
    /// A truth value.
    Bool,
    /// ISO 8601 in UTC.
    Timestamp,
    /// Base64-URL in Tier-1, bytes in Tier-2.
    Bytes,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl FieldType {
    /// Every one, in the order of NCP §4.1.
    pub const ALL: [Self; 9] = [
        Self::String,
        Self::Uint64,
        Self::Int64,
        Self::Decimal,
        Self::Bool,
        Self::Timestamp,
        Self::Bytes,
        Self::Object,
        Self::Array,
    ];

    /// How a schema writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Uint64 => "uint64",
            Self::Int64 => "int64",
            Self::Decimal => "decimal",
            Self::Bool => "bool",
            Self::Timestamp => "timestamp",
            Self::Bytes => "bytes",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    /// The one called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What records look like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name of the member.
    pub name: String,
    /// Its type.
    pub kind: FieldType,
    /// What it means, such as `commerce.price.usd`.
    pub semantic: Option<String>,
    /// Whether it may be null or missing.
    pub nullable: bool,
}

impl Schema {
    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The identifier of a schema as it stands: digest of its RFC 8785 form, where every number is a
/// double (`OP-32`).
///
/// # Errors
///
/// What the schema holds that has no canonical form.
pub fn anchor_id(schema: &Value) -> Result<String, Uncanonical> {
    canonical_as_doubles(schema).map(|form| identifier(&form))
}

/// The identifier that comes out if integers keep all their digits. It differs from [`anchor_id`]
/// only where an integer is no double; `OP-32` asks for a warning then.
pub fn anchor_id_exact(schema: &Value) -> String {
    identifier(Exact(schema).to_string().as_bytes())
}

fn identifier(form: &[u8]) -> String {
    let mut text = SHA256.to_owned();
    for byte in Sha256::digest(form) {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether a text has the form of an identifier: `sha256:` and 64 lower-case hexadecimal digits.
pub fn is_anchor_id(text: &str) -> bool {
    text.strip_prefix(SHA256).is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether a reference is one of the system, which no registry holds.
pub fn is_system_ref(text: &str) -> bool {
    text.strip_prefix(SYSTEM).is_some_and(|name| !name.is_empty())
}

/// What is wrong with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaFault {
    /// It is no object.
    Shape,
    /// `fields` is missing or no array.
    Fields,
    /// A descriptor is no object.
    Descriptor,
    /// `name` is missing or no text.
    Name,
    /// `type` is missing or no text.
    Untyped,
    /// `type` is none of the nine.
    Type,
    /// `semantic` does not have two parts (`OP-57`).
    Semantic,
    /// `nullable` is no truth value (`OP-57`).
    Nullable,
    /// A `name` stands twice (`OP-57`).
    Duplicate,
}

impl SchemaFault {
    /// The fault of the frame that carried it. What `OP-57` leaves to the receiver is lenient.
    pub fn violation(self) -> Violation {
        let (requirement, field) = match self {
            Self::Shape => ("NCP-ANCHOR-001", "schema"),
            Self::Fields => ("NCP-ANCHOR-001", "fields"),
            Self::Descriptor => ("NCP-ANCHOR-008", "fields"),
            Self::Name => ("NCP-ANCHOR-008", "name"),
            Self::Untyped => ("NCP-ANCHOR-008", "type"),
            Self::Type => ("NCP-ANCHOR-009", "type"),
            Self::Semantic => ("NCP-ANCHOR-011", "semantic"),
            Self::Nullable => ("NCP-TIER-011", "nullable"),
            Self::Duplicate => ("NCP-ANCHOR-008", "name"),
        };
        let violation = Violation::new(12, code::NCP_ANCHOR_SCHEMA_INVALID, requirement, field);
        match self {
            Self::Semantic | Self::Nullable => violation.lenient(),
            Self::Duplicate => violation.read("OP-57").lenient(),
            _ => violation,
        }
    }
}

/// Checks a schema and reads it.
///
/// # Errors
///
/// The first fault, as the protocol names it.
pub fn check_schema(schema: &Value) -> Result<Schema, Violation> {
    read_schema(schema).map_err(SchemaFault::violation)
}

/// Checks a schema together with the identifier it came under: form of the identifier, form of the
/// schema, digest (`OP-33`).
///
/// # Errors
///
/// The first fault, as the protocol names it.
pub fn verify(anchor_id: &str, schema: &Value) -> Result<Schema, Violation> {
    if !is_anchor_id(anchor_id) {
        let fault =
            Violation::new(12, code::NCP_ANCHOR_SCHEMA_INVALID, "NCP-ANCHOR-002", "anchor_id");
        return Err(fault.or(&[code::NCP_ANCHOR_ID_MISMATCH]));
    }
    let read = check_schema(schema)?;
    match self::anchor_id(schema) {
        Ok(id) if id == anchor_id => Ok(read),
        Ok(_) => {
            let fault =
                Violation::new(12, code::NCP_ANCHOR_ID_MISMATCH, "NCP-ANCHOR-003", "anchor_id");
            Err(fault.or(&[code::NCP_ANCHOR_SCHEMA_INVALID]))
        }
        Err(_) => {
            Err(Violation::new(12, code::NCP_ANCHOR_SCHEMA_INVALID, "NCP-ANCHOR-003", "schema"))
        }
    }
}

/// Reads a schema. Faults that `OP-57` leaves to the receiver are reported only where there is no
/// other.
///
/// # Errors
///
/// The first fault.
pub fn read_schema(schema: &Value) -> Result<Schema, SchemaFault> {
    let mut fields = Vec::with_capacity(descriptors(schema).map_or(0, <[Value]>::len));
    each_field(schema, |line| {
        fields.push(Field {
            name: line.name.to_owned(),
            kind: line.kind,
            semantic: line.semantic.map(ToOwned::to_owned),
            nullable: line.nullable,
        });
    })?;
    Ok(Schema { fields })
}

/// The same without keeping anything.
pub(crate) fn examine_schema(schema: &Value) -> Result<(), SchemaFault> {
    each_field(schema, |_| {})
}

/// A field as it stands in its schema.
struct Line<'a> {
    name: &'a str,
    kind: FieldType,
    semantic: Option<&'a str>,
    nullable: bool,
}

fn descriptors(schema: &Value) -> Option<&[Value]> {
    schema.get("fields").and_then(Value::as_array)
}

fn each_field<'a>(schema: &'a Value, mut take: impl FnMut(Line<'a>)) -> Result<(), SchemaFault> {
    schema.as_map().ok_or(SchemaFault::Shape)?;
    let descriptors = descriptors(schema).ok_or(SchemaFault::Fields)?;
    let mut lines: Vec<(&str, FieldType)> = Vec::with_capacity(descriptors.len());
    for descriptor in descriptors {
        lines.push(bare(descriptor)?);
    }
    for (at, (descriptor, &(name, kind))) in descriptors.iter().zip(&lines).enumerate() {
        let semantic = match descriptor.get("semantic") {
            None | Some(Value::Nil) => None,
            Some(Value::Text(text)) if is_semantic(text) => Some(text.as_str()),
            Some(_) => return Err(SchemaFault::Semantic),
        };
        let nullable = match descriptor.get("nullable") {
            None | Some(Value::Nil) => false,
            Some(Value::Bool(truth)) => *truth,
            Some(_) => return Err(SchemaFault::Nullable),
        };
        if lines[..at].iter().any(|(known, _)| *known == name) {
            return Err(SchemaFault::Duplicate);
        }
        take(Line { name, kind, semantic, nullable });
    }
    Ok(())
}

/// What no receiver can do without: name and type.
fn bare(descriptor: &Value) -> Result<(&str, FieldType), SchemaFault> {
    descriptor.as_map().ok_or(SchemaFault::Descriptor)?;
    let name = descriptor.get("name").and_then(Value::as_text).ok_or(SchemaFault::Name)?;
    let kind = descriptor.get("type").and_then(Value::as_text).ok_or(SchemaFault::Untyped)?;
    Ok((name, FieldType::from_name(kind).ok_or(SchemaFault::Type)?))
}

/// `{domain}.{concept}`, and more parts if need be; none may be empty.
fn is_semantic(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.contains(&b'.') && bytes.split(|byte| *byte == b'.').all(|part| !part.is_empty())
}

/// The schema of four fields that NCP §4.1 prints, for tests and examples.
pub fn product_schema() -> Value {
    let field = |name: &str, kind: &str, semantic: &str| {
        let text = |name: &str, value: &str| (name.into(), Value::from(value));
        Value::Map([text("name", name), text("type", kind), text("semantic", semantic)].into())
    };
    let fields = [
        field("id", "uint64", "entity.id"),
        field("name", "string", "entity.label"),
        field("price", "decimal", "commerce.price.usd"),
        field("stock", "uint64", "commerce.inventory.count"),
    ];
    Value::Map([("fields".into(), Value::Array(fields.into()))].into())
}

#[cfg(test)]
mod tests;
