//! The golden trace hash in a release build; the tests compare the same file in a debug build.

use crate::shell;
use std::path::Path;

/// The samples of the test: `harness/cli/tests/it/golden.rs`.
const SAMPLES: [(&str, [&str; 4]); 2] = [
    ("nnrp", ["workload", "recovery", "--seeds", "3"]),
    ("ncp", ["workload", "http.re", "--seeds", "2"]),
];
const OUT: &str = "target/golden.json";

/// Runs the samples with the release binary and compares their hashes.
pub fn release(root: &Path) -> Result<(), String> {
    SAMPLES.iter().try_for_each(|(protocol, sample)| compare(root, protocol, sample))
}

fn compare(root: &Path, protocol: &str, sample: &[&str; 4]) -> Result<(), String> {
    let mut words = vec!["run", "--protocol", protocol, "--quiet", "--show", "0", "--out", OUT];
    words.extend(sample);
    // The exit code is the business of other steps; a report is written in any case.
    shell::passes(root, "target/release/wireproof", &words, &[]);
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let report: serde_json::Value =
        serde_json::from_str(&read(OUT)?).map_err(|error| format!("{OUT}: {error}"))?;
    let name = format!("reports/samples/{protocol}-golden-hash.txt");
    let golden = read(&name)?;
    match report["hash"].as_str() {
        Some(hash) if hash == golden.trim() => Ok(()),
        hash => Err(format!("release gives {hash:?}, {name} says {:?}", golden.trim())),
    }
}
