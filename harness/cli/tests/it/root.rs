//! Folders with scenarios of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A root with one scenario beside the real requirements and no vectors.
pub fn root_with(name: &str, scenario: &str) -> String {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("scenarios/nnrp/a")).expect("writable");
    fs::create_dir_all(root.join("vectors/nnrp")).expect("writable");
    let real = crate::command::root().join("scenarios/nnrp/requirements.yaml");
    fs::copy(real, root.join("scenarios/nnrp/requirements.yaml")).expect("copied");
    fs::write(root.join("scenarios/nnrp/a/x.yaml"), scenario).expect("written");
    root.to_string_lossy().into_owned()
}

/// A root with some folders of the scenarios of that protocol, and without vectors. Loading all of
/// them takes longer than most tests; what is played does not depend on what else is there.
pub fn root_of(name: &str, protocol: &str, folders: &[&str]) -> PathBuf {
    let top = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&top);
    let from = crate::command::root().join("scenarios").join(protocol);
    let to = top.join("scenarios").join(protocol);
    fs::create_dir_all(top.join("vectors").join(protocol)).expect("writable");
    for folder in folders {
        fs::create_dir_all(to.join(folder)).expect("writable");
        for entry in fs::read_dir(from.join(folder)).expect("a folder") {
            let file = entry.expect("readable").path();
            let name = file.file_name().expect("a file");
            fs::copy(&file, to.join(folder).join(name)).expect("copied");
        }
    }
    let catalogue = "requirements.yaml";
    fs::copy(from.join(catalogue), to.join(catalogue)).expect("a catalogue");
    top
}

/// A root with what commands are tried on.
pub fn some_scenarios() -> &'static str {
    static ROOT: OnceLock<String> = OnceLock::new();
    let folders = ["common", "hello", "recovery", "flow", "workload"];
    let make = || root_of("some-root", "nnrp", &folders).to_string_lossy().into_owned();
    ROOT.get_or_init(make)
}
