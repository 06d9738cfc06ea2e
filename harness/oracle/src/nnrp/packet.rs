//! One decoded packet, with what the model knows of it before it takes effect.

use super::model::{Node, Op, Session};
use wireproof_base::{ConnId, Role, StreamId};
use wireproof_wire::nnrp::body::{Regions, extension_block};
use wireproof_wire::nnrp::extension::unknown_critical;
use wireproof_wire::nnrp::header::EOS;
use wireproof_wire::nnrp::result::{CLASS_PARTIAL, FLAG_PARTIAL, ResultPush};
use wireproof_wire::nnrp::{Frame, Header, MessageType, Metadata, Refusal, typed};

/// A packet that a node sent or got.
#[derive(Debug)]
pub(super) struct Packet<'a> {
    /// The connection.
    pub conn: ConnId,
    /// Whether the node sent it.
    pub mine: bool,
    /// Which side wrote it.
    pub author: Role,
    /// The packet.
    pub frame: Frame<'a>,
    /// The session it names, as an index into the node.
    pub session: Option<usize>,
    /// The operation it names, as an index into the session.
    pub op: Option<usize>,
    /// The request it answers, as an index into the connection.
    pub request: Option<usize>,
    /// What a result says about the end of its operation.
    pub finality: Finality,
}

/// Bytes that are no packet.
#[derive(Debug)]
pub(super) struct Garbled {
    /// The connection.
    pub conn: ConnId,
    /// The stream.
    pub stream: StreamId,
    /// Whether the node sent them.
    pub mine: bool,
    /// What is wrong.
    pub refusal: Refusal,
}

/// Whether a result ends its operation (`R-21`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Finality {
    /// More will follow.
    #[default]
    More,
    /// It ends the operation, whatever hint one ranks first.
    Plain,
    /// It ends the operation by the order that `R-21` gives the hints.
    Ranked,
}

impl<'a> Packet<'a> {
    /// Looks up what `node` knows of `frame`.
    #[inline]
    pub fn new(node: &Node, conn: ConnId, mine: bool, frame: Frame<'a>) -> Self {
        let author = if mine { node.role } else { node.role.peer() };
        let header = &frame.header;
        let session = match header.session_id {
            0 => None,
            id => node.find_session(id),
        };
        let op = match (session, header.frame_id) {
            (None, _) | (_, 0) => None,
            (Some(index), _) => node.sessions[index].find_op(header.operation_id()),
        };
        let request = node.conns[conn.0 as usize].find_request(&frame, mine);
        let finality = match &frame.meta {
            Metadata::ResultPush(push) => finality(&frame, push),
            _ => Finality::More,
        };
        Self { conn, mine, author, frame, session, op, request, finality }
    }

    /// Its type.
    pub const fn kind(&self) -> MessageType {
        self.frame.kind()
    }

    /// The only side that sends messages of its type, if there is one (reference 2.1).
    pub const fn side(&self) -> Option<Role> {
        match self.kind() {
            MessageType::ClientHello
            | MessageType::SessionOpen
            | MessageType::SessionPatch
            | MessageType::FrameSubmit
            | MessageType::FrameCancel
            | MessageType::TransportProbe
            | MessageType::SessionMigrate => Some(Role::Client),
            MessageType::ServerHelloAck
            | MessageType::SessionOpenAck
            | MessageType::SessionPatchAck
            | MessageType::ResultPush
            | MessageType::ResultDrop
            | MessageType::ResultHint
            | MessageType::TransportProbeAck
            | MessageType::SessionMigrateAck => Some(Role::Server),
            _ => None,
        }
    }

    /// Whether it demands an extension that nobody knows (NNRP-EXT-003).
    pub fn not_understood(&self) -> bool {
        !self.frame.body.is_empty()
            && unknown_critical(extension_block(&self.frame)).is_some()
            && self.kind() != MessageType::Close
    }

    /// Whether the other side would have to send it.
    pub fn misplaced(&self) -> bool {
        self.side().is_some_and(|side| side != self.author)
    }

    /// Its header.
    pub const fn header(&self) -> &Header {
        &self.frame.header
    }

    /// The session it names, if the node knows it.
    pub fn session_in<'n>(&self, node: &'n Node) -> Option<&'n Session> {
        self.session.map(|index| &node.sessions[index])
    }

    /// The operation it names, if the node knows it.
    pub fn op_in<'n>(&self, node: &'n Node) -> Option<&'n Op> {
        let session = self.session_in(node)?;
        self.op.map(|index| &session.ops[index])
    }

    /// Bytes and FNV-1a 64 of the typed payloads in order.
    pub fn payload(&self) -> (u32, u64) {
        let (mut bytes, mut hash) = (0u32, 0xcbf2_9ce4_8422_2325u64);
        for typed in typed_payloads(&self.frame) {
            bytes += typed.payload.len() as u32;
            for &byte in typed.payload {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        (bytes, hash)
    }
}

fn finality(frame: &Frame<'_>, push: &ResultPush) -> Finality {
    let hinted = push.result_class == CLASS_PARTIAL
        || push.result_flags & FLAG_PARTIAL != 0
        || typed_payloads(frame).any(|part| part.descriptor.descriptor_flags & typed::PARTIAL != 0);
    match (frame.header.flags & EOS != 0, hinted) {
        (true, false) => Finality::Plain,
        (false, true) => Finality::More,
        _ => Finality::Ranked,
    }
}

/// The regions of a data message that has any besides its typed payloads.
pub(super) fn regions<'a>(frame: &Frame<'a>) -> Option<Regions<'a>> {
    let word = |at: usize| {
        let bytes = frame.body.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_le_bytes)
    };
    // References and extension frames are rare, and looking for them costs a walk.
    if word(4) == 0 && word(16) == 0 {
        return None;
    }
    frame.data()?.regions().copied()
}

/// The typed payloads of a data message. `Frame::data` would check the whole body once more, and
/// what reaches the model is checked already.
pub(super) fn typed_payloads<'a>(
    frame: &Frame<'a>,
) -> impl Iterator<Item = typed::TypedPayload<'a>> + use<'a> {
    let count = match &frame.meta {
        Metadata::FrameSubmit(submit) => submit.payload_frame_count,
        Metadata::ResultPush(push) => push.payload_frame_count,
        _ => 0,
    };
    let body = if count == 0 { &[] } else { frame.body };
    // The prelude starts with the lengths of the first four regions, and follows on 32 bytes.
    let len = |at: usize| {
        let bytes = body.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_le_bytes) as usize
    };
    let start = 32 + len(0) + len(4);
    let middle = start + len(8);
    let descriptors = body.get(start..middle).unwrap_or_default();
    let frames = body.get(middle..middle + len(12)).unwrap_or_default();
    typed::payloads(descriptors, frames)
}
