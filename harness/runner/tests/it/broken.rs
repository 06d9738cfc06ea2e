//! What is said about broken files. Every text is a snapshot.

use crate::toy::{Toy, vocabulary};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use wireproof_runner::scenario::{LoadError, Scenario, load_dir, load_files, render_all};
use wireproof_runner::{requirements, vectors};

fn load(files: &[PathBuf]) -> Result<Vec<Scenario<Toy>>, Vec<LoadError>> {
    let catalogue = Path::new("tests/it/good/requirements.yaml");
    let requirements = requirements::load(catalogue).expect("good catalogue");
    load_files(Path::new("tests/it/broken"), files, &vocabulary(&requirements))
}

fn explained(files: &[PathBuf]) -> String {
    match load(files) {
        Ok(scenarios) => panic!("{} scenarios were loaded", scenarios.len()),
        Err(errors) => render_all(&errors),
    }
}

macro_rules! broken {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            let file = Path::new("tests/it/broken").join(concat!(stringify!($name), ".yaml"));
            insta::assert_snapshot!(stringify!($name), explained(&[file]));
        })*
    };
}

broken! {
    alias_bomb
    bad_duration
    deep_nesting
    duplicate_key
    empty
    include_cycle
    indentation
    machine_mistakes
    merge_key
    missing_field_of_command
    missing_keys
    mistake_in_include
    needs_a_tester
    not_utf8
    only_one_variant
    out_of_range
    reaction
    repeated_value
    scenario_is_a_list
    several
    tabs
    tester_mistakes
    too_many_variants
    two_documents
    two_steps_in_one
    unclosed
    unknown_anchor
    unknown_command
    unknown_connection
    unknown_event
    unknown_field_of_command
    unknown_frame
    unknown_include
    unknown_key
    unknown_parameter
    unknown_reading
    unknown_requirement
    unknown_step
    unused_parameter
    wide_characters
    wrong_faults
    wrong_id
    wrong_protocol
    wrong_setup
    wrong_shapes
    wrong_type_in_command
    wrong_words
}

#[test]
fn every_broken_file_has_a_snapshot() {
    let files = std::fs::read_dir("tests/it/broken").expect("folder of broken files");
    let names: BTreeSet<String> = files
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().expect("name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, NAMES.iter().map(|&name| name.to_owned()).collect());
}

#[test]
fn all_files_are_explained_in_one_go() {
    let files = ["unknown_step", "empty", "tabs"];
    let files = files.map(|name| Path::new("tests/it/broken").join(format!("{name}.yaml")));
    assert_eq!(load(&files).expect_err("broken").len(), 3);
}

#[test]
fn an_id_is_taken_once_across_files() {
    let catalogue = Path::new("tests/it/good/requirements.yaml");
    let requirements = requirements::load(catalogue).expect("good catalogue");
    let errors = load_dir::<Toy>(Path::new("tests/it/broken_dir"), &vocabulary(&requirements));
    insta::assert_snapshot!("duplicate_id", render_all(&errors.expect_err("duplicate")));
}

#[test]
fn a_missing_file_and_a_missing_folder_are_named() {
    let text = explained(&[PathBuf::from("tests/it/broken/nobody.yaml")]);
    insta::assert_snapshot!("missing_file", text);
    let catalogue = Path::new("tests/it/good/requirements.yaml");
    let requirements = requirements::load(catalogue).expect("good catalogue");
    let errors = load_dir::<Toy>(Path::new("tests/it/nowhere"), &vocabulary(&requirements));
    insta::assert_snapshot!("missing_folder", render_all(&errors.expect_err("missing")));
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("large.yaml");
    std::fs::write(&file, "# x\n".repeat(70_000)).expect("temporary file");
    let errors = load(std::slice::from_ref(&file)).expect_err("too large");
    assert_eq!(
        errors[0].problem.title(),
        "the file has 280000 bytes, and 262144 are the most allowed"
    );
}

macro_rules! broken_vectors {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            let catalogue = Path::new("tests/it/good/requirements.yaml");
            let requirements = requirements::load(catalogue).expect("good catalogue");
            let folder = Path::new("tests/it/broken_vectors").join(stringify!($name));
            let errors = vectors::load_dir(&folder, &requirements).expect_err("broken vectors");
            insta::assert_snapshot!(concat!("vectors_", stringify!($name)), render_all(&errors));
        }
    )*};
}

broken_vectors! {
    syntax trailing_comma duplicate_field unknown_field wrong_format odd_digits unknown_names
    missing_parts wrong_verdict valid_with_error same_id empty_file
}

#[test]
fn a_broken_catalogue_is_explained() {
    let errors = requirements::load(Path::new("tests/it/broken_catalogue.yaml"));
    insta::assert_snapshot!("catalogue", render_all(&errors.expect_err("broken catalogue")));
}
