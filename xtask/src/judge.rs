//! The first command of a newcomer: builds the judge and judges what is at hand.

use crate::{Failure, shell};
use std::path::Path;

/// What can be judged without any set-up.
const SUBJECTS: [Subject; 4] = [
    Subject { name: "reference", package: None, driver: "reference", filter: None, baseline: None },
    Subject {
        name: "nnrp-core",
        package: Some("wireproof-adapter-nnrp-core"),
        driver: "target/release/wireproof-adapter-nnrp-core",
        filter: None,
        baseline: Some("reports/baselines/nnrp-core.yaml"),
    },
    Subject {
        name: "nnrp-runtime",
        package: Some("wireproof-adapter-nnrp-runtime"),
        driver: "target/release/wireproof-adapter-nnrp-runtime",
        filter: None,
        baseline: Some("reports/baselines/nnrp-runtime.yaml"),
    },
    Subject {
        name: "nnrp-runtime-resume",
        package: Some("wireproof-adapter-nnrp-runtime"),
        driver: "target/release/wireproof-adapter-nnrp-runtime resume",
        filter: Some("recovery."),
        baseline: Some("reports/baselines/nnrp-runtime-resume.yaml"),
    },
];

/// One implementation at hand.
#[derive(Clone, Copy)]
struct Subject {
    name: &'static str,
    /// What has to be built for it.
    package: Option<&'static str>,
    driver: &'static str,
    /// What is run; the whole suite if nothing is said.
    filter: Option<&'static str>,
    baseline: Option<&'static str>,
}

/// Builds in release and runs the whole suite against the first two subjects, which build quickly,
/// against the one that is named, or against `all`.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let chosen: Vec<_> = match arguments {
        [] => SUBJECTS[..2].to_vec(),
        [name] if name == "all" => SUBJECTS.to_vec(),
        [name] => SUBJECTS.iter().filter(|subject| subject.name == name).copied().collect(),
        [_, word, ..] => return Err(Failure::Usage(format!("unexpected argument {word}"))),
    };
    if chosen.is_empty() {
        let names: Vec<_> = SUBJECTS.iter().map(|subject| subject.name).collect();
        return Err(Failure::Usage(format!("nothing to judge by that name; {}", names.join(", "))));
    }
    build(root, &chosen)?;
    let failed: Vec<_> = chosen.iter().filter(|subject| !judge(root, subject)).collect();
    match failed.first() {
        None => Ok(()),
        Some(Subject { name, .. }) => {
            Err(Failure::Found(format!("{name} does not come out as expected")))
        }
    }
}

/// Builds the judge and the adapters it needs.
fn build(root: &Path, chosen: &[Subject]) -> Result<(), Failure> {
    let mut words = vec!["build", "--release", "--package", "wireproof-cli"];
    for package in chosen.iter().filter_map(|subject| subject.package) {
        if !words.contains(&package) {
            words.extend(["--package", package]);
        }
    }
    if shell::passes(root, "cargo", &words, &[]) {
        return Ok(());
    }
    Err(Failure::Found(format!("repeat with: {}", shell::line("cargo", &words, &[]))))
}

fn judge(root: &Path, subject: &Subject) -> bool {
    let out = format!("reports/out/{}.json", subject.name);
    let mut words = vec!["run", "--driver", subject.driver, "--out", &out, "--show", "3"];
    if let Some(baseline) = subject.baseline {
        words.extend(["--baseline", baseline]);
    }
    words.extend(subject.filter);
    println!("\n== {}", subject.name);
    shell::passes(root, "target/release/wireproof", &words, &[])
}
