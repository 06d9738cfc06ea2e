//! Every requirement has a check that can settle it or a reason; every published case has one too.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::requirements::published::{self, Answer, Published};
use wireproof_wire::ncp::Ncp;
use wireproof_wire::nnrp::Nnrp;

#[test]
fn every_requirement_is_checked_or_excluded_and_never_both() {
    checked_or_excluded(nnrp(), 314);
    checked_or_excluded(ncp(), 275);
}

fn checked_or_excluded<P: Speaks + Judged>(library: &Library<P>, rules: usize) {
    let coverage = library.coverage();
    let all = &library.requirements;
    assert_eq!(all.len(), rules, "requirements that were loaded");
    assert_eq!(coverage.unchecked(all), [""; 0], "no check can settle these");
    assert_eq!(coverage.excluded_but_checked(all), [""; 0], "these are checked after all");
    let unknown: Vec<_> = coverage.unknown(all).into_iter().map(|(id, _)| id).collect();
    assert_eq!(unknown, [""; 0], "checks name requirements that do not exist");
}

#[test]
fn every_mutant_breaks_known_requirements() {
    breaks_what_is_known(nnrp());
    breaks_what_is_known(ncp());
}

fn breaks_what_is_known<P: Speaks + Judged>(library: &Library<P>) {
    for mutant in P::mutants() {
        assert!(!mutant.requirements.is_empty(), "{} breaks nothing", mutant.name);
        for id in mutant.requirements {
            assert!(library.requirements.get(id).is_some(), "{} breaks {id}", mutant.name);
        }
    }
}

#[test]
fn every_case_of_the_published_suite_has_checks_or_a_reason() {
    let published = published_cases();
    let reasons = published.cases.values().filter(|answer| matches!(answer, Answer::Reason(_)));
    assert!(reasons.count() * 10 < published.cases.len(), "too many published cases lack a check");
    // The suite's own list is at hand only where its data lies beside the checkout.
    let path = root().join("../shared/official/nnrp-cases.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("{} is not there: the list was not compared", path.display());
        return;
    };
    let value: Value = serde_json::from_str(&text).expect("the published cases are JSON");
    let theirs: BTreeSet<&str> = value["cases"]
        .as_array()
        .expect("a list of cases")
        .iter()
        .filter(|case| case["protocol_version"] == "nnrp-1-preview3")
        .filter_map(|case| case["id"].as_str())
        .collect();
    let ours: BTreeSet<&str> = published.cases.keys().map(String::as_str).collect();
    assert_eq!(ours, theirs);
}

/// Loaded once: they are large.
fn ncp() -> &'static Library<Ncp> {
    static LIBRARY: OnceLock<Library<Ncp>> = OnceLock::new();
    LIBRARY.get_or_init(|| load("ncp"))
}

fn nnrp() -> &'static Library<Nnrp> {
    static LIBRARY: OnceLock<Library<Nnrp>> = OnceLock::new();
    LIBRARY.get_or_init(|| load("nnrp"))
}

fn load<P: Speaks + Judged>(name: &str) -> Library<P> {
    Library::load(&root(), name).unwrap_or_else(|errors| panic!("{}", render(&errors)))
}

fn published_cases() -> Published {
    let path = root().join("scenarios/nnrp/published.yaml");
    published::load(&path, &nnrp().coverage()).unwrap_or_else(|e| panic!("{}", render(&e)))
}

fn render(errors: &[wireproof_runner::scenario::LoadError]) -> String {
    wireproof_runner::scenario::render_all(errors)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
