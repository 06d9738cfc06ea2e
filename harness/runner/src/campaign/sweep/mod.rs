//! A campaign: many seeds over everything that is selected, one execution each.
//!
//! A seed says which case is played and what befalls it, so a campaign is a set of seeds and can be
//! cut into shards. What is kept grows with the number of cases and of different failures, never
//! with the number of seeds. Nothing depends on threads or on the order in which seeds are played.

mod crowd;
mod groups;
mod options;
mod play;
mod tally;
mod wheel;

pub use options::{Campaign, Progress, Quiet, Shard};
pub use play::play;

#[cfg(test)]
mod tests;
