//! Bodies of control messages, with the lengths in their metadata.

use crate::draw::Draw;
use wireproof_wire::nnrp::extension::{self, CRITICAL, PAYLOAD_ACCEPTED, PAYLOAD_OFFERED, padded};
use wireproof_wire::nnrp::{MessageType, Metadata};

/// Longest block drawn.
const MOST: usize = 48;
const PROFILE_PATCH: u32 = 0x40;

/// A body for `meta`, whose lengths are set to fit.
pub(super) fn body(meta: &mut Metadata, draw: &mut Draw<'_>) -> Vec<u8> {
    let kind = meta.message_type();
    let mut out = Vec::new();
    match meta {
        Metadata::ClientHello(hello) => {
            hello.auth_bytes = block(&mut out, draw, MOST);
            let filled = draw.flag();
            let entries = extensions(kind, draw);
            if filled {
                out.resize(padded(out.len()), 0);
            }
            hello.control_extension_bytes = append(&mut out, &entries);
        }
        Metadata::ServerHelloAck(ack) => {
            ack.control_extension_bytes = append(&mut out, &extensions(kind, draw));
        }
        Metadata::SessionOpen(open) => {
            open.resume_token_bytes = block(&mut out, draw, MOST);
            open.auth_bytes = block(&mut out, draw, MOST);
            open.session_extension_bytes = append(&mut out, &extensions(kind, draw));
        }
        Metadata::SessionOpenAck(ack) => {
            ack.resume_token_bytes = block(&mut out, draw, MOST);
            ack.session_extension_bytes = append(&mut out, &extensions(kind, draw));
        }
        Metadata::SessionPatch(patch) => {
            let announced = patch.patch_mask & PROFILE_PATCH != 0;
            let tensor = patch.profile_id == 1;
            patch.profile_patch_bytes = profile(&mut out, draw, announced, tensor);
            append(&mut out, &extensions(kind, draw));
        }
        Metadata::SessionPatchAck(ack) => {
            let wanted = ack.profile_patch_ack_bytes & 1 == 1;
            let tensor = ack.effective_profile_id == 1;
            ack.profile_patch_ack_bytes = profile(&mut out, draw, wanted, tensor);
            append(&mut out, &extensions(kind, draw));
        }
        Metadata::Error(error) => {
            error.diagnostic_bytes = block(&mut out, draw, MOST);
            let entries = extensions(kind, draw);
            if !entries.is_empty() || draw.flag() {
                out.resize(padded(out.len()), 0);
            }
            append(&mut out, &entries);
        }
        Metadata::CachePut(put) => put.object_bytes = block(&mut out, draw, 255),
        Metadata::TransportProbe(probe) => probe.probe_payload_bytes = block(&mut out, draw, 255),
        // Any block of a CLOSE is taken, and a token has any form.
        Metadata::SessionMigrate(_) | Metadata::Close if draw.flag() => {
            block(&mut out, draw, MOST);
        }
        Metadata::SessionMigrate(_)
        | Metadata::SessionMigrateAck(_)
        | Metadata::FlowUpdate(_)
        | Metadata::Ping
        | Metadata::Pong
        | Metadata::TransportProbeAck(_) => {}
        _ => out = extensions(kind, draw),
    }
    out
}

fn block(out: &mut Vec<u8>, draw: &mut Draw<'_>, most: usize) -> u32 {
    append(out, draw.blob(most))
}

fn append(out: &mut Vec<u8>, bytes: &[u8]) -> u32 {
    out.extend_from_slice(bytes);
    bytes.len() as u32
}

/// The profile block of a patch message: never empty if wanted, 16 bytes for tensors.
fn profile(out: &mut Vec<u8>, draw: &mut Draw<'_>, wanted: bool, tensor: bool) -> u32 {
    let start = out.len();
    if wanted {
        block(out, draw, 16);
        let least = if tensor { 16 } else { 1 };
        out.resize(out.len().max(start + least), 0);
    }
    (out.len() - start) as u32
}

/// Up to three entries. Types with a meaning appear only where they belong, and in their form.
fn extensions(kind: MessageType, draw: &mut Draw<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..draw.below(4) {
        let flags = if draw.flag() { CRITICAL } else { 0 };
        let ext_type = draw.number() as u16;
        let home = match (extension::is_assigned(ext_type), ext_type % 2) {
            (false, _) => None,
            (true, 1) => Some(MessageType::ClientHello),
            (true, _) => Some(MessageType::ServerHelloAck),
        };
        let families = matches!(ext_type, PAYLOAD_OFFERED | PAYLOAD_ACCEPTED);
        match home {
            None => extension::write(&mut out, ext_type.max(1), flags, draw.blob(MOST)),
            Some(home) => {
                let word = draw.number() & if families { 0x7F } else { u64::MAX };
                let ext_type = if home == kind { ext_type } else { 0x4000 | ext_type };
                extension::write(&mut out, ext_type, flags, &word.to_le_bytes());
            }
        }
    }
    out
}
