//! The schemas that an Agent keeps (reference table 8.8).

use super::form::{Created, Fault, Machine, read, refused, with};
use crate::adapter::{from_micros, to_micros};
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_machine::ncp::anchor_cache::{self as machine, Anchor, Cache, Output};
use wireproof_wire::ncp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Schemas it may hold.
    limit: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { limit: machine::RECOMMENDED }
    }
}

/// Times are in microseconds and never fall.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Anchor {
        #[serde(default)]
        now: u64,
        anchor_id: String,
        schema: ncp::Value,
        #[serde(default = "hour")]
        ttl: u32,
    },
    Inline {
        #[serde(default)]
        now: u64,
        anchor_id: String,
        schema: ncp::Value,
        #[serde(default = "hour")]
        ttl: u32,
        anchor_ref: String,
        #[serde(default)]
        old: String,
    },
    Refer(About),
    Stale(About),
    NotFound(About),
    Look(About),
    Closed {
        #[serde(default)]
        now: u64,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    #[serde(default)]
    now: u64,
    anchor_ref: String,
}

const fn hour() -> u32 {
    3600
}

struct Schemas(Cache);

pub fn create(config: Value) -> Created {
    let Config { limit } = read(config)?;
    Ok(Box::new(Schemas(Cache::new(limit))))
}

impl Machine for Schemas {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let event: Event = read(event)?;
        let (now, event) = match &event {
            Event::Anchor { now, anchor_id, schema, ttl } => {
                (now, machine::Event::Anchor(Anchor { anchor_id, schema, ttl: *ttl }))
            }
            Event::Inline { now, anchor_id, schema, ttl, anchor_ref, old } => {
                let anchor = Anchor { anchor_id, schema, ttl: *ttl };
                (now, machine::Event::Inline { anchor, anchor_ref, old })
            }
            Event::Refer(at) => (&at.now, machine::Event::Refer(&at.anchor_ref)),
            Event::Stale(at) => (&at.now, machine::Event::Stale(&at.anchor_ref)),
            Event::NotFound(at) => (&at.now, machine::Event::NotFound(&at.anchor_ref)),
            Event::Closed { now } => (now, machine::Event::Closed),
            Event::Look(at) => {
                let state = self.0.state(from_micros(at.now), &at.anchor_ref);
                return Ok(json!({ "state": state.name() }));
            }
        };
        let output = self.0.apply(from_micros(*now), event).map_err(refused)?;
        let answer = json!({ "do": output.name() });
        Ok(match output {
            Output::Stored { forgotten }
            | Output::Passing { forgotten, .. }
            | Output::Cleared { forgotten } => with(answer, json!({ "forgotten": forgotten })),
            Output::Hit | Output::Miss | Output::Forgotten | Output::Unchanged => answer,
        })
    }

    fn state(&self) -> Value {
        let entries = self.0.entries().map(|(anchor_ref, expiry)| {
            json!({ "anchor_ref": anchor_ref, "expires": to_micros(expiry) })
        });
        json!({ "entries": entries.collect::<Vec<_>>() })
    }
}
