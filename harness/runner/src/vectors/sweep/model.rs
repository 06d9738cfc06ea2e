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
    /// How numbers of more than one byte stand there.
    pub order: Order,
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
    /// Puts the bytes numbered `n` in the place of that many, and has the length fields say so.
    Forms {
        /// How many bytes give way.
        width: usize,
        /// What takes their place.
        forms: Vec<Vec<u8>>,
        /// Offset and width of the length fields.
        lengths: Vec<(usize, usize)>,
    },
}

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", rename = "order")]
pub enum Order {
    /// Least significant byte first.
    #[default]
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    /// The number of `width` bytes at `at`; 0 beyond the end.
    pub fn read(self, bytes: &[u8], at: usize, width: usize) -> u64 {
        let field = at.checked_add(width).and_then(|end| bytes.get(at..end)).unwrap_or_default();
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self {
            Self::Little => field.iter().rev().fold(0, join),
            Self::Big => field.iter().fold(0, join),
        }
    }

    /// Writes a number of `width` bytes at `at`; nothing happens beyond the end.
    pub fn write(self, bytes: &mut [u8], at: usize, width: usize, number: u64) {
        if let Some(field) = at.checked_add(width).and_then(|end| bytes.get_mut(at..end)) {
            let width = width.min(8);
            match self {
                Self::Little => field.copy_from_slice(&number.to_le_bytes()[..width]),
                Self::Big => field.copy_from_slice(&number.to_be_bytes()[8 - width..]),
            }
        }
    }
}

impl Group {
    /// Makes the form numbered `number` of `bytes`; what does not fit stays as it is.
    pub fn apply(&self, number: i64, bytes: &mut Vec<u8>) {
        match &self.edit {
            Edit::Bits(width) => {
                let byte = usize::try_from(number / 8).unwrap_or(usize::MAX);
                let step = match self.order {
                    Order::Little => byte,
                    Order::Big => width.saturating_sub(1).saturating_sub(byte),
                };
                let place = self.at.saturating_add(step);
                if byte < *width
                    && let Some(byte) = bytes.get_mut(place)
                {
                    *byte ^= 1 << (number % 8);
                }
            }
            Edit::Values(width) => self.order.write(bytes, self.at, *width, number as u64),
            Edit::By(lengths) => {
                let by = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
                if number > 0 {
                    let at = self.at.min(bytes.len());
                    bytes.splice(at..at, core::iter::repeat_n(0, by));
                } else {
                    let end = self.at.min(bytes.len());
                    bytes.drain(end.saturating_sub(by)..end);
                }
                self.lengthen(bytes, lengths, number);
            }
            Edit::Forms { width, forms, lengths } => {
                let form = usize::try_from(number).ok().and_then(|number| forms.get(number));
                let Some(form) = form else { return };
                let start = self.at.min(bytes.len());
                let end = self.at.saturating_add(*width).min(bytes.len());
                let more = form.len() as i64 - (end - start) as i64;
                bytes.splice(start..end, form.iter().copied());
                self.lengthen(bytes, lengths, more);
            }
        }
    }

    fn lengthen(&self, bytes: &mut [u8], lengths: &[(usize, usize)], more: i64) {
        for &(at, width) in lengths {
            let length = self.order.read(bytes, at, width).wrapping_add_signed(more);
            self.order.write(bytes, at, width, length);
        }
    }
}

/// Writes a number of `width` bytes at `at`, least significant first; nothing happens beyond the
/// end.
pub fn write(bytes: &mut [u8], at: usize, width: usize, number: u64) {
    Order::Little.write(bytes, at, width, number);
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
    #[serde(default)]
    pub forms: Option<Vec<String>>,
    #[serde(default)]
    pub order: Order,
    pub error: Refusal,
    pub requirements: Vec<String>,
    #[serde(default)]
    pub reading: Option<String>,
    #[serde(default)]
    pub level: super::super::model::LevelName,
}

/// The format of the files.
pub(super) const FORMAT: &str = "wireproof-sweeps/1";
