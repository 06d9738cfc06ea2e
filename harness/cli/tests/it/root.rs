//! Folders with scenarios of our own.

use std::fs;
use std::path::Path;

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
