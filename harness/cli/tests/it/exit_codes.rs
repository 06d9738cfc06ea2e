//! Exit codes are part of the interface, and every refusal says what is wrong.

use crate::command::{report, wireproof};
use crate::root::{root_with, some_scenarios};
use std::process::Output;

/// Runs the command on some scenarios.
fn some(arguments: &[&str]) -> Output {
    wireproof(&[&["--root", some_scenarios()], arguments].concat())
}

fn refused(arguments: &[&str], code: i32, text: &str) {
    let output = match arguments.first() {
        Some(&"--root") => wireproof(arguments),
        _ => some(arguments),
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
    assert!(stderr.contains(text), "{arguments:?}: {stderr}");
}

#[test]
fn usage_is_two() {
    refused(&["run", "--no-such-flag"], 2, "--no-such-flag");
    refused(&["explain", "NNRP-FLOW-999"], 2, "no requirement");
    refused(&["explain", "NCP-ANCHOR-019"], 2, "--protocol");
    refused(&["replay", "wp1-!!"], 2, "neither a file nor a plan");
    refused(&["run", "--baseline", "no/such/file.yaml"], 2, "no/such/file.yaml");
    refused(&["--root", "no/such/root", "list"], 2, "no/such/root");
}

#[test]
fn a_broken_scenario_is_two_and_has_a_place() {
    let root = root_with("broken", "id: a.x\ntitel: no such key\n");
    refused(&["--root", &root, "run"], 2, "x.yaml:2:1");
}

#[test]
fn nothing_selected_is_four() {
    refused(&["run", "--quiet", "no-such-case-anywhere"], 4, "nothing is selected");
    refused(&["list", "mutants", "no-such-mutant"], 4, "nothing matches");
}

#[test]
fn a_driver_that_does_not_start_is_six() {
    refused(&["run", "--quiet", "--driver", "mutant:no_such_mutant"], 6, "mutant");
    refused(&["run", "--quiet", "--driver", "exit 3"], 6, "error");
}

#[test]
fn a_failure_is_one_and_its_replay_line_reproduces_it() {
    let mutant = some(&["list", "mutants"]);
    let text = String::from_utf8_lossy(&mutant.stdout).into_owned();
    let mut failing = 0;
    for name in text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).take(3) {
        let driver = format!("mutant:{name}");
        let words = ["--root", some_scenarios(), "--driver", &driver, "hello"];
        let (code, report) = report(&format!("mutant-{name}"), &words);
        let failures = report["cases"].as_array().into_iter().flatten();
        let lines = failures
            .flat_map(|case| case["failures"].as_array().into_iter().flatten())
            .filter(|failure| failure["verdict"] == "fail")
            .filter_map(|failure| failure["replay"].as_str().filter(|line| !line.is_empty()));
        let Some(line) = lines.map(str::to_owned).next() else { continue };
        assert_eq!(code, 1, "{name}");
        let words: Vec<&str> = line.split(' ').skip(2).collect();
        let again = some(&words);
        assert_eq!(again.status.code(), Some(1), "{line}");
        assert!(String::from_utf8_lossy(&again.stdout).starts_with("FAIL"), "{line}");
        failing += 1;
    }
    assert!(failing > 0, "none of the mutants failed");
}
