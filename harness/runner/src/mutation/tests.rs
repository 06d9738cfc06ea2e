use super::*;
use crate::report::{Case, CaseKind, Failure};
use crate::requirements::Requirements;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use wireproof_base::{Role, Verdict};
use wireproof_driver::{DefectLevel, Depth, MutantInfo};

/// A folder that is gone after the test, with one file in it.
fn file(name: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    fs::write(folder.path().join(name), text).expect("a temporary file");
    folder
}

fn rules() -> Requirements {
    let folder = file(
        "requirements.yaml",
        "requirements:\n\
         \x20 - {id: T-A-001, level: must, clause: c, class: C, says: s}\n\
         \x20 - {id: T-A-002, level: should, clause: c, class: W, says: s}\n\
         \x20 - {id: T-A-003, level: must, clause: c, class: W, says: s, excluded: no wire}\n\
         \x20 - {id: T-A-004, level: may, clause: c, class: M, says: s}\n",
    );
    crate::requirements::load(&folder.path().join("requirements.yaml")).expect("requirements")
}

const fn mutant(name: &'static str, requirements: &'static [&'static str]) -> MutantInfo {
    MutantInfo {
        name,
        level: DefectLevel::Codec,
        role: Role::Server,
        depths: &[Depth::Stepped],
        requirements,
        says: "Does a | b.",
    }
}

fn case(id: &str, kind: CaseKind, failures: &[(&str, Verdict, &str)]) -> Case {
    let failures = failures.iter().map(|&(requirement, verdict, culprit)| Failure {
        requirement: requirement.to_owned(),
        verdict,
        culprit: culprit.to_owned(),
        ..Failure::blank()
    });
    Case {
        id: id.to_owned(),
        kind,
        role: (kind == CaseKind::Scenario).then_some(Role::Server),
        title: String::new(),
        requirements: Vec::new(),
        verdict: Verdict::Pass,
        executions: 1,
        reason: None,
        failures: failures.collect(),
    }
}

/// One of each: killed by name, killed elsewhere, survived.
fn kills() -> Vec<Kill> {
    use Verdict::{Divergence, Fail, PassWithWarning};
    let mut named = Kill::new(mutant("named", &["T-A-001", "T-A-002"]));
    named.note(&case("first", CaseKind::Scenario, &[("T-A-001", Divergence, "sut")]));
    named.note(&case("second[a|b]", CaseKind::Scenario, &[("T-A-001", Fail, "server")]));
    named.note(&case("third", CaseKind::Scenario, &[("T-A-001", Fail, "server")]));
    named.note(&case("fourth", CaseKind::Scenario, &[("T-A-002", PassWithWarning, "sut")]));
    let mut elsewhere = Kill::new(mutant("elsewhere", &["T-A-004"]));
    elsewhere.note(&case("fifth", CaseKind::Vector, &[("T-A-001", Fail, "sut")]));
    vec![named, elsewhere, Kill::new(mutant("survivor", &["T-A-004"]))]
}

fn exceptions(survivors: &[&str], requirements: &[&str]) -> Exceptions {
    let reasons = |ids: &[&str]| {
        let reason = |id: &&str| Reason { id: (*id).to_owned(), reason: "a | reason".to_owned() };
        ids.iter().map(reason).collect()
    };
    Exceptions { survivors: reasons(survivors), requirements: reasons(requirements) }
}

#[test]
fn the_strictest_check_that_names_the_requirement_counts() {
    let kills = kills();
    let by = &kills[0].named["T-A-001"];
    assert_eq!((by.case.as_str(), by.verdict), ("second[a|b]", Verdict::Fail));
    assert_eq!(kills[0].named["T-A-002"].verdict, Verdict::PassWithWarning);
    assert!(kills[0].is_complete() && kills[0].failing == 4);
    assert!(kills[1].killed() && !kills[1].is_named());
    assert_eq!(kills[1].by().map(|by| by.requirement.as_str()), Some("T-A-001"));
    assert!(!kills[2].killed() && kills[2].by().is_none());
}

#[test]
fn what_says_nothing_about_the_mutant_kills_nothing() {
    let rule = "T-A-001";
    for (kind, verdict, culprit) in [
        (CaseKind::Scenario, Verdict::Fail, "client"),
        (CaseKind::Scenario, Verdict::Fail, "scenario"),
        (CaseKind::Scenario, Verdict::Inconclusive, "sut"),
        (CaseKind::Scenario, Verdict::Pass, "sut"),
        (CaseKind::Vector, Verdict::Error, "sut"),
        (CaseKind::Machine, Verdict::Error, "sut"),
    ] {
        let mut kill = Kill::new(mutant("quiet", &["T-A-001"]));
        kill.note(&case("case", kind, &[(rule, verdict, culprit)]));
        assert!(!kill.killed(), "{kind:?} {verdict:?} {culprit}");
    }
    let mut kill = Kill::new(mutant("hung", &["T-A-001"]));
    kill.note(&case("case", CaseKind::Scenario, &[(rule, Verdict::Error, "server")]));
    assert!(kill.is_named());
}

#[test]
fn a_panic_is_the_end_of_its_mutant_and_of_nothing_else() {
    let fails =
        |rule| move || vec![case("case", CaseKind::Scenario, &[(rule, Verdict::Fail, "sut")])];
    let mut kill = Kill::new(mutant("falls", &["T-A-001", "T-A-002"]));
    kill.judge("before", fails("T-A-001"));
    kill.judge("there", || panic!("at {}", 7));
    kill.judge("behind", fails("T-A-002"));
    assert!(kill.is_named() && !kill.is_complete(), "{kill:?}");
    let death = kill.died.expect("it fell");
    assert_eq!(death.to_string(), "a panic of its own in there: at 7");

    let mut kill = Kill::new(mutant("falls", &["T-A-001"]));
    kill.judge("there", || panic!("plain"));
    assert!(kill.killed() && !kill.is_named() && kill.by().is_none());
    let (rules, exceptions) = (rules(), Exceptions::default());
    let audit = Audit { requirements: &rules, kills: &[kill], exceptions: &exceptions };
    assert_eq!((audit.killed(), audit.survivors().count()), ((1, 0), 0));
    let row =
        "| falls | codec | Does a \\| b. | only a panic of its own in there: plain | T-A-001 | 0 |";
    let text = markdown("toy-1", &audit);
    assert!(text.lines().any(|found| found == row), "{row}\nis not in\n{text}");
}

#[test]
fn requirements_stand_as_the_kills_say() {
    let (rules, kills, exceptions) = (rules(), kills(), exceptions(&[], &["T-A-004"]));
    let audit = Audit { requirements: &rules, kills: &kills, exceptions: &exceptions };
    let standings: Vec<Standing<'_>> = audit.standings().map(|(_, standing)| standing).collect();
    assert!(matches!(standings[0], Standing::Seen(_, by) if by.case == "second[a|b]"));
    assert!(matches!(standings[1], Standing::Seen(_, by) if by.case == "fourth"));
    assert_eq!(standings[2], Standing::Excluded("no wire"));
    assert_eq!(standings[3], Standing::Reasoned("a | reason"));
    assert_eq!(audit.killed(), (2, 1));
    let tally = audit.tally(crate::requirements::Class::Wire);
    assert_eq!(tally, Tally { rules: 2, seen: 1, excluded: 1, reasoned: 0, open: 0 });
}

fn complaints(survivors: &[&str], requirements: &[&str]) -> Vec<Complaint> {
    let (rules, kills) = (rules(), kills());
    let exceptions = exceptions(survivors, requirements);
    Audit { requirements: &rules, kills: &kills, exceptions: &exceptions }.complaints()
}

#[test]
fn survivors_and_unseen_requirements_need_reasons() {
    assert_eq!(
        complaints(&[], &[]),
        [Complaint::Survivor("survivor"), Complaint::Unseen("T-A-004".to_owned())]
    );
    assert_eq!(complaints(&["survivor"], &["T-A-004"]), []);
}

#[test]
fn stale_reasons_are_mistakes() {
    for survivor in ["named", "elsewhere", "gone"] {
        assert_eq!(
            complaints(&["survivor", survivor], &["T-A-004"]),
            [Complaint::StaleSurvivor(survivor.to_owned())]
        );
    }
    // Seen to break, excluded by the catalogue, unknown.
    for rule in ["T-A-001", "T-A-003", "T-A-999"] {
        assert_eq!(
            complaints(&["survivor"], &["T-A-004", rule]),
            [Complaint::StaleRequirement(rule.to_owned())]
        );
    }
}

#[test]
fn reasons_are_read_strictly() {
    let good = "survivors:\n  - {id: a, reason: r}\nrequirements:\n  - {id: b, reason: s}\n";
    let folder = file("good.yaml", good);
    let read = load(&folder.path().join("good.yaml")).expect("reasons");
    assert_eq!((read.survivor("a"), read.survivor("b")), (Some("r"), None));
    assert_eq!((read.requirement("b"), read.requirement("a")), (Some("s"), None));
    for (name, text, says) in [
        ("blank.yaml", "survivors:\n  - {id: a, reason: ' '}\n", "no reason"),
        ("twice.yaml", "survivors:\n  - {id: a, reason: r}\n  - {id: a, reason: s}\n", "twice"),
        ("key.yaml", "survivor: []\n", "survivor"),
        ("none.yaml", "requirements:\n  - {id: a}\n", "reason"),
    ] {
        let folder = file(name, text);
        let error = load(&folder.path().join(name)).expect_err(name).to_string();
        assert!(error.contains(says) && error.contains(name), "{name}: {error}");
    }
    assert!(load(Path::new("/nowhere/reasons.yaml")).is_err());
}

#[test]
fn the_matrix_tells_every_pair_and_every_reason() {
    let (rules, kills) = (rules(), kills());
    let exceptions = exceptions(&["survivor"], &["T-A-004"]);
    let audit = Audit { requirements: &rules, kills: &kills, exceptions: &exceptions };
    let text = markdown("toy-1", &audit);
    for line in [
        "# Kill matrix of toy-1",
        "2 of 3 mutants killed, 1 by a check that reports a requirement the mutant breaks.",
        "| C, codec | 1 | 1 | 0 | 0 | 0 |",
        "| W, exchange | 2 | 1 | 1 | 0 | 0 |",
        "| M, model | 1 | 0 | 0 | 1 | 0 |",
        "| T-A-001 | MUST | C | named | codec | second[a\\|b] | fail |",
        "| T-A-002 | SHOULD | W | named | codec | fourth | warning |",
        "| T-A-003 | MUST | W | excluded | no wire |",
        "| T-A-004 | MAY | M | no mutant possible | a \\| reason |",
        "| named | codec | Does a \\| b. | T-A-001, T-A-002 |  | 4 |",
        "| elsewhere | codec | Does a \\| b. | only T-A-001 by fifth | T-A-004 | 1 |",
        "| survivor | codec | Does a \\| b. | **survived** | T-A-004 | 0 |",
        "| survivor | a \\| reason |",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
    let without = Exceptions::default();
    let text = markdown("toy-1", &Audit { exceptions: &without, ..audit });
    assert!(text.contains("| T-A-004 | MAY | M | **open** |  |"), "{text}");
    assert!(text.contains("| survivor | **no reason written** |"), "{text}");
}

#[test]
fn a_filter_takes_names_and_requirements() {
    let takes = |filter: &[String]| {
        let pace = Pace::Quick;
        let progress = &crate::campaign::Silent;
        let settings = Settings { filter, pace, seeds: None, threads: 1, progress };
        settings.takes(&mutant("swaps_fields", &["T-A-001"]))
    };
    assert!(takes(&[]) && takes(&["swap".to_owned()]) && takes(&["t-a-001".to_owned()]));
    assert!(takes(&["other".to_owned(), "T-A-001".to_owned()]));
    assert!(!takes(&["other".to_owned()]) && !takes(&["T-A".to_owned()]));
}
