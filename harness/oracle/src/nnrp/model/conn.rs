//! A connection as one node knows it, NNRP §7.1 (table 4.1).

use super::flow::Flow;
use alloc::vec::Vec;
use wireproof_base::{Carrier, Instant};
use wireproof_wire::nnrp::framing::DEFAULT_MAX_BODY;
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::session::SessionOpen;
use wireproof_wire::nnrp::{Frame, MessageType, Metadata};

/// One connection.
#[derive(Debug, Default)]
pub(in crate::nnrp) struct Conn {
    /// What it promises.
    pub carrier: Carrier,
    /// Whether it stands.
    pub up: bool,
    /// CLIENT_HELLOs seen.
    pub hellos: u32,
    /// The first of them.
    pub offer: Option<ClientHello>,
    /// Hash of the credentials that came with it.
    pub auth: Option<u64>,
    /// SERVER_HELLO_ACKs seen.
    pub answers: u32,
    /// The first of them.
    pub answer: Option<ServerHelloAck>,
    /// Whether the client wished for a loss tolerance.
    pub loss_wished: bool,
    /// What `loss_tolerance_policy` 255 stands for, if that was settled (NNRP-NEG-016).
    pub loss: Option<u8>,
    /// Whether the hello exchange succeeded.
    pub active: bool,
    /// CLOSE was sent.
    pub close_sent: bool,
    /// CLOSE was received.
    pub close_received: bool,
    /// A fatal ERROR for the connection was sent.
    pub fatal_sent: bool,
    /// One was received.
    pub fatal_received: bool,
    /// The application asked for its end.
    pub shutdown_commanded: bool,
    /// Packets that could not be decoded.
    pub faults: u32,
    /// Opens among them with more or less in their body than the blocks they name.
    pub overfull_opens: u32,
    /// Whether invalid_state, unsupported_capability or limit_exceeded was received and was not
    /// fatal.
    pub soft_received: bool,
    /// ERRORs that ended nothing.
    pub soft_errors: u32,
    /// Opens without an answer, oldest first.
    pub opens: Vec<PendingOpen>,
    /// Other requests without an answer, oldest first.
    pub requests: Vec<Request>,
    /// Refusals that the node owes its peer.
    pub owed: Vec<Owed>,
    /// Refusals it owes for messages that are sound and out of place.
    pub astray: Vec<Astray>,
    /// ERRORs sent that match no request by their trace id.
    pub loose_errors: u32,
    /// What governs this node.
    pub flow_in: Flow,
    /// What this node has laid down.
    pub flow_out: Flow,
    /// Unfinished operations.
    pub in_flight: u32,
}

/// A SESSION_OPEN without an answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct PendingOpen {
    /// What it asks for.
    pub open: SessionOpen,
    /// Hash of its token.
    pub token: Option<u64>,
    /// Hash of its credentials.
    pub auth: Option<u64>,
    /// Whether it names a watermark (`R-03`).
    pub watermark: bool,
    /// Its trace id.
    pub trace: u64,
    /// Whether an ERROR without a trace id may have refused it.
    pub contested: bool,
    /// The record that brought it.
    pub record: u32,
    /// Whether the connection admitted it.
    pub admitted: bool,
}

/// A request without an answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Request {
    /// What was asked.
    pub kind: MessageType,
    /// Whether the node asked.
    pub mine: bool,
    /// The session it names.
    pub session: u32,
    /// What an answer has to repeat.
    pub key: (u32, u64),
    /// What an answer is held against: patch mask, object kind or cursor.
    pub extra: u64,
    /// Its trace id.
    pub trace: u64,
    /// Whether an ERROR without a trace id may have refused it.
    pub contested: bool,
    /// The record that brought it.
    pub record: u32,
}

/// A sound message that must be refused so that its sender sees it.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Astray {
    /// The record that brought it.
    pub record: u32,
    /// What it was.
    pub kind: MessageType,
    /// The session it names.
    pub session: u32,
    /// Its trace id.
    pub trace: u64,
}

/// A packet that must be refused so that its sender sees it.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Owed {
    /// The record that brought it.
    pub record: u32,
    /// When it came.
    pub at: Instant,
    /// The rule it broke.
    pub requirement: &'static str,
    /// The reading that rule rests on.
    pub reading: Option<&'static str>,
}

impl Conn {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        let Self { mut opens, mut requests, mut owed, mut astray, .. } = core::mem::take(self);
        opens.clear();
        requests.clear();
        owed.clear();
        astray.clear();
        *self = Self { opens, requests, owed, astray, ..Self::default() };
    }

    /// Whether CLOSE or a fatal ERROR has passed either way.
    pub const fn closing(&self) -> bool {
        self.close_sent || self.close_received || self.fatal_sent || self.fatal_received
    }

    /// Largest body that is to be taken on it: what passes the agreed limit is refused like
    /// anything malformed (step 9 of table 1.5, NNRP-ENC-007).
    pub fn limit(&self) -> u32 {
        match self.answer.map_or(0, |answer| answer.max_body_bytes) {
            0 => DEFAULT_MAX_BODY,
            limit => limit.min(DEFAULT_MAX_BODY),
        }
    }

    /// Whether what it owes must have been answered by the end of a run.
    pub fn owes_answers(&self) -> bool {
        self.up && self.active && !self.closing() && self.carrier != Carrier::Datagram
    }

    /// Whether it is unsure which open an acknowledgement answers.
    pub fn contested(&self) -> bool {
        self.opens.iter().any(|open| open.contested)
    }

    /// Name of its state, for a signature.
    pub const fn state(&self) -> &'static str {
        if !self.up {
            "closed"
        } else if self.closing() {
            "draining"
        } else if self.active {
            "active"
        } else if self.hellos != 0 {
            "negotiating"
        } else {
            "init"
        }
    }

    /// The request that `frame` answers.
    #[inline]
    pub fn find_request(&self, frame: &Frame<'_>, mine: bool) -> Option<usize> {
        let (kind, key) = match &frame.meta {
            Metadata::ServerHelloAck(_) => (MessageType::ClientHello, (0, 0)),
            Metadata::SessionPatchAck(_) => (MessageType::SessionPatch, (0, 0)),
            Metadata::CacheAck(ack) => {
                let key = u64::from(ack.cache_key_hi) << 32 | u64::from(ack.cache_key_lo);
                (MessageType::CachePut, (ack.cache_namespace, key))
            }
            Metadata::TransportProbeAck(ack) => (MessageType::TransportProbe, (ack.probe_id, 0)),
            Metadata::SessionMigrateAck(_) => (MessageType::SessionMigrate, (0, 0)),
            Metadata::Pong => (MessageType::Ping, (0, 0)),
            Metadata::SessionCloseAck(_) => (MessageType::SessionClose, (0, 0)),
            _ => return None,
        };
        let session = frame.header.session_id;
        let fits = |request: &&Request| {
            request.kind == kind
                && request.mine != mine
                && request.session == session
                && request.key == key
        };
        let mut fitting = self.requests.iter().enumerate().filter(|(_, request)| fits(request));
        let (first, _) = fitting.clone().next()?;
        let trace = frame.header.trace_id;
        let sure = fitting.clone().find(|(_, request)| !request.contested);
        let same = fitting.find(|(_, request)| request.trace == trace && trace != 0);
        Some(same.or(sure).map_or(first, |(index, _)| index))
    }
}
