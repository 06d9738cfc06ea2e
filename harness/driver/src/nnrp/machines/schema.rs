//! The schema registry and descriptor binding (reference table 4.5).

use super::bench::Machine;
use super::form::{Fault, code, layout, read};
use crate::nnrp::decode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use wireproof_machine::nnrp::schema::{Bound, Identity, Registry, SessionDefault, State};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::schema::{ANCHOR, SchemaHeader};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Install {
        fields: Map<String, Value>,
        #[serde(default)]
        dependencies: Vec<Identity>,
    },
    Invalidate {
        schema_id: u32,
        schema_version: u32,
    },
    FitsDefault {
        profile: u16,
        schema_id: u32,
        schema_version: u32,
    },
    Bind {
        fields: Map<String, Value>,
        #[serde(default)]
        default: Binding,
    },
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Binding {
    profile: u16,
    schema_id: u32,
    schema_version: u32,
    override_granted: bool,
}

struct Schemas {
    registry: Registry,
    known: BTreeSet<Identity>,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    read::<Map<String, Value>>(config)?;
    let known = BTreeSet::from([(ANCHOR.schema_id, ANCHOR.schema_version)]);
    Ok(Box::new(Schemas { registry: Registry::default(), known }))
}

/// A refusal with the number of the registry.
pub fn refuse(number: u32) -> Fault {
    code(number, "")
}

impl Machine for Schemas {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Install { fields, dependencies } => {
                let header: SchemaHeader = layout(&fields)?;
                header.check().map_err(|violation| decode::refused(&violation))?;
                let result = self.registry.install(&header, &dependencies).map_err(refuse)?;
                self.known.insert((header.schema_id, header.schema_version));
                Ok(json!({ "result": result.name(), "state": State::Installed.name() }))
            }
            Event::Invalidate { schema_id, schema_version } => {
                let wanted = (schema_id, schema_version);
                let count = self.registry.invalidate(wanted).map_err(refuse)?;
                Ok(json!({ "invalidated": count, "state": self.registry.state(wanted).name() }))
            }
            Event::FitsDefault { profile, schema_id, schema_version } => Ok(
                json!({ "fits": self.registry.fits_default(profile, (schema_id, schema_version)) }),
            ),
            Event::Bind { fields, default } => {
                let descriptor = layout(&fields)?;
                let default = SessionDefault {
                    profile: default.profile,
                    schema: (default.schema_id, default.schema_version),
                    override_granted: default.override_granted,
                };
                let bound = self.registry.bind(&descriptor, &default).map_err(refuse)?;
                Ok(match bound {
                    Bound::Uninterpreted => json!({ "bound": "uninterpreted" }),
                    Bound::Schema { identity, semantics } => json!({
                        "bound": "schema",
                        "schema_id": identity.0,
                        "schema_version": identity.1,
                        "stream_semantics": semantics,
                    }),
                })
            }
        }
    }

    fn state(&self) -> Value {
        let one = |&(schema_id, schema_version): &Identity| {
            let state = self.registry.state((schema_id, schema_version)).name();
            json!({ "schema_id": schema_id, "schema_version": schema_version, "state": state })
        };
        json!({ "schemas": self.known.iter().map(one).collect::<Vec<_>>() })
    }
}
