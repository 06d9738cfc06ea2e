//! Why a frame is refused: which row of reference 2.4, how the protocol names the fault, and what
//! else a conforming implementation may do about it.

use super::code;
use core::fmt;

/// One broken rule. Carries no text of its own: ids and names only.
///
/// `requirement` and `reading` speak of whoever sent the frame. What its receiver owes has a basis
/// of its own, see [`Violation::refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Row of reference 2.4, from 2 to 12; 0 for a rule that is no part of reading a frame.
    pub row: u8,
    /// Protocol error code, or the status again where there is none (`OP-05`).
    pub code: &'static str,
    /// NPS status of the code.
    pub status: &'static str,
    /// The requirement that was broken, e.g. `NCP-HDR-021`.
    pub requirement: &'static str,
    /// The reading that requirement rests on, if it does: `OP-nn` or a section of the reference.
    pub reading: Option<&'static str>,
    /// Name of the member, header field or rule.
    pub field: &'static str,
    /// Other codes that pass for this fault.
    pub also: &'static [&'static str],
    /// Whether taking the frame passes as well.
    pub lenient: bool,
}

impl Violation {
    /// A fault with a code of its own; the status is the one of the tables.
    #[cold]
    pub fn new(
        row: u8,
        code: &'static str,
        requirement: &'static str,
        field: &'static str,
    ) -> Self {
        let status = code::status_of(code).unwrap_or(code::NPS_CLIENT_BAD_FRAME);
        Self { row, code, status, requirement, reading: None, field, also: &[], lenient: false }
    }

    /// A malformed payload, for which there is a status and no code (`OP-05`).
    #[cold]
    pub const fn bad_frame(row: u8, requirement: &'static str, field: &'static str) -> Self {
        Self {
            row,
            code: code::NPS_CLIENT_BAD_FRAME,
            status: code::NPS_CLIENT_BAD_FRAME,
            requirement,
            reading: None,
            field,
            also: &[],
            lenient: false,
        }
    }

    /// The same, resting on a reading.
    pub const fn read(self, reading: &'static str) -> Self {
        Self { reading: Some(reading), ..self }
    }

    /// The same, other codes passing too.
    pub const fn or(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The same, taking the frame passing too.
    pub const fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// Whether the model closes the connection after it (reference 8.1 C09, `OP-18`).
    pub const fn is_fatal(&self) -> bool {
        self.row == 3
    }

    /// The reading on which the duty to refuse rests; `None` where the specification names the
    /// code.
    pub const fn refusal(&self) -> Option<&'static str> {
        match (self.row, self.reading) {
            (3 | 5, _) => Some("OP-02"),
            (6, _) => Some("OP-15"),
            (11, _) => Some("OP-04"),
            (10 | 12, None) => Some("OP-05"),
            (_, reading) => reading,
        }
    }

    /// Whether an ErrorFrame with these two members is a right answer. A malformed payload may be
    /// given any code under its status (`OP-05`).
    pub fn admits(&self, status: &str, error: &str) -> bool {
        let any = self.code == code::NPS_CLIENT_BAD_FRAME && status == self.status;
        any || [self.code].iter().chain(self.also).any(|&code| {
            code == error && code::status_of(code).is_none_or(|expected| expected == status)
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({}", self.code, self.field, self.requirement)?;
        match self.reading {
            Some(reading) => write!(f, ", {reading})"),
            None => f.write_str(")"),
        }
    }
}

impl core::error::Error for Violation {}
