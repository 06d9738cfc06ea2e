//! What an invariant is to the judge: hooks that look at the model before a fact changes it.

use super::model::{Claim, Conn, Node};
use super::packet::{Garbled, Packet};
use crate::Invariant;
use alloc::fmt::format;
use alloc::vec::Vec;
use core::fmt::Arguments;
use wireproof_base::{Citation, ConnId, Finding, Instant};
use wireproof_wire::nnrp::Event;

/// One invariant. It has no state of its own: whatever it needs to remember is in the model.
pub(super) trait Check {
    /// What it is called and what it rests on.
    const INVARIANT: Invariant;
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
