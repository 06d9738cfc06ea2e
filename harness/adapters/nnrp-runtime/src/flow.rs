//! FLOW_UPDATE between the harness's words and those of nnrp-core.

use nnrp_core::{
    BackpressureLevel, FLOW_UPDATE_FLAG_BACKGROUND_ONLY, FLOW_UPDATE_FLAG_CREDIT_VALID,
    FLOW_UPDATE_FLAG_DRAIN_IN_FLIGHT_ONLY, FLOW_UPDATE_FLAG_RETRY_AFTER_VALID, FlowScopeKind,
    FlowUpdateMetadata, FlowUpdateReason, NnrpError,
};
use std::collections::BTreeMap;
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::Flow;

/// The update that a command asks for.
pub fn update(flow: &Flow, epoch: u32) -> Result<FlowUpdateMetadata, NnrpError> {
    let scope = match (flow.session, flow.operation) {
        (0, _) => FlowScopeKind::Connection,
        (_, 0) => FlowScopeKind::Session,
        _ => FlowScopeKind::Operation,
    };
    let credit = |of| if scope == of { flow.credit.unwrap_or(0) } else { 0 };
    let flags = [
        (FLOW_UPDATE_FLAG_CREDIT_VALID, flow.credit.is_some()),
        (FLOW_UPDATE_FLAG_RETRY_AFTER_VALID, flow.retry_after_ms.is_some()),
        (FLOW_UPDATE_FLAG_BACKGROUND_ONLY, flow.background_only),
        (FLOW_UPDATE_FLAG_DRAIN_IN_FLIGHT_ONLY, flow.drain_in_flight_only),
    ];
    Ok(FlowUpdateMetadata {
        scope_kind: scope,
        update_reason: FlowUpdateReason::try_from_u8(flow.reason)?,
        backpressure_level: BackpressureLevel::try_from_u8(flow.level)?,
        connection_credit: credit(FlowScopeKind::Connection),
        session_credit: credit(FlowScopeKind::Session),
        operation_credit: credit(FlowScopeKind::Operation),
        operation_id: if scope == FlowScopeKind::Operation { flow.operation } else { 0 },
        retry_after_ms: flow.retry_after_ms.unwrap_or(0),
        credit_epoch: epoch,
        flow_flags: flags.iter().filter(|(_, set)| *set).map(|(flag, _)| flag).sum(),
    })
}

/// What an application knows of the credits in force. The crate keeps none of them.
#[derive(Debug, Default)]
pub struct Credits {
    known: BTreeMap<(u32, u64), u16>,
}

impl Credits {
    /// Begins with what hello and open have granted.
    pub fn new(connection: u16, session: u32, granted: u16) -> Self {
        Self { known: BTreeMap::from([((0, 0), connection), ((session, 0), granted)]) }
    }

    /// What the application makes of an update that the crate hands out.
    pub fn take(&mut self, conn: ConnId, session: u32, update: &FlowUpdateMetadata) -> Event {
        let (session, credit) = match update.scope_kind {
            FlowScopeKind::Connection => (0, update.connection_credit),
            FlowScopeKind::Session => (session, update.session_credit),
            FlowScopeKind::Operation => (session, update.operation_credit),
        };
        let operation = update.operation_id;
        // Where nothing was said there is no limit.
        let known = self.known.entry((session, operation)).or_insert(u16::MAX);
        if update.flow_flags & FLOW_UPDATE_FLAG_CREDIT_VALID != 0 {
            *known = credit;
        }
        Event::Flow {
            conn,
            session,
            operation,
            credit: *known,
            level: update.backpressure_level as u8,
            paused: update.update_reason == FlowUpdateReason::Pause,
            epoch: update.credit_epoch,
        }
    }
}
