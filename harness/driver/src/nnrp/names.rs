//! Names: messages, numbers behind words, capabilities, labels.

use super::json::bad;
use crate::Refused;
pub use crate::nearest::nearest;
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Command, Header, MessageType, Metadata, code, flow, header, session};

/// Everything a SUT can declare.
pub const CAPABILITIES: &[&str] = &[
    "carrier.datagram",
    "carrier.multistream",
    "carrier.stream",
    "client.flow",
    "command.cancel",
    "command.close",
    "command.drop",
    "command.flow",
    "command.hello",
    "command.hint",
    "command.invalidate",
    "command.migrate",
    "command.open",
    "command.patch",
    "command.ping",
    "command.probe",
    "command.push",
    "command.put",
    "command.resume",
    "command.shutdown",
    "command.submit",
    "hello.own",
    "machine.cache",
    "machine.connection",
    "machine.flow",
    "machine.operation",
    "machine.policy",
    "machine.probing",
    "machine.recovery",
    "machine.schema",
    "machine.session",
    "open.auth",
    "open.flags",
    "open.tag",
    "resume.watermark",
    "server.close",
    "sessions.many",
    "setup.session_auth",
    "setup.strict_leases",
    "setup.strict_priority",
    "submit.frame",
    "submit.lane",
    "vectors.body",
    "vectors.decode.metadata",
    "vectors.decode.packet",
    "vectors.decode.structure",
    "vectors.encode.metadata",
    "vectors.encode.packet",
    "vectors.encode.structure",
    "vectors.structures",
];

/// The capability that a command needs.
pub const fn needs(command: &Command) -> &'static str {
    match command {
        Command::Hello(_) => "command.hello",
        Command::Open(_) => "command.open",
        Command::Resume(_) => "command.resume",
        Command::Submit(_) => "command.submit",
        Command::Cancel(_) => "command.cancel",
        Command::Patch(_) => "command.patch",
        Command::Migrate(_) => "command.migrate",
        Command::Probe(_) => "command.probe",
        Command::Push(_) => "command.push",
        Command::Drop(_) => "command.drop",
        Command::Hint(_) => "command.hint",
        Command::Flow(_) => "command.flow",
        Command::Put(_) => "command.put",
        Command::Invalidate(_) => "command.invalidate",
        Command::Close(_) => "command.close",
        Command::Shutdown(_) => "command.shutdown",
        Command::Ping(_) => "command.ping",
    }
}

/// The capabilities that a setup needs: fields that change nothing where they are not known.
pub fn setup_needs(setup: &Setup) -> Vec<&'static str> {
    let needs = [
        (!setup.session_auth.is_empty(), "setup.session_auth"),
        (setup.strict_leases, "setup.strict_leases"),
        (setup.strict_priority, "setup.strict_priority"),
    ];
    needs.into_iter().filter_map(|(used, name)| used.then_some(name)).collect()
}

/// 64-bit fields of commands and events.
pub const WIDE: &[&str] = &[
    "open.tag",
    "resume.tag",
    "resume.watermark",
    "patch.lanes",
    "put.key",
    "submit.key",
    "invalidate.key",
    "flow.operation",
    "opened.tag",
    "refused.tag",
    "submitted.digest",
    "result.digest",
    "cached.key",
];

/// The message called `what`.
pub fn message(what: &str) -> Result<MessageType, Refused> {
    MessageType::from_name(what).ok_or_else(|| bad(what, "is no message"))
}

/// Enumerations of reference section 3 as `field.value`.
const VALUES: &[(&str, u64)] = &[
    ("priority_class.interactive", 0),
    ("priority_class.balanced", 1),
    ("priority_class.background", 2),
    ("session_flags.allow_resume", session::ALLOW_RESUME as u64),
    ("session_flags.allow_background_results", session::ALLOW_BACKGROUND_RESULTS as u64),
    ("session_flags.allow_cache_leases", session::ALLOW_CACHE_LEASES as u64),
    ("session_flags.allow_schema_override", session::ALLOW_SCHEMA_OVERRIDE as u64),
    ("session_status.opened", session::OPENED as u64),
    ("session_status.rejected", session::REJECTED as u64),
    ("session_status.retry_later", session::RETRY_LATER as u64),
    ("session_status.resumed", session::RESUMED as u64),
    ("in_flight_policy.drain", session::POLICY_DRAIN as u64),
    ("in_flight_policy.abort", session::POLICY_ABORT as u64),
    ("close_status.acknowledged", session::CLOSE_ACKNOWLEDGED as u64),
    ("close_status.draining", session::CLOSE_DRAINING as u64),
    ("close_status.closed", session::CLOSE_CLOSED as u64),
    ("close_status.rejected", session::CLOSE_REJECTED as u64),
    ("close_reason.normal", 0),
    ("close_reason.client_shutdown", 1),
    ("close_reason.server_shutdown", 2),
    ("close_reason.idle_timeout", 3),
    ("close_reason.protocol_error", 4),
    ("close_reason.auth_revoked", 5),
    ("scope_kind.connection", flow::SCOPE_CONNECTION as u64),
    ("scope_kind.session", flow::SCOPE_SESSION as u64),
    ("scope_kind.operation", flow::SCOPE_OPERATION as u64),
    ("update_reason.grant", flow::REASON_GRANT as u64),
    ("update_reason.reduce", flow::REASON_REDUCE as u64),
    ("update_reason.pause", flow::REASON_PAUSE as u64),
    ("update_reason.resume", flow::REASON_RESUME as u64),
    ("update_reason.congestion", 4),
    ("backpressure_level.none", flow::LEVEL_NONE as u64),
    ("backpressure_level.soft", flow::LEVEL_SOFT as u64),
    ("backpressure_level.hard", flow::LEVEL_HARD as u64),
    ("flow_flags.credit_valid", flow::CREDIT_VALID as u64),
    ("flow_flags.retry_after_valid", flow::RETRY_AFTER_VALID as u64),
    ("flow_flags.background_only", flow::BACKGROUND_ONLY as u64),
    ("flow_flags.drain_in_flight_only", flow::DRAIN_IN_FLIGHT_ONLY as u64),
    ("frame_class.keyframe", 0),
    ("frame_class.delta", 1),
    ("frame_class.retransmit", 2),
    ("frame_class.discardable", 3),
    ("result_class.complete", 0),
    ("result_class.partial", 1),
    ("result_class.stale_reuse", 2),
    ("result_class.degraded", 3),
    ("status_code.success", 0),
    ("status_code.degraded", 1),
    ("status_code.rejected", 2),
    ("status_code.failed", 3),
    ("result_flags.stale", 1),
    ("result_flags.fallback", 2),
    ("result_flags.partial", 4),
    ("error_scope.connection", 0),
    ("error_scope.session", 1),
    ("error_scope.frame", 2),
    ("invalidate_scope.session", 0),
    ("invalidate_scope.namespace", 1),
    ("invalidate_scope.kind", 2),
    ("invalidate_scope.key", 3),
    ("header.flags.ack_required", header::ACK_REQUIRED as u64),
    ("header.flags.can_drop", header::CAN_DROP as u64),
    ("header.flags.stale", header::STALE as u64),
    ("header.flags.eos", header::EOS as u64),
    ("header.flags.retransmit", header::RETRANSMIT as u64),
    ("header.flags.keyframe", header::KEYFRAME as u64),
];

/// The number behind a word: an error name, a message name, or `field.value`.
pub fn number(name: &str) -> Option<u64> {
    code::number(name)
        .map(u64::from)
        .or_else(|| MessageType::from_name(name).map(|kind| kind as u64))
        .or_else(|| VALUES.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
}

/// The number behind `name` where it stands as the value of `field`.
pub fn value_of(field: &str, name: &str) -> Option<u64> {
    number(&format!("{field}.{name}")).or_else(|| number(name))
}

/// A packet in a few words: `FRAME_SUBMIT s=7 f=1 l=2`.
pub fn label(packet: &[u8]) -> String {
    let Some(header) = Header::read(packet) else {
        return format!("{} bytes", packet.len());
    };
    if header.magic != header::MAGIC {
        return format!("{} bytes without magic", packet.len());
    }
    let Some(kind) = MessageType::from_u8(header.msg_type) else {
        return format!("unassigned {:#04x}", header.msg_type);
    };
    let mut label = kind.name().to_owned();
    for (name, value) in
        [(" s=", header.session_id), (" f=", header.frame_id), (" l=", u32::from(header.view_id))]
    {
        if value != 0 {
            label.push_str(name);
            label.push_str(&value.to_string());
        }
    }
    let meta = packet.get(header::HEADER_LEN..).and_then(|rest| Metadata::read(kind, rest));
    if let Some(meta) = meta {
        label.push_str(&detail(&meta));
    }
    label
}

/// What matters most in the metadata.
fn detail(meta: &Metadata) -> String {
    match meta {
        Metadata::Error(error) => match code::name(error.error_code) {
            Some(name) => format!(" {name}{}", if error.is_fatal != 0 { " fatal" } else { "" }),
            None => format!(" code={:#x}", error.error_code),
        },
        Metadata::SessionOpenAck(ack) => match ack.session_status {
            session::OPENED => format!(" opened {}", ack.session_id),
            session::REJECTED => " rejected".to_owned(),
            session::RETRY_LATER => " retry_later".to_owned(),
            session::RESUMED => format!(" resumed {}", ack.session_id),
            other => format!(" status={other}"),
        },
        Metadata::SessionOpen(open) if open.resume_token_bytes != 0 => {
            format!(" resume {}", open.requested_session_id)
        }
        Metadata::SessionCloseAck(ack) => match ack.close_status {
            session::CLOSE_ACKNOWLEDGED => " acknowledged".to_owned(),
            session::CLOSE_DRAINING => " draining".to_owned(),
            session::CLOSE_CLOSED => " closed".to_owned(),
            session::CLOSE_REJECTED => " rejected".to_owned(),
            other => format!(" status={other}"),
        },
        Metadata::SessionClose(close) => match close.in_flight_policy {
            session::POLICY_ABORT => " abort".to_owned(),
            _ => format!(" drain {}ms", close.drain_timeout_ms),
        },
        Metadata::ResultPush(result) => {
            let partial = result.result_class == wireproof_wire::nnrp::result::CLASS_PARTIAL;
            if partial { " partial".to_owned() } else { String::new() }
        }
        Metadata::FlowUpdate(flow) if flow.flow_flags & flow::CREDIT_VALID != 0 => {
            format!(" credit={} epoch={}", flow.credit(), flow.credit_epoch)
        }
        Metadata::FlowUpdate(flow) => format!(" epoch={}", flow.credit_epoch),
        _ => String::new(),
    }
}
