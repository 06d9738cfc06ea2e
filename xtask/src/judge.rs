//! The first command of a newcomer: builds the judge and judges what is at hand.

use crate::{Failure, shell};
use std::path::Path;

/// What can be judged without any set-up: name, driver, baseline.
const SUBJECTS: [(&str, &str, Option<&str>); 2] = [
    ("reference", "reference", None),
    (
        "nnrp-core",
        "target/release/wireproof-adapter-nnrp-core",
        Some("reports/baselines/nnrp-core.yaml"),
    ),
];

/// Builds in release and runs the whole suite against every subject, or the one that is named.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let chosen: Vec<_> = match arguments {
        [] => SUBJECTS.to_vec(),
        [name] => SUBJECTS.iter().filter(|subject| subject.0 == name).copied().collect(),
        [_, word, ..] => return Err(Failure::Usage(format!("unexpected argument {word}"))),
    };
    if chosen.is_empty() {
        let names: Vec<_> = SUBJECTS.iter().map(|subject| subject.0).collect();
        return Err(Failure::Usage(format!("nothing to judge by that name; {}", names.join(", "))));
    }
    build(root)?;
    let failed: Vec<_> = chosen.iter().filter(|subject| !judge(root, subject)).collect();
    match failed.first() {
        None => Ok(()),
        Some((name, ..)) => Err(Failure::Found(format!("{name} does not come out as expected"))),
    }
}

/// Builds the judge and the adapters it needs.
fn build(root: &Path) -> Result<(), Failure> {
    let words = [
        "build",
        "--release",
        "--package",
        "wireproof-cli",
        "--package",
        "wireproof-adapter-nnrp-core",
    ];
    if shell::passes(root, "cargo", &words, &[]) {
        return Ok(());
    }
    Err(Failure::Found(format!("repeat with: {}", shell::line("cargo", &words, &[]))))
}

fn judge(root: &Path, (name, driver, baseline): &(&str, &str, Option<&str>)) -> bool {
    let out = format!("reports/out/{name}.json");
    let mut words = vec!["run", "--driver", driver, "--out", &out, "--show", "3"];
    if let Some(baseline) = baseline {
        words.extend(["--baseline", baseline]);
    }
    println!("\n== {name}");
    shell::passes(root, "target/release/wireproof", &words, &[])
}
