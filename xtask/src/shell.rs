//! Running other programs.

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs `program` in `root` with its output passed through; `Ok(true)` if it succeeded.
pub fn passes(root: &Path, program: &str, arguments: &[&str], env: &[(&str, &str)]) -> bool {
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments).envs(env.iter().copied());
    command.status().is_ok_and(|status| status.success())
}

/// What `program` prints on standard output.
pub fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.current_dir(root).args(arguments).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} {} failed", arguments.join(" ")));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{program}: {error}"))
}

/// Whether `program` can be started at all.
pub fn exists(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(argument).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The command as one types it, environment first.
pub fn line(program: &str, arguments: &[&str], env: &[(&str, &str)]) -> String {
    let quote = |word: &str| {
        if word.contains(' ') { format!("'{word}'") } else { word.to_owned() }
    };
    let env = env.iter().map(|(name, value)| format!("{name}={}", quote(value)));
    let words = std::iter::once(program).chain(arguments.iter().copied());
    env.chain(words.map(quote)).collect::<Vec<_>>().join(" ")
}
