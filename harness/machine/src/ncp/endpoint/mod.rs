//! What both endpoints are made of: connections, streams, errors, and everything that works the
//! same way from either side.
//!
//! On `multistream` every StreamFrame of a stream takes a byte stream of its own, opened by its
//! data sender; window updates and cancels come back on it. All other frames stay on the control
//! stream, because requests, answers, schemas and diffs have an order. Whatever stands where is
//! read wherever it comes.

mod companion;
mod core;
mod diff;
mod ending;
mod error;
mod http;
mod incoming;
mod link;
mod members;
mod outgoing;
mod receive;
mod schema;
mod send;
mod stream;

pub(crate) use self::core::{Core, Out, blocked, noticed};
pub(crate) use diff::timestamp;
pub(crate) use http::{Exchange, Http, NODE_PATH, Pending, sub_path, unreadable};
pub(crate) use link::Link;
pub(crate) use members::Members;
pub(crate) use outgoing::Asked;
pub(crate) use receive::{Side, handle};
pub(crate) use schema::look_at;
pub(crate) use stream::Outgoing;
