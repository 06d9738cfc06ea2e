//! What an invariant is to the judge: hooks that look at the model before a fact changes it.

use super::http::Post;
use super::model::{Claim, Conn, Name, Node};
use super::packet::{Fault, Packet};
use crate::Invariant;
use alloc::fmt::format;
use alloc::vec::Vec;
use core::fmt::Arguments;
use wireproof_base::{Citation, ConnId, Finding, Instant, Role};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::frame_type::FrameType;

/// Sets of frame types.
pub(super) mod kinds {
    use wireproof_wire::ncp::frame_type::FrameType;

    pub const STREAM: u16 = 0x01;
    pub const CAPS: u16 = 0x02;
    pub const ERROR: u16 = 0x04;
    pub const DIFF: u16 = 0x08;
    pub const ANCHOR: u16 = 0x10;
    pub const HELLO: u16 = 0x20;
    pub const REQUEST: u16 = 0x40;
    pub const OTHER: u16 = 0x80;
    pub const ALL: u16 = u16::MAX;

    /// The set that a type is in.
    pub const fn of(kind: FrameType) -> u16 {
        match kind {
            FrameType::Stream => STREAM,
            FrameType::Caps => CAPS,
            FrameType::Error => ERROR,
            FrameType::Diff => DIFF,
            FrameType::Anchor => ANCHOR,
            FrameType::Hello => HELLO,
            FrameType::Query | FrameType::Action | FrameType::Subscribe => REQUEST,
            _ => OTHER,
        }
    }
}

/// Sets of events.
pub(super) mod events {
    use wireproof_wire::ncp::Event;

    pub const CHUNK: u16 = 0x01;
    pub const STREAM: u16 = 0x02;
    pub const ANSWER: u16 = 0x04;
    pub const DIFF: u16 = 0x08;
    pub const ANCHOR: u16 = 0x10;
    pub const READY: u16 = 0x20;
    pub const OTHER: u16 = 0x40;

    /// The set that an event is in.
    pub const fn of(event: &Event) -> u16 {
        match event {
            Event::Chunk { .. } => CHUNK,
            Event::Opened { .. } | Event::Ended { .. } | Event::Window { .. } => STREAM,
            Event::Answered { .. } | Event::Failed { .. } => ANSWER,
            Event::Applied { .. } | Event::Unapplied { .. } | Event::Heartbeat { .. } => DIFF,
            Event::Anchored { .. } | Event::Forgotten { .. } => ANCHOR,
            Event::Ready { .. } => READY,
            _ => OTHER,
        }
    }
}

/// One invariant. It has no state of its own: whatever it needs to remember is in the model.
pub(super) trait Check {
    /// What it is called and what it rests on.
    const INVARIANT: Invariant;
    /// The frames whose sending it looks at.
    const SENT: u16 = kinds::ALL;
    /// The events it looks at.
    const EVENTS: u16 = u16::MAX;
    /// The node sends a frame that can be read.
    #[inline]
    fn sent(_cx: &Cx<'_>, _packet: &Packet<'_>, _out: &mut Report<'_>) {}
    /// The node sends or gets a frame that cannot be read.
    #[inline]
    fn garbled(_cx: &Cx<'_>, _fault: &Fault, _out: &mut Report<'_>) {}
    /// The node reports an event.
    #[inline]
    fn event(_cx: &Cx<'_>, _event: &Event, _out: &mut Report<'_>) {}
    /// The node has come to rest after an event that its own frames have to bear out.
    #[inline]
    fn claim(_cx: &Cx<'_>, _claim: &Claim, _out: &mut Report<'_>) {}
    /// The node ends a connection with `pending` bytes of a frame unsent.
    #[inline]
    fn shutdown(_cx: &Cx<'_>, _conn: ConnId, _pending: usize, _out: &mut Report<'_>) {}
    /// The node sends or gets a message of HTTP mode that can be read.
    #[inline]
    fn posted(_cx: &Cx<'_>, _post: &Post, _out: &mut Report<'_>) {}
    /// The node reports an event in HTTP mode.
    #[inline]
    fn reported(_cx: &Cx<'_>, _event: &Event, _out: &mut Report<'_>) {}
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
        self.node.conn(conn)
    }

    /// A connection that an event names; a node may name one that never was.
    pub fn find(&self, conn: ConnId) -> Option<&'m Conn> {
        self.node.conns.get(conn.0 as usize)
    }

    /// Name of the state of a connection, for a signature.
    pub fn state(&self, conn: ConnId) -> &'static str {
        self.find(conn).map_or("unknown", |conn| conn.state(self.node.role))
    }

    /// Whether a response answers a GET of that sub-path.
    pub fn is_for(&self, post: &Post, sub: SubPath) -> bool {
        let asked = self.node.exchange(post.conn, post.stream).and_then(|one| one.asked);
        asked.is_some_and(|asked| asked.get && asked.sub == Some(sub))
    }

    /// Whether the node is a Node.
    pub fn server(&self) -> bool {
        self.node.role == Role::Server
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

/// Name of the type in a header.
pub(super) const fn name_of(kind: Option<FrameType>) -> &'static str {
    match kind {
        Some(kind) => kind.name(),
        None => "a frame of no type",
    }
}

/// The application is told of a frame of that type although something is wrong with the one that
/// came.
pub(super) fn taken_all_the_same<C: Check>(
    cx: &Cx<'_>,
    event: &Event,
    kind: FrameType,
    out: &mut Report<'_>,
) {
    let Event::Received { conn, frame } = event else { return };
    if frame != kind.name() {
        return;
    }
    if let Some(flaw) = cx.node.weighed(*conn, kind).and_then(|seen| seen.fault) {
        let expected = format_args!("a refusal of {}", flaw.what);
        out.breach::<C>(flaw.rule, cx.state(*conn), expected, format_args!("{event:?}"));
    }
}

/// An ErrorFrame is about the frame of that type that came in this step, and says of it what is
/// not so: nothing is wrong with it, or something else.
pub(super) fn weighed_otherwise<C: Check>(
    cx: &Cx<'_>,
    packet: &Packet<'_>,
    kind: FrameType,
    unfounded: Citation,
    out: &mut Report<'_>,
) {
    let error = packet.text("error").unwrap_or_default();
    let Some(seen) = cx.node.weighed(packet.conn, kind) else { return };
    let commanded = cx.conn(packet.conn).commanded.contains(&Name::of(error));
    let (rule, what) = match seen.fault {
        _ if commanded => return,
        Some(flaw) if flaw.codes.contains(&error) => return,
        Some(flaw) => (flaw.order, flaw.what),
        None => (unfounded, "nothing"),
    };
    out.breach::<C>(
        rule,
        cx.state(packet.conn),
        format_args!("a code for what is wrong with {}: {what}", kind.name()),
        format_args!("`{error}`"),
    );
}
