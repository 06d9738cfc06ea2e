//! What was received in the present step, and which refusals of it the state bears out
//! (table 1.5, `R-13`).

use super::{Causes, Lookup, Node, Session, Stage, State};
use crate::nnrp::packet::{Garbled, Packet};
use wireproof_base::{Citation, ConnId, Instant, Role};
use wireproof_wire::nnrp::body::extension_block;
use wireproof_wire::nnrp::cache::CachePut;
use wireproof_wire::nnrp::code::{
    AUTH_FAILED, FRAME_CANCELLED, INVALID_STATE, LEASE_POLICY_REJECTED, LIMIT_EXCEEDED,
    MALFORMED_BODY, MALFORMED_HEADER, UNSUPPORTED_CAPABILITY, UNSUPPORTED_VERSION,
};
use wireproof_wire::nnrp::extension::{Extensions, is_assigned};
use wireproof_wire::nnrp::flow::{FlowUpdate, SCOPE_CONNECTION};
use wireproof_wire::nnrp::hello::ClientHello;
use wireproof_wire::nnrp::violation::Kind;
use wireproof_wire::nnrp::{MessageType, Metadata};

/// Where no text names the number.
pub(in crate::nnrp) const NUMBER: Citation = Citation::must("NNRP-ERR-002").read("R-13");
const EARLY: Citation = Citation::must("NNRP-NEG-002").read("R-13");
const HELLO: Citation = Citation::must("NNRP-NEG-014").read("R-13");
const VERSION: Citation = Citation::must("NNRP-NEG-004").read("R-13");
const PATCH: Citation = Citation::must("NNRP-PAT-010").read("R-13");
const PATCHABLE: Citation = Citation::must("NNRP-PAT-002");
pub(super) const UNKNOWN: Citation = Citation::must("NNRP-SES-036").read("R-13");
const DRAINING: Citation = Citation::must("NNRP-FLOW-023");
const PING: Citation = Citation::must("NNRP-CON-010").read("R-41");
const LENGTHS: Citation = Citation::must("NNRP-SES-008").read("R-13");
const ENTRY: Citation = Citation::must("NNRP-EXT-004");
const CRITICAL: Citation = Citation::must("NNRP-EXT-003");
const MAJOR: Citation = Citation::must("NNRP-HDR-002").read("R-13");

/// One packet that was received in the present step.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Heard {
    /// The connection.
    pub conn: ConnId,
    /// What it was.
    pub kind: Option<MessageType>,
    /// Its trace id.
    pub trace: u64,
    /// The numbers of what is plainly wrong with it.
    pub causes: Causes,
    /// The numbers of what may be wrong with it besides, where nobody else can see.
    pub maybe: Causes,
    /// What another number breaks, and what a refusal breaks where nothing is wrong.
    pub rule: Citation,
    /// What the references of a submit came to.
    pub lookup: Lookup,
    /// What is remarkable about it: the constants below.
    pub marks: u8,
    /// Whether it could be decoded.
    pub sound: bool,
}

/// A submit that carries some objects inline and others by reference.
pub(in crate::nnrp) const MIXED: u8 = 1;
/// Extension frames that nobody has to know.
pub(in crate::nnrp) const EXTENSION_FRAMES: u8 = 2;
/// Extension entries that nobody has to know.
pub(in crate::nnrp) const EXTENSION_ENTRIES: u8 = 4;
/// Work on a session whose close was turned down.
pub(in crate::nnrp) const CLOSE_TURNED_DOWN: u8 = 8;
/// An override that was granted and names the standard schema.
pub(in crate::nnrp) const GRANTED_OVERRIDE: u8 = 16;

impl Node {
    /// The packet of this step that an ERROR refuses: the one with its trace id.
    pub fn refused(&self, packet: &Packet<'_>) -> Option<&Heard> {
        let trace = packet.header().trace_id;
        match self.heard.as_slice() {
            [only] if trace == 0 && only.trace == 0 => (only.conn == packet.conn).then_some(only),
            heard if trace != 0 => {
                heard.iter().find(|heard| heard.conn == packet.conn && heard.trace == trace)
            }
            _ => None,
        }
    }

    /// Bytes that are no packet were received.
    pub(super) fn weigh_garbled(&mut self, garbled: &Garbled) {
        let refusal = &garbled.refusal;
        let violation = &refusal.violation;
        let causes = match violation.kind {
            Kind::MalformedHeader => Causes::NONE.with(MALFORMED_HEADER),
            Kind::UnsupportedVersion => Causes::NONE.with(UNSUPPORTED_VERSION),
            Kind::MalformedBody => Causes::NONE.with(MALFORMED_BODY),
            Kind::LimitExceeded => Causes::NONE.with(LIMIT_EXCEEDED).with(MALFORMED_BODY),
            Kind::LengthMismatch => {
                Causes::NONE.with(MALFORMED_BODY).with(MALFORMED_HEADER).with(LIMIT_EXCEEDED)
            }
            Kind::UnsupportedCapability => Causes::NONE.with(UNSUPPORTED_CAPABILITY),
        };
        // The state may forbid the message as well, and 2.2 names other numbers.
        let hello =
            matches!(refusal.kind, Some(MessageType::ClientHello | MessageType::ServerHelloAck));
        let maybe = Causes::HIDDEN
            .with(INVALID_STATE)
            .when(hello, UNSUPPORTED_CAPABILITY)
            .when(hello, UNSUPPORTED_VERSION)
            .when(hello, AUTH_FAILED);
        let rule = match (violation.requirement, violation.reading) {
            ("NNRP-EXT-004", None) => ENTRY,
            ("NNRP-SES-008", _) => LENGTHS,
            ("NNRP-HDR-002", _) => MAJOR,
            _ => NUMBER,
        };
        self.heard.push(Heard {
            conn: garbled.conn,
            kind: refusal.kind,
            trace: refusal.header.map_or(0, |header| header.trace_id),
            causes,
            maybe,
            rule,
            lookup: Lookup::Nothing,
            marks: 0,
            sound: false,
        });
    }

    /// A message was received that demands an unknown extension.
    pub(super) fn weigh_unknown(&mut self, packet: &Packet<'_>, at: Instant) {
        self.weigh(packet, at);
        if let Some(heard) = self.heard.last_mut() {
            // Another fault may be named first.
            heard.rule = if heard.is_legal() { CRITICAL } else { NUMBER };
            heard.causes = heard.causes.with(UNSUPPORTED_CAPABILITY);
        }
    }

    /// A sound packet was received.
    #[inline]
    pub(super) fn weigh(&mut self, packet: &Packet<'_>, at: Instant) {
        let mut heard = Heard {
            conn: packet.conn,
            kind: Some(packet.kind()),
            trace: packet.header().trace_id,
            causes: Causes::NONE,
            maybe: Causes::HIDDEN,
            rule: NUMBER,
            lookup: Lookup::Nothing,
            marks: 0,
            sound: true,
        };
        let early = !self.conns[packet.conn.0 as usize].active;
        match &packet.frame.meta {
            Metadata::ResultPush(_) | Metadata::ResultDrop => heard.maybe = Causes::ANY,
            Metadata::ClientHello(hello) => self.weigh_hello(packet, hello, &mut heard),
            Metadata::Ping
            | Metadata::Pong
            | Metadata::TransportProbe(_)
            | Metadata::TransportProbeAck(_)
            | Metadata::ServerHelloAck(_)
            | Metadata::Error(_)
            | Metadata::Close => self.weigh_control(packet, &mut heard),
            _ if early => {
                heard.causes = Causes::NONE.with(INVALID_STATE);
                heard.rule = if self.role == Role::Server { EARLY } else { NUMBER };
            }
            Metadata::FrameSubmit(submit) => self.weigh_submit(packet, submit, at, &mut heard),
            _ => self.weigh_control(packet, &mut heard),
        }
        self.lookup = heard.lookup;
        self.heard.push(heard);
    }

    fn weigh_hello(&self, packet: &Packet<'_>, hello: &ClientHello, heard: &mut Heard) {
        let window = hello.min_version_major <= 1
            && 1 <= hello.max_version_major
            && hello.supported_wire_format_bitmap & 1 != 0;
        heard.maybe = Causes::HIDDEN.with(AUTH_FAILED);
        if self.conns[packet.conn.0 as usize].hellos != 0 {
            heard.causes = Causes::NONE.with(INVALID_STATE);
            heard.rule = HELLO;
        } else if !window {
            heard.causes = Causes::NONE.with(UNSUPPORTED_VERSION);
            heard.rule = VERSION;
        } else {
            heard.maybe = heard.maybe.with(LIMIT_EXCEEDED).with(UNSUPPORTED_CAPABILITY);
        }
    }

    fn weigh_control(&self, packet: &Packet<'_>, heard: &mut Heard) {
        let conn = &self.conns[packet.conn.0 as usize];
        let session = packet.session_in(self);
        let here = session.is_some_and(|session| is_here(session, packet.conn));
        let named = packet.header().session_id != 0;
        let works = session.is_some_and(|session| session.state.takes_work());
        let astray = named && !here;
        let strayed = Causes::NONE.when(astray, INVALID_STATE);
        let (causes, rule) = match &packet.frame.meta {
            Metadata::FrameCancel => {
                let live = packet.op_in(self).is_some_and(|op| op.stage == Stage::Live);
                heard.maybe = heard.maybe.with(FRAME_CANCELLED).when(!live, INVALID_STATE);
                (strayed, NUMBER)
            }
            Metadata::SessionPatch(_) => {
                let closed = astray || !works || conn.closing();
                let rule = if closed { PATCH } else { PATCHABLE };
                (Causes::NONE.when(closed, INVALID_STATE), rule)
            }
            Metadata::FlowUpdate(update) => {
                let ending = session.is_some_and(|session| !session.state.takes_work());
                let rule = if here && ending { DRAINING } else { NUMBER };
                (flow_causes(update, astray), rule)
            }
            Metadata::CachePut(put) => {
                let closed = astray || (named && !works) || conn.closing();
                heard.maybe = put_doubts(put);
                (self.put_causes(packet, put, closed), NUMBER)
            }
            Metadata::CacheInvalidate(_) => {
                let granted = conn.answer.is_some_and(|answer| answer.max_cache_entries != 0);
                (strayed.when(!granted, UNSUPPORTED_CAPABILITY), NUMBER)
            }
            Metadata::Ping => (strayed, PING),
            Metadata::SessionClose(_) => (strayed, NUMBER),
            Metadata::SessionCloseAck(_) => {
                let asked = session.is_some_and(|session| session.close_sent.is_some());
                (strayed.when(!asked, INVALID_STATE), NUMBER)
            }
            _ => {
                heard.maybe = Causes::ANY;
                (Causes::NONE, NUMBER)
            }
        };
        (heard.causes, heard.rule) = (causes, rule);
        let server = self.role == Role::Server && heard.maybe != Causes::ANY;
        if named && session.is_none() && server {
            heard.rule = UNKNOWN;
        }
        if !packet.frame.body.is_empty() {
            let mut entries = Extensions::new(extension_block(&packet.frame));
            if entries.any(|entry| !is_assigned(entry.ext_type)) {
                heard.marks |= EXTENSION_ENTRIES;
            }
        }
    }

    fn put_causes(&self, packet: &Packet<'_>, put: &CachePut, closed: bool) -> Causes {
        let conn = &self.conns[packet.conn.0 as usize];
        let granted = conn.answer.is_some_and(|answer| {
            let bit = 1u32 << (put.object_kind.max(1) - 1).min(31);
            answer.cache_object_bitmap & bit != 0 && answer.max_cache_entries != 0
        });
        let causes = Causes::NONE.when(closed, INVALID_STATE);
        causes.when(!granted, UNSUPPORTED_CAPABILITY)
    }
}

/// Whether `conn` carries the session.
pub(super) fn is_here(session: &Session, conn: ConnId) -> bool {
    session.conn == conn && !matches!(session.state, State::Closed | State::Detached)
}

fn flow_causes(update: &FlowUpdate, astray: bool) -> Causes {
    let fields = [update.connection_credit, update.session_credit, update.operation_credit];
    let own = usize::from(update.scope_kind);
    let foreign = fields.iter().enumerate().any(|(scope, &credit)| scope != own && credit != 0);
    let astray = astray && update.scope_kind != SCOPE_CONNECTION;
    Causes::NONE.when(astray, INVALID_STATE).when(foreign, MALFORMED_BODY)
}

/// What may keep a receiver from taking an object (K2, K3, `R-29`).
fn put_doubts(put: &CachePut) -> Causes {
    let schema = put.object_kind >= 8;
    Causes::HIDDEN
        .with(LIMIT_EXCEEDED)
        .with(LEASE_POLICY_REJECTED)
        .when(schema, MALFORMED_BODY)
        .family(schema, 4)
}
