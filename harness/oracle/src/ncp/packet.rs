//! One decoded frame, with what its reader needs to know of it.

use super::model::Name;
use alloc::borrow::Cow;
use alloc::string::String;
use wireproof_base::{ConnId, Role, StreamId};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{Frame, Remarks};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::caps::SYSTEM_CAPS;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::violation::Violation;
use wireproof_wire::ncp::{Value, digest, tier};

/// A frame that a node sent or got and that can be read.
#[derive(Debug)]
pub(super) struct Packet<'a> {
    /// The connection.
    pub conn: ConnId,
    /// The stream.
    pub stream: StreamId,
    /// Whether the node sent it.
    pub mine: bool,
    /// Which side wrote it.
    pub author: Role,
    /// Its header.
    pub header: Header,
    /// Its type.
    pub kind: FrameType,
    /// Encoding of its payload.
    pub tier: Tier,
    /// The payload, no longer encrypted.
    pub plain: Cow<'a, [u8]>,
    /// Its members.
    pub frame: Frame,
    /// What was let pass.
    pub remarks: Remarks,
    /// A rule of the header it breaks although it can be read.
    pub taint: Option<Violation>,
    /// Digest of its records.
    pub digest: u64,
}

/// A frame that cannot be read, or must not be.
#[derive(Debug)]
pub(super) struct Fault {
    /// The connection.
    pub conn: ConnId,
    /// The stream.
    pub stream: StreamId,
    /// Whether the node sent it.
    pub mine: bool,
    /// Its header.
    pub header: Header,
    /// What is wrong.
    pub violation: Violation,
    /// What is wrong for those who let that pass.
    pub then: Option<Violation>,
    /// `stream_id` it names, if that much can be read.
    pub subject: Name,
    /// Whether nobody but its receiver can tell whether it is sound.
    pub opaque: bool,
}

impl Packet<'_> {
    /// A text member of a frame.
    #[inline]
    pub fn text(&self, name: &str) -> Option<&str> {
        text(&self.frame, name)
    }

    /// A text member as a name.
    pub fn name(&self, name: &str) -> Name {
        Name::of_optional(self.text(name))
    }

    /// The records of `data`.
    pub fn data(&self) -> &[Value] {
        match &self.frame {
            Frame::Stream(frame) => &frame.data,
            Frame::Caps(frame) => &frame.data,
            _ => &[],
        }
    }

    /// `seq`.
    pub fn seq(&self) -> Option<u64> {
        match &self.frame {
            Frame::Stream(frame) => Some(u64::from(frame.seq)),
            Frame::Diff(frame) => frame.seq,
            Frame::Companion(frame) => frame.members.get("seq").and_then(Value::as_uint),
            _ => None,
        }
    }

    /// Whether its receiver may refuse it by its header alone, whatever it says.
    pub const fn is_questionable(&self) -> bool {
        self.header.has_reserved() || self.remarks.final_wrong || self.taint.is_some()
    }

    /// `is_last`.
    pub const fn is_last(&self) -> bool {
        matches!(&self.frame, Frame::Stream(frame) if frame.is_last)
    }

    /// `error_code`, unless it is empty (reference 4.3).
    pub fn error_code(&self) -> Option<&str> {
        match &self.frame {
            Frame::Stream(frame) => frame.error_code.as_deref().filter(|code| !code.is_empty()),
            _ => None,
        }
    }

    /// `window_size`.
    pub fn window(&self) -> Option<u64> {
        match &self.frame {
            Frame::Stream(frame) => frame.window_size.map(u64::from),
            _ => None,
        }
    }

    /// `details.name` of an ErrorFrame.
    pub fn detail(&self, name: &str) -> Option<&str> {
        match &self.frame {
            Frame::Error(frame) => frame.detail(name),
            _ => None,
        }
    }

    /// A text member beside those of the table (`OP-39`).
    pub fn beside(&self, name: &str) -> Option<String> {
        let members = tier::decode(self.tier, &self.plain).ok()?;
        members.get(name).and_then(Value::as_text).map(String::from)
    }

    /// Whether it is a handshake CapsFrame.
    pub fn is_handshake_caps(&self) -> bool {
        self.text("anchor_ref") == Some(SYSTEM_CAPS) && self.kind == FrameType::Caps
    }

    /// Whether it belongs to a companion protocol and asks for no answer of NWP.
    pub const fn is_companion(&self) -> bool {
        matches!(self.kind.to_u8(), 0x20..0xF0)
    }

    /// Digest of the records of a frame, if it has any.
    pub fn digest_of(frame: &Frame) -> u64 {
        match frame {
            Frame::Stream(frame) => digest::records(&frame.data),
            Frame::Caps(frame) => digest::records(&frame.data),
            _ => 0,
        }
    }
}

/// A text member of a frame.
#[inline]
pub(super) fn text<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    match frame {
        Frame::Anchor(frame) if name == "anchor_id" => Some(&frame.anchor_id),
        Frame::Stream(frame) => match name {
            "stream_id" => Some(&frame.stream_id),
            "anchor_ref" => frame.anchor_ref.as_deref(),
            "request_id" => frame.request_id.as_deref(),
            _ => None,
        },
        Frame::Caps(frame) => match name {
            "anchor_ref" => Some(&frame.anchor_ref),
            "tokenizer_used" => frame.tokenizer_used.as_deref(),
            _ => None,
        },
        Frame::Diff(frame) => match name {
            "anchor_ref" => Some(&frame.anchor_ref),
            "stream_id" => frame.stream_id.as_deref(),
            "entity_id" => frame.entity_id.as_deref(),
            _ => None,
        },
        Frame::Query(frame) => match name {
            "anchor_ref" => frame.anchor_ref.as_deref(),
            "request_id" => frame.request_id.as_deref(),
            _ => None,
        },
        Frame::Action(frame) if name == "request_id" => frame.request_id.as_deref(),
        Frame::Subscribe(frame) => match name {
            "stream_id" => Some(&frame.stream_id),
            "anchor_ref" => frame.anchor_ref.as_deref(),
            "action" => Some(&frame.action),
            _ => None,
        },
        Frame::Error(frame) => match name {
            "status" => Some(&frame.status),
            "error" => Some(&frame.error),
            _ => None,
        },
        Frame::Companion(frame) => frame.members.get(name).and_then(Value::as_text),
        _ => None,
    }
}
