//! The judge: cuts, decodes, checks, and then lets the model know.

use super::check::{Cx, Report};
use super::framing::{Framing, Lane, Part};
use super::http::Post;
use super::invariants;
use super::markers::{self, Markers};
use super::model::{Conn, Name, Node};
use super::packet::{Fault, Packet};
use crate::{Invariant, Judged};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Crossing, Finding, Instant, NodeId, Record, Role, StreamId};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::frame::read_noting;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::http::Message;
use wireproof_wire::ncp::seal::{self, Algorithm, Broken, Key};
use wireproof_wire::ncp::violation::Violation;
use wireproof_wire::ncp::{Command, Event, Ncp, Value, code, terms, tier};

/// Judges one run of NCP 0.4.
#[derive(Debug, Default)]
pub struct Judge {
    nodes: Vec<Node>,
    framing: Framing,
    markers: Markers,
    last: u32,
    /// Frames travel in HTTP messages: there is neither a handshake nor a session.
    http: bool,
}

impl Judged for Ncp {
    type Judge = Judge;

    fn invariants() -> &'static [Invariant] {
        invariants::ALL
    }

    fn markers() -> &'static [&'static str] {
        markers::NAMES
    }
}

impl wireproof_base::Judge<Ncp> for Judge {
    fn reset(&mut self, carrier: Carrier, roles: &[Role]) {
        self.http = carrier == Carrier::Exchange;
        self.nodes.truncate(roles.len());
        for (node, &role) in self.nodes.iter_mut().zip(roles) {
            node.reset(role);
        }
        for &role in &roles[self.nodes.len()..] {
            self.nodes.push(Node::new(role));
        }
        self.framing.reset();
        self.markers.reset();
        self.last = 0;
    }

    fn setup(&mut self, node: NodeId, setup: &Setup) {
        if let Some(node) = self.nodes.get_mut(usize::from(node.0)) {
            node.configure(setup);
        }
    }

    fn observe(&mut self, record: &Record<'_, Command, Event>, findings: &mut Vec<Finding>) {
        self.http |= matches!(record.what, Crossing::Connected { carrier: Carrier::Exchange, .. });
        let Some(node) = self.nodes.get_mut(usize::from(record.node.0)) else { return };
        let (at, index) = (record.at, record.index);
        self.last = index;
        let mut out = Report { findings, node: record.node, at, record: index };
        if self.http {
            return exchanged(node, record, &mut out);
        }
        if !matches!(
            record.what,
            Crossing::Sent { .. } | Crossing::Shutdown { .. } | Crossing::Event(_)
        ) {
            rest(node, &mut out);
            node.next_step();
        }
        match record.what {
            Crossing::Connected { conn, carrier } => node.connected(conn, carrier, at, index),
            Crossing::Received { conn, stream, bytes } => {
                self.bytes(Place { node: record.node, conn, stream, mine: false }, bytes, &mut out);
            }
            Crossing::Sent { conn, stream, bytes } => {
                self.bytes(Place { node: record.node, conn, stream, mine: true }, bytes, &mut out);
            }
            Crossing::Disconnected { conn } => {
                node.disconnected(conn, false);
                self.markers.lost(node, conn);
                self.framing.close(record.node, conn);
            }
            Crossing::Shutdown { conn } => {
                node.ensure(conn);
                let pending = self.framing.pending(record.node, conn);
                invariants::shutdown(&Cx { node, at }, conn, pending, &mut out);
                node.disconnected(conn, true);
                self.framing.close(record.node, conn);
            }
            Crossing::Command(command) => {
                self.markers.command(node, command);
                node.commanded(command, at);
            }
            Crossing::Event(event) => {
                invariants::event(&Cx { node, at }, event, &mut out);
                self.markers.event(event);
                node.told(event, at, index);
            }
            Crossing::Timeout => {}
        }
    }

    fn finish(&mut self, now: Instant, healed: bool, findings: &mut Vec<Finding>) {
        if self.http {
            return;
        }
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
        let lane = Lane { node: place.node, conn, stream, sent: mine };
        let markers = &mut self.markers;
        self.framing.feed(lane, bytes, |part| match part {
            Part::Announced(header) => announced(node, place, header, out.record),
            Part::Frame { header, bytes } => frame(node, markers, place, (header, bytes), out),
        });
    }
}

/// The header of a frame that is under way: its receiver may refuse it already.
fn announced(node: &mut Node, place: Place, header: Header, record: u32) {
    if place.mine {
        return;
    }
    let terms = node.conn(place.conn).terms(node.keyed());
    if let Err(violation) = terms::check(&header, &terms) {
        node.announce(&violation.lenient(), place.conn, Name::NONE, record);
    }
}

fn frame(
    node: &mut Node,
    markers: &mut Markers,
    place: Place,
    (header, bytes): (Header, &[u8]),
    out: &mut Report<'_>,
) {
    let Place { conn, stream, mine, .. } = place;
    if header.is_sealed()
        && let Some(nonce) = bytes[header.header_len()..].first_chunk()
    {
        invariants::nonce(&Cx { node, at: out.at }, place.conn, mine, nonce, out);
        node.nonces.push(*nonce);
    }
    match decode(node, place, header, bytes) {
        Ok(read) => {
            let packet = &read;
            if mine {
                invariants::sent(&Cx { node, at: out.at }, packet, out);
            }
            markers.packet(node, packet, out.at);
            node.apply(packet, out.at, out.record);
        }
        Err(unread) => {
            let Unread { violation, then, subject, opaque } = *unread;
            let fault = Fault { conn, stream, mine, header, violation, then, subject, opaque };
            if !opaque {
                invariants::garbled(&Cx { node, at: out.at }, &fault, out);
                markers.garbled(&fault);
            }
            node.garbled(&fault, out.record);
        }
    }
}

/// What keeps a frame from being read.
struct Unread {
    /// The rule.
    violation: Violation,
    /// The next rule it breaks, if the first may be let pass.
    then: Option<Violation>,
    /// The stream it names.
    subject: Name,
    /// Whether only its receiver can tell.
    opaque: bool,
}

impl Unread {
    /// The rule of its header that a frame breaks decides, unless it is let pass (2.4).
    fn of(taint: Option<Violation>, violation: Violation) -> Self {
        let (violation, then) = match taint {
            Some(taint) => (taint, taint.lenient.then_some(violation)),
            None => (violation, None),
        };
        Self { violation, then, subject: Name::NONE, opaque: false }
    }
}

fn decode<'b>(
    node: &Node,
    place: Place,
    header: Header,
    bytes: &'b [u8],
) -> Result<Packet<'b>, Box<Unread>> {
    let conn = node.conn(place.conn);
    let terms = conn.terms(node.keyed());
    let taint = terms::check(&header, &terms).err();
    let payload = &bytes[header.header_len()..];
    // What may be taken all the same is read, so that its effect is known (12.4, `OP-18`).
    if let Some(violation) = taint.filter(|violation| !violation.lenient && violation.row != 7) {
        return Err(Box::new(Unread::of(None, violation)));
    }
    let plain = match (header.is_sealed(), conn.agreed.and_then(|agreed| agreed.algorithm)) {
        (false, _) => Cow::Borrowed(payload),
        (true, Some(algorithm)) if terms.sealed => {
            let head = &bytes[..header.header_len()];
            let Some(key) = &node.key else {
                let broken = unopened(Broken::Tag);
                return Err(Box::new(Unread { opaque: true, ..Unread::of(taint, broken) }));
            };
            let opened = seal::open(algorithm, key, head, payload);
            let opened = opened.map_err(|broken| match broken {
                Broken::Tag => mistagged(conn, key, head, payload),
                Broken::Short => unopened(broken),
            });
            Cow::Owned(opened.map_err(|broken| Box::new(Unread::of(taint, broken)))?)
        }
        (true, _) => {
            let sealed = Violation::new(8, code::NCP_ENC_NOT_NEGOTIATED, "NCP-ENC-008", "enc");
            return Err(Box::new(Unread::of(taint, sealed)));
        }
    };
    let (Some(kind), Some(tier)) = (header.kind(), header.tier()) else {
        let undecodable = Violation::bad_frame(10, "NCP-HDR-006", "tier");
        return Err(Box::new(Unread::of(taint, undecodable)));
    };
    match read_noting(&header, &plain) {
        Ok((frame, remarks)) => {
            let author = if place.mine { node.role } else { node.role.peer() };
            // Only what arrives is compared with what is handed on.
            let digest = if place.mine { 0 } else { Packet::digest_of(&frame) };
            let (conn, stream, mine) = (place.conn, place.stream, place.mine);
            Ok(Packet {
                conn,
                stream,
                mine,
                author,
                header,
                kind,
                tier,
                plain,
                frame,
                remarks,
                taint,
                digest,
            })
        }
        Err(violation) => {
            let members = tier::decode(tier, &plain).ok();
            let named = members.as_ref().and_then(|members| members.get("stream_id"));
            let subject = Name::of_optional(named.and_then(Value::as_text));
            Err(Box::new(Unread { subject, ..Unread::of(taint, violation) }))
        }
    }
}

/// A tag that does not fit: the frame may be sealed with an algorithm that is not in force.
fn mistagged(conn: &Conn, key: &Key, head: &[u8], payload: &[u8]) -> Violation {
    let agreed = conn.agreed.and_then(|agreed| agreed.algorithm);
    let others = Algorithm::ALL.into_iter().filter(|other| Some(*other) != agreed);
    let code = code::NCP_ENC_AUTH_FAILED;
    for other in others {
        if seal::open(other, key, head, payload).is_ok() {
            return if conn.reply.lists(other) {
                Violation::new(9, code, "NCP-ENC-017", "algorithm").read("OP-37")
            } else {
                Violation::new(9, code, "NCP-ENC-007", "algorithm")
            };
        }
    }
    unopened(Broken::Tag)
}

fn unopened(broken: Broken) -> Violation {
    match broken {
        Broken::Short => {
            Violation::new(9, code::NCP_ENC_AUTH_FAILED, "NCP-ENC-002", "length").read("OP-37")
        }
        Broken::Tag => Violation::new(9, code::NCP_ENC_AUTH_FAILED, "NCP-ENC-005", "tag"),
    }
}

/// Something crossed the boundary of a node in HTTP mode.
fn exchanged(node: &mut Node, record: &Record<'_, Command, Event>, out: &mut Report<'_>) {
    let at = record.at;
    match record.what {
        Crossing::Connected { conn, carrier } => node.connected(conn, carrier, at, record.index),
        Crossing::Received { conn, stream, bytes } => {
            message(node, Place { node: record.node, conn, stream, mine: false }, bytes, out);
        }
        Crossing::Sent { conn, stream, bytes } => {
            message(node, Place { node: record.node, conn, stream, mine: true }, bytes, out);
        }
        Crossing::Disconnected { conn } => node.disconnected(conn, false),
        Crossing::Shutdown { conn } => node.disconnected(conn, true),
        Crossing::Command(command) => node.commanded(command, at),
        Crossing::Event(event) => {
            invariants::reported(&Cx { node, at }, event, out);
            node.reported(event);
        }
        Crossing::Timeout => {}
    }
}

/// A message of HTTP mode.
fn message(node: &mut Node, place: Place, bytes: &[u8], out: &mut Report<'_>) {
    let Place { conn, stream, mine, .. } = place;
    node.ensure(conn);
    match Message::read(bytes) {
        Ok(message) => {
            let post = Post::new(conn, stream, mine, message);
            invariants::posted(&Cx { node, at: out.at }, &post, out);
            node.posted(&post);
        }
        Err(fault) => {
            if mine {
                invariants::mangled(conn, fault, out);
            }
            node.mangled(conn, stream, mine);
        }
    }
}

/// The node has come to rest: what it claimed must be borne out by now.
fn rest(node: &Node, out: &mut Report<'_>) {
    for claim in &node.claims {
        let (record, at) = (out.record, out.at);
        (out.record, out.at) = (claim.record, claim.at);
        invariants::claim(&Cx { node, at: claim.at }, claim, out);
        (out.record, out.at) = (record, at);
    }
}
