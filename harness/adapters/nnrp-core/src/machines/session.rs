//! `ConnectionLifecycle` with one session.

use super::machine::{Machine, word};
use crate::fault::{Fault, UNNAMED};
use nnrp_core::*;
use serde_json::{Value, json};

const SESSION: u32 = 7;

/// One session of one connection. Before the answer to its open nnrp-core does not know it; that
/// it was asked for is kept here.
#[derive(Clone, Default)]
pub struct Session {
    connection: ConnectionLifecycle,
    asked: bool,
}

impl Machine for Session {
    fn apply(&mut self, value: &Value) -> Result<Value, Fault> {
        let (name, word) = word(value)?;
        match name {
            "step" => {
                // A refusal leaves nothing behind.
                let mut next = self.clone();
                next.step(word)?;
                *self = next;
                Ok(self.state())
            }
            "admits" => Ok(json!({ "admits": self.admits(word)? })),
            other => Err(Fault::Unsupported(other.into())),
        }
    }

    fn state(&self) -> Value {
        let state = match self.connection.session(SESSION).map(|session| session.state) {
            None if self.asked => "opening",
            None => "none",
            Some(SessionLifecycleState::Open) => "open",
            Some(SessionLifecycleState::Resumed) => "resumed",
            Some(SessionLifecycleState::Closing) => "closing",
            Some(SessionLifecycleState::Draining) => "draining",
            Some(SessionLifecycleState::Closed) => "closed",
        };
        json!({ "state": state })
    }
}

impl Session {
    fn step(&mut self, name: &str) -> Result<(), Fault> {
        let taken = match name {
            "open" => {
                self.asked = true;
                Ok(())
            }
            "granted" => self.opened(SessionStatus::Opened, SESSION),
            "resume_granted" => self.opened(SessionStatus::Resumed, SESSION),
            "refused" => self.opened(SessionStatus::Rejected, 0),
            "close" => {
                let header = header(MessageType::SessionClose, SESSION_CLOSE_METADATA_LEN);
                self.connection.begin_session_close(&header, &close())
            }
            "acknowledged" => self.answered(SessionCloseStatus::Acknowledged),
            "draining" => self.answered(SessionCloseStatus::Draining),
            "closed" => self.answered(SessionCloseStatus::Closed),
            "close_rejected" => self.answered(SessionCloseStatus::Rejected),
            "ended" => self.connection.close_connection(),
            // A lost transport, a window and a drain timer are left to the caller.
            other => return Err(Fault::Unsupported(other.into())),
        };
        taken.map_err(refused)
    }

    fn opened(&mut self, session_status: SessionStatus, session_id: u32) -> Result<(), NnrpError> {
        let refused = session_id == 0;
        let ack = SessionOpenAckMetadata {
            session_id,
            session_status,
            accepted_profile_id: 2,
            accepted_priority_class: SessionPriorityClass::Balanced,
            schema_id: 0,
            schema_version: 0,
            granted_operation_credit: 1,
            max_in_flight_operations: 1,
            lease_ttl_ms: 0,
            resume_window_ms: 0,
            resume_token_bytes: 0,
            session_extension_bytes: 0,
            server_session_tag: 0,
            route_scope_id: 0,
            session_flags_ack: 0,
            session_error_code: if refused { SESSION_ERROR_PROFILE_UNSUPPORTED } else { 0 },
        };
        self.connection.apply_session_open_ack(&ack)?;
        self.asked &= !refused;
        Ok(())
    }

    fn answered(&mut self, close_status: SessionCloseStatus) -> Result<(), NnrpError> {
        let header = header(MessageType::SessionCloseAck, SESSION_CLOSE_ACK_METADATA_LEN);
        let ack =
            SessionCloseAckMetadata { close_status, last_operation_id: 0, session_error_code: 0 };
        self.connection.apply_session_close_ack(&header, &ack)
    }

    /// What nnrp-core says of the message itself, where it has a function for it.
    fn admits(&self, message: &str) -> Result<bool, Fault> {
        let state = self.connection.session(SESSION).map(|session| session.state);
        Ok(match message {
            "FRAME_SUBMIT" => state.is_some_and(SessionLifecycleState::accepts_new_operations),
            "RESULT_PUSH" | "RESULT_DROP" | "RESULT_HINT" | "FRAME_CANCEL" => {
                state.is_some_and(SessionLifecycleState::accepts_session_scoped_messages)
            }
            "FLOW_UPDATE" => {
                let header = header(MessageType::FlowUpdate, FLOW_UPDATE_METADATA_LEN);
                self.connection.validate_flow_update(&header, &flow_update()).is_ok()
            }
            "SESSION_CLOSE" => self.clone().step("close").is_ok(),
            "SESSION_CLOSE_ACK" => self.clone().step("closed").is_ok(),
            other => return Err(Fault::Unsupported(other.into())),
        })
    }
}

fn header(message: MessageType, meta_len: usize) -> CommonHeader {
    let mut header = CommonHeader::new(message, meta_len as u32, 0);
    header.session_id = SESSION;
    header
}

fn close() -> SessionCloseMetadata {
    SessionCloseMetadata {
        close_reason: SessionCloseReason::Normal,
        in_flight_policy: InFlightPolicy::Drain,
        drain_timeout_ms: 1000,
        last_operation_id: 0,
        session_error_code: 0,
        session_close_tag: 0,
    }
}

fn flow_update() -> FlowUpdateMetadata {
    FlowUpdateMetadata {
        scope_kind: FlowScopeKind::Session,
        update_reason: FlowUpdateReason::Grant,
        backpressure_level: BackpressureLevel::None,
        connection_credit: 0,
        session_credit: 1,
        operation_credit: 0,
        operation_id: 0,
        credit_epoch: 1,
        retry_after_ms: 0,
        flow_flags: 1,
    }
}

fn refused(error: NnrpError) -> Fault {
    let kind = match error {
        NnrpError::SessionNotOpen(_)
        | NnrpError::SessionAlreadyExists(_)
        | NnrpError::UnknownSession(_)
        | NnrpError::ConnectionNotOpen
        | NnrpError::ConnectionAlreadyClosed => "invalid_state",
        _ => UNNAMED,
    };
    Fault::Refused { kind, detail: error.to_string() }
}
