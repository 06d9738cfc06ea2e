//! Defects of sealeds.

use super::defect::Defect;

/// All of them.
pub const DEFECTS: &[Defect] = &[];
