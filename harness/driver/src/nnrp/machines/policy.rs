//! What an application wishes for its objects, and which schemas it may put among them
//! (NNRP §8.1.5, §9.3): the cache and the registry behind one door.

use super::bench::Machine;
use super::cache::{Name, Objects};
use super::form::{Fault, layout, read, refused};
use super::schema;
use crate::nnrp::decode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wireproof_base::Duration;
use wireproof_machine::nnrp::cache::Wish;
use wireproof_machine::nnrp::schema::{Identity, Registry};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::schema::SchemaHeader;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A wish for an object.
    Hint {
        #[serde(default)]
        now: u64,
        object: Name,
        wish: String,
        #[serde(default)]
        ttl_ms: u32,
    },
    /// A schema, as in the registry.
    Install {
        fields: Map<String, Value>,
        #[serde(default)]
        dependencies: Vec<Identity>,
    },
    /// An installed schema goes into the cache, under a lease.
    Cache {
        schema_id: u32,
        schema_version: u32,
        /// The put it goes in with.
        put: Value,
    },
}

struct Policy {
    objects: Objects,
    registry: Registry,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    Ok(Box::new(Policy { objects: Objects::new(config)?, registry: Registry::default() }))
}

impl Machine for Policy {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let own = event.as_object().and_then(|event| event.keys().next());
        if !own.is_some_and(|name| ["hint", "install", "cache"].contains(&name.as_str())) {
            return self.objects.apply(event);
        }
        match read(event)? {
            Event::Hint { now, object, wish, ttl_ms } => {
                let wish = match wish.as_str() {
                    "prefetch" => Wish::Prefetch,
                    "touch" => Wish::Touch,
                    "renew" => Wish::Renew(Duration::from_millis(u64::from(ttl_ms))),
                    "evict" => Wish::Evict,
                    "reuse" => Wish::Reuse,
                    _ => return Err(Fault::Event("there is no such wish".to_owned())),
                };
                Ok(self.objects.wish(now, object, wish))
            }
            Event::Install { fields, dependencies } => {
                let header: SchemaHeader = layout(&fields)?;
                header.check().map_err(|violation| decode::refused(&violation))?;
                let result = self.registry.install(&header, &dependencies);
                Ok(json!({ "result": result.map_err(schema::refuse)?.name() }))
            }
            Event::Cache { schema_id, schema_version, put } => {
                match self.registry.is_cacheable((schema_id, schema_version)) {
                    Some(true) => self.objects.apply(json!({ "put": put })),
                    Some(false) => Err(refused("not_cacheable")),
                    None => Err(refused("not_installed")),
                }
            }
        }
    }

    fn state(&self) -> Value {
        self.objects.state()
    }
}
