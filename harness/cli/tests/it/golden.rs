//! The same scenarios and seeds give the same trace hash, whatever the build profile, the number
//! of threads or the process. The golden file is shared by debug and release builds.

use crate::command::{report, root};
use serde_json::Value;

/// A sample that is quick in debug builds and has every carrier, faults, kills and resumes in it.
const SAMPLE: [&str; 4] = ["workload", "recovery", "--seeds", "3"];
const GOLDEN: &str = "reports/samples/golden-hash.txt";

fn hash(name: &str, more: &[&str]) -> String {
    let arguments: Vec<&str> = SAMPLE.iter().chain(more).copied().collect();
    let (_, report) = report(name, &arguments);
    assert!(report["executions"].as_u64() > Some(100), "the sample has shrunk");
    report["hash"].as_str().map(str::to_owned).expect("a report has a hash")
}

#[test]
fn golden_hash_over_threads_and_processes() {
    let one = hash("golden-1", &["--threads", "1"]);
    let two = hash("golden-2", &["--threads", "2"]);
    assert_eq!(one, two, "two processes with one and two threads");
    let path = root().join(GOLDEN);
    if std::env::var_os("WIREPROOF_BLESS").is_some() {
        std::fs::write(&path, format!("{one}\n")).expect("writable");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden hash is committed");
    assert_eq!(one, golden.trim(), "differs from {GOLDEN}; rewrite it with `cargo xtask bless`");
}

#[test]
fn another_seed_gives_another_hash() {
    let first = hash("seed-0", &[]);
    assert_ne!(first, hash("seed-1", &["--seed", "1"]));
}

#[test]
fn the_report_names_what_was_judged() {
    let (code, report) = report("named", &["hello"]);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["sut"]["name"], Value::from("reference"));
    assert_eq!(report["certified"], Value::from(false), "a filtered run certifies nothing");
}
