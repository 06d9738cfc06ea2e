//! Running the built command.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Top folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs the command in the top folder.
pub fn wireproof(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wireproof"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the command was built")
}

/// Runs `run` with these arguments and gives the exit code and the report.
pub fn report(name: &str, arguments: &[&str]) -> (i32, Value) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    let path = out.to_string_lossy().into_owned();
    let mut words = vec!["run", "--quiet", "--show", "0", "--out", &path];
    words.extend(arguments);
    let output = wireproof(&words);
    let code = output.status.code().expect("not killed");
    let text = std::fs::read_to_string(&out).unwrap_or_else(|error| {
        panic!("no report ({error}): {}", String::from_utf8_lossy(&output.stderr))
    });
    (code, serde_json::from_str(&text).expect("run.json is JSON"))
}
