//! Entry functions of the fuzz targets: bytes in, a panic where a promise is broken.
//!
//! Each target is a module with a `check`. Everything is deterministic, so an input that
//! libFuzzer keeps fails again in `tests/replay.rs`, on stable Rust and without libFuzzer.

pub mod command;
pub mod draw;
pub mod ncp_canonical;
pub mod ncp_command;
pub mod ncp_dialogue;
pub mod ncp_diff;
pub mod ncp_frame;
pub mod ncp_seeds;
pub mod ncp_sound;
pub mod nnrp_decode;
pub mod nnrp_dialogue;
pub mod nnrp_endpoint;
pub mod nnrp_mutate;
pub mod packet;
pub mod plan;
pub mod plan_network;
pub mod plan_token;
pub mod seeds;
pub mod stage;
pub mod targets;
pub mod tree;
pub mod views;

#[cfg(test)]
mod tests;
