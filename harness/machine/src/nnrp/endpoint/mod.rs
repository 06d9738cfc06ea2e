//! What both endpoints are made of: connections, sessions, operations, and everything that works
//! the same way from either side.

mod cache;
mod close;
mod core;
mod ending;
mod error;
mod flow;
mod link;
mod op;
mod packet;
mod receive;
mod session;
mod timer;

pub(crate) use self::core::{Core, Out};
pub(crate) use ending::repeat;
pub(crate) use error::Scope;
pub(crate) use link::{Agreed, Ask, OpenAsk, Pending};
pub(crate) use op::{Op, Sent};
pub(crate) use packet::{DataView, data_len, write_data, write_referring};
pub(crate) use receive::{Side, handle};
pub(crate) use session::{Patched, Session};
