//! What a sweep file says.

use super::super::model::Refusal;
use crate::scenario::place::Place;
use serde::Deserialize;

/// One valid vector and its broken forms.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Id of the valid vector.
    pub base: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `packet` or `structure`.
    pub kind: String,
    /// Name of the structure; empty for a packet.
    pub what: String,
    /// Numbers in it that a dialogue chooses.
    pub spots: Vec<Spot>,
    /// The broken forms.
    pub groups: Vec<Group>,
}

/// A number that a dialogue chooses: a session, a frame.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename = "place")]
pub struct Spot {
    /// What it is.
    pub name: String,
    /// Where it stands.
    pub at: usize,
    /// Its width in bytes.
    pub width: usize,
}

/// Broken forms that are refused for the same reason; one for each number.
#[derive(Clone, Debug)]
pub struct Group {
    /// Unique id.
    pub id: String,
    /// What is broken.
    pub note: String,
    /// What it checks, the most telling first.
    pub requirements: Vec<String>,
    /// The reading its result rests on.
    pub reading: Option<String>,
    /// The reading that the kind of a refusal rests on.
    pub kind_reading: Option<String>,
    /// How a form must be refused.
    pub refusal: Refusal,
    /// A codec alone may take it.
    pub endpoint_only: bool,
    /// Offset of the field, or of the place where bytes come or go.
    pub at: usize,
    /// What is done there.
    pub edit: Edit,
    /// With which numbers.
    pub numbers: Vec<i64>,
    /// Where it is written down.
    pub place: Place,
}

/// What a form of a group does to the bytes of the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Turns bit `n` of the field of that width over.
    Bits(usize),
    /// Writes `n` into the field of that width.
    Values(usize),
    /// Puts in `n` zero bytes, or takes that many away, and has the length fields say so.
    By(Vec<(usize, usize)>),
}

impl Group {
    /// Makes the form numbered `number` of `bytes`; what does not fit stays as it is.
    pub fn apply(&self, number: i64, bytes: &mut Vec<u8>) {
        match &self.edit {
            Edit::Bits(width) => {
                let byte = usize::try_from(number / 8).unwrap_or(usize::MAX);
                let place = self.at.saturating_add(byte);
                if byte < *width
                    && let Some(byte) = bytes.get_mut(place)
                {
                    *byte ^= 1 << (number % 8);
                }
            }
            Edit::Values(width) => write(bytes, self.at, *width, number as u64),
            Edit::By(lengths) => {
                let by = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
                if number > 0 {
                    let at = self.at.min(bytes.len());
                    bytes.splice(at..at, core::iter::repeat_n(0, by));
                } else {
                    let end = self.at.min(bytes.len());
                    bytes.drain(end.saturating_sub(by)..end);
                }
                for &(at, width) in lengths {
                    let length = read(bytes, at, width).wrapping_add_signed(number);
                    write(bytes, at, width, length);
                }
            }
        }
    }
}

/// The number of `width` bytes at `at`, least significant first; 0 beyond the end.
pub fn read(bytes: &[u8], at: usize, width: usize) -> u64 {
    let field = at.checked_add(width).and_then(|end| bytes.get(at..end)).unwrap_or_default();
    field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Writes a number of `width` bytes at `at`; nothing happens beyond the end.
pub fn write(bytes: &mut [u8], at: usize, width: usize, number: u64) {
    if let Some(field) = at.checked_add(width).and_then(|end| bytes.get_mut(at..end)) {
        field.copy_from_slice(&number.to_le_bytes()[..width.min(8)]);
    }
}

/// The top of a sweep file; its sweeps are read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "file")]
pub(super) struct FileHead {
    pub format: String,
    #[serde(rename = "protocol")]
    pub _protocol: String,
    #[serde(default)]
    pub kind_reading: Option<String>,
    #[serde(rename = "sweeps")]
    pub _sweeps: Vec<serde::de::IgnoredAny>,
}

/// The top of a sweep; its groups are read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "sweep")]
pub(super) struct SweepHead {
    pub base: String,
    pub places: Vec<Spot>,
    #[serde(rename = "groups")]
    pub _groups: Vec<serde::de::IgnoredAny>,
}

/// A group as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "group")]
pub(super) struct Entry {
    pub id: String,
    pub note: String,
    pub at: usize,
    #[serde(default)]
    pub width: Option<usize>,
    #[serde(default)]
    pub bits: Option<String>,
    #[serde(default)]
    pub values: Option<String>,
    #[serde(default)]
    pub lengths: Option<Vec<(usize, usize)>>,
    #[serde(default)]
    pub by: Option<String>,
    pub error: Refusal,
    pub requirements: Vec<String>,
    #[serde(default)]
    pub reading: Option<String>,
    #[serde(default)]
    pub level: super::super::model::LevelName,
}

/// The format of the files.
pub(super) const FORMAT: &str = "wireproof-sweeps/1";
