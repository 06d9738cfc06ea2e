use super::{Check, CheckKind, Class, Coverage, Requirement, Requirements, published, table};
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
    assert_eq!(coverage.unchecked(&all), ["T-A-002"], "bytes do not settle an exchange");
    coverage.add_all(CheckKind::Invariant, "holds", ["T-A-002"]);
    assert!(coverage.unchecked(&all).is_empty());
}

#[test]
fn a_rule_of_the_model_is_asked_of_the_model() {
    let settles = |class| CheckKind::ALL.map(|kind| kind.settles(class));
    assert_eq!(settles(Class::Codec), [true, true, true, true]);
    assert_eq!(settles(Class::Wire), [false, false, true, true]);
    assert_eq!(settles(Class::Model), [false, true, false, false]);
}

#[test]
fn the_table_counts_every_rule_and_every_check_once() {
    let all = catalogue();
    let mut coverage = Coverage::default();
    coverage.add_all(CheckKind::Scenario, "a.one", ["T-A-001", "T-A-002"]);
    coverage.add_all(CheckKind::Vector, "v.one", ["T-A-001"]);
    let rows = table::rows(&all, &coverage);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let tally = &row.tally;
            (row.area.as_str(), tally.rules, tally.checked, tally.excluded, tally.open)
        })
        .collect();
    assert_eq!(shown, [("A", 2, 2, 0, 0), ("B", 1, 0, 1, 0)]);
    assert_eq!((rows[0].tally.checks, rows[0].tally.classes), ([1, 0, 1, 0], [0, 2, 0]));
    let total = table::tally(all.iter(), &coverage);
    assert_eq!((total.rules, total.checked, total.excluded, total.open), (3, 2, 1, 0));
}

#[test]
fn a_published_case_names_known_checks_or_a_reason() {
    let mut coverage = Coverage::default();
    coverage.add_all(CheckKind::Vector, "v.one", ["T-A-001"]);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/published");
    let good = published::load(&folder.join("good.yaml"), &coverage).expect("a good list");
    let answer = |case: &str| good.cases.get(case).cloned();
    assert_eq!(answer("l0.one"), Some(published::Answer::Checks(vec!["v.one".into()])));
    assert_eq!(answer("l2.binding"), Some(published::Answer::Reason("no language binding".into())));
    let errors = published::load(&folder.join("broken.yaml"), &coverage).expect_err("broken");
    insta::assert_snapshot!(
        crate::scenario::render_all(&errors)
            .replace(&*folder.to_string_lossy().replace('\\', "/"), "published")
    );
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
