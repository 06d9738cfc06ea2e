//! One packet under the hands of a defect.

use wireproof_base::{ConnId, Instant};
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::layout::{Field, Layout, Rule};
use wireproof_wire::nnrp::{Frame, Header, MessageType};

/// Other packets that a defect adds, in the order they are to go.
#[derive(Debug, Default)]
pub struct Added {
    /// Ahead of the packet.
    pub before: Vec<Vec<u8>>,
    /// Behind it.
    pub after: Vec<Vec<u8>>,
    /// Back to where it came from; only for packets that arrived.
    pub replies: Vec<Vec<u8>>,
}

impl Added {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.before.clear();
        self.after.clear();
        self.replies.clear();
    }
}

/// A packet that is at least as long as its header, and what becomes of it.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The packet.
    pub bytes: &'a mut Vec<u8>,
    /// Packets to go with it.
    pub added: &'a mut Added,
    /// Whether it goes on at all.
    pub dropped: bool,
    /// When.
    pub now: Instant,
    /// The connection it goes or came on; changed, the packet takes the control stream of the
    /// other one.
    pub conn: ConnId,
}

impl Edit<'_> {
    /// Its type, if it has one.
    pub fn kind(&self) -> Option<MessageType> {
        self.bytes.get(6).and_then(|&kind| MessageType::from_u8(kind))
    }

    /// Whether it is of `kind`.
    pub fn is(&self, kind: MessageType) -> bool {
        self.kind() == Some(kind)
    }

    /// Value of a field; 0 if the packet has none of that name.
    pub fn get(&self, name: &str) -> u64 {
        let Some((field, at)) = self.find(name) else { return 0 };
        let Some(bytes) = self.bytes.get(at..at + field.width) else { return 0 };
        let mut raw = [0; 8];
        raw[..field.width].copy_from_slice(bytes);
        u64::from_le_bytes(raw)
    }

    /// The same in 32 bits.
    pub fn get32(&self, name: &str) -> u32 {
        self.get(name) as u32
    }

    /// Sets a field, cut to its width; nothing happens if the packet has none of that name.
    pub fn set(&mut self, name: &str, value: u64) {
        let Some((field, at)) = self.find(name) else { return };
        if let Some(bytes) = self.bytes.get_mut(at..at + field.width) {
            bytes.copy_from_slice(&value.to_le_bytes()[..field.width]);
        }
    }

    /// Reverses the bytes of a field.
    pub fn reverse(&mut self, name: &str) {
        let Some((field, at)) = self.find(name) else { return };
        if let Some(bytes) = self.bytes.get_mut(at..at + field.width) {
            bytes.reverse();
        }
    }

    /// Makes every field say what its rule admits: reserved ones zero, unassigned bits clear,
    /// values above the highest the highest.
    pub fn mend(&mut self) {
        let Some(kind) = self.kind() else { return };
        for field in kind.fields() {
            let value = self.get(field.name);
            if !field.rule.admits(value) {
                let mended = match field.rule {
                    Rule::Any | Rule::Zero => 0,
                    Rule::Bits(mask) => value & mask,
                    Rule::Max(max) | Rule::MaxOr(max, _) => max,
                    Rule::Range(low, _) => low,
                };
                self.set(field.name, mended);
            }
        }
    }

    /// Withholds it.
    pub fn withhold(&mut self) {
        self.dropped = true;
    }

    /// Sends it twice.
    pub fn double(&mut self) {
        self.added.after.push(self.bytes.clone());
    }

    /// Session, lane and frame of its header.
    pub fn operation(&self) -> (u32, u32, u32) {
        let (session, lane) = (self.get32("header.session_id"), self.get32("header.view_id"));
        (session, lane, self.get32("header.frame_id"))
    }

    /// The decoded packet, if it is well formed.
    pub fn frame(&self) -> Option<Frame<'_>> {
        Frame::decode(self.bytes).ok()
    }

    /// Whether it is a result that ends its operation.
    pub fn is_terminal_result(&self) -> bool {
        const EOS: u64 = wireproof_wire::nnrp::header::EOS as u64;
        self.is(MessageType::ResultPush)
            && (self.get("header.flags") & EOS != 0
                || (self.get("result_class") != 1 && self.get("result_flags") & 4 == 0))
    }

    fn find(&self, name: &str) -> Option<(Field, usize)> {
        let (fields, base, name) = match name.strip_prefix("header.") {
            Some(name) => (Header::FIELDS, 0, name),
            None => (self.kind()?.fields(), HEADER_LEN, name),
        };
        fields.iter().find(|field| field.name == name).map(|field| (*field, base + field.offset))
    }
}
