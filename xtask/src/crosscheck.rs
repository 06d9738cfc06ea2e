//! Puts the vectors that the projects of the protocols publish to our own code.
//!
//! They are no source of ours: a disagreement is a question to the protocol text.

mod ncp;
mod nnrp;

use crate::Failure;
use std::path::Path;

/// Checks the folder given, or the usual one.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => Ok(folder(&root.join("../shared/official"))?),
        [path] => Ok(folder(Path::new(path))?),
        [_, word, ..] => Err(Failure::Usage(format!("unexpected argument {word}"))),
    }
}

/// Checks `folder`; without it there is nothing to do.
pub fn folder(folder: &Path) -> Result<(), String> {
    nnrp::folder(folder)?;
    ncp::folder(&folder.join("nps-ncp"))
}
