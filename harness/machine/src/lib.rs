//! Sans-IO endpoints: the reference implementation.
//!
//! A peer for the SUT, never the judge. Time, chance, bytes and commands are arguments; nothing
//! here owns a clock, a socket or a thread.
#![no_std]
extern crate alloc;

pub mod ncp;
pub mod nnrp;
