//! Defects of flow control.

use super::defect::Defect;

/// All of them.
pub const DEFECTS: &[Defect] = &[];
