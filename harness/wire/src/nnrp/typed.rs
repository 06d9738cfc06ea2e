//! Typed payload descriptors and extension frame descriptors of a data body,
//! NNRP §9.2A, §12.7, preview2 §7.3, §7.4 (reference 5.1, 5.2).

use super::layout::{Layout, Rule, layout};
use super::violation::Violation;

/// `descriptor_flags`: last fragment of its payload stream.
pub const TERMINAL: u16 = 0x1;
/// `descriptor_flags`: usable fragment, more to come.
pub const PARTIAL: u16 = 0x2;
/// `descriptor_flags`: another schema than the session default.
pub const SCHEMA_OVERRIDE: u16 = 0x4;

/// `stream_semantics`: one discrete event.
pub const SEMANTICS_EVENT: u16 = 4;
/// `stream_semantics`: a step of a tool call.
pub const SEMANTICS_TOOL_UPDATE: u16 = 5;

layout! {
    /// Typed payload descriptor.
    pub struct TypedDescriptor[24] {
        profile_id: u16 @ 0,
        descriptor_flags: u16 @ 2 => Rule::Bits(0xF), "NNRP-PAY-009",
        schema_id: u32 @ 4,
        schema_version: u32 @ 8,
        stream_semantics: u16 @ 12 => Rule::Max(5), "NNRP-PAY-009", "R-51",
        reserved0: u16 @ 14 => Rule::Zero, "NNRP-ENC-003",
        offset: u32 @ 16,
        length: u32 @ 20,
    }

    /// Extension frame descriptor.
    pub struct ExtensionFrame[16] {
        extension_kind: u16 @ 0,
        extension_flags: u16 @ 2 => Rule::Bits(0x1), "NNRP-PAY-020",
        profile_id: u16 @ 4,
        reserved0: u16 @ 6 => Rule::Zero, "NNRP-PAY-020",
        payload_offset: u32 @ 8,
        payload_length: u32 @ 12,
    }
}

/// One typed payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypedPayload<'a> {
    /// What it is.
    pub descriptor: TypedDescriptor,
    /// Its bytes.
    pub payload: &'a [u8],
}

/// The typed payloads of two regions that [`check`] has accepted.
pub fn payloads<'a>(
    descriptors: &'a [u8],
    frames: &'a [u8],
) -> impl Iterator<Item = TypedPayload<'a>> {
    descriptors.chunks_exact(TypedDescriptor::LEN).filter_map(move |bytes| {
        let descriptor = TypedDescriptor::read(bytes)?;
        let start = descriptor.offset as usize;
        let payload = frames.get(start..start.checked_add(descriptor.length as usize)?)?;
        Some(TypedPayload { descriptor, payload })
    })
}

/// Checks the typed descriptors that start `at` bytes into the packet
/// (NNRP-PAY-009, -011, -012, -015).
pub fn check(descriptors: &[u8], frame_len: usize, at: usize) -> Result<(), Violation> {
    let mut end = 0;
    for (index, bytes) in descriptors.chunks_exact(TypedDescriptor::LEN).enumerate() {
        let Some(descriptor) = TypedDescriptor::read(bytes) else { continue };
        let place = at + index * TypedDescriptor::LEN;
        descriptor
            .check()
            .map_err(|v| Violation { layer: super::Layer::Body, ..v.shifted(place) })?;
        let flags = descriptor.descriptor_flags;
        if flags & TERMINAL != 0 && flags & PARTIAL != 0 {
            let found = u64::from(flags);
            return Err(Violation::body("NNRP-PAY-015", "descriptor_flags", place + 2, found));
        }
        let start = u64::from(descriptor.offset);
        let stop = start + u64::from(descriptor.length);
        if stop > frame_len as u64 {
            return Err(Violation::body("NNRP-PAY-011", "length", place + 20, stop));
        }
        if start < end {
            let violation = Violation::body("NNRP-PAY-012", "offset", place + 16, start);
            return Err(violation.read("R-17"));
        }
        end = stop;
    }
    Ok(())
}

/// Checks the extension frame descriptors that start `at` bytes into the packet
/// (NNRP-PAY-020, -022).
pub fn check_extension_frames(
    descriptors: &[u8],
    payload_len: usize,
    at: usize,
) -> Result<(), Violation> {
    let mut end = 0;
    for (index, bytes) in descriptors.chunks_exact(ExtensionFrame::LEN).enumerate() {
        let Some(frame) = ExtensionFrame::read(bytes) else { continue };
        let place = at + index * ExtensionFrame::LEN;
        frame.check().map_err(|v| Violation { layer: super::Layer::Body, ..v.shifted(place) })?;
        let start = u64::from(frame.payload_offset);
        let stop = start + u64::from(frame.payload_length);
        if stop > payload_len as u64 || start < end {
            return Err(Violation::body("NNRP-PAY-022", "payload_offset", place + 8, start));
        }
        end = stop;
    }
    Ok(())
}

/// The family a descriptor belongs to as a bit of `payload_kind_bitmap`, among those announced
/// `None` if it cannot be told or was not announced.
pub fn family(descriptor: &TypedDescriptor, announced: u32) -> Option<u32> {
    use super::submit::{STRUCTURED_EVENT, TENSOR, TOKEN_CHUNK, TOOL_DELTA};
    let bit = match descriptor.profile_id {
        1 => TENSOR,
        2 => TOKEN_CHUNK,
        _ => match announced & !(TENSOR | TOKEN_CHUNK) {
            0 => return None,
            rest if rest.count_ones() == 1 => rest,
            _ => match descriptor.stream_semantics {
                SEMANTICS_EVENT => STRUCTURED_EVENT,
                SEMANTICS_TOOL_UPDATE => TOOL_DELTA,
                _ => return None,
            },
        },
    };
    (announced & bit != 0).then_some(bit)
}
