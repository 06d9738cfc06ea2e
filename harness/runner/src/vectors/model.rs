//! What a vector file says.

use crate::scenario::place::Place;
use serde::Deserialize;
use serde_json::Value;

/// What a decoder must make of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case", rename = "verdict")]
pub enum Expected {
    /// Take them.
    Valid,
    /// Refuse them.
    Invalid,
    /// Either.
    Acceptable,
}

/// Which ways are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", rename = "direction")]
pub enum Direction {
    /// Bytes to fields and fields to bytes.
    #[default]
    Both,
    /// Bytes to fields only: nobody writes such bytes.
    Decode,
}

/// How bytes must be refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename = "error")]
pub struct Refusal {
    /// Kind of the fault.
    pub kind: String,
    /// Part of the packet.
    pub layer: String,
    /// Other kinds that are right as well.
    #[serde(default)]
    pub also: Vec<String>,
}

impl Refusal {
    /// Whether a fault of that kind is right.
    pub fn admits(&self, kind: &str) -> bool {
        self.kind == kind || self.also.iter().any(|other| other == kind)
    }

    /// The kinds that are right, in words.
    pub fn kinds(&self) -> String {
        let kinds: Vec<&str> =
            [&self.kind].into_iter().chain(&self.also).map(String::as_str).collect();
        kinds.join(" or ")
    }
}

/// One vector, ready to be judged.
#[derive(Clone, Debug)]
pub struct Vector {
    /// Unique id.
    pub id: String,
    /// Why it exists.
    pub note: String,
    /// Where the rule stands.
    pub clause: String,
    /// What it checks, the most telling first.
    pub requirements: Vec<String>,
    /// The reading its result rests on.
    pub reading: Option<String>,
    /// The reading that the kind of a refusal rests on.
    pub kind_reading: Option<String>,
    /// What must come of it.
    pub expected: Expected,
    /// Which ways are checked.
    pub direction: Direction,
    /// A codec alone may take the bytes; only a whole endpoint must refuse them.
    pub endpoint_only: bool,
    /// `packet`, `metadata` or `structure`.
    pub kind: String,
    /// Name of the structure; empty for a packet.
    pub what: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How they must be refused, if they must.
    pub refusal: Option<Refusal>,
    /// The decoded fields, if they must or may be taken.
    pub fields: Option<Value>,
    /// Where it is written down.
    pub place: Place,
}

/// The top of a vector file; its vectors are read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "file")]
pub(super) struct FileHead {
    pub format: String,
    #[serde(rename = "protocol")]
    pub _protocol: String,
    #[serde(default)]
    pub kind_reading: Option<String>,
    pub vectors: Vec<serde::de::IgnoredAny>,
}

/// One vector as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "vector")]
pub(super) struct Entry {
    pub id: String,
    pub note: String,
    pub clause: String,
    pub requirements: Vec<String>,
    #[serde(default)]
    pub reading: Option<String>,
    pub verdict: Expected,
    #[serde(default)]
    pub direction: Direction,
    #[serde(default)]
    pub level: LevelName,
    pub kind: KindName,
    #[serde(default)]
    pub structure: Option<String>,
    /// Read again with the place of every line.
    #[serde(rename = "hex")]
    pub _hex: Vec<String>,
    #[serde(default)]
    pub error: Option<Refusal>,
    #[serde(default)]
    pub fields: Option<Value>,
    /// For readers: what cannot be seen in the bytes.
    #[serde(default, rename = "context")]
    pub _context: Option<Value>,
    /// For readers: how an invalid vector differs from a valid one.
    #[serde(default, rename = "base")]
    pub _base: Option<String>,
    #[serde(default, rename = "edits")]
    pub _edits: Vec<Value>,
}

/// Who must refuse.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", rename = "level")]
pub(super) enum LevelName {
    #[default]
    Codec,
    Endpoint,
}

/// What the bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", rename = "kind")]
pub(super) enum KindName {
    Packet,
    Metadata,
    Structure,
}

impl KindName {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Packet => "packet",
            Self::Metadata => "metadata",
            Self::Structure => "structure",
        }
    }
}

/// The format of the files.
pub(super) const FORMAT: &str = "wireproof-vectors/1";
