//! The `sometimes` markers: situations that a set of runs is expected to reach.

use super::model::{Conn, Node, Op, Session, Stage, State};
use super::packet::{Finality, Garbled, Packet};
use alloc::vec::Vec;
use wireproof_base::{ConnId, Duration, Instant, Role};
use wireproof_wire::nnrp::code::{AUTH_FAILED, CACHE_MISS, LEASE_EXPIRED, UNSUPPORTED_VERSION};
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::flow::{
    BACKGROUND_ONLY, DRAIN_IN_FLIGHT_ONLY, FlowUpdate, LEVEL_HARD, LEVEL_SOFT, REASON_PAUSE,
    SCOPE_OPERATION,
};
use wireproof_wire::nnrp::result::CLASS_STALE_REUSE;
use wireproof_wire::nnrp::session::{
    CLOSE_CLOSED, CLOSE_DRAINING, CLOSE_REJECTED, OPENED, POLICY_ABORT, PRIORITY_DOWNGRADED,
    RESUMED, RETRY_LATER, SessionOpenAck,
};
use wireproof_wire::nnrp::submit::{FIRE_AND_FORGET, FrameSubmit};
use wireproof_wire::nnrp::{Event, Metadata};

macro_rules! markers {
    ($($variant:ident = $name:literal),* $(,)?) => {
        #[derive(Clone, Copy)]
        enum Marker { $($variant),* }
        /// Every marker.
        pub(super) const NAMES: &[&str] = &[$($name),*];
    };
}

markers! {
    HelloDone = "hello_done",
    HelloRefused = "hello_refused",
    Opened = "session_opened",
    OpenRefused = "open_refused",
    Siblings = "two_sessions_at_once",
    Partial = "partial_result",
    Completed = "operation_completed",
    Failed = "operation_failed",
    Dropped = "result_dropped",
    Cancelled = "cancel_sent",
    LateCancel = "cancel_of_a_finished_operation",
    LateResult = "late_result_dropped",
    Exhausted = "credit_exhausted",
    Paused = "paused",
    Hard = "hard_backpressure",
    Stale = "stale_epoch_seen",
    Lost = "connection_lost",
    Detached = "session_detached",
    Resumed = "resumed",
    ResumeRefused = "resume_refused",
    Repeated = "submit_repeated",
    Migrated = "migrated",
    Draining = "draining",
    Drained = "drained",
    CrossedClose = "closes_crossed",
    CloseRejected = "close_rejected",
    Malformed = "malformed_packet_seen",
    SoftError = "soft_error_seen",
    FatalError = "fatal_error_seen",
    CacheReplaced = "cache_object_replaced",
    PatchRefused = "patch_refused",
    Hinted = "hint_seen",
    CacheMiss = "cache_miss_seen",
    LeaseExpired = "lease_expired_seen",
    PutRefused = "cache_put_refused",
    Invalidated = "cache_objects_invalidated",
    Referred = "cache_object_referred_to",
    SchemaPut = "schema_put",
    MigrationRefused = "migration_refused",
    MigratedBusy = "migrated_with_work_in_flight",
    MigratedAcross = "migrated_to_another_carrier",
    MigratedLost = "migrated_after_a_loss",
    Probed = "probe_answered",
    Superseded = "operation_superseded",
    EndedCancelled = "operation_cancelled",
    Raced = "two_resumes_at_once",
    Fresh = "fresh_session_instead_of_resumed",
    ResumedAcross = "resumed_on_another_carrier",
    Downgraded = "priority_lowered",
    RetryLater = "open_put_off",
    Background = "background_only",
    DrainOnly = "drain_only",
    Soft = "soft_backpressure",
    OperationFlow = "operation_flow_turned",
    ClientFlow = "results_held_back_by_client",
    ClosedBusy = "connection_closed_while_busy",
    AbortedBusy = "session_aborted_while_busy",
    StaleReuse = "stale_reuse_result",
    Degraded = "degraded_result",
    Once = "fire_and_forget_submit",
    Hurried = "deadline_passed",
}

/// Which markers a run has reached.
#[derive(Debug, Default)]
pub(super) struct Markers {
    seen: u64,
    names: Vec<&'static str>,
}

impl Markers {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.seen = 0;
        self.names.clear();
    }

    /// Names of the markers reached.
    pub fn reached(&self) -> &[&'static str] {
        &self.names
    }

    #[inline]
    fn mark(&mut self, marker: Marker) {
        let bit = 1u64 << marker as u32;
        if self.seen & bit == 0 {
            self.seen |= bit;
            self.names.push(NAMES[marker as usize]);
        }
    }

    /// A connection of `node` was lost.
    pub fn lost(&mut self, node: &Node) {
        self.mark(Marker::Lost);
        if node.sessions.iter().any(|session| session.state == State::Detached) {
            self.mark(Marker::Detached);
        }
    }

    /// Bytes that are no packet.
    pub fn garbled(&mut self, garbled: &Garbled) {
        if !garbled.mine {
            self.mark(Marker::Malformed);
        }
    }

    /// An event was reported.
    #[inline]
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Blocked { why: Hold::Credit, .. } => self.mark(Marker::Exhausted),
            Event::Invalidated { objects: 1.., .. } => self.mark(Marker::Invalidated),
            Event::Ended { outcome: Outcome::Superseded, .. } => self.mark(Marker::Superseded),
            Event::Ended { outcome: Outcome::Cancelled, .. } => self.mark(Marker::EndedCancelled),
            _ => {}
        }
    }

    /// A packet is about to take effect at `node`.
    #[inline]
    pub fn packet(&mut self, node: &Node, packet: &Packet<'_>, at: Instant) {
        match &packet.frame.meta {
            Metadata::FrameSubmit(submit) => {
                self.submitted(submit, packet);
                if packet.op_in(node).is_some_and(|op| op.stage != Stage::Unknown) {
                    self.mark(Marker::Repeated);
                }
                let full = packet.session_in(node).is_some_and(|session| {
                    packet.mine && session.in_flight + 1 >= session.flow_in.credit
                });
                if full {
                    self.mark(Marker::Exhausted);
                }
            }
            Metadata::ResultPush(push) => {
                self.late(node, packet);
                match push.result_class {
                    CLASS_STALE_REUSE => self.mark(Marker::StaleReuse),
                    CLASS_DEGRADED => self.mark(Marker::Degraded),
                    _ => {}
                }
                self.mark(match packet.finality {
                    Finality::More => Marker::Partial,
                    _ if push.status_code < 2 => Marker::Completed,
                    _ => Marker::Failed,
                });
            }
            Metadata::ResultDrop => {
                self.late(node, packet);
                self.mark(Marker::Dropped);
                let over = |op: &Op| op.deadline_ms != 0 && at >= deadline(op);
                if packet.mine && packet.op_in(node).is_some_and(over) {
                    self.mark(Marker::Hurried);
                }
            }
            Metadata::FrameCancel => {
                let ended = packet.op_in(node).is_some_and(Op::ended);
                self.mark(if ended { Marker::LateCancel } else { Marker::Cancelled });
            }
            _ => self.control(node, packet),
        }
    }

    fn late(&mut self, node: &Node, packet: &Packet<'_>) {
        let client = node.role == Role::Client;
        if client && packet.op_in(node).is_some_and(Op::ended) {
            self.mark(Marker::LateResult);
        }
    }

    fn submitted(&mut self, submit: &FrameSubmit, packet: &Packet<'_>) {
        if submit.loss_tolerance_policy == FIRE_AND_FORGET {
            self.mark(Marker::Once);
        }
        // Behind the inline objects the prelude has the length of the references (5.1).
        let references = packet.frame.body.get(4..8).filter(|_| submit.payload_frame_count != 0);
        if references.is_some_and(|length| length != [0; 4]) {
            self.mark(Marker::Referred);
        }
    }

    fn control(&mut self, node: &Node, packet: &Packet<'_>) {
        let session = packet.session_in(node);
        match &packet.frame.meta {
            Metadata::ServerHelloAck(ack) if ack.auth_status == 0 => self.mark(Marker::HelloDone),
            Metadata::ServerHelloAck(_) => self.mark(Marker::HelloRefused),
            Metadata::SessionOpenAck(ack) => self.answered(node, ack, packet),
            Metadata::FlowUpdate(update) => {
                self.turned(update, packet);
                self.updated(node, session, update, packet);
            }
            Metadata::SessionMigrateAck(ack) if ack.accept_code == 0 => {
                self.mark(Marker::Migrated);
                if let Some(session) = session.filter(|_| !packet.mine) {
                    self.moved(node, session, packet);
                }
            }
            Metadata::SessionMigrateAck(_) => self.mark(Marker::MigrationRefused),
            Metadata::TransportProbeAck(_) => self.mark(Marker::Probed),
            Metadata::SessionOpen(open) if open.resume_token_bytes != 0 => {
                let waits = |conn: &Conn| {
                    conn.opens.iter().any(|other| {
                        other.token.is_some()
                            && other.open.requested_session_id == open.requested_session_id
                    })
                };
                if node.conns.iter().any(waits) {
                    self.mark(Marker::Raced);
                }
            }
            Metadata::Close if node.conns[packet.conn.0 as usize].in_flight > 0 => {
                self.mark(Marker::ClosedBusy);
            }
            Metadata::SessionClose(_) | Metadata::SessionCloseAck(_) => {
                self.closing(session, packet)
            }
            Metadata::Error(error) if error.is_fatal == 1 => {
                self.mark(Marker::FatalError);
                let code = error.error_code;
                let conn = &node.conns[packet.conn.0 as usize];
                if conn.answers == 0 && matches!(code, UNSUPPORTED_VERSION | AUTH_FAILED) {
                    self.mark(Marker::HelloRefused);
                }
            }
            Metadata::Error(error) => {
                self.mark(Marker::SoftError);
                match error.error_code {
                    CACHE_MISS => self.mark(Marker::CacheMiss),
                    LEASE_EXPIRED => self.mark(Marker::LeaseExpired),
                    _ => {}
                }
            }
            Metadata::CachePut(put) if put.object_kind >= SCHEMA_KIND => {
                self.mark(Marker::SchemaPut);
            }
            Metadata::CacheAck(ack) if ack.status == 1 => self.mark(Marker::PutRefused),
            Metadata::CacheAck(ack) if ack.status == 2 => self.mark(Marker::CacheReplaced),
            Metadata::SessionPatchAck(ack) if ack.status != 0 => self.mark(Marker::PatchRefused),
            Metadata::ResultHint(_) => self.mark(Marker::Hinted),
            _ => {}
        }
    }

    /// A flow update by what it does to what was in force.
    fn updated(
        &mut self,
        node: &Node,
        session: Option<&Session>,
        update: &FlowUpdate,
        packet: &Packet<'_>,
    ) {
        if update.update_reason == REASON_PAUSE {
            self.mark(Marker::Paused);
        }
        if update.backpressure_level == LEVEL_HARD {
            self.mark(Marker::Hard);
        }
        let record = match session {
            Some(session) => session.flow_in,
            None => node.conns[packet.conn.0 as usize].flow_in,
        };
        if !packet.mine && record.epoch.is_some_and(|epoch| update.credit_epoch <= epoch) {
            self.mark(Marker::Stale);
        }
    }

    /// A close and its answers.
    fn closing(&mut self, session: Option<&Session>, packet: &Packet<'_>) {
        match &packet.frame.meta {
            Metadata::SessionClose(close) => {
                let Some(known) = session else { return };
                let abort = close.in_flight_policy == POLICY_ABORT || close.drain_timeout_ms == 0;
                if !known.state.takes_work() {
                    self.mark(Marker::CrossedClose);
                } else if known.in_flight > 0 && abort {
                    self.mark(Marker::AbortedBusy);
                }
            }
            Metadata::SessionCloseAck(ack) => match ack.close_status {
                CLOSE_DRAINING => self.mark(Marker::Draining),
                CLOSE_CLOSED if session.is_some_and(|known| known.state == State::Draining) => {
                    self.mark(Marker::Drained);
                }
                CLOSE_REJECTED => self.mark(Marker::CloseRejected),
                _ => {}
            },
            _ => {}
        }
    }

    /// A flow update by what it says.
    fn turned(&mut self, update: &FlowUpdate, packet: &Packet<'_>) {
        let has = |flag: u32| update.flow_flags & flag != 0;
        for (there, marker) in [
            (has(BACKGROUND_ONLY), Marker::Background),
            (has(DRAIN_IN_FLIGHT_ONLY), Marker::DrainOnly),
            (update.backpressure_level == LEVEL_SOFT, Marker::Soft),
            (update.scope_kind == SCOPE_OPERATION, Marker::OperationFlow),
            (packet.author == Role::Client, Marker::ClientFlow),
        ] {
            if there {
                self.mark(marker);
            }
        }
    }

    /// The client learns that a session has moved.
    fn moved(&mut self, node: &Node, session: &Session, packet: &Packet<'_>) {
        if session.in_flight > 0 {
            self.mark(Marker::MigratedBusy);
        }
        if session.state == State::Detached {
            self.mark(Marker::MigratedLost);
        }
        if across(node, session.conn, packet.conn) {
            self.mark(Marker::MigratedAcross);
        }
    }

    fn answered(&mut self, node: &Node, ack: &SessionOpenAck, packet: &Packet<'_>) {
        let opens = &node.conns[packet.conn.0 as usize].opens;
        let token = opens.first().is_some_and(|open| open.token.is_some());
        if ack.session_flags_ack & PRIORITY_DOWNGRADED != 0 {
            self.mark(Marker::Downgraded);
        }
        match ack.session_status {
            OPENED => {
                self.mark(Marker::Opened);
                if token {
                    self.mark(Marker::Fresh);
                }
                let live =
                    |session: &Session| session.conn == packet.conn && session.state.takes_work();
                if node.sessions.iter().any(live) {
                    self.mark(Marker::Siblings);
                }
            }
            RESUMED => {
                self.mark(Marker::Resumed);
                let known = node.sessions.iter().find(|known| known.id == ack.session_id);
                if known.is_some_and(|known| across(node, known.conn, packet.conn)) {
                    self.mark(Marker::ResumedAcross);
                }
            }
            RETRY_LATER if !token => self.mark(Marker::RetryLater),
            _ if token => self.mark(Marker::ResumeRefused),
            _ => self.mark(Marker::OpenRefused),
        }
    }
}

/// Whether two connections are of different kinds.
fn across(node: &Node, from: ConnId, to: ConnId) -> bool {
    let carrier = |conn: ConnId| node.conns.get(conn.0 as usize).map(|conn| conn.carrier);
    carrier(from) != carrier(to)
}

/// When the time of an operation is over.
fn deadline(op: &Op) -> Instant {
    op.at + Duration::from_millis(u64::from(op.deadline_ms))
}

/// `result_class`: made with less than was wanted.
const CLASS_DEGRADED: u8 = 3;
/// The first kind of object that is a schema.
const SCHEMA_KIND: u32 = 8;
