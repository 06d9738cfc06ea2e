//! `wireproof mutants`: what it takes, and when it is content.

use crate::command::wireproof;
use std::fs;

fn mutants(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = wireproof(&[&["mutants", "--seeds", "0"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn chosen_mutants_are_killed_by_what_they_break() {
    let (code, out, err) = mutants(&["tensor_profile_for_all", "nnrp-sch-018"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("data.tensor_profile_of_token (NNRP-PAY-017)"), "{out}");
    assert!(out.contains("machines.schema_semantics (NNRP-SCH-018)"), "{out}");
    assert!(out.contains("2 of 2 mutants killed, 2 by what they break"), "{out}");
    // Only the whole of the mutants says what is left open.
    assert!(!out.contains("class C"), "{out}");
    let (code, quiet, _) = mutants(&["--quiet", "tensor_profile_for_all"]);
    assert_eq!(code, Some(0));
    assert_eq!(quiet, "1 of 1 mutants killed, 1 by what they break\n");
}

#[test]
fn threads_and_pace_change_nothing_about_a_kill() {
    let names = ["versions_start_again", "sizes_wrap", "any_dtype", "ping_with_a_clock"];
    let (code, alone, _) = mutants(&[&names[..], &["-j", "1"]].concat());
    assert_eq!(code, Some(0), "{alone}");
    assert_eq!(mutants(&[&names[..], &["-j", "4"]].concat()).1, alone);
    let (_, full, _) = mutants(&[&names[..], &["--full"]].concat());
    let first = |text: &str| text.lines().last().map(str::to_owned);
    assert_eq!(first(&full), first(&alone));
}

#[test]
fn mistakes_are_told() {
    assert_eq!(mutants(&["no_such_mutant"]).0, Some(4));
    let (code, _, err) = mutants(&["sizes_wrap", "--exceptions", "no/such/reasons.yaml"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("no/such/reasons.yaml"), "{err}");
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("reasons.yaml");
    fs::write(&path, "survivors:\n  - {id: sizes_wrap}\n").expect("a temporary file");
    let (code, _, err) = mutants(&["sizes_wrap", "--exceptions", &path.to_string_lossy()]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("reason"), "{err}");
    // A matrix of a part would hide what is left open.
    assert_eq!(mutants(&["sizes_wrap", "--write", "matrix.md"]).0, Some(2));
}
