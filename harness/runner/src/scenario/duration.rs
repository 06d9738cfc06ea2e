//! Spans of time as people write them: `5ms`, `1s`, `250us`, `7ns`.

use wireproof_base::Duration;

#[cfg(test)]
mod tests;

/// Reads a whole number and its unit; `None` for anything else and for what does not fit.
pub fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let nanos = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    let number: u64 = number.parse().ok()?;
    number.checked_mul(nanos).map(Duration::from_nanos)
}

const UNITS: [(&str, u64); 5] =
    [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000)];
