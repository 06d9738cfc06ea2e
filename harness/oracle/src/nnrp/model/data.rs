//! Submits, results and flow updates.

use super::{Applied, End, Flow, Late, Lookup, Node, Op, Owner, Session, Stage, Standing, State};
use crate::nnrp::packet::{Finality, Packet, typed_payloads};
use wireproof_base::{Instant, Role};
use wireproof_wire::nnrp::flow::{FlowUpdate, SCOPE_CONNECTION, SCOPE_OPERATION, SCOPE_SESSION};
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::submit::{FIRE_AND_FORGET, FrameSubmit, INHERIT, TOKEN_CHUNK};
use wireproof_wire::nnrp::typed::TypedDescriptor;

impl Session {
    /// Adds an operation of which nothing is known but its id.
    pub(super) fn add_op(&mut self, id: u64, at: Instant, record: u32) -> &mut Op {
        self.ops.push(Op { id, at, record, ..Op::default() });
        let last = self.ops.len() - 1;
        &mut self.ops[last]
    }

    /// A submit replaces its predecessors. Gives whether it is itself replaced by one of its lane
    /// that overtook it (`R-56`).
    fn succeed(&mut self, id: u64, predecessors: [u32; 2]) -> bool {
        let (lane, own) = ((id >> 32) as u16, id as u32);
        for frame in predecessors.into_iter().filter(|&frame| frame != 0) {
            if let Some(op) = self.find_op(u64::from(lane) << 32 | u64::from(frame)) {
                self.ops[op].superseded = true;
            }
        }
        let replaces = |op: &Op| op.lane() == lane && op.predecessors.contains(&own);
        own != 0 && self.ops.iter().any(|op| op.id != id && replaces(op))
    }
}

/// Whether a submit names a schema other than the default of its session.
fn overrides(packet: &Packet<'_>, default: (u32, u32)) -> bool {
    let other = |part: TypedDescriptor| {
        part.schema_id != 0 && (part.schema_id, part.schema_version) != default
    };
    default.0 != 0 && typed_payloads(&packet.frame).any(|part| other(part.descriptor))
}

impl Node {
    pub(super) fn submit(
        &mut self,
        packet: &Packet<'_>,
        submit: &FrameSubmit,
        at: Instant,
        record: u32,
    ) {
        if !packet.mine {
            self.remember(packet);
        }
        let Some(index) = packet.session else { return };
        let header = packet.header();
        let late = if packet.mine { None } else { self.too_late(packet, index) };
        let lookup = if packet.mine { Lookup::Nothing } else { self.lookup };
        let session = &mut self.sessions[index];
        let default = (session.granted.schema_id, session.granted.schema_version);
        let overrides = !packet.mine && overrides(packet, default);
        let predecessors = [submit.retry_of_frame, submit.dependency_frame_id];
        let overtaken = session.succeed(header.operation_id(), predecessors);
        let budget = u32::from(submit.latency_budget_ms);
        let deadline_ms = if budget != 0 { budget } else { session.asked.default_deadline_ms };
        let op = match packet.op {
            // What was refused has created no operation, so a repeat may be taken after all
            //
            Some(op) if !packet.mine && session.ops[op].may_be_taken(late) => {
                let entry = &mut session.ops[op];
                (entry.ends_sent, entry.repeated) = (0, true);
                op
            }
            Some(op) if session.ops[op].stage != Stage::Unknown || session.ops[op].malformed => {
                let entry = &mut session.ops[op];
                entry.repeated = true;
                if entry.stage == Stage::Arrived {
                    // Either copy may be the one that is taken.
                    entry.lookup = entry.lookup.min(lookup);
                }
                if packet.mine {
                    self.settle_doubt(index, op);
                }
                return;
            }
            Some(op) => op,
            None => {
                session.add_op(header.operation_id(), at, record);
                session.ops.len() - 1
            }
        };
        let stage = if packet.mine { Stage::Live } else { Stage::Arrived };
        let inherits = submit.loss_tolerance_policy == INHERIT;
        let level = Some(submit.loss_tolerance_policy);
        let loss = if inherits { self.conns[packet.conn.0 as usize].loss } else { level };
        let entry = &mut session.ops[op];
        *entry = Op {
            predecessors,
            superseded: entry.superseded || overtaken,
            at,
            record,
            stage,
            trace: header.trace_id,
            budget: submit.budget_policy,
            once: loss == Some(FIRE_AND_FORGET),
            inherits_loss: inherits,
            loss_unsettled: loss.is_none(),
            keyframe: submit.frame_class == 0,
            deadline_ms,
            default_deadline: budget == 0,
            lookup,
            waits: submit.dependency_frame_id != 0,
            overrides,
            late,
            ..*entry
        };
        if packet.mine {
            self.count(index, op);
        }
    }

    /// Why the server must not take a submit that arrives now.
    fn too_late(&self, packet: &Packet<'_>, index: usize) -> Option<Late> {
        let (session, conn) = (&self.sessions[index], &self.conns[packet.conn.0 as usize]);
        if session.conn != packet.conn {
            Some(Late::Path)
        } else if !session.state.takes_work() {
            Some(Late::Session)
        } else if conn.closing() {
            Some(Late::Connection)
        } else {
            None
        }
    }

    pub(super) fn cancel(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let Some(index) = packet.session else { return };
        let session = &mut self.sessions[index];
        match packet.op {
            Some(op) => session.ops[op].cancelled = true,
            None => {
                let id = packet.header().operation_id();
                let op = session.add_op(id, at, record);
                (op.cancelled, op.cancelled_ahead) = (true, true);
            }
        }
    }

    pub(super) fn push(&mut self, packet: &Packet<'_>, push: &ResultPush) {
        if !packet.mine {
            self.remember(packet);
        }
        let (Some(session), Some(op)) = (packet.session, packet.op) else { return };
        self.accept(session, op);
        if packet.finality == Finality::More {
            self.settle_doubt(session, op);
            if self.listens(packet, session, op) {
                let tokens = push.payload_kind_bitmap & TOKEN_CHUNK != 0;
                let entry = &mut self.sessions[session].ops[op];
                entry.partials = entry.partials.saturating_add(1);
                entry.tokens |= tokens;
            }
            return;
        }
        let entry = &mut self.sessions[session].ops[op];
        entry.result_sent |= packet.mine;
        let plain = packet.finality == Finality::Plain;
        self.send_end(packet, session, op, End::Result { ok: push.status_code < 2, plain });
    }

    pub(super) fn drop_result(&mut self, packet: &Packet<'_>) {
        if let (Some(session), Some(op)) = (packet.session, packet.op) {
            self.send_end(packet, session, op, End::Drop);
        }
    }

    /// Whether a client has to take what comes for an unfinished operation.
    fn listens(&self, packet: &Packet<'_>, session: usize, op: usize) -> bool {
        let session = &self.sessions[session];
        let there = session.conn == packet.conn || session.migrated_from == Some(packet.conn);
        let open = !matches!(session.state, State::Closed | State::Detached);
        !packet.mine && there && open && session.ops[op].stage == Stage::Live
    }

    /// A terminal event of the server.
    pub(super) fn send_end(&mut self, packet: &Packet<'_>, session: usize, op: usize, end: End) {
        if self.listens(packet, session, op) {
            let known = &self.sessions[session];
            let (late, lane) = (!known.state.takes_work(), known.ops[op].lane());
            let earlier = |other: &Op| other.lane() == lane && other.stage == Stage::Live;
            let overtook = known.in_flight > 1 && known.ops[..op].iter().any(earlier);
            let entry = &mut self.sessions[session].ops[op];
            (entry.arrived, entry.arrived_late, entry.overtook) = (true, late, overtook);
        }
        let entry = &mut self.sessions[session].ops[op];
        entry.ends_sent = entry.ends_sent.saturating_add(u8::from(packet.mine));
        self.end(session, op, end);
    }

    /// The server has taken a submit.
    pub(super) fn accept(&mut self, session: usize, op: usize) {
        let entry = &mut self.sessions[session].ops[op];
        if self.role == Role::Server && entry.stage == Stage::Arrived {
            entry.stage = Stage::Live;
            self.count(session, op);
        }
    }

    /// Ends an operation, if it has not ended.
    pub(super) fn end(&mut self, index: usize, op: usize, end: End) {
        self.uncount(index, op);
        let session = &mut self.sessions[index];
        let era = session.resumes;
        let entry = &mut session.ops[op];
        if entry.stage == Stage::Unknown && !entry.malformed {
            return;
        }
        if !entry.ended() {
            entry.stage = Stage::Ended(end);
            entry.era = era;
        }
    }

    pub(super) fn settle_doubt(&mut self, session: usize, op: usize) {
        let entry = &mut self.sessions[session].ops[op];
        if entry.doubtful && entry.stage == Stage::Live {
            entry.doubtful = false;
            self.count(session, op);
        }
    }

    pub(super) fn count(&mut self, index: usize, op: usize) {
        let session = &mut self.sessions[index];
        if !core::mem::replace(&mut session.ops[op].counted, true) {
            session.in_flight += 1;
            self.conns[session.conn.0 as usize].in_flight += 1;
        }
    }

    pub(super) fn uncount(&mut self, index: usize, op: usize) {
        let session = &mut self.sessions[index];
        if core::mem::take(&mut session.ops[op].counted) {
            session.in_flight -= 1;
            let conn = &mut self.conns[session.conn.0 as usize];
            conn.in_flight = conn.in_flight.saturating_sub(1);
        }
    }

    /// Takes the operations of a session out of the count of its connection.
    pub(super) fn uncount_all(&mut self, index: usize) {
        let session = &self.sessions[index];
        let conn = &mut self.conns[session.conn.0 as usize];
        conn.in_flight = conn.in_flight.saturating_sub(session.in_flight);
    }

    /// A session is gone.
    pub(super) fn close_session(&mut self, index: usize, end: End) {
        if self.sessions[index].state != State::Detached {
            self.uncount_all(index);
        }
        self.store.end_owner(Owner::Session(self.sessions[index].id));
        let session = &mut self.sessions[index];
        session.state = State::Closed;
        session.in_flight = 0;
        let era = session.resumes;
        for op in &mut session.ops {
            op.counted = false;
            if matches!(op.stage, Stage::Live | Stage::Arrived) {
                op.stage = Stage::Ended(end);
                op.era = era;
            }
        }
    }

    pub(super) fn flow(&mut self, packet: &Packet<'_>, update: &FlowUpdate) {
        if packet.mine {
            self.forced_epoch = None;
        }
        // An update for an operation that is not there is ignored and leaves no epoch (F3).
        let live = |op: &Op| matches!(op.stage, Stage::Arrived | Stage::Live);
        let ignored = !packet.mine
            && update.scope_kind == SCOPE_OPERATION
            && packet.session.is_some_and(|index| {
                let session = &self.sessions[index];
                session.find_op(update.operation_id).is_none_or(|op| !live(&session.ops[op]))
            });
        // On a connection that the session has left an update may be applied or not (S30, S31).
        let astray = !packet.mine
            && update.scope_kind != SCOPE_CONNECTION
            && packet.session_in(self).is_some_and(|session| session.conn != packet.conn);
        let applied = self.scope_record(packet, update).map(|record| {
            let before = *record;
            let standing = match record.epoch {
                Some(epoch) if update.credit_epoch < epoch => Standing::Older,
                Some(epoch) if update.credit_epoch == epoch => Standing::Equal,
                _ => Standing::Newer,
            };
            if standing == Standing::Newer {
                record.apply(update);
            }
            let after = *record;
            if ignored || astray {
                *record = before;
            }
            if astray {
                record.before_resume = record.before_resume.max(Some(update.credit_epoch));
            }
            let (conn, session) = (packet.conn, 0);
            let sure = before.before_resume.is_none() && !after.uncertain;
            let due = standing == Standing::Newer && !ignored && sure;
            let (update, told) = (*update, false);
            Applied { conn, session, update, standing, record: after, due, told }
        });
        if let Some(applied) = applied.filter(|_| !packet.mine) {
            let session = packet.header().session_id;
            let due = applied.due && self.takes_updates(packet);
            self.applied.push(Applied { session, due, ..applied });
        }
    }

    /// Whether this is a place where the node listens to flow updates.
    fn takes_updates(&self, packet: &Packet<'_>) -> bool {
        let conn = &self.conns[packet.conn.0 as usize];
        let session = packet.session_in(self);
        let live = session.is_none_or(|session| {
            session.conn == packet.conn && !matches!(session.state, State::Closed | State::Detached)
        });
        let named = packet.header().session_id == 0 || session.is_some();
        conn.active && !conn.closing() && live && named
    }

    /// The record that a FLOW_UPDATE is about.
    pub(in crate::nnrp) fn scope_record(
        &mut self,
        packet: &Packet<'_>,
        update: &FlowUpdate,
    ) -> Option<&mut Flow> {
        let conn = &mut self.conns[packet.conn.0 as usize];
        Some(match (update.scope_kind, packet.session) {
            (SCOPE_CONNECTION, _) if packet.mine => &mut conn.flow_out,
            (SCOPE_CONNECTION, _) => &mut conn.flow_in,
            (_, None) => return None,
            (SCOPE_SESSION, Some(session)) if packet.mine => &mut self.sessions[session].flow_out,
            (SCOPE_SESSION, Some(session)) => &mut self.sessions[session].flow_in,
            (_, Some(session)) => {
                let flows = &mut self.sessions[session].op_flows;
                let index = flows.iter().position(|flow| flow.0 == update.operation_id);
                let index = index.unwrap_or_else(|| {
                    flows.push((update.operation_id, Flow::default(), Flow::default()));
                    flows.len() - 1
                });
                let (_, flow_in, flow_out) = &mut flows[index];
                if packet.mine { flow_out } else { flow_in }
            }
        })
    }
}
