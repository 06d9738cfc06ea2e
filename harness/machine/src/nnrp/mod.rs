//! NNRP/1-preview3: one file per state machine of reference section 4, and the two endpoints
//! that are composed of them.

pub mod cache;
pub mod client;
pub mod connection;
pub mod flow;
pub mod operation;
pub mod probing;
pub mod recovery;
pub mod schema;
pub mod server;
pub mod session;

mod endpoint;

pub use client::Client;
pub use server::Server;
