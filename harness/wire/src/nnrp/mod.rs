//! NNRP/1-preview3: packets, bodies, and the vocabulary of its applications.

pub mod body;
pub mod broken;
pub mod cache;
pub mod code;
pub mod command;
pub mod error;
pub mod event;
pub mod extension;
pub mod flow;
pub mod frame;
pub mod framing;
pub mod header;
pub mod hello;
pub mod ids;
pub mod layout;
pub mod message;
pub mod object;
pub mod patch;
pub mod protocol;
pub mod result;
pub mod schema;
pub mod session;
pub mod submit;
pub mod tensor;
pub mod transport;
pub mod typed;
pub mod violation;

pub use command::Command;
pub use event::Event;
pub use frame::{Frame, Refusal};
pub use header::Header;
pub use message::{MessageType, Metadata};
pub use protocol::Nnrp;
pub use violation::{Kind, Layer, Violation};
