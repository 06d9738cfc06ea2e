//! Campaigns: what comes out does not depend on threads, shards or order, failures can be
//! replayed, and what was not reached is said.

use crate::command::wireproof;
use crate::root::some_scenarios;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

/// Runs the command on some scenarios.
fn command(arguments: &[&str]) -> Output {
    let words: Vec<&str> =
        ["--root", some_scenarios()].into_iter().chain(arguments.iter().copied()).collect();
    wireproof(&words)
}

/// Runs `campaign`, or `merge`, and gives the exit code, the report and what was printed.
fn run(name: &str, arguments: &[&str]) -> (i32, Value, String) {
    let out = path(name);
    let words: Vec<&str> = arguments.iter().copied().chain(["--out", &out]).collect();
    let output = command(&words);
    let text = std::fs::read_to_string(&out).unwrap_or_else(|error| {
        panic!("no report ({error}): {}", String::from_utf8_lossy(&output.stderr))
    });
    let code = output.status.code().expect("not killed");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (code, serde_json::from_str(&text).expect("the report is JSON"), printed)
}

fn path(name: &str) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("campaign-{name}.json"));
    file.to_string_lossy().into_owned()
}

const SOME: [&str; 6] = ["campaign", "hello.", "recovery.", "--seeds", "150", "-q"];

fn some(name: &str, more: &[&str]) -> (i32, Value, String) {
    let words: Vec<&str> = SOME.iter().chain(more).copied().collect();
    run(name, &words)
}

#[test]
fn threads_and_shards_change_nothing() {
    let (code, whole, _) = some("whole", &["-j", "1"]);
    let (_, threads, _) = some("threads", &["-j", "2"]);
    assert_eq!(whole["hash"], threads["hash"]);
    for index in 1..=3 {
        let shard = format!("{index}/3");
        let (_, part, _) = some(&format!("shard-{index}"), &["--shard", &shard]);
        assert_eq!(part["executions"], Value::from(50));
    }
    let parts = [path("shard-3"), path("shard-1"), path("shard-2")];
    let (merged_code, merged, _) = run("merged", &["merge", &parts[0], &parts[1], &parts[2]]);
    assert_eq!(merged_code, code);
    for key in ["hash", "executions", "markers", "cases", "totals"] {
        assert_eq!(merged[key], whole[key], "{key}");
    }
    let twice = command(&["merge", &parts[0], &parts[0], "--out", &path("twice")]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("is there twice"));
}

#[test]
fn every_seed_is_another_execution() {
    let (_, first, _) = some("first", &[]);
    let (_, later, _) = some("later", &["--seed", "150"]);
    assert_ne!(first["hash"], later["hash"]);
    assert_eq!(first["campaign"]["complete"], Value::from(true));
}

#[test]
fn a_failing_seed_can_be_replayed() {
    let words = ["campaign", "flow.", "--driver", "mutant:pause_ignored", "--seeds", "300", "-q"];
    let (code, report, printed) = run("mutant", &words);
    assert_eq!(code, 1, "{printed}");
    let kinds = report["campaign"]["kinds"].as_array().expect("kinds");
    assert!(kinds.iter().any(|kind| kind["verdict"] == "fail"), "{kinds:?}");
    let cases = report["cases"].as_array().expect("cases").iter();
    let failures = cases.flat_map(|case| case["failures"].as_array().into_iter().flatten());
    let line = failures
        .filter(|failure| failure["verdict"] == "fail")
        .find_map(|failure| failure["replay"].as_str().filter(|line| !line.is_empty()))
        .expect("a line to replay");
    let again: Vec<&str> = line.split(' ').skip(2).collect();
    let again = command(&again);
    assert_eq!(again.status.code(), Some(1), "{line}");
}

#[test]
fn a_marker_that_is_named_and_not_reached_is_incomplete() {
    let words = ["campaign", "workload.crowd", "--seeds", "1", "-q", "--driver", "reference"];
    let (code, report, printed) = run("unreached", &words);
    let required = report["campaign"]["required"].as_array().expect("required");
    let missed = required
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| report["markers"][*name] == 0)
        .count();
    assert!(!required.is_empty(), "the scenario names markers");
    assert_eq!(code, if missed > 0 { 3 } else { 0 }, "{printed}");
    let (code, ..) = run("reached", &["campaign", "hello.accepted", "--seeds", "2", "-q"]);
    assert_eq!(code, 0, "what names no markers needs none");
}

#[test]
fn nothing_selected_is_four_and_no_time_is_an_end() {
    assert_eq!(command(&["campaign", "no-such-case"]).status.code(), Some(4));
    assert_eq!(wireproof(&["campaign", "--shard", "9/8"]).status.code(), Some(2));
    let (code, report, printed) =
        run("time", &["campaign", "hello.", "--time", "1ms", "--seeds", "1000000", "-q"]);
    // How far a millisecond reaches is up to the machine; nothing at all is incomplete.
    assert_eq!(code, if report["executions"] == 0 { 3 } else { 0 }, "{printed}");
    assert_eq!(report["campaign"]["complete"], Value::from(false));
    assert_eq!(report["interrupted"], Value::from(false));
}
