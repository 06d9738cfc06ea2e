//! What one node knows: everything it said, and everything it has heard so far.

mod anchor;
mod apply;
mod cause;
mod commanded;
mod conn;
mod data;
mod diff;
mod entity;
mod handshake;
mod heard;
mod name;
mod node;
mod offer;
mod registry;
mod request;
mod stream;
mod told;
mod weighed;

pub(super) use anchor::{Cached, Entry, Knowledge, Known, Listing, Said, Way};
pub(super) use cause::{Cause, Codes, Due};
pub(super) use conn::{Conn, News, Outcome};
pub(super) use entity::{Entity, Fate, Patched};
pub(super) use name::Name;
pub(super) use node::{Claim, Claimed, Node};
pub(super) use offer::{Agreed, Encodings, Offer, Protocols, Reply};
pub(super) use request::{Request, Subscription};
pub(super) use stream::{Arrival, End, Standing, Stream};
pub(super) use weighed::{Handed, Identity, Weighed};
