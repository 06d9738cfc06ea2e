//! Frame types and codecs: bytes to frames and back. No state, no decisions beyond layout.
#![no_std]
extern crate alloc;

pub mod ncp;
pub mod nnrp;
mod parameters;
