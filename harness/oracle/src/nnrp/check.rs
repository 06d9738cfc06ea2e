//! What an invariant is to the judge: hooks that look at the model before a fact changes it.

use super::model::{Applied, Claim, Conn, Node, Op, PendingOpen, Request, Session, Stage, State};
use super::packet::{Garbled, Packet};
use crate::Invariant;
use alloc::fmt::format;
use alloc::vec::Vec;
use core::fmt::Arguments;
use wireproof_base::{Citation, ConnId, Finding, Instant, Role};
use wireproof_wire::nnrp::{Event, MessageType};

/// A set of message types: one bit for each number.
pub(super) type Kinds = u64;

/// The set of some message types.
pub(super) const fn kinds(types: &[MessageType]) -> Kinds {
    let (mut set, mut index) = (0, 0);
    while index < types.len() {
        set |= 1 << types[index] as u8;
        index += 1;
    }
    set
}

/// Sets of events; those that most runs are full of have a bit of their own.
pub(super) mod events {
    use wireproof_wire::nnrp::Event;

    pub const SUBMITTED: u32 = 0x01;
    pub const RESULT: u32 = 0x02;
    pub const ENDED: u32 = 0x04;
    pub const FLOW: u32 = 0x08;
    pub const BLOCKED: u32 = 0x10;
    pub const OPENED: u32 = 0x20;
    pub const OTHER: u32 = 0x40;

    /// The set that an event is in.
    pub const fn of(event: &Event) -> u32 {
        match event {
            Event::Submitted { .. } => SUBMITTED,
            Event::Result { .. } => RESULT,
            Event::Ended { .. } => ENDED,
            Event::Flow { .. } => FLOW,
            Event::Blocked { .. } => BLOCKED,
            Event::Opened { .. } => OPENED,
            _ => OTHER,
        }
    }
}

/// One invariant. It has no state of its own: whatever it needs to remember is in the model.
pub(super) trait Check {
    /// What it is called and what it rests on.
    const INVARIANT: Invariant;
    /// The messages whose sending it looks at.
    const SENT: Kinds = Kinds::MAX;
    /// The events it looks at.
    const EVENTS: u32 = u32::MAX;
    /// The node sends a well-formed packet.
    #[inline]
    fn sent(_cx: &Cx<'_>, _packet: &Packet<'_>, _out: &mut Report<'_>) {}
    /// The node sends or gets bytes that are no packet.
    #[inline]
    fn garbled(_cx: &Cx<'_>, _garbled: &Garbled, _out: &mut Report<'_>) {}
    /// The node reports an event.
    #[inline]
    fn event(_cx: &Cx<'_>, _event: &Event, _out: &mut Report<'_>) {}
    /// The node has come to rest after an event that its own packets have to bear out.
    #[inline]
    fn claim(_cx: &Cx<'_>, _claim: &Claim, _out: &mut Report<'_>) {}
    /// The node has come to rest after a step in which flow updates came.
    #[inline]
    fn rest(_cx: &Cx<'_>, _out: &mut Report<'_>) {}
    /// The node ends a connection with `pending` bytes of a packet unsent.
    #[inline]
    fn shutdown(_cx: &Cx<'_>, _conn: ConnId, _pending: usize, _out: &mut Report<'_>) {}
    /// The run is over and everything owed is due.
    #[inline]
    fn finish(_cx: &Cx<'_>, _out: &mut Report<'_>) {}
}

/// Where a fact happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cx<'m> {
    /// What the node knew just before.
    pub node: &'m Node,
    /// When.
    pub at: Instant,
}

impl<'m> Cx<'m> {
    /// A connection of the node.
    pub fn conn(&self, conn: ConnId) -> &'m Conn {
        &self.node.conns[conn.0 as usize]
    }

    /// The open that an acknowledgement answers, if that is beyond doubt.
    pub fn answered_open(&self, packet: &Packet<'_>) -> Option<&'m PendingOpen> {
        let conn = self.conn(packet.conn);
        let index = self.node.pending_open(packet).filter(|_| !conn.contested())?;
        Some(&conn.opens[index])
    }

    /// A session and an operation of it, by their numbers.
    pub fn operation(&self, session: u32, lane: u16, frame: u32) -> Option<(&'m Session, &'m Op)> {
        let id = u64::from(lane) << 32 | u64::from(frame);
        let (session, op) = self.node.operation(session, id)?;
        let session = &self.node.sessions[session];
        Some((session, &session.ops[op]))
    }

    /// Whether a session came to `conn` with unfinished operations, which may exceed its credit
    /// (`R-61`).
    pub fn moved_to(&self, conn: ConnId) -> bool {
        self.node.sessions.iter().any(|session| {
            session.conn == conn && (session.resumes != 0 || session.migrated_from.is_some())
        })
    }

    /// Requests of these kinds that the node owes an answer at the end of a run.
    pub fn unanswered(&self, kinds: &[MessageType], mut report: impl FnMut(&Conn, &Request)) {
        for conn in self.node.conns.iter().filter(|conn| conn.owes_answers()) {
            let owed = conn.requests.iter().filter(|asked| {
                !asked.mine
                    && !asked.contested
                    && kinds.contains(&asked.kind)
                    && self.node.carries(asked.session)
            });
            // An ERROR that no trace id pairs may have been meant for any of them.
            for request in owed.skip(conn.loose_errors as usize) {
                report(conn, request);
            }
        }
    }

    /// How many sessions `conn` carries.
    pub fn sessions_on(&self, conn: ConnId) -> usize {
        let there = |session: &&Session| {
            session.conn == conn && !matches!(session.state, State::Closed | State::Detached)
        };
        self.node.sessions.iter().filter(there).count()
    }

    /// The sessions that still owe what is due at the end of a run.
    pub fn live_sessions(&self) -> impl Iterator<Item = &'m Session> {
        self.node.sessions.iter().filter(|session| {
            session.state.takes_work() && !session.reused && self.conn(session.conn).owes_answers()
        })
    }

    /// The client starts an operation: the session and the connection it counts on.
    #[inline]
    pub fn start(&self, packet: &Packet<'_>) -> Option<(&'m Session, &'m Conn)> {
        if packet.kind() != MessageType::FrameSubmit || self.node.role != Role::Client {
            return None;
        }
        let session = packet.session_in(self.node)?;
        let known = packet.op_in(self.node).is_some_and(|op| op.stage != Stage::Unknown);
        // Elsewhere and in other states it is out of place, whatever the credit.
        let fits = session.conn == packet.conn && session.state.takes_work();
        (!known && fits).then(|| (session, self.conn(packet.conn)))
    }

    /// The updates of the present step in the scope that an event names.
    pub fn updates(&self, event: &Event) -> impl Iterator<Item = &'m Applied> {
        let scope = match *event {
            Event::Flow { conn, session, operation, .. } => (conn, session, operation),
            _ => (ConnId(u32::MAX), 0, 0),
        };
        self.node.applied.iter().filter(move |seen| {
            (seen.session, seen.update.operation_id) == (scope.1, scope.2)
                && (seen.session != 0 || seen.conn == scope.0)
        })
    }
}

/// Collects breaches of one fact.
#[derive(Debug)]
pub(super) struct Report<'f> {
    /// Where they go.
    pub findings: &'f mut Vec<Finding>,
    /// Who is judged.
    pub node: wireproof_base::NodeId,
    /// When.
    pub at: Instant,
    /// Index of the guilty record.
    pub record: u32,
}

impl Report<'_> {
    /// Reports a breach of `C` against `citation`; `state` is where the culprit stood.
    #[cold]
    #[inline(never)]
    pub fn breach<C: Check>(
        &mut self,
        citation: Citation,
        state: &'static str,
        expected: Arguments<'_>,
        observed: Arguments<'_>,
    ) {
        self.findings.push(Finding {
            invariant: C::INVARIANT.name,
            citation,
            node: self.node,
            at: self.at,
            record: self.record,
            state,
            expected: format(expected),
            observed: format(observed),
        });
    }

    /// The same, for a fact of an earlier record.
    #[cold]
    #[inline(never)]
    pub fn breach_at<C: Check>(
        &mut self,
        record: u32,
        citation: Citation,
        state: &'static str,
        expected: Arguments<'_>,
        observed: Arguments<'_>,
    ) {
        let now = core::mem::replace(&mut self.record, record);
        self.breach::<C>(citation, state, expected, observed);
        self.record = now;
    }
}
