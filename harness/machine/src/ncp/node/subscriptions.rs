//! Subscriptions of the Node (NWP §8, reference 5.2; `OP-36`, `OP-43`, `OP-60`).

use super::Node;
use super::requests::Request;
use crate::ncp::endpoint::{Out, timestamp};
use crate::ncp::entities::Entities;
use crate::ncp::refusal::Refusal;
use crate::ncp::subscription::{Config, Event as Step, Kept, Output, Publisher, State};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::code::{NWP_SUBSCRIBE_INTERRUPTED, NWP_SUBSCRIBE_STREAM_NOT_FOUND};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::subscribe::{SUBSCRIBE, UNSUBSCRIBE};
use wireproof_wire::ncp::frames::{Diff, Error, Subscribe};

/// One subscription, which outlives its connection.
#[derive(Debug)]
pub(super) struct Subscription {
    pub id: String,
    /// The connection it was on last.
    pub conn: ConnId,
    pub anchor_ref: String,
    pub publisher: Publisher<Diff>,
    /// What the subscriber knows of the entities (`OP-56`).
    pub entities: Entities,
}

impl Subscription {
    /// When the next heartbeat is due.
    pub const fn due(&self) -> Option<Instant> {
        self.publisher.next_deadline()
    }

    /// An empty DiffFrame (`OP-43`).
    fn heartbeat(&self, seq: u64, now: Instant) -> Diff {
        Diff {
            anchor_ref: self.anchor_ref.clone(),
            base_seq: seq - 1,
            patch: Value::Array(Vec::new()),
            seq: Some(seq),
            stream_id: Some(self.id.clone()),
            timestamp: Some(timestamp(now)),
            ..Diff::default()
        }
    }
}

impl Node {
    /// SubscribeFrame.
    pub(super) fn on_subscribe(&mut self, link: usize, frame: &Subscribe, out: &mut Out) {
        match frame.action.as_str() {
            SUBSCRIBE => self.on_subscribing(link, frame, out),
            UNSUBSCRIBE => self.on_unsubscribing(link, &frame.stream_id, out),
            // OP-60: a ping is not answered.
            _ => {}
        }
    }

    pub(super) fn subscription(&self, id: &str) -> Option<usize> {
        self.subscriptions.iter().position(|subscription| subscription.id == id)
    }

    /// Why a request to subscribe cannot be granted, whatever the application says.
    pub(super) fn unsubscribable(&self, request: &Request) -> Option<Error> {
        match self.trial(request) {
            Err(Refusal::Peer { code, .. }) => {
                Some(Error::of(code).about("stream_id", &request.id))
            }
            _ => None,
        }
    }

    /// What a subscription would come to.
    fn trial(&self, request: &Request) -> Result<Output, Refusal> {
        let mut publisher = match self.subscription(&request.id) {
            Some(at) => self.subscriptions[at].publisher.clone(),
            None => self.publisher(),
        };
        publisher.apply(self.core.now, step(request))
    }

    fn publisher(&self) -> Publisher<Diff> {
        let events = self.core.setup.event_buffer;
        Publisher::new(Config { events, ..Config::default() })
    }

    /// The record that accepts the oldest request.
    pub(super) fn acknowledgement(&self, link: usize) -> Result<Value, Hold> {
        let request = self.oldest(link).ok_or(Hold::Unknown)?;
        let Ok(Output::Accept { resumed, last_seq, .. }) = self.trial(request) else {
            return Err(Hold::State);
        };
        Ok(Value::Map(vec![
            ("stream_id".into(), Value::from(request.id.as_str())),
            ("status".into(), Value::from("subscribed")),
            ("resumed".into(), Value::Bool(resumed)),
            ("last_seq".into(), Value::Uint(last_seq)),
        ]))
    }

    /// Accepts the oldest request, and sends what the subscriber has missed.
    pub(super) fn acknowledge(
        &mut self,
        link: usize,
        frames: &[Frame],
        out: &mut Out,
    ) -> Result<(), Hold> {
        let entry = &self.core.links[link];
        let request = self.oldest(link).ok_or(Hold::Unknown)?;
        let at = match self.subscription(&request.id) {
            Some(at) => at,
            None => {
                let entities = entry.entities.clone();
                let (id, conn) = (request.id.clone(), entry.conn);
                let anchor_ref = String::new();
                let publisher = self.publisher();
                let new = Subscription { id, conn, anchor_ref, publisher, entities };
                self.subscriptions.push(new);
                self.subscriptions.len() - 1
            }
        };
        let (conn, now) = (self.core.links[link].conn, self.core.now);
        let mut requests = self.core.links[link].node.requests.iter();
        let Some(request) = requests.find(|request| request.holds_up()) else {
            return Err(Hold::Unknown);
        };
        let subscription = &mut self.subscriptions[at];
        let accepted = subscription.publisher.apply(now, step(request));
        let Ok(Output::Accept { after, resumed, .. }) = accepted else {
            return Err(Hold::State);
        };
        subscription.conn = conn;
        subscription.anchor_ref = String::from(request.schema());
        if !resumed {
            subscription.entities = self.core.links[link].entities.clone();
        }
        self.settle(link, frames, out);
        self.replay(link, at, after, out);
        Ok(())
    }

    fn replay(&mut self, link: usize, at: usize, after: u64, out: &mut Out) {
        let subscription = &self.subscriptions[at];
        let kept = subscription.publisher.after(after);
        let missed: Vec<Diff> = kept
            .map(|(seq, kept)| match kept {
                Kept::Change(diff) => diff.clone(),
                Kept::Heartbeat => subscription.heartbeat(seq, self.core.now),
            })
            .collect();
        for diff in missed {
            if self.core.send_control(link, &Frame::Diff(diff), out).is_err() {
                return self.core.close_silently(link, out);
            }
        }
    }

    /// `unsubscribe` ends a subscription, a streaming query, or either of them that has not been
    /// answered yet.
    fn on_unsubscribing(&mut self, link: usize, id: &str, out: &mut Out) {
        let requests = &mut self.core.links[link].node.requests;
        let waits = |request: &&mut Request| {
            let stops = request.stream || request.kind == FrameType::Subscribe;
            stops && request.refused.is_none() && request.id == id
        };
        if let Some(request) = requests.iter_mut().find(waits) {
            let name = if request.stream { "request_id" } else { "stream_id" };
            request.refused = Some(Error::of(NWP_SUBSCRIBE_INTERRUPTED).about(name, id));
            return self.send_refusals(link, out);
        }
        if let Some(at) = self.subscription(id) {
            // It stops, or has stopped; neither is answered.
            let _ = self.subscriptions[at].publisher.apply(self.core.now, Step::Unsubscribe);
            return;
        }
        let entry = &self.core.links[link];
        let answers = |stream: &_| -> bool { answers(stream, id) };
        if let Some(at) = entry.outgoing.iter().position(answers) {
            return self.core.fail_stream(link, at, NWP_SUBSCRIBE_INTERRUPTED, out);
        }
        if !entry.node.streamed.contains(id) && !entry.knows_stream(id) {
            self.core.refuse_stream(link, id, NWP_SUBSCRIBE_STREAM_NOT_FOUND, out);
        }
    }

    /// Sends the heartbeats that are due.
    pub(super) fn send_heartbeats(&mut self, out: &mut Out) {
        let now = self.core.now;
        for at in 0..self.subscriptions.len() {
            let subscription = &mut self.subscriptions[at];
            if subscription.due().is_none_or(|due| due > now) {
                continue;
            }
            let Ok(Output::Heartbeat { seq, .. }) =
                subscription.publisher.apply(now, Step::Timeout)
            else {
                continue;
            };
            let diff = subscription.heartbeat(seq, now);
            let Some(link) = self.core.ready(subscription.conn) else { continue };
            if self.core.send_control(link, &Frame::Diff(diff), out).is_err() {
                self.core.close_silently(link, out);
            }
        }
    }

    /// Subscriptions whose connection has ended wait for their subscribers.
    pub(super) fn part(&mut self) {
        let core = &self.core;
        for subscription in &mut self.subscriptions {
            let active = subscription.publisher.state() == State::Active;
            if active && core.ready(subscription.conn).is_none() {
                // Losing a connection is never refused.
                let _ = subscription.publisher.apply(core.now, Step::Lost);
            }
        }
    }
}

fn answers(stream: &crate::ncp::endpoint::Outgoing, id: &str) -> bool {
    stream.request_id == id
}

fn step(request: &Request) -> Step<Diff> {
    Step::Subscribe { heartbeat: request.heartbeat, resume_from: request.resume_from }
}
