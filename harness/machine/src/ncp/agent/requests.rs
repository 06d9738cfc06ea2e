//! What the application asks for (NWP §6 to §8; `OP-28`), and streams of the Agent.

use super::Agent;
use crate::ncp::endpoint::{Asked, Members, Out, blocked};
use crate::ncp::entities::Event as Entity;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::ConnId;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::command::{Action, Open, Query, Subscribe};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::subscribe::{SUBSCRIBE, UNSUBSCRIBE};

/// What an Agent keeps for one connection.
#[derive(Debug, Default)]
pub(crate) struct Side {
    /// Requests without an answer, in the order they went out.
    pub waiting: VecDeque<Waiting>,
    /// What was subscribed to, as it was asked for.
    pub subscriptions: Vec<Subscribe>,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub kind: FrameType,
    /// Empty for none.
    pub anchor_ref: String,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// `request_id`, or `stream_id` of a subscription; empty for none.
    pub id: String,
    /// Projection; empty for all fields.
    pub fields: Vec<String>,
}

impl Agent {
    /// Carries out [`Query`].
    pub(super) fn query(&mut self, query: &Query, out: &mut Out) {
        let fields = query.fields.iter().map(|name| Value::from(name.as_str())).collect();
        let members = Members::default()
            .text("anchor_ref", &query.anchor_ref)
            .some("auto_anchor", query.auto_anchor.map(Value::Bool))
            .some("stream", query.stream.map(Value::Bool))
            .text("request_id", &query.request_id)
            .some("fields", (!query.fields.is_empty()).then_some(Value::Array(fields)));
        let waiting = Waiting {
            kind: FrameType::Query,
            anchor_ref: query.anchor_ref.clone(),
            stream: query.stream.unwrap_or_default(),
            id: query.request_id.clone(),
            fields: query.fields.clone(),
        };
        self.ask(query.conn, "", members, &query.with, Some(waiting), out);
    }

    /// Carries out [`Action`].
    pub(super) fn action(&mut self, action: &Action, out: &mut Out) {
        let members = Members::default()
            .text("action_id", &action.action_id)
            .text("request_id", &action.request_id);
        let waiting = Waiting {
            kind: FrameType::Action,
            anchor_ref: String::new(),
            stream: false,
            id: action.request_id.clone(),
            fields: Vec::new(),
        };
        self.ask(action.conn, "", members, &action.with, Some(waiting), out);
    }

    /// Carries out [`Subscribe`].
    pub(super) fn subscribe(&mut self, subscribe: &Subscribe, out: &mut Out) {
        let heartbeat = subscribe.heartbeat_interval.map(|seconds| Value::Uint(seconds.into()));
        let members = Members::default()
            .text("action", &subscribe.action)
            .text("stream_id", &subscribe.stream_id)
            .text("anchor_ref", &subscribe.anchor_ref)
            .some("heartbeat_interval", heartbeat)
            .some("resume_from_seq", subscribe.resume_from_seq.map(Value::Uint));
        let subscribes = subscribe.action == SUBSCRIBE;
        let waiting = subscribes.then(|| Waiting {
            kind: FrameType::Subscribe,
            anchor_ref: subscribe.anchor_ref.clone(),
            stream: false,
            id: subscribe.stream_id.clone(),
            fields: Vec::new(),
        });
        let (conn, id) = (subscribe.conn, subscribe.stream_id.as_str());
        let Some(link) = self.ask(conn, id, members, &subscribe.with, waiting, out) else {
            return;
        };
        let entry = &mut self.core.links[link];
        if subscribes {
            entry.agent.subscriptions.retain(|known| known.stream_id != id);
            entry.agent.subscriptions.push(subscribe.clone());
            let resume_from = subscribe.resume_from_seq;
            // Subscribing and leaving are never refused.
            let _ = entry.entities.apply(Entity::Subscribe { stream_id: id, resume_from });
        } else if subscribe.action == UNSUBSCRIBE {
            entry.agent.subscriptions.retain(|known| known.stream_id != id);
            let _ = entry.entities.apply(Entity::Unsubscribe(id));
        }
    }

    /// D09: events are missing, so they are asked for.
    pub(super) fn resume(&mut self, link: usize, stream_id: &str, after: u64, out: &mut Out) {
        let entry = &self.core.links[link];
        let mut known = entry.agent.subscriptions.iter();
        let Some(known) = known.find(|known| known.stream_id == stream_id) else { return };
        let again = Subscribe { resume_from_seq: Some(after), ..known.clone() };
        let heartbeat = again.heartbeat_interval.map(|seconds| Value::Uint(seconds.into()));
        let members = Members::default()
            .text("action", SUBSCRIBE)
            .text("stream_id", stream_id)
            .text("anchor_ref", &again.anchor_ref)
            .some("heartbeat_interval", heartbeat)
            .some("resume_from_seq", Some(Value::Uint(after)));
        let waiting = Waiting {
            kind: FrameType::Subscribe,
            anchor_ref: again.anchor_ref.clone(),
            stream: false,
            id: again.stream_id.clone(),
            fields: Vec::new(),
        };
        self.ask(again.conn, stream_id, members, &again.with, Some(waiting), out);
    }

    /// Carries out [`Open`].
    pub(super) fn open(&mut self, open: &Open, out: &mut Out) {
        let Some(link) = self.core.usable(open.conn, &open.stream_id, out) else { return };
        if let Err(why) = self.core.open(link, open, Asked::default(), out) {
            blocked(open.conn, &open.stream_id, why, out);
        }
    }

    /// Sends a request; gives the connection if it went out.
    fn ask(
        &mut self,
        conn: ConnId,
        stream_id: &str,
        members: Members,
        with: &Value,
        waiting: Option<Waiting>,
        out: &mut Out,
    ) -> Option<usize> {
        let link = self.core.usable(conn, stream_id, out)?;
        let kind = waiting.as_ref().map_or(FrameType::Subscribe, |waiting| waiting.kind);
        let sent =
            members.frame(kind, with).and_then(|frame| self.core.send_control(link, &frame, out));
        match sent {
            Ok(()) => {
                match waiting {
                    Some(waiting) if self.core.is_http(conn) => self.await_response(link, waiting),
                    waiting => self.core.links[link].agent.waiting.extend(waiting),
                }
                Some(link)
            }
            Err(why) => {
                blocked(conn, stream_id, why, out);
                None
            }
        }
    }
}
