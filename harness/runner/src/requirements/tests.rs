use super::{Check, CheckKind, Class, Coverage, Requirement, Requirements};
use crate::scenario::Source;
use wireproof_base::Level;

fn catalogue() -> Requirements {
    let mut all = Requirements::default();
    for (id, excluded) in [("T-A-001", None), ("T-A-002", None), ("T-B-001", Some("no carrier"))] {
        let requirement = Requirement {
            id: id.into(),
            level: Level::Should,
            clause: "T §1".into(),
            class: Class::Wire,
            says: "It holds.".into(),
            readings: vec![],
            excluded: excluded.map(str::to_owned),
            place: Source::new("f", "").start(),
        };
        all.push(requirement).expect("new id");
    }
    all
}

#[test]
fn every_requirement_is_checked_or_excluded() {
    let all = catalogue();
    let mut coverage = Coverage::default();
    assert_eq!(coverage.unchecked(&all), ["T-A-001", "T-A-002"]);
    coverage.add_all(CheckKind::Scenario, "a.one", ["T-A-001"]);
    assert_eq!(coverage.unchecked(&all), ["T-A-002"]);
    coverage.add_all(CheckKind::Vector, "v.one", ["T-A-002", "T-A-001"]);
    assert!(coverage.unchecked(&all).is_empty());
}

#[test]
fn what_is_excluded_is_not_checked() {
    let all = catalogue();
    let mut coverage = Coverage::default();
    assert!(coverage.excluded_but_checked(&all).is_empty());
    coverage.add_all(CheckKind::Invariant, "holds", ["T-B-001"]);
    assert_eq!(coverage.excluded_but_checked(&all), ["T-B-001"]);
}

#[test]
fn every_check_names_known_requirements() {
    let all = catalogue();
    let mut coverage = Coverage::default();
    coverage.add_all(CheckKind::Machine, "m.one", ["T-A-001", "T-A-003"]);
    let unknown = coverage.unknown(&all);
    assert_eq!(unknown.len(), 1);
    assert_eq!((unknown[0].0, unknown[0].1[0].id.as_str()), ("T-A-003", "m.one"));
}

#[test]
fn an_explanation_lists_every_check_once_and_in_order() {
    let all = catalogue();
    let mut coverage = Coverage::default();
    coverage.add_all(CheckKind::Vector, "v.one", ["T-A-001"]);
    for _ in 0..2 {
        coverage.add_all(CheckKind::Scenario, "a.one", ["T-A-001"]);
    }
    let explanation = coverage.explain(&all, "T-A-001").expect("known");
    let check = |kind, id: &str| Check { kind, id: id.into() };
    let expected = [check(CheckKind::Scenario, "a.one"), check(CheckKind::Vector, "v.one")];
    assert_eq!(explanation.checks, expected.iter().collect::<Vec<_>>());
    assert_eq!(explanation.requirement.area(), "A");
    assert!(coverage.explain(&all, "T-A-009").is_none());
}

#[test]
fn an_id_is_taken_once_and_an_unknown_one_binds_fully() {
    let mut all = catalogue();
    let again = all.get("T-A-001").expect("known").clone();
    assert!(all.push(again).is_err());
    assert_eq!((all.level("T-A-001"), all.level("T-X-001")), (Level::Should, Level::Must));
}
