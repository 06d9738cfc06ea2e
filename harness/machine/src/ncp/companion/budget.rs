//! The token budget of an answer (token-budget §4.3).
//!
//! Readings: what counts is the array of records as canonical JSON; an answer without records
//! always fits; fields are never left out, because a record needs all of them (`OP-48`).

use alloc::string::ToString as _;
use wireproof_wire::ncp::budget::npt;
use wireproof_wire::ncp::canonical::Exact;
use wireproof_wire::ncp::value::Value;

/// How much of an answer its budget admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Its first records, maybe all of them.
    Records {
        /// How many.
        count: usize,
        /// What they cost.
        npt: u32,
    },
    /// Not one.
    Nothing,
}

/// As many records as `budget` NPT admit.
pub fn fit(data: &[Value], budget: u32) -> Fit {
    let (mut count, mut bytes) = (0, BRACKETS);
    for record in data {
        let longer = bytes + Exact(record).to_string().len() + usize::from(count > 0);
        if npt(longer) > budget {
            break;
        }
        (count, bytes) = (count + 1, longer);
    }
    match count {
        0 if !data.is_empty() => Fit::Nothing,
        count => Fit::Records { count, npt: npt(bytes) },
    }
}

const BRACKETS: usize = 2;
