//! FLOW_UPDATE in both directions, PING and PONG (table 4.4; ).

use super::core::{Core, Out};
use super::link::Ask;
use crate::nnrp::connection::{self, State as LinkState};
use crate::nnrp::flow::{Block, Record, Request, Verdict, admit};
use crate::nnrp::session::admits;
use wireproof_base::Role;
use wireproof_wire::nnrp::code::{INTERNAL_ERROR, INVALID_STATE};
use wireproof_wire::nnrp::command::{Flow, Ping};
use wireproof_wire::nnrp::flow::{
    BACKGROUND_ONLY, CREDIT_VALID, DRAIN_IN_FLIGHT_ONLY, FlowUpdate, RETRY_AFTER_VALID,
    SCOPE_CONNECTION, SCOPE_OPERATION, SCOPE_SESSION,
};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType, Metadata};

impl Core {
    /// The admission rule for a new operation, as the steered side sees it (`incoming`) or as
    /// the steering side enforces it.
    #[inline]
    pub fn may_start(&self, link: usize, at: usize) -> Result<(), Block> {
        let (link, session) = (&self.links[link], &self.sessions[at]);
        let (connection, own) = match self.role {
            Role::Client => (&link.incoming, &session.incoming),
            Role::Server => (&link.outgoing, &session.outgoing),
        };
        admit(&Request {
            connection,
            connection_in_flight: link.in_flight,
            session: own,
            session_in_flight: session.live.len() as u32,
            maximum: session.maximum,
            class: session.class,
        })
    }

    /// Whether the client has asked to hold back results of an operation.
    pub fn results_held(&self, link: usize, at: usize, operation: u64) -> bool {
        let session = &self.sessions[at];
        let own = session.op_records.iter().find(|(id, steered, _)| *id == operation && !steered);
        self.links[link].incoming.holds_results()
            || session.incoming.holds_results()
            || own.is_some_and(|(_, _, record)| record.holds_results())
    }

    /// FLOW_UPDATE arrived.
    pub fn on_flow(&mut self, link: usize, header: &Header, update: &FlowUpdate, out: &mut Out) {
        let (now, conn) = (self.now, self.links[link].conn);
        let record = if update.scope_kind == SCOPE_CONNECTION {
            &mut self.links[link].incoming
        } else {
            let bound = self.bound(header.session_id, conn);
            let admitted =
                bound.filter(|&at| admits(self.sessions[at].state, MessageType::FlowUpdate));
            let Some(at) = admitted else {
                return self.refuse(link, header, MessageType::FlowUpdate, INVALID_STATE, out);
            };
            let session = &mut self.sessions[at];
            if update.scope_kind == SCOPE_SESSION {
                &mut session.incoming
            } else if session.find_live(update.operation_id).is_some() {
                op_record(&mut session.op_records, update.operation_id, false)
            } else {
                return;
            }
        };
        if record.apply(now, update) != Verdict::Applied {
            return;
        }
        out.event(Event::Flow {
            conn,
            session: header.session_id,
            operation: update.operation_id,
            credit: record.reported(),
            level: record.level,
            paused: record.paused,
            epoch: update.credit_epoch,
        });
    }

    /// Command: steer the peer.
    pub fn flow(&mut self, flow: &Flow, out: &mut Out) {
        let mut update = update_of(flow);
        let place = match update.scope_kind {
            SCOPE_CONNECTION => self.link(flow.conn).map(|link| (link, None)),
            _ => self.session(flow.session).and_then(|at| {
                let live = admits(self.sessions[at].state, MessageType::FlowUpdate);
                self.link_of(at).filter(|_| live).map(|link| (link, Some(at)))
            }),
        };
        let Some((link, at)) = place else { return };
        if !matches!(self.links[link].state, LinkState::Active | LinkState::Draining) {
            return;
        }
        let last = match at {
            None => self.links[link].epoch,
            Some(at) if flow.operation == 0 => self.sessions[at].epoch,
            Some(at) => {
                let records = &mut self.sessions[at].op_records;
                op_record(records, flow.operation, true).epoch.unwrap_or(0)
            }
        };
        let Some(epoch) = flow.epoch.or_else(|| last.checked_add(1)) else {
            // Epochs do not wrap: who has used them up closes the connection.
            return self.refuse_fatally(link, 0, INTERNAL_ERROR, out);
        };
        // Epochs only rise (NNRP-FLOW-007), whatever the command says.
        if epoch <= last && last != 0 {
            return;
        }
        update.credit_epoch = epoch;
        let now = self.now;
        let record = match at {
            None => {
                self.links[link].epoch = epoch;
                &mut self.links[link].outgoing
            }
            Some(at) if flow.operation == 0 => {
                self.sessions[at].epoch = epoch;
                &mut self.sessions[at].outgoing
            }
            Some(at) => op_record(&mut self.sessions[at].op_records, flow.operation, true),
        };
        record.apply(now, &update);
        self.send(link, &Frame::new(update, &[]).at(flow.session, 0, 0), out);
    }

    /// Command: ping.
    pub fn ping(&mut self, ping: &Ping, out: &mut Out) {
        let Some(link) = self.link(ping.conn) else { return };
        if self.links[link].state == connection::State::Closed {
            return;
        }
        let conn = self.links[link].conn;
        if ping.session != 0 && self.bound(ping.session, conn).is_none() {
            return;
        }
        let frame = Frame::new(Metadata::Ping, &[]).at(ping.session, 0, 0);
        self.ask(link, frame, Ask::Ping { session: ping.session }, out);
    }

    /// PING arrived.
    pub fn on_ping(&mut self, link: usize, header: &Header, out: &mut Out) {
        let conn = self.links[link].conn;
        if header.session_id != 0 && self.bound(header.session_id, conn).is_none() {
            return self.refuse(link, header, MessageType::Ping, INVALID_STATE, out);
        }
        let frame =
            Frame::new(Metadata::Pong, &[]).at(header.session_id, 0, 0).traced(header.trace_id);
        self.send(link, &frame, out);
    }

    /// PONG arrived; one that nobody asked for is ignored (NNRP-CON-010).
    pub fn on_pong(&mut self, link: usize, header: &Header, out: &mut Out) {
        let (trace, session) = (header.trace_id, header.session_id);
        let asked = self.links[link].take(|pending| {
            let fits = pending.trace == trace && pending.ask == Ask::Ping { session };
            fits.then_some(())
        });
        if asked.is_some() {
            out.event(Event::Pong { conn: self.links[link].conn, session });
        }
    }
}

fn update_of(flow: &Flow) -> FlowUpdate {
    let scope_kind = match (flow.session, flow.operation) {
        (0, _) => SCOPE_CONNECTION,
        (_, 0) => SCOPE_SESSION,
        _ => SCOPE_OPERATION,
    };
    let credit = flow.credit.unwrap_or(0);
    let of_scope = |scope| if scope_kind == scope { credit } else { 0 };
    let bit = |set, bit| if set { bit } else { 0 };
    FlowUpdate {
        scope_kind,
        update_reason: flow.reason,
        backpressure_level: flow.level,
        connection_credit: of_scope(SCOPE_CONNECTION),
        session_credit: of_scope(SCOPE_SESSION),
        operation_credit: of_scope(SCOPE_OPERATION),
        operation_id: if scope_kind == SCOPE_OPERATION { flow.operation } else { 0 },
        retry_after_ms: flow.retry_after_ms.unwrap_or(0),
        flow_flags: bit(flow.credit.is_some(), CREDIT_VALID)
            | bit(flow.retry_after_ms.is_some(), RETRY_AFTER_VALID)
            | bit(flow.background_only, BACKGROUND_ONLY)
            | bit(flow.drain_in_flight_only, DRAIN_IN_FLIGHT_ONLY),
        ..FlowUpdate::default()
    }
}

/// The record of one operation; `steered` by this side or by the peer.
fn op_record(
    records: &mut alloc::vec::Vec<(u64, bool, Record)>,
    operation: u64,
    steered: bool,
) -> &mut Record {
    let at = match records.iter().position(|(id, by, _)| (*id, *by) == (operation, steered)) {
        Some(at) => at,
        None => {
            records.push((operation, steered, Record::new(None)));
            records.len() - 1
        }
    };
    &mut records[at].2
}
