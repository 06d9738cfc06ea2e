//! NPS NCP 0.4 and the frames of the NPS suite around it: frames, encodings, and the vocabulary of
//! its applications.

pub mod command;
pub mod event;
pub mod protocol;
pub mod value;

pub use command::Command;
pub use event::Event;
pub use protocol::Ncp;
pub use value::Value;
