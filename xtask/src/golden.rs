//! The golden trace hash in a release build; the tests compare the same file in a debug build.

use crate::shell;
use std::path::Path;

const GOLDEN: &str = "reports/samples/golden-hash.txt";
const OUT: &str = "target/golden.json";

/// Runs the sample with the release binary and compares its hash.
pub fn release(root: &Path) -> Result<(), String> {
    let words =
        ["run", "--quiet", "--show", "0", "--out", OUT, "workload", "recovery", "--seeds", "3"];
    // The exit code is the business of other steps; a report is written in any case.
    shell::passes(root, "target/release/wireproof", &words, &[]);
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let report: serde_json::Value =
        serde_json::from_str(&read(OUT)?).map_err(|error| format!("{OUT}: {error}"))?;
    let golden = read(GOLDEN)?;
    match report["hash"].as_str() {
        Some(hash) if hash == golden.trim() => Ok(()),
        hash => Err(format!("release gives {hash:?}, {GOLDEN} says {:?}", golden.trim())),
    }
}
