//! Bodies: cross-field rules of the metadata, block boundaries, and views of the blocks.

use super::extension::{self, padded};
use super::frame::Frame;
use super::header::HEADER_LEN;
use super::violation::Violation;
use super::{MessageType, Metadata, code};

mod data;
mod rules;

pub use data::{DataBody, Prelude, Regions, write_typed};

#[cfg(test)]
mod tests;

/// The blocks of a control body; absent ones are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocks<'a> {
    /// `resume_token_block`, or the token of SESSION_MIGRATE.
    pub token: &'a [u8],
    /// `auth_block`.
    pub auth: &'a [u8],
    /// Profile block of a patch message.
    pub profile: &'a [u8],
    /// Diagnostic text of ERROR.
    pub diagnostic: &'a [u8],
    /// The object of CACHE_PUT, the filler of TRANSPORT_PROBE, the text of CLOSE.
    pub payload: &'a [u8],
    /// Extension entries.
    pub extensions: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The blocks of a control body; empty for data messages.
    pub fn blocks(&self) -> Blocks<'a> {
        blocks(&self.meta, self.body).unwrap_or_default()
    }

    /// The body of FRAME_SUBMIT or RESULT_PUSH.
    #[inline]
    pub fn data(&self) -> Option<DataBody<'a>> {
        match &self.meta {
            Metadata::FrameSubmit(meta) => DataBody::view_submit(meta, self.body),
            Metadata::ResultPush(meta) => DataBody::view_result(meta, self.body),
            _ => None,
        }
    }
}

/// Step 10 of table 1.5: rules between metadata fields; offsets count from the metadata.
#[inline(always)]
pub fn check_metadata(meta: &Metadata) -> Result<(), Violation> {
    match meta {
        Metadata::FrameSubmit(submit) => rules::check_submit(submit),
        Metadata::ResultPush(result) => rules::check_result(result),
        Metadata::FlowUpdate(flow)
            if flow.retry_after_ms != 0
                && flow.flow_flags & super::flow::RETRY_AFTER_VALID == 0 =>
        {
            let found = u64::from(flow.retry_after_ms);
            let violation = Violation::metadata("NNRP-FLOW-012", "retry_after_ms", 20, found);
            Err(violation.read("R-27"))
        }
        Metadata::SessionMigrate(migrate)
            if migrate.old_transport_id == migrate.new_transport_id =>
        {
            let found = u64::from(migrate.new_transport_id);
            let violation = Violation::metadata("NNRP-MIG-002", "new_transport_id", 4, found);
            Err(violation.read("R-38"))
        }
        Metadata::SessionPatch(patch) => check_patch(patch),
        Metadata::SessionPatchAck(ack)
            if ack.effective_profile_id == 1 && !matches!(ack.profile_patch_ack_bytes, 0 | 16) =>
        {
            let found = u64::from(ack.profile_patch_ack_bytes);
            Err(Violation::metadata("NNRP-PAT-009", "profile_patch_ack_bytes", 44, found))
        }
        Metadata::SessionOpenAck(ack) => session_code(ack.session_error_code, 48, None),
        Metadata::SessionClose(close) => session_code(close.session_error_code, 16, Some("R-13")),
        Metadata::SessionCloseAck(ack) => session_code(ack.session_error_code, 12, Some("R-13")),
        _ => Ok(()),
    }
}

fn check_patch(patch: &super::patch::SessionPatch) -> Result<(), Violation> {
    const DEGRADE_POLICY: u32 = 0x04;
    const PROFILE_PATCH: u32 = 0x40;
    if patch.patch_mask & DEGRADE_POLICY != 0 && patch.degrade_policy > 3 {
        let found = u64::from(patch.degrade_policy);
        let violation = Violation::metadata("NNRP-PAT-008", "degrade_policy", 14, found);
        return Err(violation.read("R-51"));
    }
    let announced = patch.patch_mask & PROFILE_PATCH != 0;
    let bytes = patch.profile_patch_bytes;
    if announced != (bytes != 0) || (patch.profile_id == 1 && bytes != 0 && bytes != 16) {
        let found = u64::from(bytes);
        return Err(Violation::metadata("NNRP-PAT-009", "profile_patch_bytes", 32, found));
    }
    Ok(())
}

fn session_code(code: u32, at: usize, reading: Option<&'static str>) -> Result<(), Violation> {
    if code::is_session_family(code) {
        return Ok(());
    }
    let found = u64::from(code);
    let violation = Violation::metadata("NNRP-SES-015", "session_error_code", at, found);
    Err(Violation { reading, ..violation })
}

/// Step 13 of table 1.5: the body against the metadata; offsets count from the packet.
#[inline(always)]
pub fn check(meta: &Metadata, body: &[u8]) -> Result<(), Violation> {
    match meta {
        Metadata::FrameSubmit(submit) => DataBody::of_submit(submit, body).map(drop),
        Metadata::ResultPush(result) => DataBody::of_result(result, body).map(drop),
        _ if body.is_empty() && !announces_body(meta) => Ok(()),
        _ => check_blocks(meta, body),
    }
}

#[inline(never)]
fn check_blocks(meta: &Metadata, body: &[u8]) -> Result<(), Violation> {
    let blocks = blocks(meta, body)?;
    let at = HEADER_LEN + meta.message_type().metadata_len();
    let start = at + body.len() - blocks.extensions.len();
    extension::check(blocks.extensions, meta.message_type(), start)
}

/// Whether the metadata gives any block a length.
#[inline]
fn announces_body(meta: &Metadata) -> bool {
    let lengths = match meta {
        Metadata::ClientHello(hello) => hello.auth_bytes | hello.control_extension_bytes,
        Metadata::ServerHelloAck(ack) => ack.control_extension_bytes,
        Metadata::SessionPatch(patch) => patch.profile_patch_bytes,
        Metadata::SessionPatchAck(ack) => ack.profile_patch_ack_bytes,
        Metadata::SessionOpen(open) => {
            open.resume_token_bytes | open.auth_bytes | open.session_extension_bytes
        }
        Metadata::SessionOpenAck(ack) => ack.resume_token_bytes | ack.session_extension_bytes,
        Metadata::Error(error) => error.diagnostic_bytes,
        Metadata::CachePut(put) => put.object_bytes,
        Metadata::TransportProbe(probe) => probe.probe_payload_bytes,
        _ => 0,
    };
    lengths != 0
}

/// Cuts a control body at the lengths its metadata gives.
fn blocks<'a>(meta: &Metadata, body: &'a [u8]) -> Result<Blocks<'a>, Violation> {
    let kind = meta.message_type();
    let mut cut = Cut { rest: body, at: HEADER_LEN + kind.metadata_len() };
    let mut blocks = Blocks::default();
    match meta {
        Metadata::ClientHello(hello) => {
            blocks.auth = cut.take(hello.auth_bytes, "NNRP-NEG-009", "auth_bytes")?;
            cut.skip_filler(hello.auth_bytes, hello.control_extension_bytes);
            let len = hello.control_extension_bytes;
            blocks.extensions = cut.last(len, "NNRP-NEG-009", "control_extension_bytes")?;
        }
        Metadata::ServerHelloAck(ack) => {
            let len = ack.control_extension_bytes;
            blocks.extensions = cut.last(len, "NNRP-NEG-009", "control_extension_bytes")?;
        }
        Metadata::SessionOpen(open) => {
            blocks.token =
                cut.take(open.resume_token_bytes, "NNRP-SES-008", "resume_token_bytes")?;
            blocks.auth = cut.take(open.auth_bytes, "NNRP-SES-008", "auth_bytes")?;
            let len = open.session_extension_bytes;
            blocks.extensions = cut.last(len, "NNRP-SES-008", "session_extension_bytes")?;
        }
        Metadata::SessionOpenAck(ack) => {
            blocks.token =
                cut.take(ack.resume_token_bytes, "NNRP-SES-008", "resume_token_bytes")?;
            let len = ack.session_extension_bytes;
            blocks.extensions = cut.last(len, "NNRP-SES-008", "session_extension_bytes")?;
        }
        Metadata::SessionPatch(patch) => {
            let len = patch.profile_patch_bytes;
            blocks.profile = cut.take(len, "NNRP-PAT-009", "profile_patch_bytes")?;
            blocks.extensions = cut.rest;
        }
        Metadata::SessionPatchAck(ack) => {
            let len = ack.profile_patch_ack_bytes;
            blocks.profile = cut.take(len, "NNRP-PAT-009", "profile_patch_ack_bytes")?;
            blocks.extensions = cut.rest;
        }
        Metadata::Error(error) => {
            blocks.diagnostic =
                cut.take(error.diagnostic_bytes, "NNRP-ERR-004", "diagnostic_bytes")?;
            blocks.extensions = cut.after_filler(error.diagnostic_bytes)?;
        }
        Metadata::CachePut(put) => {
            blocks.payload = cut.last(put.object_bytes, "NNRP-CACHE-003", "object_bytes")?;
        }
        Metadata::TransportProbe(probe) => {
            let len = probe.probe_payload_bytes;
            blocks.payload = cut.last(len, "NNRP-PRB-001", "probe_payload_bytes")?;
        }
        Metadata::SessionMigrate(_) => blocks.token = body,
        // A body that is no extension block is skipped: the connection ends anyway.
        Metadata::Close => match extension::check(body, kind, cut.at) {
            Ok(()) => blocks.extensions = body,
            Err(_) => blocks.payload = body,
        },
        Metadata::FlowUpdate(_) => cut.none("NNRP-FLOW-001", None)?,
        Metadata::Ping | Metadata::Pong => cut.none("NNRP-CON-009", None)?,
        Metadata::TransportProbeAck(_) => cut.none("NNRP-PRB-001", Some("R-39"))?,
        Metadata::SessionMigrateAck(_) => cut.none("NNRP-MIG-001", Some("R-38"))?,
        Metadata::FrameSubmit(_) | Metadata::ResultPush(_) => {}
        _ => blocks.extensions = body,
    }
    Ok(blocks)
}

/// What is left of a body, and where it starts in the packet.
struct Cut<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Cut<'a> {
    fn take(
        &mut self,
        len: u32,
        requirement: &'static str,
        field: &'static str,
    ) -> Result<&'a [u8], Violation> {
        let Some((block, rest)) = self.rest.split_at_checked(len as usize) else {
            return Err(Violation::body(requirement, field, self.at, u64::from(len)));
        };
        self.rest = rest;
        self.at += block.len();
        Ok(block)
    }

    fn last(
        &mut self,
        len: u32,
        requirement: &'static str,
        field: &'static str,
    ) -> Result<&'a [u8], Violation> {
        if self.rest.len() == len as usize {
            return Ok(core::mem::take(&mut self.rest));
        }
        Err(Violation::body(requirement, field, self.at, u64::from(len)))
    }

    /// Zero filler between auth block and extensions is taken as well as none.
    fn skip_filler(&mut self, auth: u32, extensions: u32) {
        let filler = padded(auth as usize) - auth as usize;
        let exact = self.rest.len() == extensions as usize;
        if !exact && self.rest.len() >= filler && self.rest[..filler].iter().all(|&b| b == 0) {
            self.rest = &self.rest[filler..];
            self.at += filler;
        }
    }

    /// What follows the diagnostic text: nothing, or filler to a multiple of 8 and a block.
    fn after_filler(&mut self, len: u32) -> Result<&'a [u8], Violation> {
        if self.rest.is_empty() {
            return Ok(self.rest);
        }
        let filler = padded(len as usize) - len as usize;
        match self.rest.split_at_checked(filler) {
            Some((zeros, rest)) if zeros.iter().all(|&byte| byte == 0) => Ok(rest),
            _ => Err(Violation::body("NNRP-ERR-004", "filler", self.at, u64::from(len))),
        }
    }

    fn none(
        &self,
        requirement: &'static str,
        reading: Option<&'static str>,
    ) -> Result<(), Violation> {
        if self.rest.is_empty() {
            return Ok(());
        }
        let violation = Violation::body(requirement, "body_len", 16, self.rest.len() as u64);
        Err(Violation { reading, ..violation })
    }
}

/// The extension block that a receiver has to look through for critical entries.
pub fn extension_block<'a>(frame: &Frame<'a>) -> &'a [u8] {
    match frame.kind() {
        MessageType::FrameSubmit | MessageType::ResultPush => &[],
        _ => frame.blocks().extensions,
    }
}
