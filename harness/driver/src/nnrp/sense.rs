//! Rules on the content of a single message that its layout does not carry: what a whole decoder
//! refuses beyond the shape. Rules that need an earlier message are not here.

use super::decode::refused;
use crate::Refused;
use wireproof_wire::nnrp::extension::{self, Extensions};
use wireproof_wire::nnrp::hello::ClientHello;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::patch::SessionPatchAck;
use wireproof_wire::nnrp::session::{OPENED, RESUMED, SessionOpenAck};
use wireproof_wire::nnrp::typed::ExtensionFrame;
use wireproof_wire::nnrp::violation::Kind;
use wireproof_wire::nnrp::{Frame, Metadata, Violation, body};

/// Checks a packet whose layout is right.
pub fn check(frame: &Frame<'_>) -> Result<(), Refused> {
    metadata(&frame.meta)?;
    critical(frame)?;
    extensions(frame)
}

/// Checks fixed metadata whose fields are right one by one.
pub fn metadata(meta: &Metadata) -> Result<(), Refused> {
    match meta {
        Metadata::ClientHello(hello) => client_hello(hello),
        Metadata::SessionOpenAck(ack) => open_ack(ack),
        Metadata::SessionPatchAck(ack) => patch_ack(ack),
        _ => Ok(()),
    }
    .map_err(|violation| refused(&violation))
}

fn fault(
    requirement: &'static str,
    reading: &'static str,
    field: &'static str,
    found: u64,
) -> Result<(), Violation> {
    Err(Violation::metadata(requirement, field, 0, found).read(reading))
}

/// NNRP-NEG-004, -005.
fn client_hello(hello: &ClientHello) -> Result<(), Violation> {
    let (low, high) = (hello.min_version_major, hello.max_version_major);
    let of = |kind| move |violation: Violation| violation.of(kind);
    if low > 1 || high < 1 {
        return fault("NNRP-NEG-004", "R-13", "min_version_major", u64::from(low))
            .map_err(of(Kind::UnsupportedVersion));
    }
    if hello.supported_wire_format_bitmap & 1 == 0 {
        let found = u64::from(hello.supported_wire_format_bitmap);
        return fault("NNRP-NEG-005", "R-09", "supported_wire_format_bitmap", found)
            .map_err(of(Kind::UnsupportedVersion));
    }
    for (field, value) in [
        ("supported_profile_bitmap", hello.supported_profile_bitmap),
        ("supported_payload_kind_bitmap", hello.supported_payload_kind_bitmap),
    ] {
        if value == 0 {
            return fault("NNRP-NEG-005", "R-09", field, 0)
                .map_err(of(Kind::UnsupportedCapability));
        }
    }
    Ok(())
}

/// NNRP-SES-010, -014, -037, NNRP-RES-004, -005.
fn open_ack(ack: &SessionOpenAck) -> Result<(), Violation> {
    if !matches!(ack.session_status, OPENED | RESUMED) {
        return match ack.session_error_code {
            0 => Err(Violation::metadata("NNRP-SES-014", "session_error_code", 48, 0)),
            _ => Ok(()),
        };
    }
    if ack.session_id == 0 {
        return Err(Violation::metadata("NNRP-SES-010", "session_id", 0, 0));
    }
    if ack.max_in_flight_operations == 0 {
        return fault("NNRP-SES-037", "R-46", "max_in_flight_operations", 0);
    }
    if ack.granted_operation_credit > ack.max_in_flight_operations {
        let found = u64::from(ack.granted_operation_credit);
        return fault("NNRP-SES-037", "R-25", "granted_operation_credit", found);
    }
    let resumable = ack.session_flags_ack & 1 != 0;
    if resumable && (ack.resume_window_ms == 0 || ack.resume_token_bytes == 0) {
        return fault("NNRP-RES-005", "R-37", "resume_window_ms", u64::from(ack.resume_window_ms));
    }
    if ack.session_status == RESUMED && (!resumable || ack.session_error_code != 0) {
        let found = u64::from(ack.session_error_code);
        return fault("NNRP-RES-004", "R-37", "session_error_code", found);
    }
    Ok(())
}

/// NNRP-PAT-004, -005, -009.
fn patch_ack(ack: &SessionPatchAck) -> Result<(), Violation> {
    let bytes = ack.profile_patch_ack_bytes;
    if ack.effective_profile_id == 1 && bytes != 0 && bytes != 16 {
        let found = u64::from(bytes);
        return Err(Violation::metadata("NNRP-PAT-009", "profile_patch_ack_bytes", 44, found));
    }
    let (applied, rejected) = (ack.applied_patch_mask, ack.rejected_patch_mask);
    if applied & rejected != 0 {
        return fault("NNRP-PAT-004", "R-34", "rejected_patch_mask", u64::from(rejected));
    }
    let fits = match ack.status {
        0 => rejected == 0 && ack.reason == 0,
        1 => applied != 0 && rejected != 0 && ack.reason != 0,
        _ => applied == 0 && ack.reason != 0,
    };
    if fits { Ok(()) } else { fault("NNRP-PAT-005", "R-34", "status", u64::from(ack.status)) }
}

/// Critical extensions that nobody knows are refused (NNRP-EXT-003, NNRP-PAY-021).
fn critical(frame: &Frame<'_>) -> Result<(), Refused> {
    let unknown = match extension::unknown_critical(body::extension_block(frame)) {
        Some(entry) => Some(("NNRP-EXT-003", entry.ext_type)),
        None => frame.data().and_then(|data| {
            let region = data.regions()?.extension_descriptors;
            let mut frames = region.chunks_exact(ExtensionFrame::LEN);
            let critical = frames.find_map(|bytes| {
                ExtensionFrame::read(bytes).filter(|frame| frame.extension_flags & 1 != 0)
            })?;
            Some(("NNRP-PAY-021", critical.extension_kind))
        }),
    };
    let Some((requirement, number)) = unknown else { return Ok(()) };
    let violation = Violation::body(requirement, "ext_type", 0, u64::from(number));
    Err(refused(&violation.of(Kind::UnsupportedCapability)))
}

/// Payload capabilities: bits 0 to 6, and no critical extension frame (NNRP-NEG-006).
fn extensions(frame: &Frame<'_>) -> Result<(), Refused> {
    const PAYLOAD_CAPABILITIES: [u16; 2] = [0x0105, 0x0106];
    for entry in Extensions::new(body::extension_block(frame)) {
        let word = |at: usize| -> u64 {
            entry
                .payload
                .get(at..at + 4)
                .and_then(|word| word.try_into().ok())
                .map_or(0, |word| u64::from(u32::from_le_bytes(word)))
        };
        if PAYLOAD_CAPABILITIES.contains(&entry.ext_type) && (word(0) > 0x7F || word(4) != 0) {
            let found = word(0) | word(4) << 32;
            return Err(refused(&Violation::body("NNRP-NEG-006", "ext_type", 0, found)));
        }
    }
    Ok(())
}
