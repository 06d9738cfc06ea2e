//! The judge: cuts, decodes, checks, and then lets the model know.

use super::check::{Cx, Report};
use super::framing::{Framing, Lane};
use super::invariants;
use super::markers::{self, Markers};
use super::model::Node;
use super::packet::{Garbled, Packet};
use crate::{Invariant, Judged};
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Crossing, Finding, Instant, NodeId, Record, Role, StreamId};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::framing::DEFAULT_MAX_BODY;
use wireproof_wire::nnrp::{Command, Event, Frame, Nnrp, Refusal, Violation};

/// Judges one run of NNRP/1-preview3.
#[derive(Debug, Default)]
pub struct Judge {
    nodes: Vec<Node>,
    framing: Framing,
    markers: Markers,
    carrier: Carrier,
    last: u32,
}

impl Judged for Nnrp {
    type Judge = Judge;

    fn invariants() -> &'static [Invariant] {
        invariants::ALL
    }

    fn markers() -> &'static [&'static str] {
        markers::NAMES
    }
}

impl wireproof_base::Judge<Nnrp> for Judge {
    fn reset(&mut self, carrier: Carrier, roles: &[Role]) {
        self.nodes.truncate(roles.len());
        for (node, &role) in self.nodes.iter_mut().zip(roles) {
            node.reset(role);
        }
        for &role in &roles[self.nodes.len()..] {
            self.nodes.push(Node::new(role));
        }
        self.framing.reset();
        self.markers.reset();
        self.carrier = carrier;
        self.last = 0;
    }

    fn setup(&mut self, node: NodeId, setup: &Setup) {
        if let Some(node) = self.nodes.get_mut(usize::from(node.0)) {
            node.configure(setup);
        }
    }

    fn observe(&mut self, record: &Record<'_, Command, Event>, findings: &mut Vec<Finding>) {
        let Some(node) = self.nodes.get_mut(usize::from(record.node.0)) else { return };
        let (at, index) = (record.at, record.index);
        self.last = index;
        let mut out = Report { findings, node: record.node, at, record: index };
        if !matches!(
            record.what,
            Crossing::Sent { .. } | Crossing::Shutdown { .. } | Crossing::Event(_)
        ) {
            rest(node, &mut out);
            node.next_step();
        }
        match record.what {
            Crossing::Connected { conn, carrier } => {
                node.ensure(conn);
                node.connected(conn, carrier);
            }
            Crossing::Received { conn, stream, bytes } => {
                self.bytes(Place { node: record.node, conn, stream, mine: false }, bytes, &mut out);
            }
            Crossing::Sent { conn, stream, bytes } => {
                self.bytes(Place { node: record.node, conn, stream, mine: true }, bytes, &mut out);
            }
            Crossing::Disconnected { conn } => {
                node.ensure(conn);
                node.disconnected(conn, at);
                self.markers.lost(node);
            }
            Crossing::Shutdown { conn } => {
                node.ensure(conn);
                let lane = Lane { node: record.node, conn, stream: StreamId::CONTROL, sent: true };
                let pending = self.framing.pending(lane);
                let cx = Cx { node, at };
                invariants::shutdown(&cx, conn, pending, &mut out);
                node.disconnected(conn, at);
            }
            Crossing::Command(command) => node.commanded(command),
            Crossing::Event(event) => {
                node.settle_grants(event);
                let cx = Cx { node, at };
                invariants::event(&cx, event, &mut out);
                self.markers.event(event);
                node.told(event, at, index);
            }
            Crossing::Timeout => {}
        }
    }

    fn finish(&mut self, now: Instant, healed: bool, findings: &mut Vec<Finding>) {
        for (index, node) in self.nodes.iter_mut().enumerate() {
            let id = NodeId(index as u8);
            let mut out = Report { findings, node: id, at: now, record: self.last };
            rest(node, &mut out);
            node.next_step();
            if healed {
                invariants::finish(&Cx { node, at: now }, &mut out);
            }
        }
    }

    fn reached(&self) -> &[&'static str] {
        self.markers.reached()
    }
}

/// Where bytes crossed.
#[derive(Clone, Copy)]
struct Place {
    node: NodeId,
    conn: ConnId,
    stream: StreamId,
    mine: bool,
}

impl Judge {
    fn bytes(&mut self, place: Place, bytes: &[u8], out: &mut Report<'_>) {
        let Place { conn, stream, mine, .. } = place;
        let node = &mut self.nodes[usize::from(place.node.0)];
        node.ensure(conn);
        let known = &node.conns[conn.0 as usize];
        let carrier = if known.up { known.carrier } else { self.carrier };
        let lane = Lane { node: place.node, conn, stream, sent: mine };
        let markers = &mut self.markers;
        self.framing.feed(lane, carrier, bytes, |part| {
            let limit = if mine { DEFAULT_MAX_BODY } else { node.conns[conn.0 as usize].limit() };
            let refusal = match part.map(|bytes| Frame::decode_within(bytes, limit)) {
                Ok(Ok(frame)) => {
                    let packet = Packet::new(node, conn, mine, frame);
                    // A message of the wrong side means nothing beyond that.
                    if packet.misplaced() {
                        if mine {
                            invariants::misplaced(&Cx { node, at: out.at }, &packet, out);
                        }
                        return;
                    }
                    if mine {
                        invariants::sent(&Cx { node, at: out.at }, &packet, out);
                    }
                    markers.packet(node, &packet, out.at);
                    if packet.not_understood() {
                        node.not_understood(&packet, out.at, out.record);
                    } else {
                        node.apply(&packet, out.at, out.record);
                    }
                    return;
                }
                Ok(Err(refusal)) => refusal,
                Err(violation) => unreadable(violation),
            };
            let garbled = Garbled { conn, stream, mine, refusal };
            invariants::garbled(&Cx { node, at: out.at }, &garbled, out);
            markers.garbled(&garbled);
            node.garbled(&garbled, out.at, out.record);
        });
    }
}

const fn unreadable(violation: Violation) -> Refusal {
    Refusal { violation, header: None, kind: None }
}

/// The node has come to rest: what it claimed must be borne out by now.
fn rest(node: &Node, out: &mut Report<'_>) {
    for claim in &node.claims {
        let (record, at) = (out.record, out.at);
        (out.record, out.at) = (claim.record, claim.at);
        invariants::claim(&Cx { node, at: claim.at }, claim, out);
        (out.record, out.at) = (record, at);
    }
    if !node.applied.is_empty() {
        invariants::rest(&Cx { node, at: out.at }, out);
    }
}
