//! Which ids a header carries for which message (reference 1.6).

use super::flow::{SCOPE_CONNECTION, SCOPE_OPERATION};
use super::session::{OPENED, RESUMED};
use super::violation::Violation;
use super::{Header, MessageType, Metadata};

/// Step 11 of table 1.5: session_id, frame_id and view_id against the message type.
#[inline(always)]
pub fn check(header: &Header, meta: &Metadata) -> Result<(), Violation> {
    match meta {
        Metadata::FrameSubmit(_)
        | Metadata::FrameCancel
        | Metadata::ResultPush(_)
        | Metadata::ResultDrop => {
            session(header)?;
            if header.frame_id == 0 {
                return Err(frame_zero(header, meta.message_type()));
            }
            Ok(())
        }
        Metadata::ResultHint(_) => {
            session(header)?;
            if header.frame_id == 0 { no_view(header) } else { Ok(()) }
        }
        Metadata::FlowUpdate(flow) => {
            no_frame(header)?;
            check_flow(header, flow.scope_kind, flow.operation_id)
        }
        Metadata::Error(error) => check_error(header, error),
        Metadata::SessionOpenAck(ack) => {
            no_frame(header)?;
            let success = matches!(ack.session_status, OPENED | RESUMED);
            if success && header.session_id != 0 && header.session_id != ack.session_id {
                let found = u64::from(header.session_id);
                return Err(Violation::header("NNRP-HDR-009", "session_id", 20, found).read("R-04"));
            }
            Ok(())
        }
        Metadata::SessionPatch(_)
        | Metadata::SessionPatchAck(_)
        | Metadata::SessionClose(_)
        | Metadata::SessionCloseAck(_)
        | Metadata::SessionMigrate(_)
        | Metadata::SessionMigrateAck(_) => {
            session(header)?;
            no_frame(header)
        }
        Metadata::CachePut(_)
        | Metadata::CacheAck(_)
        | Metadata::CacheInvalidate(_)
        | Metadata::Ping
        | Metadata::Pong => no_frame(header),
        Metadata::ClientHello(_)
        | Metadata::ServerHelloAck(_)
        | Metadata::TransportProbe(_)
        | Metadata::TransportProbeAck(_) => connection(header, "NNRP-HDR-008"),
        Metadata::SessionOpen(_) => {
            connection(header, "NNRP-HDR-008").map_err(|violation| match violation.field {
                "session_id" => violation.read("R-04"),
                _ => violation,
            })
        }
        Metadata::Close => connection(header, "NNRP-CON-003"),
    }
}

fn connection(header: &Header, requirement: &'static str) -> Result<(), Violation> {
    if header.session_id != 0 {
        let found = u64::from(header.session_id);
        return Err(Violation::header(requirement, "session_id", 20, found));
    }
    no_frame(header)
}

fn session(header: &Header) -> Result<(), Violation> {
    if header.session_id == 0 {
        return Err(Violation::header("NNRP-HDR-009", "session_id", 20, 0));
    }
    Ok(())
}

fn no_frame(header: &Header) -> Result<(), Violation> {
    if header.frame_id != 0 {
        let found = u64::from(header.frame_id);
        return Err(Violation::header("NNRP-HDR-010", "frame_id", 24, found));
    }
    no_view(header)
}

fn no_view(header: &Header) -> Result<(), Violation> {
    if header.view_id != 0 {
        let found = u64::from(header.view_id);
        return Err(Violation::header("NNRP-HDR-010", "view_id", 28, found));
    }
    Ok(())
}

fn frame_zero(_: &Header, kind: MessageType) -> Violation {
    let requirement = match kind {
        MessageType::FrameSubmit => "NNRP-SUB-004",
        MessageType::FrameCancel => "NNRP-SUB-013",
        _ => "NNRP-RLT-005",
    };
    Violation::header(requirement, "frame_id", 24, 0)
}

fn check_flow(header: &Header, scope: u8, operation: u64) -> Result<(), Violation> {
    let requirement = match scope {
        SCOPE_CONNECTION => "NNRP-FLOW-003",
        SCOPE_OPERATION => "NNRP-FLOW-005",
        _ => "NNRP-FLOW-004",
    };
    if (header.session_id == 0) != (scope == SCOPE_CONNECTION) {
        let found = u64::from(header.session_id);
        return Err(Violation::header(requirement, "session_id", 20, found));
    }
    if (operation != 0) != (scope == SCOPE_OPERATION) {
        return Err(Violation::metadata(requirement, "operation_id", 52, operation));
    }
    Ok(())
}

fn check_error(header: &Header, error: &super::error::Error) -> Result<(), Violation> {
    let ids = (header.session_id, header.frame_id, u32::from(header.view_id));
    let related = (error.related_session_id, error.related_frame_id, error.related_view_id);
    let shape = match error.error_scope {
        super::error::SCOPE_CONNECTION => ids == (0, 0, 0),
        super::error::SCOPE_SESSION => ids.0 != 0 && (ids.1, ids.2) == (0, 0),
        _ => ids.0 != 0 && ids.1 != 0,
    };
    if !shape || ids != related {
        let found = u64::from(header.session_id);
        return Err(Violation::header("NNRP-ERR-003", "session_id", 20, found).read("R-13"));
    }
    Ok(())
}
