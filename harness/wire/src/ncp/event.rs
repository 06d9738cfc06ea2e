//! What an endpoint tells its application.

use super::command::Tier;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use wireproof_base::ConnId;

/// Why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// The connection is not established, or the thing is not in a state for it.
    State,
    /// The other side does that.
    Role,
    /// No stream slot is free.
    Streams,
    /// Larger than the agreed limit and not to be cut.
    Limit,
    /// The schema is not known, or is another one under that identifier.
    Anchor,
    /// The frame would break a rule.
    Malformed,
    /// Nobody knows that stream, entity or request.
    Unknown,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamEnd {
    /// With its last chunk.
    Complete,
    /// With an `error_code` of its sender.
    Aborted,
    /// Given up by its receiver.
    Cancelled,
    /// With a fault of the peer.
    Broken,
    /// With the connection.
    Lost,
}

/// A report to the application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// The handshake is done.
    Ready {
        /// The connection.
        conn: ConnId,
        /// `session_version`.
        version: String,
        /// The encoding this side sends.
        encoding: Tier,
        /// Payload limit in force.
        max_frame_payload: u32,
        /// Streams allowed at once.
        max_streams: u32,
        /// Whether the extended header is agreed.
        ext: bool,
        /// Algorithm in force; empty for none.
        algorithm: String,
    },
    /// The connection has ended at this side.
    Down {
        /// The connection.
        conn: ConnId,
        /// Error code that ended it, sent or received; empty for none.
        error: String,
    },
    /// An AnchorFrame, an inline anchor or a fetched schema was verified.
    Anchored {
        /// The connection.
        conn: ConnId,
        /// Its identifier.
        anchor_ref: String,
        /// Seconds it may be kept.
        ttl: u32,
    },
    /// A schema left the cache for another reason than its age.
    Forgotten {
        /// The connection.
        conn: ConnId,
        /// Its identifier.
        anchor_ref: String,
    },
    /// Node: a request arrived that waits for an answer.
    Requested {
        /// The connection.
        conn: ConnId,
        /// Its frame, such as `QUERY`.
        frame: String,
        /// Its schema; empty for none.
        anchor_ref: String,
        /// Whether a stream is asked for.
        stream: bool,
        /// Its `request_id`, or the `stream_id` of a subscription; empty for none.
        request_id: String,
    },
    /// Agent: a CapsFrame arrived.
    Answered {
        /// The connection.
        conn: ConnId,
        /// Its schema.
        anchor_ref: String,
        /// Records.
        count: u32,
        /// FNV-1a 64 of the records, each as canonical JSON followed by a line feed.
        digest: u64,
        /// Whether the records could be read with a known schema.
        read: bool,
    },
    /// An ErrorFrame arrived.
    Failed {
        /// The connection.
        conn: ConnId,
        /// `status`.
        status: String,
        /// `error`.
        error: String,
        /// The stream it names; empty for none.
        stream_id: String,
        /// The schema it names; empty for none.
        anchor_ref: String,
    },
    /// The peer opened a stream.
    Opened {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream_id: String,
        /// Its schema; empty for none.
        anchor_ref: String,
        /// The query it answers; empty for none.
        request_id: String,
    },
    /// A chunk was delivered.
    Chunk {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream_id: String,
        /// Its number.
        seq: u32,
        /// Records.
        count: u32,
        /// Digest of the records as in `answered`.
        digest: u64,
    },
    /// A stream has ended at this side.
    Ended {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream_id: String,
        /// How.
        outcome: StreamEnd,
        /// `error_code`; empty for none.
        error: String,
    },
    /// The receiver of a stream said how many chunks it has room for.
    Window {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream_id: String,
        /// Chunks.
        size: u32,
    },
    /// A DiffFrame was applied.
    Applied {
        /// The connection.
        conn: ConnId,
        /// The subscription; empty for none.
        stream_id: String,
        /// The entity; empty for the one under the schema.
        entity: String,
        /// Its version now.
        version: u64,
        /// FNV-1a 64 of the record as canonical JSON.
        digest: u64,
    },
    /// A DiffFrame about an entity nobody follows, handed up as it is (`OP-56`).
    Unapplied {
        /// The connection.
        conn: ConnId,
        /// The subscription; empty for none.
        stream_id: String,
        /// The entity.
        entity: String,
    },
    /// A heartbeat of a subscription arrived.
    Heartbeat {
        /// The connection.
        conn: ConnId,
        /// The subscription.
        stream_id: String,
        /// Its number.
        seq: u64,
    },
    /// A valid frame of a companion protocol arrived.
    Received {
        /// The connection.
        conn: ConnId,
        /// Its name, such as `IDENT`.
        frame: String,
    },
    /// A command was not carried out.
    Blocked {
        /// The connection; 0 where none is named.
        conn: ConnId,
        /// The stream; empty for none.
        stream_id: String,
        /// Why.
        why: Hold,
    },
    /// Something was let pass and should be looked at.
    Noticed {
        /// The connection.
        conn: ConnId,
        /// What: `reserved_flags`, `plaintext`, `align_frame`, `unusual_frame`, …
        what: String,
    },
}

impl Event {
    /// Its tag when serialised.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "ready",
            Self::Down { .. } => "down",
            Self::Anchored { .. } => "anchored",
            Self::Forgotten { .. } => "forgotten",
            Self::Requested { .. } => "requested",
            Self::Answered { .. } => "answered",
            Self::Failed { .. } => "failed",
            Self::Opened { .. } => "opened",
            Self::Chunk { .. } => "chunk",
            Self::Ended { .. } => "ended",
            Self::Window { .. } => "window",
            Self::Applied { .. } => "applied",
            Self::Unapplied { .. } => "unapplied",
            Self::Heartbeat { .. } => "heartbeat",
            Self::Received { .. } => "received",
            Self::Blocked { .. } => "blocked",
            Self::Noticed { .. } => "noticed",
        }
    }
}
