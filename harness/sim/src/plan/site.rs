//! Where a decision is taken, and at which transmission.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use wireproof_base::ConnId;

/// What of a connection a site belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Transmissions from the dialling side to the listening one.
    Up,
    /// Transmissions from the listening side to the dialling one.
    Down,
    /// Transmissions in either direction, for what befalls the connection as a whole.
    Conn,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 3] = [Self::Up, Self::Down, Self::Conn];

    /// `up`, `down` or `conn`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Conn => "conn",
        }
    }
}

/// Where decisions are taken. Every site counts its transmissions from 0 and has a stream of
/// chance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The connection.
    pub conn: ConnId,
    /// What of it.
    pub stage: Stage,
}

impl Site {
    /// The site of `stage` on the connection numbered `conn`.
    pub const fn new(conn: u32, stage: Stage) -> Self {
        Self { conn: ConnId(conn), stage }
    }

    /// A number for each site, in the order of sites: three per connection.
    pub const fn code(self) -> u64 {
        self.conn.0 as u64 * 3 + self.stage as u64
    }

    /// The site with that number, if there is one.
    pub fn from_code(code: u64) -> Option<Self> {
        let conn = u32::try_from(code / 3).ok()?;
        Some(Self::new(conn, Stage::ALL[(code % 3) as usize]))
    }
}

/// The address of one decision. Written `c<connection>.<stage>.<ordinal>`: `c0.up.12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultKey {
    /// Where.
    pub site: Site,
    /// At the how-manyeth transmission there, from 0.
    pub ordinal: u32,
}

impl FaultKey {
    /// Transmission `ordinal` at `site`.
    pub const fn new(site: Site, ordinal: u32) -> Self {
        Self { site, ordinal }
    }
}

/// A text that is no [`FaultKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "`{text}` is no place of a fault; write c<connection>.<up|down|conn>.<ordinal>")
    }
}

impl core::error::Error for KeyError {}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}.{}", self.conn, self.stage.name())
    }
}

impl fmt::Display for FaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.site, self.ordinal)
    }
}

impl FromStr for FaultKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        parse(text).ok_or_else(|| KeyError(text.to_string()))
    }
}

fn parse(text: &str) -> Option<FaultKey> {
    let mut parts = text.strip_prefix('c')?.split('.');
    let (conn, stage, ordinal) = (parts.next()?, parts.next()?, parts.next()?);
    let stage = Stage::ALL.into_iter().find(|known| known.name() == stage)?;
    let site = Site::new(number(conn)?, stage);
    parts.next().is_none().then_some(FaultKey::new(site, number(ordinal)?))
}

/// Digits only, and no spare zeros: one text per key.
fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

impl Serialize for FaultKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FaultKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
