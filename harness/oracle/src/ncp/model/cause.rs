//! What a node has received that may be refused, and what an ErrorFrame about it may say.

use super::Name;
use wireproof_base::Citation;
use wireproof_wire::ncp::code::{
    NCP_ANCHOR_ID_MISMATCH, NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_SCHEMA_INVALID, NCP_ANCHOR_STALE,
    NCP_DIFF_FORMAT_UNSUPPORTED, NCP_ENC_AUTH_FAILED, NCP_ENC_NOT_NEGOTIATED,
    NCP_ENCODING_UNSUPPORTED, NCP_FRAME_FLAGS_INVALID, NCP_FRAME_PAYLOAD_TOO_LARGE,
    NCP_FRAME_UNKNOWN_TYPE, NCP_STREAM_LIMIT_EXCEEDED, NCP_STREAM_NOT_FOUND, NCP_STREAM_SEQ_GAP,
    NCP_STREAM_WINDOW_OVERFLOW, NCP_VERSION_INCOMPATIBLE, NDP_GRAPH_SEQ_GAP,
    NOP_STREAM_NID_MISMATCH, NOP_TASK_DAG_CYCLE, NOP_TASK_DAG_INVALID, NOP_TASK_DAG_TOO_LARGE,
    NPS_CLIENT_BAD_FRAME, NPS_CLIENT_CONFLICT, NPS_CLIENT_UNPROCESSABLE, NWP_QUERY_FILTER_INVALID,
    NWP_QUERY_REGEX_UNSAFE, NWP_SUBSCRIBE_SEQ_TOO_OLD, status_of,
};
use wireproof_wire::ncp::violation::Violation;

const LISTED: [&str; 27] = [
    NCP_ANCHOR_NOT_FOUND,
    NCP_ANCHOR_SCHEMA_INVALID,
    NCP_ANCHOR_ID_MISMATCH,
    NCP_ANCHOR_STALE,
    NCP_FRAME_UNKNOWN_TYPE,
    NCP_FRAME_PAYLOAD_TOO_LARGE,
    NCP_FRAME_FLAGS_INVALID,
    NCP_STREAM_SEQ_GAP,
    NCP_STREAM_NOT_FOUND,
    NCP_STREAM_LIMIT_EXCEEDED,
    NCP_STREAM_WINDOW_OVERFLOW,
    NCP_ENCODING_UNSUPPORTED,
    NCP_DIFF_FORMAT_UNSUPPORTED,
    NCP_VERSION_INCOMPATIBLE,
    NCP_ENC_NOT_NEGOTIATED,
    NCP_ENC_AUTH_FAILED,
    NPS_CLIENT_BAD_FRAME,
    NPS_CLIENT_CONFLICT,
    NPS_CLIENT_UNPROCESSABLE,
    NOP_STREAM_NID_MISMATCH,
    NDP_GRAPH_SEQ_GAP,
    NWP_QUERY_FILTER_INVALID,
    NWP_QUERY_REGEX_UNSAFE,
    NWP_SUBSCRIBE_SEQ_TOO_OLD,
    NOP_TASK_DAG_CYCLE,
    NOP_TASK_DAG_INVALID,
    NOP_TASK_DAG_TOO_LARGE,
];
const OTHER: u32 = 1 << 31;

/// A set of codes that `error` may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) struct Codes(u32);

impl Codes {
    /// Every code.
    pub const ANY: Self = Self(u32::MAX);

    fn bit(code: &str) -> u32 {
        LISTED.iter().position(|listed| *listed == code).map_or(OTHER, |index| 1 << index)
    }

    /// One code.
    pub fn of(code: &str) -> Self {
        Self(Self::bit(code))
    }

    /// The same with one more.
    pub fn or(self, code: &str) -> Self {
        Self(self.0 | Self::bit(code))
    }

    /// The codes that a violation admits.
    pub fn of_violation(violation: &Violation) -> Self {
        violation.also.iter().fold(Self::of(violation.code), |codes, code| codes.or(code))
    }

    /// Whether an ErrorFrame with these members says one of them. A malformed payload may be given
    /// any code under its status (`OP-05`).
    pub fn admit(self, status: &str, error: &str) -> bool {
        let bad = Self::bit(NPS_CLIENT_BAD_FRAME);
        self == Self::ANY
            || self.0 & Self::bit(error) != 0
            || self.0 & bad != 0 && status == NPS_CLIENT_BAD_FRAME
            // A status stands for itself, and so does any code under it.
            || status_of(error) == Some(NPS_CLIENT_CONFLICT)
                && self.0 & Self::bit(NPS_CLIENT_CONFLICT) != 0
    }
}

/// Whether an answer is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ncp) enum Due {
    /// An ErrorFrame, by a rule of the text (12.4).
    Ordered,
    /// An ErrorFrame, and silence is a warning.
    Advised,
    /// Nothing: refusing is as good as taking.
    Nothing,
}

/// One thing that was received and that may be refused.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Cause {
    /// What an ErrorFrame about it may say.
    pub codes: Codes,
    /// What another code breaks.
    pub rule: Citation,
    /// Whether an answer is owed.
    pub due: Due,
    /// The stream or schema it is about.
    pub subject: Name,
    /// The record that brought it.
    pub record: u32,
    /// The step in which it came.
    pub step: u32,
    /// Whether it has been answered.
    pub answered: bool,
    /// What it is, for a report.
    pub what: &'static str,
}
