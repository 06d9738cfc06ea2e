//! The schemas of a Node (reference table 8.7).

use super::form::{Created, Fault, Machine, read, refused, with};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wireproof_machine::ncp::registry::{self as machine, Output, Registry};
use wireproof_wire::ncp;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Publish {
        schema: ncp::Value,
        #[serde(default)]
        anchor_id: String,
        #[serde(default = "hour")]
        ttl: u32,
        #[serde(default)]
        replaces: String,
    },
    Drop {
        anchor_ref: String,
    },
    Request {
        anchor_ref: String,
        #[serde(default)]
        auto_anchor: Option<bool>,
    },
}

const fn hour() -> u32 {
    3600
}

struct Schemas(Registry);

pub fn create(config: Value) -> Created {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Schemas(Registry::new())))
}

impl Machine for Schemas {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let event: Event = read(event)?;
        let event = match &event {
            Event::Publish { schema, anchor_id, ttl, replaces } => {
                machine::Event::Publish { schema, anchor_id, ttl: *ttl, replaces }
            }
            Event::Drop { anchor_ref } => machine::Event::Drop(anchor_ref),
            Event::Request { anchor_ref, auto_anchor } => {
                machine::Event::Request { anchor_ref, auto_anchor: *auto_anchor }
            }
        };
        let output = self.0.apply(event).map_err(refused)?;
        let answer = json!({ "do": output.name() });
        Ok(match output {
            Output::Published(anchor_ref) | Output::Replaced(anchor_ref) => {
                with(answer, json!({ "anchor_ref": anchor_ref }))
            }
            Output::Dropped | Output::Answer | Output::System => answer,
        })
    }

    fn state(&self) -> Value {
        let anchors = self.0.anchors().map(|(id, anchor)| {
            json!({ "anchor_ref": id, "state": self.0.state(id).name(), "ttl": anchor.ttl })
        });
        json!({ "anchors": anchors.collect::<Vec<_>>() })
    }
}
