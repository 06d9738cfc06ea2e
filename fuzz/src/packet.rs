//! Well-formed packets of all 25 types with whatever values fuzz bytes give.
//!
//! Fields are drawn from their rules, then mended where rules bind several of them. That is a
//! second statement of what is well-formed: what comes out must be accepted.

use crate::draw::Draw;
use wireproof_wire::nnrp::error::{Error, SCOPE_CONNECTION, SCOPE_SESSION};
use wireproof_wire::nnrp::flow::{self, FlowUpdate, RETRY_AFTER_VALID};
use wireproof_wire::nnrp::layout::Rule;
use wireproof_wire::nnrp::patch::SessionPatch;
use wireproof_wire::nnrp::session::{OPENED, RESUMED};
use wireproof_wire::nnrp::{Frame, Header, MessageType, Metadata, code};

mod control;
mod data;

/// A packet in parts, of which the body is owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The header.
    pub header: Header,
    /// The metadata.
    pub meta: Metadata,
    /// The body.
    pub body: Vec<u8>,
}

impl Packet {
    /// A packet of any type.
    pub fn draw(draw: &mut Draw<'_>) -> Self {
        let kind = MessageType::ALL[draw.below(MessageType::ALL.len())];
        Self::of(kind, draw)
    }

    /// A packet of type `kind`.
    pub fn of(kind: MessageType, draw: &mut Draw<'_>) -> Self {
        let mut meta = Metadata::zero(kind);
        for field in kind.fields() {
            meta.set(field.name, admitted(field.rule, field.width, draw.number()));
        }
        mend(&mut meta);
        let body = match &mut meta {
            Metadata::FrameSubmit(submit) => data::submit(submit, draw),
            Metadata::ResultPush(result) => data::result(result, draw),
            meta => control::body(meta, draw),
        };
        let mut header = Frame::new(meta, &body).header;
        header.flags = draw.number() as u32 & wireproof_wire::nnrp::header::FLAGS;
        header.route_id = draw.number() as u16;
        header.trace_id = draw.number();
        ids(&mut header, &mut meta, draw);
        Self { header, meta, body }
    }

    /// The packet as a frame.
    pub fn frame(&self) -> Frame<'_> {
        Frame { header: self.header, meta: self.meta, body: &self.body }
    }
}

/// A value that `rule` admits, `value` itself if it is one.
fn admitted(rule: Rule, width: usize, value: u64) -> u64 {
    // Beyond its width a field has no bits.
    let value = value & (u64::MAX >> (64 - 8 * width));
    if rule.admits(value) {
        return value;
    }
    match rule {
        Rule::Any => value,
        Rule::Zero => 0,
        Rule::Bits(mask) => value & mask,
        Rule::Max(max) => value % (max + 1),
        Rule::Range(low, high) => low + value % (high - low + 1),
        Rule::MaxOr(max, other) => match value % (max + 2) {
            value if value > max => other,
            value => value,
        },
    }
}

/// Rules between the fields of control metadata.
fn mend(meta: &mut Metadata) {
    match meta {
        Metadata::FlowUpdate(flow) if flow.retry_after_ms != 0 => {
            flow.flow_flags |= RETRY_AFTER_VALID;
        }
        Metadata::SessionMigrate(migrate) => {
            migrate.new_transport_id = 3 - migrate.old_transport_id;
        }
        Metadata::SessionPatch(SessionPatch { patch_mask, degrade_policy, .. })
            if *patch_mask & 0x04 != 0 =>
        {
            *degrade_policy %= 4;
        }
        Metadata::SessionOpenAck(ack) => session_code(&mut ack.session_error_code),
        Metadata::SessionClose(close) => session_code(&mut close.session_error_code),
        Metadata::SessionCloseAck(ack) => session_code(&mut ack.session_error_code),
        _ => {}
    }
}

/// None, or one of the seven of the family.
fn session_code(number: &mut u32) {
    *number = match *number % 8 {
        0 => 0,
        nth => code::SESSION_AUTH_FAILED + nth - 1,
    };
}

/// The ids that messages of this kind carry.
fn ids(header: &mut Header, meta: &mut Metadata, draw: &mut Draw<'_>) {
    let session = draw.number() as u32;
    let (frame, view) = (draw.number() as u32, draw.number() as u16);
    match meta {
        Metadata::FrameSubmit(_)
        | Metadata::FrameCancel
        | Metadata::ResultPush(_)
        | Metadata::ResultDrop => at(header, session.max(1), frame.max(1), view),
        Metadata::ResultHint(_) => {
            at(header, session.max(1), frame, if frame == 0 { 0 } else { view });
        }
        Metadata::FlowUpdate(update) => flow_ids(header, update, session),
        Metadata::Error(error) => error_ids(header, error, (session, frame, view)),
        Metadata::SessionOpenAck(ack) => {
            let granted = matches!(ack.session_status, OPENED | RESUMED) && session != 0;
            at(header, if granted { ack.session_id } else { session }, 0, 0);
        }
        Metadata::SessionPatch(_)
        | Metadata::SessionPatchAck(_)
        | Metadata::SessionClose(_)
        | Metadata::SessionCloseAck(_)
        | Metadata::SessionMigrate(_)
        | Metadata::SessionMigrateAck(_) => at(header, session.max(1), 0, 0),
        Metadata::CachePut(_)
        | Metadata::CacheAck(_)
        | Metadata::CacheInvalidate(_)
        | Metadata::Ping
        | Metadata::Pong => at(header, session, 0, 0),
        Metadata::ClientHello(_)
        | Metadata::ServerHelloAck(_)
        | Metadata::TransportProbe(_)
        | Metadata::TransportProbeAck(_)
        | Metadata::SessionOpen(_)
        | Metadata::Close => at(header, 0, 0, 0),
    }
}

fn at(header: &mut Header, session: u32, frame: u32, view: u16) {
    (header.session_id, header.frame_id, header.view_id) = (session, frame, view);
}

fn flow_ids(header: &mut Header, update: &mut FlowUpdate, session: u32) {
    let of_connection = update.scope_kind == flow::SCOPE_CONNECTION;
    at(header, if of_connection { 0 } else { session.max(1) }, 0, 0);
    update.operation_id = match update.scope_kind {
        flow::SCOPE_OPERATION => update.operation_id.max(1),
        _ => 0,
    };
}

fn error_ids(header: &mut Header, error: &mut Error, ids: (u32, u32, u16)) {
    let (session, frame, view) = match error.error_scope {
        SCOPE_CONNECTION => (0, 0, 0),
        SCOPE_SESSION => (ids.0.max(1), 0, 0),
        _ => (ids.0.max(1), ids.1.max(1), ids.2),
    };
    at(header, session, frame, view);
    error.related_session_id = session;
    error.related_frame_id = frame;
    error.related_view_id = u32::from(view);
}
