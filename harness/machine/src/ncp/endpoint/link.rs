//! One connection: its states, what was agreed, its byte streams and the streams of its peers.

use super::http::Http;
use super::stream::{Incoming, Outgoing, Past};
use crate::ncp::agent;
use crate::ncp::anchor_cache::Cache;
use crate::ncp::companion::Standing;
use crate::ncp::connection::{Event, State, next};
use crate::ncp::entities::Entities;
use crate::ncp::framing::Deframer;
use crate::ncp::handshake::{client, server};
use crate::ncp::negotiation::{PLAIN_LIMIT, Session};
use crate::ncp::node;
use crate::ncp::sealing::Sealing;
use crate::ncp::slots::Slots;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Instant, Role, StreamId};
use wireproof_wire::ncp::Event as Report;
use wireproof_wire::ncp::command::{Setup, Tier};
use wireproof_wire::ncp::seal::{Key, OVERHEAD};
use wireproof_wire::ncp::terms::Terms;

#[derive(Debug)]
pub(crate) struct Link {
    pub conn: ConnId,
    pub carrier: Carrier,
    /// What HTTP mode adds.
    pub http: Option<Http>,
    pub state: State,
    /// The handshake of a Node.
    pub server: server::State,
    /// The handshake of an Agent.
    pub client: client::State,
    pub session: Session,
    /// What this side reads.
    pub terms: Terms,
    pub sealing: Sealing,
    /// T-HELLO or T-CAPS.
    pub deadline: Option<Instant>,
    /// The application knows that it is over.
    pub told: bool,
    pub control: Deframer,
    /// Byte streams that hold part of a frame.
    pub partial: Vec<(StreamId, Deframer)>,
    /// Bytes of other streams than the control stream that came before the handshake was done.
    pub early: Vec<(StreamId, Vec<u8>)>,
    pub slots: Slots<String>,
    /// Streams that this side opened.
    pub outgoing: Vec<Outgoing>,
    /// Streams that the peer opened.
    pub incoming: Vec<Incoming>,
    /// Streams that have ended.
    pub past: BTreeMap<String, Past>,
    pub entities: Entities,
    /// Agent: schemas of this connection.
    pub cache: Cache,
    pub agent: agent::Side,
    pub node: node::Side,
    /// What companion frames of the peer have led to.
    pub standing: Standing,
    next_stream: u32,
}

impl Link {
    /// A connection that has just come up.
    pub fn new(conn: ConnId, carrier: Carrier, role: Role, setup: &Setup) -> Self {
        Self {
            conn,
            carrier,
            http: None,
            state: State::default(),
            server: server::State::default(),
            client: client::State::default(),
            session: Session::default(),
            terms: Terms { strict_flags: setup.strict_flags, ..Terms::HANDSHAKE },
            sealing: Sealing::default(),
            deadline: None,
            told: false,
            control: Deframer::default(),
            partial: Vec::new(),
            early: Vec::new(),
            slots: Slots::new(0),
            outgoing: Vec::new(),
            incoming: Vec::new(),
            past: BTreeMap::new(),
            entities: Entities::new(setup.binary_bitset),
            cache: Cache::new(setup.max_anchors),
            agent: agent::Side::default(),
            node: node::Side::default(),
            standing: Standing::default(),
            next_stream: match role {
                Role::Client => 1,
                Role::Server => 2,
            },
        }
    }

    /// Takes a step of table 8.1; `false` if it has none.
    pub fn step(&mut self, event: Event) -> bool {
        match next(self.state, event) {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        }
    }

    /// Whether application frames flow.
    pub fn is_established(&self) -> bool {
        self.state == State::Established
    }

    /// Puts in force what was agreed (C02).
    pub fn agree(&mut self, session: Session, key: Option<&Key>, role: Role, strict: bool) {
        self.deadline = None;
        self.step(Event::AnchorOk);
        self.sealing = Sealing::new(&session.algorithms, key, role, self.conn);
        let limit = session.max_frame_payload;
        let terms = Terms::session(session.encoding, limit, session.ext, self.sealing.is_on());
        self.terms = Terms { strict_flags: strict, ..terms };
        self.slots = Slots::new(session.max_streams);
        self.session = session;
    }

    /// Encoding to send in: what comes before an agreement goes in Tier-1.
    pub fn tier(&self) -> Tier {
        if self.is_established() { self.session.encoding } else { Tier::Json }
    }

    /// Longest plaintext that fits a frame (2.3, `OP-13`).
    pub fn room(&self) -> usize {
        let limit = match self.state {
            State::Established => self.session.limit(),
            _ => PLAIN_LIMIT,
        };
        let overhead = if self.sealing.is_on() { OVERHEAD } else { 0 };
        (limit as usize).saturating_sub(overhead)
    }

    /// The byte stream for the next stream of this side. On `multistream` each has its own, so
    /// that none waits for another; everything that has an order among frames stays on the
    /// control stream.
    pub fn data_stream(&mut self) -> StreamId {
        if self.carrier != Carrier::Multistream {
            return StreamId::CONTROL;
        }
        self.new_stream()
    }

    /// A byte stream that nobody has used.
    pub fn new_stream(&mut self) -> StreamId {
        let stream = StreamId(self.next_stream);
        self.next_stream += 2;
        stream
    }

    /// The byte stream that was new last.
    pub const fn last_stream(&self) -> StreamId {
        StreamId(self.next_stream - 2)
    }

    /// Whether bytes of `stream` have to wait: until the handshake is done only the control
    /// stream is read, because nothing orders the others behind it.
    pub fn holds_back(&self, stream: StreamId) -> bool {
        stream != StreamId::CONTROL && self.state == State::AnchorNegotiate
    }

    /// Tells the application what was agreed.
    pub fn ready(&self) -> Report {
        Report::Ready {
            conn: self.conn,
            version: self.session.version.clone(),
            encoding: self.session.encoding,
            max_frame_payload: self.session.limit(),
            max_streams: self.session.max_streams,
            ext: self.session.ext,
            algorithm: self
                .sealing
                .algorithm()
                .map(|algorithm| algorithm.name().to_string())
                .unwrap_or_default(),
        }
    }
}
