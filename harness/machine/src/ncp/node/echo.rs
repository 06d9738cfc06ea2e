//! A Node without an application: every request is answered at once.

use super::Node;
use crate::ncp::endpoint::Out;
use crate::ncp::registry::State;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{FieldType, Schema};
use wireproof_wire::ncp::code::{NWP_ACTION_NOT_FOUND, NWP_NODE_UNAVAILABLE};
use wireproof_wire::ncp::command::{Answer, Open, Refuse};
use wireproof_wire::ncp::frame_type::FrameType;

impl Node {
    /// Answers the newest request, which is the oldest one too: a query with one record, an action
    /// with none, a subscription with its acknowledgement.
    pub(super) fn echo(&mut self, link: usize, out: &mut Out) {
        let entry = &self.core.links[link];
        let conn = entry.conn;
        let Some(request) = entry.node.requests.back() else { return };
        let (kind, stream, request_id) = (request.kind, request.stream, request.id.clone());
        let anchor_ref = String::from(request.schema());
        let done = match kind {
            FrameType::Query if stream => {
                let stream_id = self.core.uuid();
                let data = self.sample(&anchor_ref);
                let open = Open {
                    conn,
                    stream_id,
                    anchor_ref,
                    data,
                    last: true,
                    request_id,
                    window: None,
                };
                self.open_stream(link, &open, out)
            }
            FrameType::Query => {
                let answer = Answer { conn, data: self.sample(&anchor_ref), ..Answer::default() };
                self.answer_oldest(link, &answer, out)
            }
            FrameType::Action => {
                let anchor_ref = self.any_schema();
                self.answer_oldest(link, &Answer { conn, anchor_ref, ..Answer::default() }, out)
            }
            _ => self.answer_oldest(link, &Answer { conn, ..Answer::default() }, out),
        };
        if done.is_err() {
            let error = match kind {
                // Without a schema there is nothing to answer an action under.
                FrameType::Action => NWP_ACTION_NOT_FOUND,
                _ => NWP_NODE_UNAVAILABLE,
            };
            self.refuse(&Refuse { conn, error: error.into(), ..Refuse::default() }, out);
        }
    }

    /// One record under a schema; none under a reference of the system.
    fn sample(&self, anchor_ref: &str) -> Vec<Value> {
        self.core
            .registry
            .get(anchor_ref)
            .map(|anchor| vec![record(&anchor.schema)])
            .into_iter()
            .flatten()
            .collect()
    }

    /// The first schema in use; empty if there is none.
    pub(super) fn any_schema(&self) -> String {
        let mut anchors = self.core.registry.anchors().map(|(id, _)| id);
        let current = anchors.find(|id| self.core.registry.state(id) == State::Current);
        String::from(current.unwrap_or_default())
    }
}

/// A record that fits a schema.
fn record(schema: &Schema) -> Value {
    let value = |kind| match kind {
        FieldType::String => Value::from("echo"),
        FieldType::Uint64 | FieldType::Int64 | FieldType::Decimal => Value::Uint(1),
        FieldType::Bool => Value::Bool(true),
        FieldType::Timestamp => Value::from("2026-01-01T00:00:00Z"),
        FieldType::Bytes => Value::from("AQ"),
        FieldType::Object => Value::Map(Vec::new()),
        FieldType::Array => Value::Array(Vec::new()),
    };
    let members = schema.fields.iter().map(|field| ((&field.name).into(), value(field.kind)));
    Value::Map(members.collect())
}
