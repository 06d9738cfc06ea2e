//! One frame as a scenario writes it, well-formed or broken on purpose.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use wireproof_base::{ConnId, StreamId};

/// The mapping under a `send` step. Where the frame goes is read by everybody, the rest only by
/// the protocol.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameSpec {
    /// Connection to send on.
    #[serde(default)]
    pub conn: ConnId,
    /// Stream to send on; absent takes the one the protocol prescribes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamId>,
    /// Everything else: `frame`, `session`, `set`, …
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl TryFrom<Value> for FrameSpec {
    type Error = FrameError;

    fn try_from(value: Value) -> Result<Self, FrameError> {
        serde_json::from_value(value)
            .map_err(|error| FrameError::Shape { detail: error.to_string() })
    }
}

/// A frame specification that cannot be built. The caller's fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Not the shape of a frame.
    Shape {
        /// What is wrong.
        detail: String,
    },
    /// Neither `frame` nor `raw` is there.
    NoFrame,
    /// No message has that name.
    UnknownFrame {
        /// The name.
        name: String,
        /// The nearest name there is.
        suggestion: Option<String>,
    },
    /// A key that no frame takes.
    UnknownKey {
        /// The key.
        key: String,
    },
    /// The message has no such field.
    UnknownField {
        /// The message.
        frame: String,
        /// The field.
        field: String,
        /// The nearest field there is.
        suggestion: Option<String>,
    },
    /// A value that is neither a number nor a known name.
    BadValue {
        /// Where it stands.
        key: String,
        /// What it says.
        value: String,
    },
    /// Not an even number of hexadecimal digits.
    BadHex {
        /// Where it stands.
        key: String,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = |f: &mut fmt::Formatter<'_>, suggestion: &Option<String>| match suggestion {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        };
        match self {
            Self::Shape { detail } => write!(f, "not a frame: {detail}"),
            Self::NoFrame => f.write_str("a frame needs `frame` or `raw`"),
            Self::UnknownFrame { name, suggestion } => {
                write!(f, "no message is called `{name}`")?;
                hint(f, suggestion)
            }
            Self::UnknownKey { key } => write!(f, "a frame has no `{key}`"),
            Self::UnknownField { frame, field, suggestion } => {
                write!(f, "{frame} has no field `{field}`")?;
                hint(f, suggestion)
            }
            Self::BadValue { key, value } => {
                write!(f, "`{key}`: {value} is neither a number nor a known name")
            }
            Self::BadHex { key } => write!(f, "`{key}` is not hexadecimal"),
        }
    }
}

impl std::error::Error for FrameError {}
