//! The `sometimes` markers: situations that a set of runs is expected to reach.

use super::model::{Node, Stage, State};
use super::packet::{Finality, Garbled, Packet};
use alloc::vec::Vec;
use wireproof_base::Role;
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::flow::{LEVEL_HARD, REASON_PAUSE};
use wireproof_wire::nnrp::session::{
    CLOSE_CLOSED, CLOSE_DRAINING, CLOSE_REJECTED, OPENED, RESUMED,
};
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
        if let Event::Blocked { why: Hold::Credit, .. } = event {
            self.mark(Marker::Exhausted);
        }
    }

    /// A packet is about to take effect at `node`.
    #[inline]
    pub fn packet(&mut self, node: &Node, packet: &Packet<'_>) {
        match &packet.frame.meta {
            Metadata::FrameSubmit(_) => {
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
                self.mark(match packet.finality {
                    Finality::More => Marker::Partial,
                    _ if push.status_code < 2 => Marker::Completed,
                    _ => Marker::Failed,
                });
            }
            Metadata::ResultDrop => {
                self.late(node, packet);
                self.mark(Marker::Dropped);
            }
            Metadata::FrameCancel => {
                let ended = packet.op_in(node).is_some_and(super::model::Op::ended);
                self.mark(if ended { Marker::LateCancel } else { Marker::Cancelled });
            }
            _ => self.control(node, packet),
        }
    }

    fn late(&mut self, node: &Node, packet: &Packet<'_>) {
        let client = node.role == Role::Client;
        if client && packet.op_in(node).is_some_and(super::model::Op::ended) {
            self.mark(Marker::LateResult);
        }
    }

    fn control(&mut self, node: &Node, packet: &Packet<'_>) {
        let session = packet.session_in(node);
        match &packet.frame.meta {
            Metadata::ServerHelloAck(ack) if ack.auth_status == 0 => self.mark(Marker::HelloDone),
            Metadata::ServerHelloAck(_) => self.mark(Marker::HelloRefused),
            Metadata::SessionOpenAck(ack) => self.answered(node, ack.session_status, packet),
            Metadata::FlowUpdate(update) => {
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
            Metadata::SessionMigrateAck(ack) if ack.accept_code == 0 => self.mark(Marker::Migrated),
            Metadata::SessionClose(_) if session.is_some_and(|known| !known.state.takes_work()) => {
                self.mark(Marker::CrossedClose);
            }
            Metadata::SessionCloseAck(ack) => match ack.close_status {
                CLOSE_DRAINING => self.mark(Marker::Draining),
                CLOSE_CLOSED if session.is_some_and(|known| known.state == State::Draining) => {
                    self.mark(Marker::Drained);
                }
                CLOSE_REJECTED => self.mark(Marker::CloseRejected),
                _ => {}
            },
            Metadata::Error(error) if error.is_fatal == 1 => self.mark(Marker::FatalError),
            Metadata::Error(_) => self.mark(Marker::SoftError),
            Metadata::CacheAck(ack) if ack.status == 2 => self.mark(Marker::CacheReplaced),
            Metadata::SessionPatchAck(ack) if ack.status != 0 => self.mark(Marker::PatchRefused),
            Metadata::ResultHint(_) => self.mark(Marker::Hinted),
            _ => {}
        }
    }

    fn answered(&mut self, node: &Node, status: u8, packet: &Packet<'_>) {
        let opens = &node.conns[packet.conn.0 as usize].opens;
        let token = opens.first().is_some_and(|open| open.token.is_some());
        match status {
            OPENED => {
                self.mark(Marker::Opened);
                let live = |session: &super::model::Session| {
                    session.conn == packet.conn && session.state.takes_work()
                };
                if node.sessions.iter().any(live) {
                    self.mark(Marker::Siblings);
                }
            }
            RESUMED => self.mark(Marker::Resumed),
            _ if token => self.mark(Marker::ResumeRefused),
            _ => self.mark(Marker::OpenRefused),
        }
    }
}
