//! Requests that arrive, and the row in which they are answered (NWP §6 to §8, reference 8.7;
//! `OP-14`, `OP-28`, `OP-36`).

use super::Node;
use crate::ncp::endpoint::Out;
use crate::ncp::refusal::Refusal;
use crate::ncp::registry::{Event as Ask, Output};
use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::NCP_STREAM_LIMIT_EXCEEDED;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::{Action, Error, Query, Subscribe};

/// What a Node keeps for one connection.
#[derive(Debug, Default)]
pub(crate) struct Side {
    /// Requests in the order they came, answered ones behind open ones included.
    pub requests: VecDeque<Request>,
    /// Queries that a stream answers or has answered, by `request_id`.
    pub streamed: BTreeSet<String>,
}

/// A request that waits for its answer, or whose answer waits for those before it.
#[derive(Debug)]
pub(crate) struct Request {
    pub kind: FrameType,
    /// Empty for none.
    pub anchor_ref: String,
    /// What replaced `anchor_ref` (N06).
    pub successor: Option<String>,
    pub aggregate: bool,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// `request_id`, or `stream_id` of a subscription; empty for none.
    pub id: String,
    /// Projection; empty for all fields.
    pub fields: Vec<String>,
    /// `token_budget`.
    pub budget: Option<u32>,
    pub heartbeat: Option<u32>,
    pub resume_from: Option<u64>,
    /// The refusal, which goes out when it is its turn.
    pub refused: Option<Error>,
}

impl Request {
    fn new(kind: FrameType, id: &str) -> Self {
        Self {
            kind,
            anchor_ref: String::new(),
            successor: None,
            aggregate: false,
            stream: false,
            id: String::from(id),
            fields: Vec::new(),
            budget: None,
            heartbeat: None,
            resume_from: None,
            refused: None,
        }
    }

    /// Whether later answers wait for its own. Streams say themselves what they answer.
    pub fn holds_up(&self) -> bool {
        self.refused.is_none() && !self.stream
    }

    /// Whether its refusal can say what it answers.
    pub fn is_named(&self) -> bool {
        self.stream && !self.id.is_empty()
    }

    /// The schema its answer has, if the request names one.
    pub fn schema(&self) -> &str {
        self.successor.as_deref().unwrap_or(&self.anchor_ref)
    }
}

impl Node {
    /// QueryFrame (N05 to N08, OP-14).
    pub(super) fn on_query(&mut self, link: usize, query: &Query, out: &mut Out) {
        let mut request =
            Request::new(FrameType::Query, query.request_id.as_deref().unwrap_or_default());
        request.aggregate = query.aggregate.is_some();
        request.stream = query.streams();
        request.fields = query.fields.clone().unwrap_or_default();
        request.budget = query.token_budget;
        self.exclude(link, &mut request, None);
        self.refer(&mut request, query.anchor_ref.as_deref(), query.auto_anchor);
        if request.refused.is_none() && request.stream && !self.core.links[link].slots.has_room() {
            request.refused = Some(no_slot(&request.id));
        }
        self.admit(link, request, out);
    }

    /// ActionFrame.
    pub(super) fn on_action(&mut self, link: usize, action: &Action, out: &mut Out) {
        let id = action.request_id.as_deref().unwrap_or_default();
        let mut request = Request::new(FrameType::Action, id);
        self.exclude(link, &mut request, Some(&action.action_id));
        self.admit(link, request, out);
    }

    /// SubscribeFrame that subscribes; the others are none that wait.
    pub(super) fn on_subscribing(&mut self, link: usize, frame: &Subscribe, out: &mut Out) {
        let mut request = Request::new(FrameType::Subscribe, &frame.stream_id);
        request.heartbeat = frame.heartbeat_interval;
        request.resume_from = frame.resume_from_seq;
        self.exclude(link, &mut request, None);
        self.refer(&mut request, frame.anchor_ref.as_deref(), None);
        if request.refused.is_none() {
            request.refused = self.unsubscribable(&request);
        }
        self.admit(link, request, out);
    }

    /// Refuses what the peer may not do (NWP-FRM-013).
    fn exclude(&self, link: usize, request: &mut Request, action: Option<&str>) {
        if let Some(code) = self.core.links[link].standing.excluded(action) {
            let (error, id) = (Error::of(code), &request.id);
            let name = match request.kind {
                FrameType::Subscribe => "stream_id",
                _ => "request_id",
            };
            request.refused = Some(if id.is_empty() { error } else { error.about(name, id) });
        }
    }

    /// What the registry says about the schema of a request.
    fn refer(
        &mut self,
        request: &mut Request,
        anchor_ref: Option<&str>,
        auto_anchor: Option<bool>,
    ) {
        let Some(anchor_ref) = anchor_ref else { return };
        request.anchor_ref = String::from(anchor_ref);
        if request.refused.is_some() {
            return;
        }
        match self.core.registry.apply(Ask::Request { anchor_ref, auto_anchor }) {
            Ok(Output::Replaced(successor)) => request.successor = Some(successor),
            Err(Refusal::Peer { code, .. }) => {
                let error = Error::of(code).about("anchor_ref", anchor_ref);
                let named = request.is_named();
                let id = &request.id;
                request.refused = Some(if named { error.about("request_id", id) } else { error });
            }
            Ok(_) | Err(Refusal::Local { .. }) => {}
        }
    }

    /// Puts a request in its place, and tells the application unless it is answered already.
    fn admit(&mut self, link: usize, request: Request, out: &mut Out) {
        let entry = &mut self.core.links[link];
        let open = request.refused.is_none();
        if open {
            out.event(Event::Requested {
                conn: entry.conn,
                frame: String::from(request.kind.name()),
                anchor_ref: request.anchor_ref.clone(),
                stream: request.stream,
                request_id: request.id.clone(),
            });
        }
        entry.node.requests.push_back(request);
        self.send_refusals(link, out);
        if open && self.core.setup.echo {
            self.echo(link, out);
        }
    }

    /// Sends the refusals whose turn has come: those with no open request before them that is
    /// answered in a row, and those that name what they answer.
    pub(super) fn send_refusals(&mut self, link: usize, out: &mut Out) {
        loop {
            let requests = &mut self.core.links[link].node.requests;
            let first = requests.iter().position(Request::holds_up).unwrap_or(requests.len());
            let mut refused = requests.iter().enumerate();
            let due = refused.find(|(at, request)| {
                request.refused.is_some() && (*at < first || request.is_named())
            });
            let Some((at, _)) = due else { return };
            let Some(error) = requests.remove(at).and_then(|request| request.refused) else {
                return;
            };
            self.core.send_error(link, error, out);
        }
    }

    /// The oldest request that one frame answers.
    pub(super) fn oldest(&self, link: usize) -> Option<&Request> {
        self.core.links[link].node.requests.iter().find(|request| request.holds_up())
    }

    /// The oldest request that one frame answers has its answer.
    pub(super) fn remove_oldest(&mut self, link: usize, out: &mut Out) {
        let requests = &mut self.core.links[link].node.requests;
        if let Some(at) = requests.iter().position(Request::holds_up) {
            requests.remove(at);
        }
        self.send_refusals(link, out);
    }

    /// The answer to the oldest request goes out.
    pub(super) fn settle(&mut self, link: usize, frames: &[Frame], out: &mut Out) {
        for frame in frames {
            if self.core.send_control(link, frame, out).is_err() {
                self.core.close_silently(link, out);
            }
        }
        self.remove_oldest(link, out);
    }
}

/// OP-14.
pub(super) fn no_slot(request_id: &str) -> Error {
    let error = Error::of(NCP_STREAM_LIMIT_EXCEEDED);
    if request_id.is_empty() { error } else { error.about("request_id", request_id) }
}
