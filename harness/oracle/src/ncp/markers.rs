//! The `sometimes` markers: situations that a set of runs is expected to reach.

use super::model::{Knowledge, Name, Node, Outcome};
use super::packet::{Fault, Packet};
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE, NCP_STREAM_LIMIT_EXCEEDED, NCP_STREAM_SEQ_GAP,
    NCP_STREAM_WINDOW_OVERFLOW,
};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::Stream;
use wireproof_wire::ncp::{Command, Event};

macro_rules! markers {
    ($($variant:ident = $name:literal),* $(,)?) => {
        #[derive(Clone, Copy)]
        enum Marker { $($variant),* }
        /// Every marker.
        pub(super) const NAMES: &[&str] = &[$($name),*];
    };
}

markers! {
    HandshakeDone = "handshake_done",
    HandshakeRefused = "handshake_refused",
    JsonSession = "json_session",
    ExtAgreed = "extended_header_agreed",
    EncAgreed = "encryption_agreed",
    Sealed = "encrypted_frame_seen",
    Malformed = "malformed_frame_seen",
    StreamOpened = "stream_opened",
    StreamCompleted = "stream_completed",
    StreamAborted = "stream_aborted",
    StreamCancelled = "stream_cancelled",
    StreamLost = "stream_lost",
    Interleaved = "two_streams_at_once",
    BothWays = "streams_in_both_directions",
    Exhausted = "window_used_up",
    Paused = "sender_paused",
    Reopened = "window_reopened",
    ShrunkWindow = "window_shrunk",
    Unwindowed = "stream_without_window",
    SlotsFull = "all_slots_in_use",
    LimitRefused = "stream_refused_above_the_limit",
    Overflow = "window_overflow_reported",
    Gap = "sequence_gap_reported",
    StrayChunk = "chunk_of_an_ended_stream",
    Queried = "query_answered",
    StreamQuery = "query_answered_by_a_stream",
    Pipelined = "two_requests_waiting",
    Subscribed = "subscribed",
    Resumed = "subscription_resumed",
    Heartbeat = "heartbeat_seen",
    DiffApplied = "diff_applied",
    DiffUnapplied = "diff_not_applied",
    Bitset = "bitset_diff_seen",
    AnchorPushed = "anchor_pushed",
    AnchorFetched = "anchor_fetched",
    InlineAnchor = "inline_anchor_seen",
    AnchorExpired = "anchor_expired",
    ZeroTtl = "anchor_not_to_be_kept",
    Superseded = "schema_replaced",
    Withdrawn = "schema_dropped",
    NotFound = "anchor_not_found",
    Stale = "anchor_stale",
    Companion = "companion_frame_seen",
    Blocked = "command_blocked",
    Lost = "connection_lost",
    LostBusy = "connection_lost_with_streams_open",
    SecondConnection = "two_connections_at_once",
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

    fn mark_if(&mut self, holds: bool, marker: Marker) {
        if holds {
            self.mark(marker);
        }
    }

    /// A connection of `node` was lost.
    pub fn lost(&mut self, node: &Node, conn: ConnId) {
        self.mark(Marker::Lost);
        let busy = node.conn(conn).streams.iter().any(|stream| {
            stream.end == Some(super::model::End::Lost) && stream.ended_told.is_none()
        });
        self.mark_if(busy, Marker::LostBusy);
    }

    /// A frame that cannot be read.
    pub fn garbled(&mut self, fault: &Fault) {
        self.mark_if(!fault.mine, Marker::Malformed);
    }

    /// The node was commanded.
    pub fn command(&mut self, node: &Node, command: &Command) {
        match command {
            Command::Fetched(_) => self.mark(Marker::AnchorFetched),
            Command::Publish(publish) => {
                let known = node.find_schema(Name::of(&publish.replaces)).is_some();
                self.mark_if(known, Marker::Superseded);
            }
            Command::Withdraw(_) => self.mark(Marker::Withdrawn),
            _ => {}
        }
    }

    /// An event was reported.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Ready { ext, algorithm, encoding, .. } => {
                self.mark(Marker::HandshakeDone);
                self.mark_if(*ext, Marker::ExtAgreed);
                self.mark_if(!algorithm.is_empty(), Marker::EncAgreed);
                self.mark_if(*encoding == Tier::Json, Marker::JsonSession);
            }
            Event::Ended { outcome, .. } => self.mark(match outcome {
                StreamEnd::Complete => Marker::StreamCompleted,
                StreamEnd::Aborted => Marker::StreamAborted,
                StreamEnd::Cancelled => Marker::StreamCancelled,
                StreamEnd::Broken | StreamEnd::Lost => Marker::StreamLost,
            }),
            Event::Applied { .. } => self.mark(Marker::DiffApplied),
            Event::Unapplied { .. } => self.mark(Marker::DiffUnapplied),
            Event::Heartbeat { .. } => self.mark(Marker::Heartbeat),
            Event::Blocked { why, .. } => {
                self.mark(Marker::Blocked);
                self.mark_if(*why == Hold::Streams, Marker::SlotsFull);
            }
            _ => {}
        }
    }

    /// A frame is about to take effect at `node`.
    pub fn packet(&mut self, node: &Node, packet: &Packet<'_>, at: Instant) {
        self.mark_if(packet.header.is_sealed(), Marker::Sealed);
        let conn = node.conn(packet.conn);
        match &packet.frame {
            Frame::Stream(frame) => self.stream(node, packet, frame),
            Frame::Caps(caps) => {
                self.mark_if(caps.inline_anchor.is_some(), Marker::InlineAnchor);
                self.mark_if(node.answered_by_caps(packet).is_some(), Marker::Queried);
                self.expired(node, packet, at);
            }
            Frame::Error(error) => match error.error.as_str() {
                _ if conn.outcome == Outcome::Open && packet.author == Role::Server => {
                    self.mark(Marker::HandshakeRefused);
                }
                NCP_ANCHOR_NOT_FOUND => self.mark(Marker::NotFound),
                NCP_ANCHOR_STALE => self.mark(Marker::Stale),
                NCP_STREAM_LIMIT_EXCEEDED => self.mark(Marker::LimitRefused),
                NCP_STREAM_WINDOW_OVERFLOW => self.mark(Marker::Overflow),
                NCP_STREAM_SEQ_GAP => self.mark(Marker::Gap),
                _ => {}
            },
            Frame::Anchor(anchor) => {
                self.mark(Marker::AnchorPushed);
                self.mark_if(anchor.ttl == Some(0), Marker::ZeroTtl);
            }
            Frame::Diff(diff) => {
                self.mark_if(diff.is_bitset(), Marker::Bitset);
                self.expired(node, packet, at);
            }
            Frame::Subscribe(subscribe) => {
                self.mark(Marker::Subscribed);
                self.mark_if(subscribe.resume_from_seq.is_some(), Marker::Resumed);
                self.mark_if(!conn.requests.is_empty(), Marker::Pipelined);
            }
            Frame::Query(_) | Frame::Action(_) => {
                self.mark_if(!conn.requests.is_empty(), Marker::Pipelined);
            }
            Frame::Hello(_) => {
                let up = node.conns.iter().filter(|conn| conn.established()).count();
                self.mark_if(up != 0, Marker::SecondConnection);
            }
            Frame::Companion(_) => self.mark(Marker::Companion),
        }
    }

    fn expired(&mut self, node: &Node, packet: &Packet<'_>, at: Instant) {
        let id = packet.name("anchor_ref");
        let late = [Knowledge::Expired, Knowledge::AtExpiry];
        let late = late.contains(&node.knowledge(packet.conn, id, at));
        self.mark_if(!packet.mine && late, Marker::AnchorExpired);
    }

    fn stream(&mut self, node: &Node, packet: &Packet<'_>, frame: &Stream) {
        let conn = node.conn(packet.conn);
        let Some(stream) = conn.stream(Name::of(&frame.stream_id)) else {
            self.mark(Marker::StreamOpened);
            self.mark_if(frame.window_size.is_none(), Marker::Unwindowed);
            let mut open = conn.streams.iter().filter(|stream| stream.open()).peekable();
            self.mark_if(open.peek().is_some(), Marker::Interleaved);
            self.mark_if(open.any(|stream| stream.mine != packet.mine), Marker::BothWays);
            let limit = conn.agreed.map_or(u32::MAX, |agreed| agreed.streams);
            self.mark_if(conn.streams_at_most() + 1 >= limit, Marker::SlotsFull);
            let answers =
                packet.author == Role::Server && node.answered_by_stream(packet).is_some();
            self.mark_if(answers, Marker::StreamQuery);
            return;
        };
        self.mark_if(!stream.open(), Marker::StrayChunk);
        if stream.mine == packet.mine {
            let used_up = stream.mine && stream.window.left == Some(1);
            self.mark_if(used_up, Marker::Exhausted);
            return;
        }
        if let Some(window) = frame.window_size.map(u64::from).filter(|_| stream.mine) {
            self.mark_if(window == 0, Marker::Paused);
            let left = stream.window.left;
            self.mark_if(left == Some(0) && window != 0, Marker::Reopened);
            self.mark_if(left.is_some_and(|left| window < left), Marker::ShrunkWindow);
        }
    }
}
