//! One connection: its state, what the hello agreed, its streams and what it waits for.

use crate::nnrp::connection::{Event, State, next};
use crate::nnrp::flow::Record;
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Instant, Role, StreamId};
use wireproof_wire::nnrp::framing::{DEFAULT_MAX_BODY, Deframer};
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::submit::BEST_EFFORT;

/// What the hello exchange settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agreed {
    pub profiles: u32,
    pub payload_kinds: u32,
    pub cache_kinds: u32,
    pub cache_entries: u32,
    pub cache_bytes: u32,
    pub codecs: u32,
    pub compressions: u32,
    pub lanes: u16,
    /// What `loss_tolerance_policy` 255 stands for (NNRP-NEG-016).
    pub loss: u8,
}

/// An open that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenAsk {
    pub tag: u64,
    /// `requested_session_id`.
    pub session: u32,
    pub profile: u16,
    pub class: u8,
    pub flags: u8,
    pub deadline_ms: u32,
    /// Whether a token was sent.
    pub resume: bool,
}

/// Something asked of the peer on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Open(OpenAsk),
    Ping { session: u32 },
    Probe { id: u32 },
    Patch { session: u32, mask: u32 },
    Migrate { session: u32, last_result: u32 },
    Put { session: u32, namespace: u32, key: u64 },
}

/// An [`Ask`] with the trace id it went out under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub trace: u64,
    pub ask: Ask,
}

#[derive(Debug, Default)]
pub(crate) struct Link {
    pub conn: ConnId,
    pub carrier: Carrier,
    pub state: State,
    pub agreed: Agreed,
    /// Largest body either side may send.
    pub max_body: u32,
    /// Offer of the client, which the answer must stay within.
    pub offer: ClientHello,
    /// Connection-scope record that the peer steers.
    pub incoming: Record,
    /// Connection-scope record that this side steers.
    pub outgoing: Record,
    /// Last connection-scope epoch sent.
    pub epoch: u32,
    /// Unfinished operations of the sessions on it.
    pub in_flight: u32,
    /// Handshake timer (C11) or close timer (C17).
    pub deadline: Option<Instant>,
    /// Error number that is ending it.
    pub code: u32,
    pub pending: Vec<Pending>,
    pub control: Deframer,
    /// Streams that hold part of a packet.
    pub streams: Vec<(StreamId, Deframer)>,
    next_stream: u32,
}

impl Link {
    /// A connection that has just come up.
    pub fn reset(&mut self, conn: ConnId, carrier: Carrier, role: Role) {
        self.conn = conn;
        self.carrier = carrier;
        self.state = State::Init;
        self.agreed = Agreed::default();
        self.max_body = DEFAULT_MAX_BODY;
        self.offer = ClientHello::default();
        self.incoming = Record::new(None);
        self.outgoing = Record::new(None);
        self.epoch = 0;
        self.in_flight = 0;
        self.deadline = None;
        self.code = 0;
        self.pending.clear();
        self.control.reset();
        self.streams.clear();
        self.next_stream = match role {
            Role::Client => 1,
            Role::Server => 2,
        };
    }

    /// Takes a step of table 4.1; `false` if it has none.
    pub fn step(&mut self, event: Event) -> bool {
        match next(self.state, event) {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        }
    }

    /// Holds what the hello answer settled, and gives the record that limits submits. Results start
    /// without a limit.
    pub fn accept(&mut self, ack: &ServerHelloAck) -> Record {
        self.step(Event::Accepted);
        self.agreed = Agreed {
            profiles: ack.accepted_profile_bitmap,
            payload_kinds: ack.accepted_payload_kind_bitmap,
            cache_kinds: ack.cache_object_bitmap,
            cache_entries: ack.max_cache_entries,
            cache_bytes: ack.max_cache_bytes,
            codecs: ack.accepted_codec_bitmap,
            compressions: ack.accepted_compression_bitmap,
            lanes: ack.max_lane_count,
            loss: BEST_EFFORT,
        };
        self.max_body = match ack.max_body_bytes {
            0 => DEFAULT_MAX_BODY,
            limit => limit,
        };
        Record::new((ack.max_concurrent_frames != 0).then_some(ack.max_concurrent_frames))
    }

    /// Whether a body of that many bytes may be sent (2.3).
    pub const fn carries(&self, body: usize) -> bool {
        body <= self.max_body as usize
    }

    /// The stream for the next FRAME_SUBMIT or RESULT_PUSH.
    pub fn data_stream(&mut self) -> StreamId {
        if self.carrier != Carrier::Multistream {
            return StreamId::CONTROL;
        }
        let stream = StreamId(self.next_stream);
        self.next_stream += 2;
        stream
    }

    /// Takes the oldest ask that `wanted` picks.
    pub fn take<T>(&mut self, wanted: impl Fn(&Pending) -> Option<T>) -> Option<T> {
        let (at, found) =
            self.pending.iter().enumerate().find_map(|(at, ask)| Some((at, wanted(ask)?)))?;
        self.pending.remove(at);
        Some(found)
    }
}
