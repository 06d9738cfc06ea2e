//! Delay on top of the latency of a link.

use crate::{Fault, Rng};
use serde::{Deserialize, Serialize};
use wireproof_base::Duration;

/// How delays are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Always the longest.
    Fixed,
    /// Every delay up to the longest alike.
    #[default]
    Uniform,
    /// Exponential around a quarter of the longest, cut off there.
    Exponential,
}

/// Delays a transmission by at least a nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// How delays are spread.
    pub shape: Shape,
    /// The longest.
    pub longest: Duration,
}

impl Delay {
    /// Draws the delay.
    pub fn draw(self, rng: &mut Rng) -> Fault {
        let longest = self.longest.as_nanos().max(1);
        let nanos = match self.shape {
            Shape::Fixed => longest,
            Shape::Uniform => rng.range(1, longest),
            Shape::Exponential => rng.exponential(longest / 4).clamp(1, longest),
        };
        Fault::Delay { by: Duration::from_nanos(nanos) }
    }
}
