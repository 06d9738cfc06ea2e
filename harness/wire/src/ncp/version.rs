//! Protocol versions (NPS-0 §5.3, NCP §2.6).

use core::fmt;

/// `major.minor`; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Before the dot.
    pub major: u32,
    /// After it.
    pub minor: u32,
}

/// Reads `major.minor`: two decimal numbers of 32 bits without sign or leading zero.
pub fn parse(text: &str) -> Option<Version> {
    let (major, minor) = text.split_once('.')?;
    Some(Version { major: number(major)?, minor: number(minor)? })
}

/// Reads a version identifier such as `NPS/0.2`: the name and the version (`NPS-ADDR-012`).
pub fn identifier(text: &str) -> Option<(&str, Version)> {
    let (name, version) = text.split_once('/')?;
    let known = ["NPS", "NCP", "NWP", "NIP", "NDP", "NOP"].contains(&name);
    known.then(|| parse(version)).flatten().map(|version| (name, version))
}

fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    if plain && !padded { digits.parse().ok() } else { None }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests;
