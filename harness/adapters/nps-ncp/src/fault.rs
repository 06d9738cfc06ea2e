//! Why there is no answer: the crates refused, or the adapter could not ask them.

use nps_core::NpsError;
use wireproof_wire::ncp::code;

/// What ended a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// The crates refused.
    Refused {
        /// The protocol's code, where the error stands for one.
        kind: &'static str,
        /// Their own words.
        detail: String,
    },
    /// The request does not fit the types of the crates.
    Request(String),
    /// The crates have nothing of that name.
    Unsupported(String),
}

/// What an error stands for that names no code: a text, and nothing a program could go by.
pub const UNNAMED: &str = "";

impl From<NpsError> for Fault {
    fn from(error: NpsError) -> Self {
        let kind = match error {
            NpsError::AnchorNotFound(_) => code::NCP_ANCHOR_NOT_FOUND,
            NpsError::AnchorPoison(_) => code::NCP_ANCHOR_ID_MISMATCH,
            _ => UNNAMED,
        };
        Self::Refused { kind, detail: error.to_string() }
    }
}
