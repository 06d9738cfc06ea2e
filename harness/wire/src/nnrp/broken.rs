//! Frames that break rules on purpose: any field, any byte, any length.

use super::header::HEADER_LEN;
use super::layout::{Field, Layout};
use super::{Frame, Header, MessageType};
use alloc::vec::Vec;

/// A packet as bytes, edited without regard to any rule. Lengths in the header stay as they are
/// unless [`RawFrame::fix_lengths`] is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame {
    bytes: Vec<u8>,
    kind: MessageType,
}

/// No field of that name in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownField;

impl RawFrame {
    /// Starts from a well-formed frame.
    pub fn new(frame: &Frame<'_>) -> Self {
        Self { bytes: frame.to_vec(), kind: frame.kind() }
    }

    /// Overwrites a header field (`header.` before its name) or a metadata field of the type the
    /// frame started as. The value is cut to the width of the field.
    pub fn set(&mut self, name: &str, value: u64) -> Result<(), UnknownField> {
        let (field, base) = self.find(name).ok_or(UnknownField)?;
        let at = base + field.offset;
        let raw = value.to_le_bytes();
        let Some(slot) = self.bytes.get_mut(at..at + field.width) else {
            return Err(UnknownField);
        };
        slot.copy_from_slice(&raw[..field.width]);
        Ok(())
    }

    /// The field called `name` and the offset of its structure in the packet.
    fn find(&self, name: &str) -> Option<(Field, usize)> {
        let (fields, base, name) = match name.strip_prefix("header.") {
            Some(name) => (Header::FIELDS, 0, name),
            None => (self.kind.fields(), HEADER_LEN, name),
        };
        fields.iter().find(|field| field.name == name).map(|field| (*field, base))
    }

    /// Overwrites one byte; nothing happens beyond the end.
    pub fn set_byte(&mut self, at: usize, value: u8) {
        if let Some(byte) = self.bytes.get_mut(at) {
            *byte = value;
        }
    }

    /// Flips the bits of `mask` in one byte; nothing happens beyond the end.
    pub fn flip(&mut self, at: usize, mask: u8) {
        if let Some(byte) = self.bytes.get_mut(at) {
            *byte ^= mask;
        }
    }

    /// Cuts the packet to `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// Appends bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Inserts bytes at `at`, or at the end if that lies beyond.
    pub fn insert(&mut self, at: usize, bytes: &[u8]) {
        let at = at.min(self.bytes.len());
        self.bytes.splice(at..at, bytes.iter().copied());
    }

    /// Makes `body_len` say what follows the metadata.
    pub fn fix_lengths(&mut self) {
        let body = self.bytes.len().saturating_sub(HEADER_LEN + self.kind.metadata_len());
        // The field exists in every header; a packet cut shorter keeps its bytes.
        let _ = self.set("header.body_len", body as u64);
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, owned.
    pub fn into_vec(self) -> Vec<u8> {
        self.bytes
    }
}
