//! Requests that wait for an answer, in the order they came (`OP-28`).

use super::{Listing, Name};
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::frame_type::FrameType;

/// A request.
#[derive(Clone, Debug)]
pub(in crate::ncp) struct Request {
    /// Its type.
    pub kind: FrameType,
    /// Its schema.
    pub anchor: Name,
    /// What the registry of the Node made of that when the request came.
    pub listing: Listing,
    /// Whether the schema is one of the system.
    pub system: bool,
    /// `auto_anchor`.
    pub auto: Option<bool>,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// `request_id`, or the `stream_id` of a SubscribeFrame.
    pub id: Name,
    /// `action` of a SubscribeFrame is `subscribe`.
    pub subscribes: bool,
    /// Projection, if there is one.
    pub fields: Vec<String>,
    /// Whether an answer under its schema need not have whole records.
    pub reshaped: bool,
    /// Most NPT that the answer may cost.
    pub budget: Option<u32>,
    /// Whether its sender has shown that it may not ask for that.
    pub outside: bool,
    /// Whether the application was told of it.
    pub told: bool,
    /// Whether all slots were in use at some time while it waited (`OP-14`).
    pub crowded: bool,
    /// A streaming request that was taken for the one that a refusal without a name was meant for,
    /// which may have been this.
    pub mistaken: Option<Name>,
    /// State of the registry when it came.
    pub edition: u32,
    /// The record of the trace that brought it.
    pub record: u32,
}

/// A subscription (reference 5.2).
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Subscription {
    /// Its `stream_id`.
    pub id: Name,
    /// The last number seen.
    pub last: Option<u64>,
    /// The number after which it resumed.
    pub resumed: Option<u64>,
    /// Whether numbers may be missing or start anew.
    pub doubtful: bool,
}
