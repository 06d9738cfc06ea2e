//! What an application asks of an endpoint, and how an endpoint is set up.
//!
//! The client is an Agent, the server a Node. Streams and subscriptions are named by their
//! `stream_id`; unary requests on a connection are answered in the order they came (`OP-28`).

use super::value::Value;
use crate::parameters::parameters;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use wireproof_base::{ConnId, Role};

/// A request of the application. One that only one side can carry out says so; the other reports
/// `blocked`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Agent: send HelloFrame, made from the setup.
    Hello(Target),
    /// Agent: send QueryFrame.
    Query(Query),
    /// Agent: send ActionFrame.
    Action(Action),
    /// Agent: send SubscribeFrame.
    Subscribe(Subscribe),
    /// Agent: take a schema that was fetched out of band (`OP-20`) into the cache.
    Fetched(Fetched),
    /// Node: put a schema into the registry.
    Publish(Publish),
    /// Node: drop a schema from the registry.
    Withdraw(Withdraw),
    /// Node: send AnchorFrame.
    Push(Push),
    /// Node: answer the oldest open request with CapsFrame.
    Answer(Answer),
    /// Node: answer the oldest open request with ErrorFrame.
    Refuse(Refuse),
    /// Either: open a stream with its first chunk.
    Open(Open),
    /// Either: send a chunk of a stream this side opened, or keep it until there is credit.
    Chunk(Chunk),
    /// Either: end a stream this side opened with an `error_code`.
    Abort(Abort),
    /// Either: tell the sender of a stream how many chunks there is room for.
    Window(Window),
    /// Either: give up a stream the peer opened.
    Cancel(Abort),
    /// Either: set schema, version and record of an entity (`OP-56`).
    Follow(Follow),
    /// Node: send DiffFrame.
    Change(Change),
    /// Either: send the frame of a companion protocol.
    Companion(Companion),
    /// Either: end the connection.
    Close(Target),
}

/// Encoding of a payload (NCP §3.1).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Tier-1.
    Json,
    /// Tier-2.
    #[default]
    Msgpack,
}

impl Tier {
    /// Name as in HelloFrame.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Msgpack => "msgpack",
        }
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| String::from(*name)).collect()
}

parameters! {
    /// A connection.
    Target {
        /// The connection.
        conn: ConnId = ConnId(0),
    }

    /// One query. An absent member is not sent.
    Query {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Schema; empty sends none.
        anchor_ref: String = String::new(),
        /// Whether a replaced schema may be answered with its successor.
        auto_anchor: Option<bool> = None,
        /// Whether the answer is a stream.
        stream: Option<bool> = None,
        /// Echoed in the first chunk; empty sends none.
        request_id: String = String::new(),
        /// Projection.
        fields: Vec<String> = Vec::new(),
        /// Every other member, as it is to be sent.
        with: Value = Value::Map(Vec::new()),
    }

    /// One action.
    Action {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// `{domain}.{verb}`.
        action_id: String = String::from("orders.create"),
        /// Echoed; empty sends none.
        request_id: String = String::new(),
        /// Every other member, as it is to be sent.
        with: Value = Value::Map(Vec::new()),
    }

    /// One SubscribeFrame.
    Subscribe {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// `subscribe`, `unsubscribe` or `ping`.
        action: String = String::from("subscribe"),
        /// UUID v4 of the subscription.
        stream_id: String = String::new(),
        /// Schema; empty sends none.
        anchor_ref: String = String::new(),
        /// Seconds between heartbeats; 0 for none.
        heartbeat_interval: Option<u32> = None,
        /// Replay after this number.
        resume_from_seq: Option<u64> = None,
        /// Every other member, as it is to be sent.
        with: Value = Value::Map(Vec::new()),
    }

    /// A schema from outside the connection, checked like one that arrived on it.
    Fetched {
        /// Connection whose cache takes it.
        conn: ConnId = ConnId(0),
        /// Identifier it was fetched under; empty takes its digest.
        anchor_id: String = String::new(),
        /// The schema.
        schema: Value = Value::Nil,
        /// Seconds to keep it.
        ttl: u32 = 3600,
    }

    /// A schema for the registry.
    Publish {
        /// The schema.
        schema: Value = Value::Nil,
        /// Identifier claimed for it; empty takes its digest.
        anchor_id: String = String::new(),
        /// Seconds that Agents may keep it.
        ttl: u32 = 3600,
        /// The schema it replaces; empty for none.
        replaces: String = String::new(),
    }

    /// A schema to drop.
    Withdraw {
        /// Its identifier.
        anchor_ref: String = String::new(),
    }

    /// An AnchorFrame nobody asked for.
    Push {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Identifier of a schema in the registry.
        anchor_ref: String = String::new(),
        /// `ttl` to send; absent takes that of the registry.
        ttl: Option<u32> = None,
    }

    /// One CapsFrame.
    Answer {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Schema or system reference; empty takes the schema of the request, or its successor.
        anchor_ref: String = String::new(),
        /// The records.
        data: Vec<Value> = Vec::new(),
        /// Whether a successor travels along; absent decides as NCP §5.4.1 advises.
        inline: Option<bool> = None,
        /// Every other member, as it is to be sent.
        with: Value = Value::Map(Vec::new()),
    }

    /// One ErrorFrame.
    Refuse {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Protocol error code; the status follows from it.
        error: String = String::from("NWP-QUERY-FILTER-INVALID"),
        /// For people; empty sends none.
        message: String = String::new(),
    }

    /// One stream.
    Open {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// UUID v4.
        stream_id: String = String::new(),
        /// Schema; empty sends none.
        anchor_ref: String = String::new(),
        /// Records of the first chunk.
        data: Vec<Value> = Vec::new(),
        /// `window_size` proposed; absent leaves the stream without flow control.
        window: Option<u32> = None,
        /// Whether the first chunk is the last.
        last: bool = false,
        /// The query it answers; empty for none.
        request_id: String = String::new(),
    }

    /// One chunk.
    Chunk {
        /// The stream.
        stream_id: String = String::new(),
        /// Its records.
        data: Vec<Value> = Vec::new(),
        /// Whether it is the last.
        last: bool = false,
    }

    /// The end of a stream by this side.
    Abort {
        /// The stream.
        stream_id: String = String::new(),
        /// `error_code`.
        error: String = String::from("NPS-SERVER-UNAVAILABLE"),
    }

    /// Room at the receiver.
    Window {
        /// The stream.
        stream_id: String = String::new(),
        /// Chunks there is room for; 0 pauses.
        size: u32 = 0,
    }

    /// State of one entity, which no frame tells (`OP-56`).
    Follow {
        /// The connection.
        conn: ConnId = ConnId(0),
        /// Its schema.
        anchor_ref: String = String::new(),
        /// Which; empty for the one entity under that schema.
        entity: String = String::new(),
        /// Its version.
        version: u64 = 0,
        /// Its record.
        record: Value = Value::Nil,
    }

    /// One DiffFrame.
    Change {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Subscription it belongs to; empty for none.
        stream_id: String = String::new(),
        /// Schema.
        anchor_ref: String = String::new(),
        /// Entity; empty sends none.
        entity: String = String::new(),
        /// Version it starts from; absent takes the one this side knows.
        base_seq: Option<u64> = None,
        /// `patch_format`; empty sends none.
        format: String = String::new(),
        /// The patch: an array of operations or bytes. An empty array in a subscription is a
        /// heartbeat.
        patch: Value = Value::Array(Vec::new()),
        /// `create`, `update` or `delete`; empty sends none.
        event_type: String = String::new(),
    }

    /// A frame of NWP, NIP, NDP or NOP that has no command of its own.
    Companion {
        /// Connection to send on.
        conn: ConnId = ConnId(0),
        /// Its name, such as `IDENT`.
        frame: String = String::new(),
        /// Its members without `frame`.
        members: Value = Value::Map(Vec::new()),
    }

    /// An identity and its key.
    Known {
        /// Identity.
        nid: String = String::new(),
        /// Public key, `{alg}:{base64url}`.
        key: String = String::new(),
    }

    /// How an endpoint starts. What it offers or admits in the handshake does not depend on its
    /// role.
    Setup {
        /// Which side it is.
        role: Role = Role::Server,
        /// `nps_version`.
        nps_version: String = String::from("0.4"),
        /// `min_version` of a client; empty sends none.
        min_version: String = String::new(),
        /// `supported_encodings`, best first.
        encodings: Vec<Tier> = [Tier::Msgpack, Tier::Json].into(),
        /// `supported_protocols`.
        protocols: Vec<String> = names(&["ncp", "nwp", "nip", "ndp", "nop"]),
        /// `agent_id`; empty sends none.
        agent_id: String = String::new(),
        /// `max_frame_payload`.
        max_frame_payload: u32 = 65_535,
        /// `ext_support`.
        ext: bool = false,
        /// `max_concurrent_streams`.
        max_streams: u32 = 32,
        /// `e2e_enc_algorithms`, best first.
        algorithms: Vec<String> = Vec::new(),
        /// Shared test key of 32 bytes as hexadecimal digits (`OP-37`); empty for none.
        key: String = String::new(),
        /// Whether plaintext after an agreement is accepted (`OP-51`).
        development: bool = true,
        /// Encoding of HelloFrame.
        hello_tier: Tier = Tier::Json,
        /// Whether reserved flag bits are refused (`OP-02`).
        strict_flags: bool = false,
        /// Whether `binary_bitset` is agreed (`OP-30`).
        binary_bitset: bool = false,
        /// Schemas an Agent keeps per connection.
        max_anchors: u32 = 1000,
        /// T-HELLO of a server, in ms.
        hello_timeout_ms: u32 = 5_000,
        /// T-CAPS of a client, in ms.
        caps_timeout_ms: u32 = 5_000,
        /// Events a Node keeps for a subscription that resumes.
        event_buffer: u32 = 10_000,
        /// Identity that AlignStream frames of the peer must carry; empty takes every one.
        peer_nid: String = String::new(),
        /// Issuers whose certificates count (NIP §7); without any, every IdentFrame is taken.
        trusted: Vec<Known> = Vec::new(),
        /// Serials of certificates that were revoked.
        revoked: Vec<String> = Vec::new(),
        /// Capabilities that an IdentFrame has to name.
        capabilities: Vec<String> = Vec::new(),
        /// Address that the scope of an IdentFrame has to admit; empty for none.
        address: String = String::new(),
        /// Who may announce itself (NDP §7.1); without anybody, every AnnounceFrame is taken.
        announcers: Vec<Known> = Vec::new(),
        /// The time of the calendar at instant zero, in ms of Unix.
        epoch_unix_ms: u64 = 1_767_225_600_000,
        /// Answer every query with one record and every action with none, without being commanded.
        echo: bool = false,
    }
}

impl Command {
    /// The connection the command names. `None` where a stream or the registry is named.
    pub const fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Hello(target) | Self::Close(target) => Some(target.conn),
            Self::Query(query) => Some(query.conn),
            Self::Action(action) => Some(action.conn),
            Self::Subscribe(subscribe) => Some(subscribe.conn),
            Self::Fetched(fetched) => Some(fetched.conn),
            Self::Push(push) => Some(push.conn),
            Self::Answer(answer) => Some(answer.conn),
            Self::Refuse(refuse) => Some(refuse.conn),
            Self::Open(open) => Some(open.conn),
            Self::Follow(follow) => Some(follow.conn),
            Self::Change(change) => Some(change.conn),
            Self::Companion(companion) => Some(companion.conn),
            Self::Publish(_)
            | Self::Withdraw(_)
            | Self::Chunk(_)
            | Self::Abort(_)
            | Self::Window(_)
            | Self::Cancel(_) => None,
        }
    }
}
