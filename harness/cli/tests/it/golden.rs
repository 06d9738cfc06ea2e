//! The same scenarios and seeds give the same trace hash, whatever the build profile, the number
//! of threads or the process. The golden file is shared by debug and release builds.

use crate::command::{report, root};
use crate::root::{root_of, some_scenarios};
use serde_json::Value;

/// Samples that are quick in debug builds and have every carrier, faults and kills in them. The
/// release build plays the same ones: `xtask/src/golden.rs`.
const SAMPLES: [(&str, [&str; 4]); 2] = [
    ("nnrp", ["workload", "recovery", "--seeds", "3"]),
    ("ncp", ["workload", "http.re", "--seeds", "2"]),
];

/// The folders that the samples are in. A release build plays them among all the others, and comes
/// to the same hash.
const FOLDERS: [&str; 4] = ["common", "workload", "recovery", "http"];

fn hash(name: &str, (protocol, sample): (&str, [&str; 4]), more: &[&str]) -> String {
    let name = format!("{name}-{protocol}");
    let real = root().join("scenarios").join(protocol);
    let folders: Vec<&str> =
        FOLDERS.into_iter().filter(|folder| real.join(folder).is_dir()).collect();
    let top = root_of(&format!("{name}-root"), protocol, &folders);
    let top = top.to_string_lossy();
    let arguments: Vec<&str> = sample
        .iter()
        .chain(&["--protocol", protocol, "--root", &top])
        .chain(more)
        .copied()
        .collect();
    let (_, report) = report(&name, &arguments);
    assert!(report["executions"].as_u64() > Some(100), "the sample has shrunk");
    report["hash"].as_str().map(str::to_owned).expect("a report has a hash")
}

#[test]
fn golden_hash_over_threads_and_processes() {
    for sample in SAMPLES {
        let one = hash("golden-1", sample, &["--threads", "1"]);
        let two = hash("golden-2", sample, &["--threads", "2"]);
        assert_eq!(one, two, "two processes with one and two threads");
        let name = format!("reports/samples/{}-golden-hash.txt", sample.0);
        let path = root().join(&name);
        if std::env::var_os("WIREPROOF_BLESS").is_some() {
            std::fs::write(&path, format!("{one}\n")).expect("writable");
        }
        let golden = std::fs::read_to_string(&path).expect("the golden hash is committed");
        assert_eq!(one, golden.trim(), "differs from {name}; rewrite it with `cargo xtask bless`");
    }
}

#[test]
fn another_seed_gives_another_hash() {
    for sample in SAMPLES {
        let first = hash("seed-0", sample, &[]);
        assert_ne!(first, hash("seed-1", sample, &["--seed", "1"]));
    }
}

#[test]
fn the_report_names_what_was_judged() {
    let (code, report) = report("named", &["--root", some_scenarios(), "hello"]);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["sut"]["name"], Value::from("reference"));
    assert_eq!(report["certified"], Value::from(false), "a filtered run certifies nothing");
}
