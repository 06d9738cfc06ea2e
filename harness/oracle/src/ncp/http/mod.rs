//! HTTP mode: messages with what they carry, and the exchanges a node has part in (NCP §2.2,
//! reference 6.1, 6.4, 6.5).

mod exchange;
mod post;

pub(super) use exchange::{Exchange, Heard};
pub(super) use post::{Body, Post};
