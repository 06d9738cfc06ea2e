//! NPS NCP 0.4 and the frames of the NPS suite around it: frames, encodings, and the vocabulary of
//! its applications.

pub mod address;
pub mod anchor;
pub mod bitset;
pub mod broken;
pub mod budget;
pub mod canonical;
pub mod code;
pub mod command;
pub mod companion;
pub mod digest;
pub mod event;
pub mod frame;
pub mod frame_type;
pub mod frames;
pub mod header;
pub mod http;
pub mod patch;
pub mod protocol;
pub mod record;
pub mod seal;
pub mod table;
pub mod terms;
pub mod tier;
pub mod timestamp;
pub mod uuid;
pub mod value;
pub mod version;
pub mod violation;

#[cfg(test)]
mod samples;

pub use command::Command;
pub use event::Event;
pub use protocol::Ncp;
pub use value::{Name, Value};
