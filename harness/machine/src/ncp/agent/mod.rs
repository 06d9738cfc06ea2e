//! The reference Agent: the client. It asks what its application tells it to, and keeps the
//! schemas that come its way.

mod answers;
mod hello;
mod http;
mod port;
mod receive;
mod requests;
mod schemas;

pub use port::Agent;
pub(crate) use requests::{Side, Waiting};
