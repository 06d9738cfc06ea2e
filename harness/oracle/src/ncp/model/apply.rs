//! What a frame changes at a node that has sent or got it.

use super::{Cause, Codes, Due, Name, News, Node, Request};
use crate::ncp::packet::{Fault, Packet};
use wireproof_base::{Citation, Instant, Level};
use wireproof_wire::ncp::anchor::is_system_ref;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::violation::Violation;

impl Node {
    /// A frame that can be read crossed the boundary.
    pub fn apply(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        if packet.mine {
            conn.sent += 1;
        } else {
            conn.received += 1;
            match packet.kind {
                FrameType::Error => self.inputs.0 += 1,
                _ => self.inputs.1 += 1,
            }
            self.weigh_header(packet, record);
        }
        let by_header = self.conn(packet.conn).causes.len();
        if self.shake_hands(packet, at, record) {
            return;
        }
        self.read_in_the_clear(packet, record);
        match packet.kind {
            FrameType::Stream => self.stream_frame(packet, at, record),
            FrameType::Caps => self.caps(packet, at, record),
            FrameType::Error => self.error(packet, at),
            FrameType::Anchor => self.anchor_frame(packet, at, record),
            FrameType::Diff => self.diff(packet, at, record),
            FrameType::Query | FrameType::Action | FrameType::Subscribe => {
                self.request(packet, record);
            }
            FrameType::AlignStream => self.align_stream(packet, record),
            FrameType::Graph => self.graph(packet, record),
            _ => self.weigh(packet, at, record),
        }
        let (mine, companion) = (packet.mine, packet.is_companion());
        if !mine && companion {
            self.news(packet, at, Name::NONE, Name::NONE, 0);
        }
        if !mine && packet.is_questionable() {
            self.excuse(packet, by_header);
        }
    }

    /// What a frame says gives no cause for anything if it was refused by its header.
    fn excuse(&mut self, packet: &Packet<'_>, by_header: usize) {
        let causes = &mut self.conns[packet.conn.0 as usize].causes;
        causes.iter_mut().skip(by_header).for_each(|cause| cause.due = Due::Nothing);
    }

    /// A frame is not encrypted although an algorithm is in force.
    fn read_in_the_clear(&mut self, packet: &Packet<'_>, record: u32) {
        let keyed = self.keyed() == Some(true);
        let conn = &mut self.conns[packet.conn.0 as usize];
        let agreed = conn.agreed.is_some_and(|agreed| agreed.algorithm.is_some());
        if !packet.mine && keyed && agreed && !packet.header.is_sealed() {
            conn.plaintext = conn.plaintext.or(Some(record));
            // OP-51: outside of development it may be refused.
            if !self.setup.development {
                let rule = Citation::must("NCP-ENC-013").read("OP-51");
                let (conn, none) = (packet.conn, Name::NONE);
                self.possible(conn, Codes::ANY, rule, none, record, "plaintext");
                self.conns[conn.0 as usize].doubtful = true;
            }
        }
    }

    /// A frame that cannot be read crossed the boundary.
    pub fn garbled(&mut self, fault: &Fault, record: u32) {
        let conn = &mut self.conns[fault.conn.0 as usize];
        if fault.mine {
            conn.sent += 1;
            self.shake_broken(fault, record);
            return;
        }
        conn.received += 1;
        self.inputs.1 += 1;
        if self.overtakes(fault.conn, fault.stream) {
            return;
        }
        self.shake_broken(fault, record);
        self.announce(&fault.violation, fault.conn, fault.subject, record);
        if let Some(then) = &fault.then {
            let codes = Codes::of_violation(then);
            let (rule, what) = (receiver_rule(then), then.field);
            self.possible(fault.conn, codes, rule, fault.subject, record, what);
        }
        let conn = &mut self.conns[fault.conn.0 as usize];
        conn.doubtful |= fault.violation.lenient || fault.opaque;
        conn.unread = Some((self.step, fault.violation.requirement, fault.violation.reading));
        // The number of a chunk that is lost for the model may still count for the node.
        let named = conn.streams.iter_mut().filter(|stream| {
            fault.header.kind() == Some(FrameType::Stream) && stream.id == fault.subject
        });
        named.for_each(|stream| stream.gap = true);
    }

    /// Something with this fault was received, or its header at least.
    pub fn announce(
        &mut self,
        violation: &Violation,
        conn: wireproof_base::ConnId,
        subject: Name,
        record: u32,
    ) {
        let due = match (violation.row, violation.requirement) {
            _ if violation.lenient => Due::Nothing,
            // NCP-ENC-009 orders the answer.
            (8, _) => Due::Ordered,
            _ => Due::Advised,
        };
        let rule = receiver_rule(violation);
        let what = violation.field;
        let codes = Codes::of_violation(violation);
        self.cause(
            conn,
            Cause { codes, rule, due, subject, record, step: 0, answered: false, what },
        );
    }

    /// Something was received that may be refused.
    pub(super) fn cause(&mut self, conn: wireproof_base::ConnId, cause: Cause) {
        let step = self.step;
        self.conns[conn.0 as usize].causes.push(Cause { step, ..cause });
    }

    /// What the header of a readable frame gives cause for.
    fn weigh_header(&mut self, packet: &Packet<'_>, record: u32) {
        let conn = packet.conn;
        if let Some(violation) = &packet.taint {
            self.announce(violation, conn, Name::NONE, record);
        }
        let flags = packet.header.has_reserved();
        let odd_final = packet.remarks.final_wrong;
        if flags || odd_final {
            let codes = Codes::of("NCP-FRAME-FLAGS-INVALID");
            let rule = Citation::must("NCP-HDR-011").read(if flags { "OP-02" } else { "OP-03" });
            self.possible(conn, codes, rule, Name::NONE, record, "flags");
        }
        self.conns[conn.0 as usize].doubtful |= packet.is_questionable();
    }

    /// A cause to which no answer is owed.
    pub(super) fn possible(
        &mut self,
        conn: wireproof_base::ConnId,
        codes: Codes,
        rule: Citation,
        subject: Name,
        record: u32,
        what: &'static str,
    ) {
        let due = Due::Nothing;
        self.cause(
            conn,
            Cause { codes, rule, due, subject, record, step: 0, answered: false, what },
        );
    }

    /// Remembers a frame that the application should see.
    pub(super) fn news(
        &mut self,
        packet: &Packet<'_>,
        at: Instant,
        name: Name,
        other: Name,
        count: u64,
    ) {
        let (kind, digest) = (packet.kind, packet.digest);
        let news = News { kind, name, other, count, digest, at };
        let list = &mut self.conns[packet.conn.0 as usize].news;
        if list.len() == NEWS {
            list.remove(0);
        }
        list.push(news);
    }

    fn request(&mut self, packet: &Packet<'_>, record: u32) {
        if packet.author == wireproof_base::Role::Server {
            // OP-54: an Agent may do anything with it.
            let rule = Citation::must("NCP-CONN-003").read("OP-54");
            if !packet.mine {
                let (conn, none) = (packet.conn, Name::NONE);
                self.possible(conn, Codes::ANY, rule, none, record, "a request at an Agent");
            }
            return;
        }
        let reference = packet.text("anchor_ref").unwrap_or_default();
        let anchor = Name::of(reference);
        let system = is_system_ref(reference);
        let listing = self.listing(anchor);
        let subscribes = packet.text("action") == Some("subscribe");
        let subscribe = packet.kind == FrameType::Subscribe;
        let id = packet.name(if subscribe { "stream_id" } else { "request_id" });
        let query = match &packet.frame {
            Frame::Query(query) => Some(query),
            _ => None,
        };
        let request = Request {
            kind: packet.kind,
            anchor,
            listing,
            system,
            auto: query.and_then(|query| query.auto_anchor),
            stream: query.is_some_and(|query| query.stream == Some(true)),
            id,
            subscribes,
            fields: query.and_then(|query| query.fields.clone()).unwrap_or_default(),
            reshaped: query.is_some_and(|query| query.aggregate.is_some()),
            budget: query.and_then(|query| query.token_budget),
            outside: !packet.mine && self.is_outside(packet.conn, action_of(packet)),
            told: false,
            crowded: self.conn(packet.conn).is_crowded(),
            mistaken: None,
            edition: self.edition,
            record,
        };
        if !packet.mine {
            self.weigh_request(packet, &request, record);
        }
        if subscribe {
            self.subscribe(packet, id, subscribes);
        }
        self.conns[packet.conn.0 as usize].requests.push(request);
    }
}

/// The action that is asked for.
fn action_of<'p>(packet: &'p Packet<'_>) -> Option<&'p str> {
    match &packet.frame {
        Frame::Action(action) => Some(&action.action_id),
        _ => None,
    }
}

/// How many frames are remembered that were not reported.
const NEWS: usize = 128;

/// What the receiver of a fault goes by when it names another code.
fn receiver_rule(violation: &Violation) -> Citation {
    let id = match (violation.row, violation.code) {
        (2, _) => "NCP-HDR-019",
        (3, _) => "NCP-HDR-021",
        (4, _) => "NCP-HDR-020",
        (5, _) => "NCP-HDR-011",
        (6, _) => "NCP-HDR-026",
        (7, _) => "NCP-HDR-018",
        (8, _) => "NCP-ENC-009",
        (9, _) if violation.requirement == "NCP-ENC-002" => "NCP-ENC-016",
        (9, _) => "NCP-ENC-011",
        (10, _) => "NCP-TIER-007",
        (11, _) => "NCP-TIER-008",
        (_, "NCP-ANCHOR-SCHEMA-INVALID") => "NCP-ANCHOR-031",
        (_, "NCP-ANCHOR-ID-MISMATCH") => "NCP-ANCHOR-030",
        (_, "NCP-DIFF-FORMAT-UNSUPPORTED") => "NCP-DIFF-010",
        (_, "NWP-QUERY-FILTER-INVALID") => "NWP-FRM-003",
        _ if violation.requirement == "NCP-CAPS-002" => "NCP-CAPS-011",
        _ => "NCP-TIER-011",
    };
    let reading = match (violation.row, id) {
        (_, "NCP-ENC-016") => Some("OP-37"),
        (_, "NCP-ANCHOR-030") => Some("OP-33"),
        (_, "NCP-DIFF-010") => Some("8.9"),
        (_, "NCP-CAPS-011") => Some("4.4"),
        (10, _) => Some("OP-05"),
        (12, "NCP-TIER-011") => Some("2.4"),
        (4 | 7 | 12, _) => None,
        _ => violation.refusal(),
    };
    Citation { id, level: Level::Must, reading }
}
