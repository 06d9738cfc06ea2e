//! Replays every corpus through its entry function, on stable Rust and without libFuzzer.

use std::fs;
use std::path::{Path, PathBuf};
use wireproof_fuzz::{seeds, targets};

/// What a corpus may grow to, over all targets.
const FILES: usize = 450;
const BYTES: usize = 200_000;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of a target, by name; none is a failure.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = corpus().join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut all: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry can be read").path();
            let name = path.file_name().expect("an entry has a name").to_string_lossy();
            (name.into_owned(), fs::read(&path).expect("an input can be read"))
        })
        .collect();
    all.sort();
    assert!(!all.is_empty(), "{} is empty", folder.display());
    all
}

#[test]
fn every_input_keeps_the_promises() {
    for (target, check) in targets::ALL {
        for (name, bytes) in inputs(target) {
            let outcome = std::panic::catch_unwind(|| check(&bytes));
            assert!(outcome.is_ok(), "corpus/{target}/{name}: see the panic above");
        }
    }
}

#[test]
fn the_corpus_holds_what_its_generator_makes() {
    for (target, _) in targets::ALL {
        let found = inputs(target);
        let seeds = seeds::of(target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for seed in seeds {
            let hint = "cargo run -p wireproof-fuzz --example corpus";
            assert!(found.contains(&seed), "corpus/{target}/{}: run {hint}", seed.0);
        }
    }
}

#[test]
fn every_folder_belongs_to_a_target_and_stays_small() {
    let folders = fs::read_dir(corpus()).expect("there is a corpus");
    let mut names: Vec<_> = folders
        .map(|folder| folder.expect("an entry can be read").file_name().into_string())
        .collect();
    names.sort();
    let targets: Vec<_> = targets::ALL.iter().map(|(name, _)| Ok((*name).to_owned())).collect();
    assert_eq!(names, targets);
    let all: Vec<_> = targets::ALL.iter().flat_map(|(target, _)| inputs(target)).collect();
    let bytes: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(all.len() <= FILES && bytes <= BYTES, "{} files, {bytes} bytes", all.len());
}

#[test]
fn every_target_has_a_program() {
    let manifest = fs::read_to_string(corpus().with_file_name("Cargo.toml")).expect("a manifest");
    for (target, _) in targets::ALL {
        assert!(manifest.contains(&format!("[[bin]]\nname = \"{target}\"")), "{target}");
        let program = corpus().with_file_name("targets").join(target).with_extension("rs");
        let text = fs::read_to_string(&program).expect("a target has a program");
        assert!(text.contains(&format!("wireproof_fuzz::{target}::check(bytes)")), "{target}");
    }
}
