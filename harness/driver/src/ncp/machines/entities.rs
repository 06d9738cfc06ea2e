//! What an Agent follows, and the diffs that change it (reference table 8.9).

use super::form::{Created, Fault, Machine, error, read, refused, with};
use crate::ncp::fields::json as plain;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use wireproof_machine::ncp::entities::{self as machine, Diff, Entities, Output};
use wireproof_wire::ncp;
use wireproof_wire::ncp::anchor::{Schema, anchor_id, check_schema};
use wireproof_wire::ncp::command::Tier;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Schemas that are known.
    schemas: Vec<ncp::Value>,
    /// Whether `binary_bitset` is agreed.
    binary_bitset: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Follow {
        anchor_ref: String,
        #[serde(default)]
        entity_id: String,
        #[serde(default)]
        version: u64,
        record: ncp::Value,
    },
    Subscribe {
        stream_id: String,
        #[serde(default)]
        resume_from_seq: Option<u64>,
    },
    Unsubscribe {
        stream_id: String,
    },
    Diff(Received),
}

/// A DiffFrame, members as in the frame.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    anchor_ref: String,
    #[serde(default)]
    entity_id: String,
    base_seq: u64,
    #[serde(default)]
    patch_format: String,
    patch: ncp::Value,
    #[serde(default)]
    tier: Tier,
    #[serde(default)]
    stream_id: String,
    #[serde(default)]
    seq: Option<u64>,
}

struct Followed {
    entities: Entities,
    schemas: BTreeMap<String, Schema>,
    streams: BTreeSet<String>,
}

pub fn create(config: Value) -> Created {
    let Config { schemas, binary_bitset } = read(config)?;
    let mut known = BTreeMap::new();
    for schema in &schemas {
        let found = anchor_id(schema).ok().zip(check_schema(schema).ok());
        let (id, read) = found.ok_or_else(|| Fault::Event("a schema is none".to_owned()))?;
        known.insert(id, read);
    }
    let entities = Entities::new(binary_bitset);
    Ok(Box::new(Followed { entities, schemas: known, streams: BTreeSet::new() }))
}

impl Followed {
    fn diff(&mut self, frame: &Received) -> Result<Value, Fault> {
        let before = self.state();
        let event = frame.seq.map(|seq| (frame.stream_id.as_str(), seq));
        let diff = Diff {
            anchor_ref: &frame.anchor_ref,
            schema: self.schemas.get(&frame.anchor_ref),
            entity: &frame.entity_id,
            base_seq: frame.base_seq,
            format: &frame.patch_format,
            patch: &frame.patch,
            tier: frame.tier,
            event,
        };
        let output = match self.entities.apply(machine::Event::Received(diff)) {
            Ok(output) => output,
            // Its number was taken all the same: an answer, and no refusal.
            Err(refusal) => {
                return match refusal.code() {
                    Some(code) if self.state() != before => Ok(error(code)),
                    _ => Err(refused(refusal)),
                };
            }
        };
        let answer = json!({ "do": output.name() });
        Ok(match output {
            Output::Applied { version } => {
                let stream = event.map_or("", |(stream_id, _)| stream_id);
                let entity = self.entities.get(stream, &frame.anchor_ref, &frame.entity_id);
                let record = entity.map_or(Value::Null, |entity| plain(&entity.record));
                with(answer, json!({ "version": version, "record": record }))
            }
            Output::Resubscribe { after, .. } => with(answer, json!({ "resume_from_seq": after })),
            Output::Noted | Output::Unapplied | Output::Heartbeat | Output::Repeated => answer,
        })
    }
}

impl Machine for Followed {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let event: Event = read(event)?;
        let event = match &event {
            Event::Diff(frame) => return self.diff(frame),
            Event::Follow { anchor_ref, entity_id, version, record } => {
                machine::Event::Follow { anchor_ref, entity: entity_id, version: *version, record }
            }
            Event::Subscribe { stream_id, resume_from_seq } => {
                self.streams.insert(stream_id.clone());
                machine::Event::Subscribe { stream_id, resume_from: *resume_from_seq }
            }
            Event::Unsubscribe { stream_id } => {
                self.streams.remove(stream_id);
                machine::Event::Unsubscribe(stream_id)
            }
        };
        self.entities.apply(event).map_err(refused)?;
        Ok(json!({ "do": Output::Noted.name() }))
    }

    fn state(&self) -> Value {
        let entities = self.entities.entities().map(|(key, entity)| {
            json!({
                "stream_id": key.stream_id,
                "anchor_ref": key.anchor_ref,
                "entity_id": key.entity,
                "version": entity.version,
                "record": plain(&entity.record),
            })
        });
        let streams = self.streams.iter().map(|stream_id| {
            let follower = self.entities.follower(stream_id);
            json!({ "stream_id": stream_id, "last_seq": follower.map(|known| known.last_seq()) })
        });
        let (entities, streams) = (entities.collect::<Vec<_>>(), streams.collect::<Vec<_>>());
        json!({ "entities": entities, "subscriptions": streams })
    }
}
