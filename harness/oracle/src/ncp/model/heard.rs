//! Requests, answers and errors: who answers what (`OP-28`).

use super::{
    Cause, Codes, Due, End, Identity, Listing, Name, Node, Request, Standing, Subscription,
};
use crate::ncp::packet::Packet;
use wireproof_base::{Citation, Instant, Role};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Anchor;

/// What a request gives cause for.
const REFERENCE: &str = "a reference";
const NOT_FOUND: Citation = Citation::must("NCP-ANCHOR-019");
const STALE: Citation = Citation::must("NCP-ANCHOR-032");
const MISNAMED: Citation = Citation::must("NOP-FRM-007");
const GRAPH: Citation = Citation::must("NDP-FRM-005");

impl Node {
    /// The request that a CapsFrame answers: an acknowledgement that of a subscription, any other
    /// one the oldest that is not answered by a stream.
    pub fn answered_by_caps(&self, packet: &Packet<'_>) -> Option<usize> {
        let requests = &self.conn(packet.conn).requests;
        if packet.text("anchor_ref") == Some("nps:system:subscribe:ack") {
            let named = packet.data().first().and_then(|record| record.get("stream_id"));
            let named = Name::of_optional(named.and_then(Value::as_text));
            let subscribe = |request: &Request| request.kind == FrameType::Subscribe;
            let exact =
                requests.iter().position(|request| subscribe(request) && request.id == named);
            return exact.or_else(|| requests.iter().position(subscribe));
        }
        let unary = requests.iter().position(|request| {
            !request.stream && (request.kind != FrameType::Subscribe || request.subscribes)
        });
        unary.or_else(|| (!requests.is_empty()).then_some(0))
    }

    /// The request that a stream answers.
    pub fn answered_by_stream(&self, packet: &Packet<'_>) -> Option<usize> {
        let requests = &self.conn(packet.conn).requests;
        let id = packet.name("request_id");
        let waits = |request: &Request| request.stream && request.kind == FrameType::Query;
        if id.is_none() {
            return requests.iter().position(waits);
        }
        requests.iter().position(|request| waits(request) && request.id == id)
    }

    /// The cause that an ErrorFrame answers: the oldest one that bears it out and that it may be
    /// about.
    pub fn cause_of(&self, packet: &Packet<'_>) -> Option<usize> {
        let (status, error) = (packet.text("status")?, packet.text("error")?);
        let about = [packet.detail("stream_id"), packet.detail("anchor_ref")];
        let about = about.map(Name::of_optional);
        let fits = |cause: &Cause| {
            !cause.answered && cause.codes.admit(status, error) && !self.is_foreign(packet, cause)
        };
        let mut best: Option<(u8, usize)> = None;
        for (index, cause) in self.conn(packet.conn).causes.iter().enumerate() {
            if !fits(cause) {
                continue;
            }
            let named = !cause.subject.is_none() && about.contains(&cause.subject);
            let (now, owed) = (cause.step == self.step, cause.due != Due::Nothing);
            let rank = u8::from(named) << 2 | u8::from(now) << 1 | u8::from(owed);
            if best.is_none_or(|best| rank > best.0) {
                best = Some((rank, index));
            }
        }
        best.map(|best| best.1)
    }

    /// Whether an ErrorFrame names the reference of a request, and `cause` is that of another.
    fn is_foreign(&self, packet: &Packet<'_>, cause: &Cause) -> bool {
        let Some(about) = packet.detail("anchor_ref").map(Name::of) else { return false };
        let mut requests = self.conn(packet.conn).requests.iter();
        cause.what == REFERENCE
            && cause.subject != about
            && requests.any(|request| request.anchor == about)
    }

    /// A fault of the present step that an ErrorFrame is meant for, whatever it says.
    pub fn fresh_cause(&self, packet: &Packet<'_>) -> Option<usize> {
        let conn = self.conn(packet.conn);
        let about = [packet.detail("stream_id"), packet.detail("anchor_ref")];
        let about = about.map(Name::of_optional);
        // What need not be refused at all may not be what the ErrorFrame is about.
        let meant = |cause: &Cause| match cause.due {
            Due::Nothing if cause.codes == Codes::ANY => false,
            Due::Nothing if cause.subject.is_none() => conn.requests.is_empty(),
            Due::Nothing => about.contains(&cause.subject),
            Due::Ordered | Due::Advised => true,
        };
        conn.causes.iter().position(|cause| {
            let now = !cause.answered && cause.step == self.step;
            now && meant(cause) && !self.is_foreign(packet, cause)
        })
    }

    /// The request that an ErrorFrame answers: the one whose identifier it names; without one that
    /// for its schema, or else the oldest.
    pub fn answered_by_error(&self, packet: &Packet<'_>) -> Option<usize> {
        let requests = &self.conn(packet.conn).requests;
        // A SubscribeFrame goes by its stream_id, any other request by its request_id.
        let named = ["request_id", "stream_id"].map(|name| packet.detail(name).map(Name::of));
        if named.iter().any(Option::is_some) {
            return requests.iter().position(|request| {
                let subscribe = request.kind == FrameType::Subscribe;
                named[usize::from(subscribe)] == Some(request.id)
            });
        }
        let about = packet.detail("anchor_ref").map(Name::of);
        let schema = || requests.iter().position(|request| Some(request.anchor) == about);
        schema().or_else(|| (!requests.is_empty()).then_some(0))
    }

    pub(super) fn caps(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        if packet.author == Role::Client {
            if !packet.mine {
                let rule = Citation::must("NCP-CONN-003").read("OP-54");
                let conn = packet.conn;
                self.possible(conn, Codes::ANY, rule, Name::NONE, record, "a CapsFrame at a Node");
            }
            return;
        }
        if !packet.mine {
            let count = packet.data().len() as u64;
            self.news(packet, at, packet.name("anchor_ref"), Name::NONE, count);
        }
        let request = self.answered_by_caps(packet);
        let old = request.map(|index| self.conns[packet.conn.0 as usize].requests.remove(index));
        if let Some(inline) = inline_of(packet) {
            self.inline(packet, inline, old.as_ref(), at, record);
        }
        let anchor = packet.name("anchor_ref");
        if !packet.mine
            && !packet.text("anchor_ref").is_some_and(|text| self.knows(packet, text, at))
        {
            // OP-58: a complete answer may wait for its schema, be refused or be dropped.
            let codes = Codes::of(code::NCP_ANCHOR_NOT_FOUND);
            let rule = Citation::must("NCP-CAPS-003").read("OP-58");
            self.possible(packet.conn, codes, rule, anchor, record, "an unknown schema");
        }
    }

    /// A cause to which silence is a warning.
    pub(super) fn advised(
        &mut self,
        packet: &Packet<'_>,
        codes: Codes,
        rule: Citation,
        subject: Name,
        record: u32,
        what: &'static str,
    ) {
        let cause = Cause {
            codes,
            rule,
            due: Due::Advised,
            subject,
            record,
            step: 0,
            answered: false,
            what,
        };
        self.cause(packet.conn, cause);
    }

    /// What a request gives cause for at a Node.
    pub(super) fn weigh_request(&mut self, packet: &Packet<'_>, request: &Request, record: u32) {
        if request.anchor.is_none() || request.system {
            return;
        }
        let (codes, rule, due) = match request.listing {
            Listing::Unregistered if self.configured => {
                // What ends a subscription may be refused for that first.
                let ends = request.kind == FrameType::Subscribe && !request.subscribes;
                let due = if ends { Due::Nothing } else { Due::Ordered };
                (Codes::of(code::NCP_ANCHOR_NOT_FOUND), NOT_FOUND, due)
            }
            Listing::Unregistered | Listing::Doubtful => {
                let codes = Codes::of(code::NCP_ANCHOR_NOT_FOUND).or(code::NCP_ANCHOR_STALE);
                (codes, NOT_FOUND, Due::Nothing)
            }
            Listing::Superseded(_) => (Codes::of(code::NCP_ANCHOR_STALE), STALE, Due::Nothing),
            Listing::Current => return,
        };
        let (subject, answered, step) = (request.anchor, false, 0);
        let what = REFERENCE;
        self.cause(packet.conn, Cause { codes, rule, due, subject, record, step, answered, what });
    }

    pub(super) fn error(&mut self, packet: &Packet<'_>, at: Instant) {
        let stream = Name::of_optional(packet.detail("stream_id"));
        let error = packet.name("error");
        let cause = packet
            .mine
            .then(|| self.cause_of(packet).or_else(|| self.fresh_cause(packet)))
            .flatten();
        let request = self.answered_by_error(packet);
        let refuses =
            packet.author == Role::Server && (cause.is_none() || self.ends_request(packet));
        if packet.mine {
            self.speak_of(packet);
        } else {
            self.news(packet, at, error, Name::of_optional(packet.text("status")), 0);
            self.distrust(packet);
        }
        let conn = &mut self.conns[packet.conn.0 as usize];
        *(if packet.mine { &mut conn.errors_sent } else { &mut conn.errors_received }) += 1;
        let mut about_stream = false;
        if let Some(cause) = cause.map(|index| &mut conn.causes[index]) {
            cause.answered = true;
            about_stream = cause.subject == stream;
        }
        // A subscription may have the name of a stream, which it leaves alone.
        let mut subscription = false;
        if let Some(index) = request.filter(|_| refuses) {
            let gone = conn.requests.remove(index);
            let subscribe = gone.kind == FrameType::Subscribe;
            subscription = subscribe && packet.mine && !about_stream;
            if gone.stream && packet.detail("request_id").is_none() {
                for other in conn.requests.iter_mut().filter(|other| other.anchor == gone.anchor) {
                    other.mistaken = Some(gone.id);
                    other.crowded |= gone.crowded;
                }
            }
        }
        if let Some(index) = conn.find_stream(stream) {
            let stream = &mut conn.streams[index];
            // From its receiver it ends the stream, apart from a fault that leaves it alone.
            let about_data = stream.mine != packet.mine;
            let spares = packet.text("error") == Some(code::NCP_STREAM_WINDOW_OVERFLOW)
                || packet.text("status") == Some(code::NPS_CLIENT_BAD_FRAME)
                || subscription;
            if about_data && stream.open() && !(packet.mine && spares) {
                stream.end = Some(End::Refused);
                stream.error = error;
            } else if about_data && stream.open() {
                stream.standing = Standing::Doubtful;
            }
        }
    }

    /// Whether an ErrorFrame is about the reference of the oldest request.
    fn ends_request(&self, packet: &Packet<'_>) -> bool {
        let conn = self.conn(packet.conn);
        let about = Name::of_optional(packet.detail("anchor_ref"));
        let anchors = [code::NCP_ANCHOR_NOT_FOUND, code::NCP_ANCHOR_STALE];
        packet.text("error").is_some_and(|error| anchors.contains(&error))
            && conn.requests.iter().any(|request| request.anchor == about || about.is_none())
    }

    pub(super) fn subscribe(&mut self, packet: &Packet<'_>, id: Name, subscribes: bool) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        let resumed = match &packet.frame {
            Frame::Subscribe(frame) => frame.resume_from_seq,
            _ => None,
        };
        let known = conn.subscriptions.iter_mut().find(|subscription| subscription.id == id);
        match known {
            Some(known) if subscribes => {
                known.last = resumed.or(known.last);
                (known.resumed, known.doubtful) = (resumed, true);
            }
            Some(known) => known.doubtful = true,
            None if subscribes => {
                let last = resumed;
                conn.subscriptions.push(Subscription { id, last, resumed, doubtful: false });
            }
            None => {}
        }
        // Streams that answer a query are stopped by its identifier (OP-60).
        let stopped = packet.text("action") == Some("unsubscribe");
        for stream in conn.streams.iter_mut().filter(|stream| stopped && stream.id == id) {
            stream.waiting_doubtful = true;
        }
    }

    pub(super) fn align_stream(&mut self, packet: &Packet<'_>, record: u32) {
        let id = packet.name("stream_id");
        let seq = packet.seq().unwrap_or(0);
        // What the setup says comes before what an IdentFrame has shown.
        let shown = match &self.conn(packet.conn).identity {
            Identity::Good { nid, .. } => nid,
            Identity::Unknown | Identity::Bad { .. } => "",
        };
        let own = &*self.setup.peer_nid;
        let expected = if own.is_empty() { shown } else { own };
        let foreign = self.configured
            && !expected.is_empty()
            && packet.text("sender_nid").is_some_and(|nid| nid != expected);
        let conn = &mut self.conns[packet.conn.0 as usize];
        let list = if packet.mine { &mut conn.aligned } else { &mut conn.aligned_in };
        let gap = match list.iter_mut().find(|known| known.0 == id) {
            Some(known) => {
                let gap = seq != known.1 + 1;
                known.1 = known.1.max(seq);
                gap
            }
            None => {
                list.push((id, seq));
                seq != 0
            }
        };
        if packet.mine {
            return;
        }
        if foreign {
            let codes = Codes::of(code::NOP_STREAM_NID_MISMATCH);
            self.ordered(packet, codes, MISNAMED, record, "sender_nid");
        } else if gap {
            let rule = Citation::must("NOP-FRM-006");
            self.possible(packet.conn, Codes::ANY, rule, id, record, "seq");
        }
    }

    fn ordered(
        &mut self,
        packet: &Packet<'_>,
        codes: Codes,
        rule: Citation,
        record: u32,
        what: &'static str,
    ) {
        let (due, subject, answered, step) = (Due::Ordered, Name::NONE, false, 0);
        self.cause(packet.conn, Cause { codes, rule, due, subject, record, step, answered, what });
    }

    pub(super) fn graph(&mut self, packet: &Packet<'_>, record: u32) {
        if packet.mine {
            return;
        }
        let (seq, conn) = (packet.seq().unwrap_or(0), &mut self.conns[packet.conn.0 as usize]);
        let full = match &packet.frame {
            Frame::Companion(frame) => {
                frame.members.get("initial_sync").and_then(Value::as_bool) == Some(true)
            }
            _ => false,
        };
        let gap = !full && conn.graph.is_some_and(|last| seq != last + 1);
        conn.graph = Some(seq);
        if gap {
            let codes = Codes::of(code::NDP_GRAPH_SEQ_GAP);
            self.advised(packet, codes, GRAPH, Name::NONE, record, "seq");
        }
    }
}

/// The schema inside of an answer.
pub(in crate::ncp) fn inline_of<'p>(packet: &'p Packet<'_>) -> Option<&'p Anchor> {
    match &packet.frame {
        Frame::Caps(caps) => caps.inline_anchor.as_deref(),
        _ => None,
    }
}
