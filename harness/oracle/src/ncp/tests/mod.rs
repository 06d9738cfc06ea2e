//! Every invariant is seen to fail on a hand-written trace, and to hold on its legal neighbours.

mod answers;
mod causes;
mod delivery;
mod diffs;
mod errors;
mod examples;
mod exchange;
mod frames;
mod handshake;
mod header;
mod identity;
mod life;
mod names;
mod posts;
mod refusal;
mod reply;
mod schemas;
mod sealing;
mod story;
mod streams;

use super::invariants;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use story::Story;

/// One invariant, tripped and kept.
struct Case {
    /// The invariant.
    name: &'static str,
    /// The requirement that the tripping trace breaks.
    id: &'static str,
    /// The reading it rests on.
    reading: Option<&'static str>,
    /// A trace that breaks this invariant and no other.
    trip: Tale,
    /// A neighbour that breaks none.
    legal: Tale,
}

type Tale = fn(&mut Story);

const fn case(
    name: &'static str,
    id: &'static str,
    reading: Option<&'static str>,
    trip: Tale,
    legal: Tale,
) -> Case {
    Case { name, id, reading, trip, legal }
}

fn cases() -> Vec<&'static Case> {
    let all = [
        header::CASES,
        sealing::CASES,
        handshake::CASES,
        reply::CASES,
        refusal::CASES,
        streams::CASES,
        delivery::CASES,
        errors::CASES,
        causes::CASES,
        schemas::CASES,
        diffs::CASES,
        exchange::CASES,
        identity::CASES,
    ];
    all.into_iter().flatten().collect()
}

#[test]
fn every_invariant_trips_and_nothing_else_does() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut story = Story::new();
        (case.trip)(&mut story);
        let findings = story.end();
        let exact = !findings.is_empty()
            && findings.iter().all(|finding| finding.invariant == case.name)
            && findings.iter().any(|finding| {
                finding.citation.id == case.id && finding.citation.reading == case.reading
            });
        if !exact {
            wrong.push((case.name, case.id, findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_legal_neighbours_trip_nothing() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut story = Story::new();
        (case.legal)(&mut story);
        let findings = story.end();
        if !findings.is_empty() {
            wrong.push((case.name, case.id, findings));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_invariant_has_a_tripping_trace() {
    let tripped: BTreeSet<_> = cases().iter().map(|case| case.name).collect();
    let known: BTreeSet<_> = invariants::ALL.iter().map(|invariant| invariant.name).collect();
    assert_eq!(known.len(), invariants::ALL.len(), "two invariants share a name");
    let missing: Vec<_> = known.difference(&tripped).collect();
    assert!(missing.is_empty(), "never seen to fail: {missing:?}");
    let unknown: Vec<_> = tripped.difference(&known).collect();
    assert!(unknown.is_empty(), "no such invariant: {unknown:?}");
}

#[test]
fn every_citation_is_seen_to_fail() {
    let tripped: BTreeSet<_> =
        cases().iter().map(|case| (case.name, case.id, case.reading)).collect();
    let mut missing = Vec::new();
    for invariant in invariants::ALL {
        for citation in invariant.citations {
            // The decoder has tests of its own for each rule it names.
            let decoder = invariant.name == "emitted_frames_are_well_formed";
            if !decoder && !tripped.contains(&(invariant.name, citation.id, citation.reading)) {
                missing.push((invariant.name, citation.id, citation.reading));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_invariant_is_named_like_its_module_and_cites_something() {
    for (invariant, module) in invariants::ALL.iter().zip(invariants::MODULES) {
        assert_eq!(invariant.name, *module);
        assert!(!invariant.citations.is_empty() && invariant.says.ends_with('.'), "{module}");
    }
}

#[test]
fn a_finding_cites_what_its_invariant_lists() {
    for case in cases() {
        let mut story = Story::new();
        (case.trip)(&mut story);
        for finding in story.end() {
            let listed = invariants::ALL
                .iter()
                .filter(|invariant| invariant.name == finding.invariant)
                .flat_map(|invariant| invariant.citations)
                .any(|citation| citation.id == finding.citation.id);
            // The decoder names the rule of a frame that is not well formed by itself.
            assert!(listed || case.name == "emitted_frames_are_well_formed", "{finding:?}");
        }
    }
}
