//! The reference Node: the server. It answers what its application tells it to, refuses what the
//! reference refuses by itself, and keeps schemas and subscriptions.

mod answers;
mod budget;
mod change;
mod echo;
mod hello;
mod http;
mod manifest;
mod port;
mod receive;
mod requests;
mod schemas;
mod subscriptions;

pub use port::Node;
pub(crate) use requests::Side;
