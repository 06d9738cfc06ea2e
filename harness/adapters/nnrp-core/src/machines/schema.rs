//! `SchemaRegistry`, with its standard profiles installed.

use super::machine::{Machine, event};
use crate::fault::{Fault, UNNAMED};
use crate::record::{Codec, Fields, Scalar, read_number, take};
use nnrp_core::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One registry.
pub struct Schemas {
    registry: SchemaRegistry,
    known: BTreeSet<(u32, u32)>,
    /// Whether a schema depends on others.
    linked: bool,
}

impl Default for Schemas {
    fn default() -> Self {
        let registry = SchemaRegistry::with_standard_preview3_profiles();
        Self {
            registry,
            known: BTreeSet::from([(TOKEN_DELTA_SCHEMA_ID, TOKEN_DELTA_SCHEMA_VERSION)]),
            linked: false,
        }
    }
}

impl Machine for Schemas {
    fn apply(&mut self, value: &Value) -> Result<Value, Fault> {
        let (name, fields) = event(value)?;
        match name {
            "install" => self.install(fields),
            // What falls together with a schema is left to the caller.
            "invalidate" if self.linked => Err(Fault::Unsupported("invalidate".into())),
            "invalidate" => {
                let identity = identity(fields)?;
                self.registry.invalidate(identity.0, identity.1).map_err(refused)?;
                Ok(json!({ "invalidated": 1, "state": "tombstone" }))
            }
            "bind" => self.bind(fields),
            // Which schemas may be defaults is left to the caller.
            other => Err(Fault::Unsupported(other.into())),
        }
    }

    fn state(&self) -> Value {
        let one = |&(schema_id, schema_version): &(u32, u32)| {
            let schema = self.registry.get(schema_id, schema_version);
            json!({
                "schema_id": schema_id,
                "schema_version": schema_version,
                "state": if schema.is_some() { "installed" } else { "absent" },
                "schema_hash": schema.map(|schema| schema.schema_hash.to_string()),
            })
        };
        json!({ "schemas": self.known.iter().map(one).collect::<Vec<_>>() })
    }
}

impl Schemas {
    fn install(&mut self, fields: &Fields) -> Result<Value, Fault> {
        // What a schema depends on stands in its body; nnrp-core takes the header with their
        // number.
        let header: SchemaDescriptorHeader = structure(fields, SCHEMA_DESCRIPTOR_HEADER_LEN)?;
        let action = self.registry.install(header).map_err(refused)?;
        self.known.insert((header.schema_id, header.schema_version));
        self.linked |= header.dependency_count != 0;
        let result = match action {
            SchemaRegistryAction::Installed => "installed",
            SchemaRegistryAction::AlreadyInstalled => "unchanged",
            SchemaRegistryAction::Updated => "updated",
            SchemaRegistryAction::Invalidated => "invalidated",
        };
        Ok(json!({ "result": result, "state": "installed" }))
    }

    fn bind(&self, fields: &Fields) -> Result<Value, Fault> {
        let default = fields.get("default").and_then(|default| default.get("schema_id"));
        if default.and_then(read_number).is_some_and(|id| id != 0) {
            return Err(Fault::Unsupported("bind with a session default".into()));
        }
        if fields.get("fields").is_some_and(|fields| fields.get("stream_semantics").is_some()) {
            // Which semantics come out of descriptor and schema is left to the caller.
            return Err(Fault::Unsupported("bind with stream_semantics".into()));
        }
        let descriptor: TypedPayloadDescriptor = structure(fields, TYPED_PAYLOAD_DESCRIPTOR_LEN)?;
        self.registry.validate_descriptor_binding(&descriptor).map_err(refused)?;
        let (schema_id, schema_version) = (descriptor.schema_id, descriptor.schema_version);
        Ok(match self.registry.get(schema_id, schema_version) {
            Some(schema) => json!({
                "bound": "schema",
                "schema_id": schema.schema_id,
                "schema_version": schema.schema_version,
            }),
            None => json!({ "bound": "uninterpreted" }),
        })
    }
}

/// The structure under `fields`, through the codec: what is not named is zero on the wire.
fn structure<T: Codec>(event: &Fields, len: usize) -> Result<T, Fault> {
    let named = event.get("fields").and_then(Value::as_object);
    let named = named.ok_or_else(|| Fault::Request("`fields` is no object".into()))?;
    let mut fields = Fields::new();
    T::parse(&vec![0; len]).map_err(Fault::content)?.show(&mut fields, "");
    for (name, value) in named {
        if fields.insert(name.clone(), value.clone()).is_none() {
            // A reserved field: the types of nnrp-core cannot hold it.
            return Err(Fault::Unsupported(name.clone()));
        }
    }
    let structure = T::take(&fields, "")?;
    T::parse(&structure.bytes().map_err(Fault::content)?).map_err(Fault::content)
}

fn identity(fields: &Fields) -> Result<(u32, u32), Fault> {
    let word = |name: &str| u32::from_number(take(fields, name)?);
    Ok((word("schema_id")?, word("schema_version")?))
}

fn refused(failure: SchemaRegistryFailure) -> Fault {
    let kind = match failure.error_code() {
        SCHEMA_ERROR_UNKNOWN => "schema_unknown",
        SCHEMA_ERROR_VERSION_UNKNOWN => "schema_version_unknown",
        SCHEMA_ERROR_HASH_CONFLICT => "schema_hash_conflict",
        SCHEMA_ERROR_INCOMPATIBLE => "schema_incompatible",
        SCHEMA_ERROR_DEPENDENCY_MISSING => "schema_dependency_missing",
        SCHEMA_ERROR_UPDATE_REJECTED => "schema_update_rejected",
        _ => UNNAMED,
    };
    Fault::Refused { kind, detail: format!("{failure:?}") }
}
