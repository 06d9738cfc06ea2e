//! One message with the frames in its body.

use crate::ncp::packet;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_base::{ConnId, StreamId};
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{Frame, read_bare, read_noting};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::http::{Message, Start, content};
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::violation::Violation;
use wireproof_wire::ncp::{Value, tier};

/// A message that a node sent or got and that can be read.
#[derive(Debug)]
pub(in crate::ncp) struct Post {
    /// The connection.
    pub conn: ConnId,
    /// The exchange.
    pub stream: StreamId,
    /// Whether the node sent it.
    pub mine: bool,
    /// Start, header fields and body.
    pub message: Message,
    /// What the body is.
    pub body: Body,
}

/// A body.
#[derive(Debug)]
pub(in crate::ncp) enum Body {
    /// Nothing.
    Empty,
    /// Whole frames and nothing else.
    Frames(Vec<Carried>),
    /// An object of JSON without the header of a frame, and the frame that it is all the same
    /// (`OP-38`).
    Json(Vec<Carried>),
    /// A frame that breaks a rule.
    Broken(Violation),
    /// Neither.
    Other,
}

/// One frame in a body.
#[derive(Debug)]
pub(in crate::ncp) struct Carried {
    /// Its members.
    pub frame: Frame,
}

impl Post {
    /// The message with its body read.
    pub fn new(conn: ConnId, stream: StreamId, mine: bool, message: Message) -> Self {
        let body = Body::of(&message.body);
        Self { conn, stream, mine, message, body }
    }

    /// Method and sub-path of a request.
    pub fn request(&self) -> Option<(&str, Option<SubPath>)> {
        match &self.message.start {
            Start::Request { method, target } => Some((method, subject(target))),
            Start::Response { .. } => None,
        }
    }

    /// Status of a response.
    pub const fn status(&self) -> Option<u16> {
        match self.message.start {
            Start::Response { status } => Some(status),
            Start::Request { .. } => None,
        }
    }

    /// Its frames; none where the body is something else.
    pub fn frames(&self) -> &[Carried] {
        match &self.body {
            Body::Frames(frames) | Body::Json(frames) => frames,
            _ => &[],
        }
    }

    /// Whether its body has to consist of frames: that of a request for one, or under the type.
    pub fn carries(&self) -> bool {
        let kind = self.message.content_type();
        match self.request() {
            Some(("POST", sub)) => kind == content::FRAME || sub.is_some_and(takes_frames),
            Some(_) => kind == content::FRAME,
            None => kind == content::CAPSULE,
        }
    }
}

impl Body {
    fn of(bytes: &[u8]) -> Self {
        match bytes.first() {
            None => return Self::Empty,
            Some(b'{') => {
                return match tier::decode(Tier::Json, bytes) {
                    Ok(Value::Map(_)) => Self::Json(
                        read_bare(bytes)
                            .map_or_else(|_| Vec::new(), |frame| vec![Carried { frame }]),
                    ),
                    _ => Self::Other,
                };
            }
            Some(_) => {}
        }
        let mut frames = Vec::new();
        let mut rest = bytes;
        while let Split::Frame { header_len, payload_len } = split(rest) {
            let (bytes, after) = rest.split_at(header_len + payload_len);
            rest = after;
            let Some((header, _)) = Header::read(bytes) else { return Self::Other };
            let read = terms::check(&header, &TERMS)
                .and_then(|()| read_noting(&header, &bytes[header_len..]));
            match read {
                Ok((frame, _)) => frames.push(Carried { frame }),
                Err(violation) => return Self::Broken(violation),
            }
        }
        if rest.is_empty() { Self::Frames(frames) } else { Self::Other }
    }
}

impl Carried {
    /// Its type.
    pub fn kind(&self) -> FrameType {
        self.frame.kind()
    }

    /// A text member; a schema is referred to by its identifier.
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.frame {
            Frame::Anchor(frame) if name == "anchor_ref" => Some(&frame.anchor_id),
            Frame::Caps(_) | Frame::Stream(_) | Frame::Query(_) | Frame::Action(_) => {
                packet::text(&self.frame, name)
            }
            _ => None,
        }
    }
}

/// The sub-path at the end of a target (`OP-41`).
fn subject(target: &str) -> Option<SubPath> {
    let path = target.split('?').next().unwrap_or_default();
    SubPath::from_name(path.rsplit('/').next().unwrap_or_default())
}

/// Whether frames are posted there.
const fn takes_frames(sub: SubPath) -> bool {
    matches!(sub, SubPath::Query | SubPath::Stream | SubPath::Invoke | SubPath::Subscribe)
}

/// Nothing is agreed over HTTP: either encoding, either header, any length, no encryption.
const TERMS: Terms = Terms { ext: true, limit: u32::MAX, ..Terms::HANDSHAKE };
