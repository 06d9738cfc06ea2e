//! What the tests of every protocol share: its vectors, and what holds for its mutants.

use crate::{DefectLevel, DriverError, Speaks, Vectors, hex};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use wireproof_base::Role;

/// A place in the repository.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// One vector.
pub struct Vector {
    /// All that stands in the file.
    pub text: Value,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Vector {
    fn new(text: Value) -> Self {
        let lines = text["hex"].as_array().expect("lines");
        let digits: String = lines.iter().map(|line| line.as_str().expect("digits")).collect();
        Self { bytes: hex::decode(&digits).expect("digits"), text }
    }

    /// Its kind, and the structure if it is one.
    pub fn kind(&self) -> (&str, &str) {
        let what = self.text["structure"].as_str().unwrap_or_default();
        (self.text["kind"].as_str().expect("a kind"), what)
    }

    /// Whether it is written as well, not only read.
    pub fn is_written(&self) -> bool {
        self.text["direction"] != "decode"
    }
}

/// The vectors of the protocol with that folder.
pub fn vectors(folder: &str) -> Vec<Vector> {
    let folder = root("vectors").join(folder);
    let mut vectors = Vec::new();
    for entry in fs::read_dir(folder).expect("the vectors are part of the repository") {
        let path = entry.expect("a folder can be listed").path();
        // The folder of broken forms has a format of its own.
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).expect("a vector file can be read");
        let file: Value = serde_json::from_str(&text).expect("a vector file is JSON");
        vectors
            .extend(file["vectors"].as_array().expect("a list").iter().cloned().map(Vector::new));
    }
    assert!(vectors.len() > 500, "{}", vectors.len());
    vectors
}

/// What a codec makes of the vectors, both ways.
pub fn story(codec: &mut dyn Vectors, vectors: &[Vector]) -> Result<Vec<String>, DriverError> {
    let mut story = Vec::new();
    for vector in vectors {
        let (kind, what) = vector.kind();
        story.push(format!("{:?}", codec.decode(kind, what, &vector.bytes)?));
        if let Some(fields) = vector.text.get("fields").filter(|_| vector.is_written()) {
            story.push(format!("{:?}", codec.encode(kind, what, fields)?));
        }
    }
    Ok(story)
}

/// Mutants have names of their own, and there are some of each kind on either side.
pub fn mutants_are_told_apart<P: Speaks>() {
    let list = P::mutants();
    let names: BTreeSet<&str> = list.iter().map(|info| info.name).collect();
    assert_eq!(names.len(), list.len());
    for info in list {
        assert!(info.says.ends_with('.'), "{}", info.name);
    }
    for level in [DefectLevel::Codec, DefectLevel::Machine, DefectLevel::Timing] {
        for role in [Role::Client, Role::Server] {
            let count = list.iter().filter(|info| (info.level, info.role) == (level, role)).count();
            assert!(count > 0, "{level:?} {role}");
        }
    }
}

/// Mutants break requirements that the catalogue in that folder has.
pub fn mutants_break_requirements_that_exist<P: Speaks>(folder: &str) {
    let file = root("scenarios").join(folder).join("requirements.yaml");
    let text = fs::read_to_string(file).expect("the requirements are part of the repository");
    for info in P::mutants() {
        assert!(!info.requirements.is_empty(), "{}", info.name);
        for id in info.requirements {
            assert!(text.contains(&format!("- id: {id}\n")), "{}: {id}", info.name);
        }
    }
}

/// Mutants open under their names, and nothing else does.
pub fn every_mutant_opens_under_its_name<P: Speaks>() {
    for info in P::mutants() {
        let spec = format!("mutant:{}", info.name);
        assert_eq!(P::open(&spec).expect("a mutant").identity().name, spec);
    }
    assert_eq!(P::open("mutant:flawless").err().expect("no such mutant").kind(), "start");
}
