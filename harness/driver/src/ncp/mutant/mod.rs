//! Mutants: the reference with one named defect each, to prove that a check can fail.
//!
//! The reference itself is free of test switches. Each defect sits in an interposer around it and
//! works on whole frames on their way in and out, on commands, events and the setup, on the timer,
//! or around the codec and the machines where these are called directly.

mod anchor;
mod anchor_model;
mod answer;
mod budget;
mod codec_frame;
mod codec_header;
mod codec_structure;
mod companion;
mod connection;
mod defect;
mod depths;
mod diff;
mod edit;
mod error;
mod flow;
mod frames;
mod header;
mod http;
mod identity;
mod interposer;
mod lenient;
mod list;
mod memory;
mod report;
mod sealed;
mod session;
mod slots;
mod stream;
mod subscription;
mod version;

pub use list::{list, open};

#[cfg(test)]
mod tests;
