//! What a link is like without any fault.

use crate::link::rate::Rate;
use serde::{Deserialize, Serialize};
use wireproof_base::Duration;

/// How the bytes of one transmission are cut up on a byte stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chunking {
    /// As they were sent.
    #[default]
    Whole,
    /// What arrives at one instant arrives as one piece.
    Merge,
    /// In pieces of so many bytes.
    Bytes(u32),
}

/// One direction of a path. None of this is a fault, and none of it rests on chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkConfig {
    /// How long a byte is under way.
    #[serde(rename = "latency_ns")]
    pub latency: Duration,
    /// How many bytes it takes per second; without, any number at once.
    pub rate: Option<Rate>,
    /// The largest packet: datagrams beyond it are lost, streams are cut into such pieces.
    pub mtu: Option<u32>,
    /// How byte streams are cut up.
    pub chunking: Chunking,
}

impl Default for LinkConfig {
    fn default() -> Self {
        let latency = Duration::from_millis(1);
        Self { latency, rate: None, mtu: None, chunking: Chunking::Whole }
    }
}
