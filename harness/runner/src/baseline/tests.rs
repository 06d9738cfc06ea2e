//! A baseline accepts exactly what it lists.

use super::Baseline;
use crate::report::{Case, CaseKind, Failure, RunReport, Sut};
use std::collections::BTreeMap;
use wireproof_base::Verdict;

fn failure(signature: &str) -> Failure {
    Failure {
        signature: signature.to_owned(),
        verdict: Verdict::Fail,
        requirement: "X-1".to_owned(),
        culprit: "server".to_owned(),
        expected: "a".to_owned(),
        observed: "b".to_owned(),
        ..Failure::blank()
    }
}

fn report(cases: &[(&str, &[&str])]) -> RunReport {
    let case = |(id, signatures): &(&str, &[&str])| Case {
        id: (*id).to_owned(),
        kind: CaseKind::Vector,
        role: None,
        title: String::new(),
        requirements: Vec::new(),
        verdict: Verdict::Fail,
        executions: 1,
        reason: None,
        failures: signatures.iter().map(|signature| failure(signature)).collect(),
    };
    RunReport {
        format: String::new(),
        tool: String::new(),
        protocol: String::new(),
        sut: Sut::default(),
        verdict: Verdict::Fail,
        whole: false,
        certified: false,
        not_certified: Vec::new(),
        totals: BTreeMap::new(),
        executions: 1,
        hash: String::new(),
        markers: BTreeMap::new(),
        interrupted: false,
        campaign: None,
        cases: cases.iter().map(case).collect(),
    }
}

#[test]
fn the_same_failures_match() {
    let before = report(&[("a", &["s1", "s2"]), ("b", &["s3"])]);
    let comparison = Baseline::of(&before).compare(&before);
    assert_eq!((comparison.matched, comparison.new.len(), comparison.stale.len()), (3, 0, 0));
}

#[test]
fn a_new_failure_and_a_vanished_one_both_show() {
    let before = report(&[("a", &["s1"])]);
    let comparison = Baseline::of(&before).compare(&report(&[("a", &["s2"])]));
    assert_eq!(comparison.new, [("a".to_owned(), "s2".to_owned())]);
    assert_eq!(comparison.stale.len(), 1);
    assert_eq!(comparison.stale[0].signature, "s1");
}

#[test]
fn a_case_that_was_not_run_is_not_stale() {
    let before = report(&[("a", &["s1"]), ("b", &["s3"])]);
    let comparison = Baseline::of(&before).compare(&report(&[("a", &["s1"])]));
    assert!(comparison.stale.is_empty() && comparison.new.is_empty());
}

/// One entry for everything that fits it.
fn pattern(case: &str, signature: &str) -> Baseline {
    let mut baseline = Baseline::of(&report(&[("a", &["s1"])]));
    baseline.known[0].case = case.to_owned();
    baseline.known[0].signature = signature.to_owned();
    baseline
}

#[test]
fn a_star_stands_for_any_text() {
    let seen = report(&[("flow.a[x=1]", &["late/node1/open"]), ("flow.b", &["late/node1/open"])]);
    for (case, signature, matched) in [
        ("flow.*", "late/node1/*", 2),
        ("*", "late/*/open", 2),
        ("flow.a[*]", "late/node1/open", 1),
        ("*b", "*", 1),
        ("flow.*x", "*", 0),
        ("flow", "late/node1/open", 0),
        ("*", "late", 0),
    ] {
        let comparison = pattern(case, signature).compare(&seen);
        let expected = (matched, 2 - matched);
        assert_eq!((comparison.matched, comparison.new.len()), expected, "{case} {signature}");
    }
}

#[test]
fn a_pattern_that_fits_nothing_is_stale_if_its_cases_were_run() {
    let seen = report(&[("flow.a", &["late/node1/open"])]);
    assert_eq!(pattern("flow.*", "early/*").compare(&seen).stale.len(), 1);
    assert_eq!(pattern("session.*", "early/*").compare(&seen).stale.len(), 0);
    assert_eq!(pattern("flow.*", "late/*").compare(&seen).stale.len(), 0);
}

#[test]
fn an_exact_entry_goes_before_a_pattern() {
    let seen = report(&[("a", &["s1"]), ("b", &["s1"])]);
    let mut baseline = pattern("*", "s*");
    baseline.known.extend(pattern("a", "s1").known);
    let comparison = baseline.compare(&seen);
    assert_eq!((comparison.matched, comparison.stale.len()), (2, 0));
}
