//! A whole packet: strict decoding in the order of table 1.5, and encoding.

use super::framing::{DEFAULT_MAX_BODY, Split, split};
use super::header::HEADER_LEN;
use super::layout::Layout;
use super::violation::{Kind, Violation};
use super::{Header, MessageType, Metadata, body, ids};
use alloc::vec::Vec;

/// A decoded packet. The body is borrowed; its blocks are viewed through [`super::body`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The common header.
    pub header: Header,
    /// The fixed metadata.
    pub meta: Metadata,
    /// The body, already checked against the metadata.
    pub body: &'a [u8],
}

/// Why a packet was refused, with as much of it as could be read: the answer needs the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The first broken rule.
    pub violation: Violation,
    /// The header, if there were 40 bytes.
    pub header: Option<Header>,
    /// The type, if it is assigned.
    pub kind: Option<MessageType>,
}

impl<'a> Frame<'a> {
    /// A frame with consistent lengths and everything else zero.
    pub fn new(meta: impl Into<Metadata>, body: &'a [u8]) -> Self {
        let meta = meta.into();
        let kind = meta.message_type();
        let mut header = Header::new(kind as u8);
        header.meta_len = kind.metadata_len() as u32;
        header.body_len = body.len() as u32;
        Self { header, meta, body }
    }

    /// The same with session, frame and lane.
    pub const fn at(mut self, session_id: u32, frame_id: u32, view_id: u16) -> Self {
        self.header.session_id = session_id;
        self.header.frame_id = frame_id;
        self.header.view_id = view_id;
        self
    }

    /// The same with a trace id.
    pub const fn traced(mut self, trace_id: u64) -> Self {
        self.header.trace_id = trace_id;
        self
    }

    /// The same with header flags.
    pub const fn flagged(mut self, flags: u32) -> Self {
        self.header.flags = flags;
        self
    }

    /// Type of the message.
    pub const fn kind(&self) -> MessageType {
        self.meta.message_type()
    }

    /// Decodes exactly one packet with the default body limit.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::decode_within(bytes, DEFAULT_MAX_BODY)
    }

    /// Decodes exactly one packet: steps 1 to 11 and 13 of table 1.5.
    #[inline]
    pub fn decode_within(bytes: &'a [u8], max_body: u32) -> Result<Self, Refusal> {
        // Nothing wrong is the usual case, and then the order of the checks does not matter.
        if let Some((header, kind, meta_bytes, body)) = sound_header(bytes, max_body)
            && let Some(meta) = &Metadata::read_admitted(kind, meta_bytes)
            && body::check_metadata(meta).is_ok()
            && ids::check(&header, meta).is_ok()
            && body::check(meta, body).is_ok()
        {
            return Ok(Self { header, meta: *meta, body });
        }
        Self::decode_checked(bytes, max_body)
    }

    /// The same packet with the checks one by one in the order of the table.
    #[cold]
    pub(super) fn decode_checked(bytes: &'a [u8], max_body: u32) -> Result<Self, Refusal> {
        let header = Header::read(bytes);
        let kind = header.and_then(|header| MessageType::from_u8(header.msg_type));
        Self::decode_parts(bytes, max_body, header, kind).map_err(|violation| Refusal {
            violation,
            header,
            kind,
        })
    }

    fn decode_parts(
        bytes: &'a [u8],
        max_body: u32,
        header: Option<Header>,
        kind: Option<MessageType>,
    ) -> Result<Self, Violation> {
        let Some(header) = header else { return Err(wrong_size(bytes.len())) };
        header.check_fixed()?;
        let Some(kind) = kind else {
            let found = u64::from(header.msg_type);
            let violation = Violation::header("NNRP-HDR-005", "msg_type", 6, found);
            return Err(violation.of(Kind::MalformedHeader));
        };
        if header.meta_len as usize != kind.metadata_len() {
            let found = u64::from(header.meta_len);
            return Err(wrong_metadata_length(found, kind));
        }
        match split(bytes, max_body)? {
            Split::Packet(len) if len == bytes.len() => {}
            _ => return Err(wrong_size(bytes.len())),
        }
        let (meta_bytes, body) = bytes[HEADER_LEN..].split_at(kind.metadata_len());
        let Some(meta) = Metadata::read(kind, meta_bytes) else {
            return Err(wrong_size(bytes.len()));
        };
        meta.check().map_err(|violation| violation.shifted(HEADER_LEN))?;
        body::check_metadata(&meta).map_err(|violation| violation.shifted(HEADER_LEN))?;
        ids::check(&header, &meta)?;
        body::check(&meta, body)?;
        Ok(Self { header, meta, body })
    }

    /// Appends the packet as it stands, right or wrong.
    #[inline]
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.header.write(out);
        self.meta.write(out);
        out.extend_from_slice(self.body);
    }

    /// The packet as bytes of its own.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN + 80 + self.body.len());
        self.encode(&mut out);
        out
    }

    /// Value of a header field (`header.` before its name) or a metadata field.
    pub fn get(&self, name: &str) -> Option<u64> {
        match name.strip_prefix("header.") {
            Some(name) => self.header.get(name),
            None => self.meta.get(name),
        }
    }
}

/// Cuts a packet whose header is in order; `None` if anything is not.
#[inline(always)]
fn sound_header(bytes: &[u8], max_body: u32) -> Option<(Header, MessageType, &[u8], &[u8])> {
    let header = Header::read(bytes)?;
    let kind = MessageType::from_u8(header.msg_type)?;
    let meta_len = kind.metadata_len();
    let (meta, body) = bytes[HEADER_LEN..].split_at_checked(meta_len)?;
    let sound = header.admitted()
        & (header.meta_len as usize == meta_len)
        & (header.body_len as usize == body.len())
        & (header.body_len <= max_body);
    sound.then_some((header, kind, meta, body))
}

#[cold]
fn wrong_metadata_length(found: u64, kind: MessageType) -> Violation {
    if matches!(kind, MessageType::Ping | MessageType::Pong) {
        return Violation::header("NNRP-CON-009", "meta_len", 12, found);
    }
    let violation = Violation::header("NNRP-HDR-007", "meta_len", 12, found);
    // Only refusing *more* than the table says rests on a reading.
    if found > kind.metadata_len() as u64 { violation.read("R-45") } else { violation }
}

#[cold]
fn wrong_size(len: usize) -> Violation {
    Violation::header("NNRP-ENC-006", "body_len", 16, len as u64).of(Kind::LengthMismatch)
}
