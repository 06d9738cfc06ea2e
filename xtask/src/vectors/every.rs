//! The vectors of every protocol.

use super::bytes::Problem;
use super::{check, ncp};
use std::path::Path;

/// Checks vectors and sweeps of the repository at `root`.
pub fn run(root: &Path) -> Result<(), Problem> {
    check::run(root)?;
    ncp::run(root)
}

/// Writes the sweeps of the repository at `root`.
pub fn write(root: &Path) -> Result<(), Problem> {
    check::write(root)?;
    ncp::write(root)
}
