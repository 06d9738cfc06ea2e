//! Defects of streams.

use super::defect::Defect;

/// All of them.
pub const DEFECTS: &[Defect] = &[];
