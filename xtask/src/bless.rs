//! Rewrites golden files.

use crate::{Failure, shell};
use std::path::Path;

/// Runs the tests of one package, or of all, in the mode that writes snapshots.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let mut words = vec!["test", "--no-fail-fast"];
    match arguments {
        [] => words.push("--workspace"),
        [package] => words.extend(["--package", package]),
        [_, word, ..] => return Err(Failure::Usage(format!("unexpected argument {word}"))),
    }
    // Both are read by the tests: insta's snapshots, and the tables we write ourselves.
    let env = [("INSTA_UPDATE", "always"), ("WIREPROOF_BLESS", "1")];
    if !shell::passes(root, "cargo", &words, &env) {
        let line = shell::line("cargo", &words, &env);
        return Err(Failure::Found(format!("tests fail for other reasons too: {line}")));
    }
    let changed = shell::output(root, "git", &["status", "--porcelain"])?;
    print!("{changed}");
    println!("bless: read the diff before you commit it");
    Ok(())
}
