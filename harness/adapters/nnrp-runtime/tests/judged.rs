//! nnrp-runtime under the simulated network: the same in every process, and replayable.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use wireproof_base::{Role, Verdict};
use wireproof_driver::Depth;
use wireproof_runner::campaign::{Options, Silent, judge, replay};
use wireproof_runner::library::Library;
use wireproof_runner::plan::read_plan;
use wireproof_runner::report::{Case, RunReport};
use wireproof_wire::nnrp::Nnrp;

const ADAPTER: &str = env!("CARGO_BIN_EXE_wireproof-adapter-nnrp-runtime");
/// Generated traffic under faults, and scripts in both roles.
const SET: [&str; 4] = ["workload.plain_", "submit.", "flow.session", "session.abort"];

fn library() -> Library<Nnrp> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    Library::load(&root, "nnrp").unwrap_or_else(|errors| panic!("{} mistakes", errors.len()))
}

/// One run with adapter processes of its own.
fn run(library: &Library<Nnrp>, filter: &[&str], first_seed: u64, details: bool) -> RunReport {
    let filter: Vec<String> = filter.iter().map(|&text| text.to_owned()).collect();
    let options = Options {
        driver: ADAPTER,
        filter: &filter,
        depth: Some(Depth::Stepped),
        seeds: Some(3),
        first_seed,
        threads: 2,
        verify: false,
        details,
        interrupt: &AtomicBool::new(false),
        progress: &Silent,
    };
    judge(library, &options).expect("the adapter starts")
}

#[test]
fn two_processes_have_one_trace_hash() {
    let library = library();
    let first = run(&library, &SET, 1, false);
    assert!(first.executions > 100, "{} executions", first.executions);
    for role in [Role::Client, Role::Server] {
        let judged =
            |case: &&Case| case.role == Some(role) && case.verdict != Verdict::NotApplicable;
        let count = first.cases.iter().filter(judged).count();
        assert!(count > 20, "{count} cases as {role}");
    }
    // Each run has adapter processes of its own.
    assert_eq!(run(&library, &SET, 1, false).hash, first.hash);
    assert_ne!(run(&library, &SET, 2, false).hash, first.hash, "the hash sees what happens");
}

#[test]
fn a_line_from_the_report_brings_the_failure_back() {
    let library = library();
    let report = run(&library, &["flow.session_credit_is_a_ceiling"], 1, true);
    let verdicts: Vec<_> =
        report.cases.iter().map(|case| (&case.id, case.role, case.verdict, &case.reason)).collect();
    let failed = |case: &&Case| case.role == Some(Role::Client) && case.verdict == Verdict::Fail;
    let Some(failed) = report.cases.iter().find(failed) else {
        panic!("the crate counts no credit: {verdicts:?}")
    };
    let failure = &failed.failures[0];
    // cargo wireproof replay <plan> --driver <adapter> --role client
    let token = failure.replay.split(' ').nth(3).expect("the plan");
    let plan = read_plan(token).expect("a plan");
    let played = replay(&library, &plan, ADAPTER, Some(Role::Client)).expect("it is played");
    let signatures: Vec<_> =
        played.outcome.breaches.iter().map(|(_, breach)| breach.signature()).collect();
    assert!(
        signatures.contains(&failure.signature),
        "{signatures:?} without {}",
        failure.signature
    );
    assert!(played.repeatable);
}
