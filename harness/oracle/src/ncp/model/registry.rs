//! Schemas: publishing, pushing, fetching, caching (reference 8.7, 8.8).

use super::{
    Cached, Cause, Codes, Due, Entry, Knowledge, Known, Listing, Name, Node, Request, Said, Way,
};
use crate::ncp::packet::Packet;
use wireproof_base::{Citation, ConnId, Instant, Role};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{self, is_system_ref};
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::{Fetched, Publish};
use wireproof_wire::ncp::digest;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Anchor;

const CONFLICT: Citation = Citation::must("NCP-ANCHOR-029");
const WRONG: Citation = Citation::must("NCP-ANCHOR-030").read("OP-33");
const UNUSUAL: Citation = Citation::must("NCP-ANCHOR-014").read("OP-20");
const STRANGE: Citation = Citation::must("NCP-ANCHOR-027").read("OP-35");

impl Node {
    /// Remembers a schema that fits its identifier and tells where it is.
    fn learn(&mut self, id: Name, schema: anchor::Schema, value: &Value) -> usize {
        self.find_schema(id).unwrap_or_else(|| {
            self.schemas.push(Known { id, schema, value: value.clone() });
            self.schemas.len() - 1
        })
    }

    /// Checks a schema against the identifier it came under and remembers it.
    fn verify(&mut self, id: &str, schema: &Value) -> Result<usize, bool> {
        let name = Name::of(id);
        if let Some(place) = self.find_schema(name)
            && self.schemas[place].value == *schema
        {
            return Ok(place);
        }
        match anchor::verify(id, schema) {
            Ok(read) => Ok(self.learn(name, read, schema)),
            Err(violation) => Err(violation.lenient),
        }
    }

    /// The application publishes a schema (N01 to N04, N10).
    pub(super) fn publish(&mut self, publish: &Publish) {
        self.edition += 1;
        let Ok(own) = anchor::anchor_id(&publish.schema) else { return };
        let claimed = if publish.anchor_id.is_empty() { &own } else { &publish.anchor_id };
        let id = Name::of(claimed);
        let replaces = Name::of(&publish.replaces);
        match self.verify(claimed, &publish.schema) {
            Ok(_) => {}
            Err(true) => self.list(id, Listing::Doubtful),
            Err(false) => return,
        }
        let before = self.listing(id);
        // A predecessor that is not current is a mistake of the application (N04), which a Node may
        // refuse.
        let orphan = self.listing(replaces) == Listing::Unregistered;
        let follows = match self.listing(replaces) {
            _ if replaces.is_none() => true,
            Listing::Current => true,
            Listing::Superseded(by) => by == id,
            Listing::Unregistered | Listing::Doubtful => false,
        };
        let after = match before {
            Listing::Unregistered if !follows => Listing::Doubtful,
            Listing::Unregistered => Listing::Current,
            Listing::Superseded(_) => Listing::Doubtful,
            other => other,
        };
        self.list(id, after);
        if !replaces.is_none() && replaces != id && !orphan {
            let listing = match self.listing(replaces) {
                Listing::Current => Listing::Superseded(id),
                _ => Listing::Doubtful,
            };
            self.list(replaces, listing);
        }
    }

    pub(super) fn withdraw(&mut self, reference: &str) {
        self.edition += 1;
        self.list(Name::of(reference), Listing::Unregistered);
    }

    fn list(&mut self, id: Name, listing: Listing) {
        match self.registry.iter_mut().find(|entry| entry.id == id) {
            Some(entry) => entry.listing = listing,
            None => self.registry.push(Entry { id, listing, said: None }),
        }
    }

    /// What the registry makes of an identifier.
    pub fn listing(&self, id: Name) -> Listing {
        let entry = self.registry.iter().find(|entry| entry.id == id);
        entry.map_or(Listing::Unregistered, |entry| entry.listing)
    }

    /// What the Node said of a reference since its registry changed last.
    pub fn said_of(&self, id: Name) -> Option<Said> {
        let entry = self.registry.iter().find(|entry| entry.id == id)?;
        entry.said.filter(|said| said.1 == self.edition).map(|said| said.0)
    }

    /// Whether an answer about a reference cannot have been decided before the registry changed
    /// last: it may have waited for those before it (`OP-28`).
    pub fn speaks_of_today(&self, packet: &Packet<'_>, id: Name) -> bool {
        let requests = &self.conn(packet.conn).requests;
        let mut about = requests.iter().filter(|request| request.anchor == id);
        about.all(|request| request.edition == self.edition)
    }

    /// A Node says what it makes of a reference.
    pub(super) fn speak_of(&mut self, packet: &Packet<'_>) {
        let said = match packet.text("error") {
            Some(code::NCP_ANCHOR_NOT_FOUND) => Said::NotFound,
            Some(code::NCP_ANCHOR_STALE) => Said::Stale,
            _ => return,
        };
        let Some(reference) = packet.detail("anchor_ref") else { return };
        let (id, edition) = (Name::of(reference), self.edition);
        if !self.speaks_of_today(packet, id) {
            return;
        }
        if !self.registry.iter().any(|entry| entry.id == id) {
            self.list(id, Listing::Unregistered);
        }
        for entry in self.registry.iter_mut().filter(|entry| entry.id == id) {
            entry.said = Some((said, edition));
        }
    }

    /// An Agent hears that a reference is not good any more (A11, A12).
    pub(super) fn distrust(&mut self, packet: &Packet<'_>) {
        let about = Name::of_optional(packet.detail("anchor_ref"));
        let anchors = &mut self.conns[packet.conn.0 as usize].anchors;
        for cached in anchors.iter_mut().filter(|cached| cached.id == about) {
            cached.doubtful = true;
        }
    }

    /// A schema from outside the connection (`OP-20`).
    pub(super) fn fetched(&mut self, fetched: &Fetched, at: Instant) {
        let Ok(own) = anchor::anchor_id(&fetched.schema) else { return };
        let id = if fetched.anchor_id.is_empty() { own } else { fetched.anchor_id.clone() };
        self.ensure(fetched.conn);
        if let Ok(schema) = self.verify(&id, &fetched.schema) {
            self.cache(fetched.conn, Name::of(&id), schema, fetched.ttl, Way::Fetched, at);
        }
    }

    fn cache(&mut self, on: ConnId, id: Name, schema: usize, ttl: u32, way: Way, at: Instant) {
        let most = self.setup.max_anchors as usize;
        let conn = &mut self.conns[on.0 as usize];
        // Before the handshake nobody need take a schema, and a Node never (OP-20).
        let doubtful = conn.doubtful || !conn.established() || self.role == Role::Server;
        let cached = Cached { id, schema, at, ttl, way, doubtful, told: false };
        match conn.anchors.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = cached,
            None => conn.anchors.push(cached),
        }
        // Beyond the limit anything may have been dropped (A13).
        if conn.anchors.len() > most {
            conn.anchors.iter_mut().for_each(|cached| cached.doubtful = true);
        }
    }

    /// An AnchorFrame.
    pub(super) fn anchor_frame(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let Frame::Anchor(frame) = &packet.frame else { return };
        let (id, schema) = (frame.anchor_id.as_str(), &frame.schema);
        let (name, print) = (Name::of(id), digest::record(schema));
        if packet.mine {
            self.authored.push((name, print));
            // What this side made it knows itself.
            let _ = self.verify(id, schema);
            return;
        }
        if packet.author == Role::Client {
            self.possible(packet.conn, Codes::ANY, UNUSUAL, name, record, "an AnchorFrame");
        }
        let ttl = frame.lifetime();
        match self.verify(id, schema) {
            Ok(place) => self.cache(packet.conn, name, place, ttl, Way::Pushed, at),
            Err(lenient) => self.poisoned(packet, name, lenient, record),
        }
    }

    fn poisoned(&mut self, packet: &Packet<'_>, id: Name, lenient: bool, record: u32) {
        let known = self.find_schema(id).is_some();
        let codes = Codes::of(code::NCP_ANCHOR_ID_MISMATCH).or(code::NCP_ANCHOR_SCHEMA_INVALID);
        let rule = if known { CONFLICT } else { WRONG };
        // OP-20: what a Node does with a schema of an Agent is its own affair.
        let unasked = lenient || packet.author == Role::Client;
        let due = if unasked { Due::Nothing } else { Due::Advised };
        let (subject, answered, step, what) = (id, false, 0, "anchor_id");
        self.cause(packet.conn, Cause { codes, rule, due, subject, record, step, answered, what });
        let conn = &mut self.conns[packet.conn.0 as usize];
        // A10: an answer that is rejected need not end the connection.
        let ends = packet.kind == FrameType::Anchor && !packet.is_questionable();
        if known && !lenient && ends {
            conn.conflict = Some(record);
        }
        conn.doubtful |= lenient;
    }

    /// A schema inside of an answer (A09, A10).
    pub(super) fn inline(
        &mut self,
        packet: &Packet<'_>,
        inline: &Anchor,
        request: Option<&Request>,
        at: Instant,
        record: u32,
    ) {
        let (id, schema) = (inline.anchor_id.as_str(), &inline.schema);
        let ttl = inline.lifetime();
        let name = Name::of(id);
        if packet.mine {
            let _ = self.verify(id, schema);
            return;
        }
        let reference = packet.text("anchor_ref").unwrap_or_default();
        if reference != id && !is_system_ref(reference) {
            let codes = Codes::of(code::NPS_CLIENT_BAD_FRAME);
            self.possible(packet.conn, codes, STRANGE, name, record, "inline_anchor");
            self.conns[packet.conn.0 as usize].doubtful = true;
        }
        match self.verify(id, schema) {
            Ok(place) => {
                self.cache(packet.conn, name, place, ttl, Way::Inline, at);
                let old = request.map_or(Name::NONE, |request| request.anchor);
                let anchors = &mut self.conns[packet.conn.0 as usize].anchors;
                for cached in anchors.iter_mut().filter(|cached| cached.id == old && old != name) {
                    cached.doubtful = true;
                }
            }
            Err(lenient) => self.poisoned(packet, name, lenient, record),
        }
    }

    /// What the node knows of a schema on `conn` at `at`.
    pub fn knowledge(&self, conn: ConnId, id: Name, at: Instant) -> Knowledge {
        if self.role == Role::Server {
            match self.listing(id) {
                Listing::Unregistered => {}
                Listing::Doubtful => return Knowledge::Doubtful(self.find_schema(id)),
                _ => return self.find_schema(id).map_or(Knowledge::Unknown, Knowledge::Usable),
            }
        }
        let conn = self.conn(conn);
        let Some(cached) = conn.anchors.iter().find(|cached| cached.id == id) else {
            let shared = self.conns.iter().any(|other| other.anchors.iter().any(|a| a.id == id));
            // A cache may serve several connections (A14), and its own schemas a node knows.
            return match self.find_schema(id) {
                Some(place) if shared || self.authored.iter().any(|own| own.0 == id) => {
                    Knowledge::Doubtful(Some(place))
                }
                _ => Knowledge::Unknown,
            };
        };
        let expiry = cached.expiry();
        if cached.ttl == 0 {
            // OP-34: good for the frames that follow at once, or not at all.
            let at_once = cached.at == at;
            return if at_once {
                Knowledge::Doubtful(Some(cached.schema))
            } else {
                Knowledge::Spent
            };
        }
        match at.cmp(&expiry) {
            core::cmp::Ordering::Less if cached.doubtful => {
                Knowledge::Doubtful(Some(cached.schema))
            }
            core::cmp::Ordering::Less => Knowledge::Usable(cached.schema),
            core::cmp::Ordering::Equal => Knowledge::AtExpiry,
            core::cmp::Ordering::Greater => Knowledge::Expired,
        }
    }

    /// Whether a reference in `packet` can be resolved by its receiver.
    pub(super) fn knows(&self, packet: &Packet<'_>, reference: &str, at: Instant) -> bool {
        is_system_ref(reference)
            || matches!(self.knowledge(packet.conn, Name::of(reference), at), Knowledge::Usable(_))
    }
}
