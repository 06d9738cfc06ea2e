//! The judges of the two depths without a network: a sound SUT passes, and every defect shows
//! where it must and nowhere else.

use crate::fake::{Defect, Fake};
use crate::toy::{Toy, vocabulary};
use std::path::Path;
use wireproof_base::Verdict::{
    self, Divergence, Error, Fail, NotApplicable, Pass, PassWithWarning,
};
use wireproof_runner::report::Case;
use wireproof_runner::requirements::{self, Requirements};
use wireproof_runner::scenario::{Scenario, load_dir, render_all};
use wireproof_runner::vectors::{Same, sweep};
use wireproof_runner::{machines, vectors};

fn catalogue() -> Requirements {
    requirements::load(Path::new("tests/it/good/requirements.yaml")).expect("good catalogue")
}

fn codec(defect: Defect) -> Vec<Case> {
    let requirements = catalogue();
    let all = vectors::load_dir(Path::new("tests/it/good_vectors"), &requirements);
    let mut fake = Fake::new(defect);
    let same = Same::new(|_, _, a, b| a == b, |_, _, _, _| false);
    vectors::judge::<Toy>(&all.expect("good vectors"), &mut fake, &requirements, same)
}

#[test]
fn bytes_that_a_protocol_holds_for_the_same_are_no_difference() {
    let requirements = catalogue();
    let all = vectors::load_dir(Path::new("tests/it/good_vectors"), &requirements);
    let mut fake = Fake::new(Defect::SwapsBytes);
    let bytes = |kind: &str, what: &str, a: &[u8], b: &[u8]| {
        assert_eq!((kind, what), ("structure", "pair"));
        a.iter().eq(b.iter().rev())
    };
    let same = Same::new(bytes, |_, _, _, _| false);
    let cases = vectors::judge::<Toy>(&all.expect("good vectors"), &mut fake, &requirements, same);
    let wrong = |case: &&Case| case.verdict != Pass;
    assert_eq!(cases.iter().filter(wrong).count(), 0, "{cases:?}");
}

fn machine(defect: Defect) -> Case {
    let requirements = catalogue();
    let all: Vec<Scenario<Toy>> =
        load_dir(Path::new("tests/it/good"), &vocabulary(&requirements)).expect("good files");
    let chosen = all.iter().filter(|scenario| scenario.machine.is_some());
    let mut cases = machines::judge(chosen, &mut Fake::new(defect), &requirements);
    assert_eq!(cases.len(), 1);
    cases.remove(0)
}

fn verdicts(cases: &[Case]) -> Vec<Verdict> {
    cases.iter().map(|case| case.verdict).collect()
}

#[test]
fn every_defect_of_a_codec_shows_in_the_right_vectors() {
    // In the order of the file: plain, beyond, beyond as read, should, either, endpoint.
    let table = [
        (Defect::None, [Pass; 6]),
        (Defect::NoDepth, [NotApplicable; 6]),
        (Defect::Undeclared, [NotApplicable; 6]),
        (Defect::Unsupported, [Fail; 6]),
        (Defect::Crash, [Error; 6]),
        (Defect::TakesAll, [Pass, Fail, Divergence, Pass, Pass, Pass]),
        (Defect::TakesNothing, [Fail, Pass, Pass, PassWithWarning, Pass, Pass]),
        (Defect::WrongKind, [Pass, Divergence, Divergence, Pass, Pass, Divergence]),
        (Defect::SwapsFields, [Fail, Pass, Pass, PassWithWarning, Pass, Pass]),
        (Defect::SwapsBytes, [Fail, Pass, Pass, Pass, Pass, Pass]),
    ];
    for (defect, expected) in table {
        assert_eq!(verdicts(&codec(defect)), expected, "{defect:?}");
    }
}

#[test]
fn a_failed_vector_says_what_was_expected_and_what_came() {
    let swapped = codec(Defect::SwapsFields);
    let failure = &swapped[0].failures[0];
    assert_eq!(failure.expected, "first 1, second 2");
    assert_eq!(failure.observed, "first 2, second 1");
    assert_eq!((failure.requirement.as_str(), failure.clause.as_str()), ("TOY-CALL-001", "Toy §1"));
    assert_eq!(failure.place.as_deref(), Some("tests/it/good_vectors/pairs.json:7:13"));
    let swapped = codec(Defect::SwapsBytes);
    assert_eq!(swapped[0].failures[0].expected, "2 bytes, from offset 0: 0102");
    assert_eq!(swapped[0].failures[0].observed, "2 bytes, from offset 0: 0201");
    let kind = codec(Defect::WrongKind);
    let failure = &kind[1].failures[0];
    assert_eq!(failure.expected, "refused with digit or number");
    assert_eq!(failure.observed, "refused with length_mismatch: no digit");
    assert_eq!(failure.reading.as_deref(), Some("R-01"));
}

#[test]
fn every_defect_of_a_machine_shows() {
    let table = [
        (Defect::None, Pass, ""),
        (Defect::NoDepth, NotApplicable, ""),
        (Defect::Undeclared, NotApplicable, ""),
        (Defect::Unsupported, Fail, "driver.unsupported"),
        (Defect::Crash, Error, "driver.crash"),
        (Defect::OffByOne, Fail, "counter.value"),
        (Defect::TakesNothing, Fail, "counter.refused"),
        // This step rests on a reading.
        (Defect::TakesAll, Divergence, "counter.taken"),
        (Defect::WrongKind, Divergence, "counter.kind"),
        (Defect::LeaksState, Divergence, "counter.changed"),
    ];
    for (defect, verdict, signature) in table {
        let case = machine(defect);
        assert_eq!(case.verdict, verdict, "{defect:?}");
        let signatures: Vec<&str> =
            case.failures.iter().map(|failure| failure.signature.as_str()).collect();
        assert_eq!(signatures.join(" "), signature, "{defect:?}");
    }
}

#[test]
fn a_failed_event_shows_its_line() {
    let case = machine(Defect::OffByOne);
    let failure = &case.failures[0];
    assert_eq!(
        (failure.expected.as_str(), failure.observed.as_str()),
        ("state is 3", "state is 4")
    );
    assert_eq!(failure.line.as_deref(), Some("  - apply: {event: {add: 2}, expect: {state: 3}}"));
}

fn swept(defect: Defect) -> Vec<Case> {
    let requirements = catalogue();
    let all = vectors::load_dir(Path::new("tests/it/good_vectors"), &requirements);
    let folder = Path::new("tests/it/good_sweeps");
    let sweeps = sweep::load_dir(folder, &all.expect("good vectors"), &requirements);
    let sweeps = sweeps.unwrap_or_else(|errors| panic!("{}", render_all(&errors)));
    sweep::judge::<Toy>(&sweeps, &|_| true, &mut Fake::new(defect), &requirements)
}

#[test]
fn every_defect_of_a_codec_shows_in_the_right_sweeps() {
    // In the order of the file: second, first as read, size, endpoint.
    let table = [
        (Defect::None, [Pass; 4]),
        (Defect::NoDepth, [NotApplicable; 4]),
        (Defect::Undeclared, [NotApplicable; 4]),
        (Defect::Unsupported, [Fail; 4]),
        (Defect::Crash, [Error; 4]),
        (Defect::TakesAll, [Fail, Divergence, Pass, Pass]),
        // Who refuses the sound pair shows nothing by refusing others.
        (Defect::TakesNothing, [NotApplicable; 4]),
        (Defect::WrongKind, [Divergence, Divergence, Pass, Divergence]),
    ];
    for (defect, expected) in table {
        assert_eq!(verdicts(&swept(defect)), expected, "{defect:?}");
    }
}

#[test]
fn a_failed_sweep_names_the_forms_that_were_taken() {
    let cases = swept(Defect::TakesAll);
    assert_eq!(cases[0].executions, 246);
    let failure = &cases[0].failures[0];
    assert_eq!(failure.signature, "decode.taken[10..255]");
    assert_eq!(failure.observed, "246 of 246: taken at 10..255");
    assert_eq!(failure.reading, None);
    assert_eq!(cases[1].failures[0].reading.as_deref(), Some("R-01"));
}

#[test]
fn mistakes_in_a_sweep_are_found_where_they_stand() {
    let good = std::fs::read_to_string("tests/it/good_sweeps/pair.json").expect("good sweep");
    let requirements = catalogue();
    let all = vectors::load_dir(Path::new("tests/it/good_vectors"), &requirements);
    let all = all.expect("good vectors");
    let folder = tempfile::tempdir().expect("temporary folder");
    for (from, to, line, says) in [
        ("pair.plain", "pair.plane", 7, "unknown vector `pair.plane`"),
        ("pair.plain", "pair.beyond", 7, "the base is no valid vector"),
        ("\"name\": \"session\", \"at\": 0", "\"name\": \"session\", \"at\": 2", 7, "outside"),
        ("10..255", "2..255", 10, "2 cannot be done"),
        ("10..255", "10..256", 10, "256 cannot be done"),
        ("10..255", "9..1", 10, "no numbers"),
        ("\"bits\": \"4..7\"", "\"bits\": \"4..8\"", 11, "8 cannot be done"),
        ("\"at\": 1, \"width\": 1", "\"at\": 2, \"width\": 1", 10, "10 cannot be done"),
        ("-2..-1", "-3..-1", 12, "-3 cannot be done"),
        ("\"lengths\": []", "\"lengths\": [[1, 2]]", 12, "cannot be done"),
        ("\"lengths\": [], ", "", 12, "not clear what is broken"),
        ("sweep.pair.first", "sweep.pair.second", 11, "sweep.pair.second"),
        ("TOY-CALL-001", "TOY-CALL-999", 10, "unknown requirement `TOY-CALL-999`"),
        ("\"reading\": \"R-01\"", "\"reading\": \"R-99\"", 11, "unknown reading `R-99`"),
        ("\"note\": \"no digit\"", "\"nota\": \"no digit\"", 10, "unknown field `nota`"),
        ("wireproof-sweeps/1", "wireproof-sweeps/2", 2, "unknown format"),
    ] {
        assert!(good.contains(from), "{from}");
        std::fs::write(folder.path().join("pair.json"), good.replacen(from, to, 1))
            .expect("writable");
        let errors = sweep::load_dir(folder.path(), &all, &requirements).expect_err(to);
        let shown = render_all(&errors);
        assert!(shown.contains(says), "{to}: {shown}");
        assert_eq!(errors[0].place.line, line, "{to}: {shown}");
    }
}
