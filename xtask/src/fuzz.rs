//! Builds and runs a libFuzzer target with the stable toolchain.
//!
//! Stable rustc has no sanitizer flag, but its coverage pass can be named directly. An explicit
//! `--target` keeps the flags away from build scripts and procedural macros.

use crate::{Failure, shell};
use std::path::Path;

const FLAGS: [&str; 7] = [
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Overflow checks and assertions are what a crash is made of.
    "-Cdebug-assertions",
];

struct Options<'a> {
    target: Option<&'a str>,
    seconds: u64,
    build_only: bool,
}

/// Lists the targets, or builds and runs one.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let options = parse(arguments)?;
    let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml"));
    let targets = targets(&manifest.map_err(|error| format!("fuzz/Cargo.toml: {error}"))?);
    let Some(target) = options.target else {
        println!("targets: {}", if targets.is_empty() { "none" } else { "" });
        targets.iter().for_each(|name| println!("    {name}"));
        return Ok(());
    };
    if !targets.iter().any(|name| name == target) {
        let known = targets.join(", ");
        return Err(Failure::Usage(format!("no target {target}; there are: {known}")));
    }
    let host = host(root)?;
    build(root, target, &host)?;
    let binary = format!("target/fuzz/{host}/release/{target}");
    if options.build_only {
        println!("{binary}");
        return Ok(());
    }
    let corpus = format!("fuzz/corpus/{target}");
    // libFuzzer adds what it finds to the first folder; the committed one grows by hand.
    let found = format!("target/fuzz/corpus/{target}");
    let artifacts = format!("fuzz/artifacts/{target}/");
    for folder in [&found, &corpus, &artifacts] {
        let made = std::fs::create_dir_all(root.join(folder));
        made.map_err(|error| format!("{folder}: {error}"))?;
    }
    instrumented(root, &binary)?;
    let time = format!("-max_total_time={}", options.seconds);
    let prefix = format!("-artifact_prefix={artifacts}");
    let words = [
        time.as_str(),
        prefix.as_str(),
        "-timeout=10",
        "-use_value_profile=1",
        "-print_final_stats=1",
        &found,
        &corpus,
    ];
    let program = format!("./{binary}");
    if shell::passes(root, &program, &words, &[]) {
        return Ok(());
    }
    Err(Failure::Found(format!(
        "{target} found something, kept in {artifacts}; repeat with: {program} <file>"
    )))
}

fn build(root: &Path, target: &str, host: &str) -> Result<(), Failure> {
    let flags = FLAGS.join(" ");
    let env = [("RUSTFLAGS", flags.as_str())];
    let words = [
        "build",
        "--release",
        "--package",
        "wireproof-fuzz",
        "--bin",
        target,
        "--target",
        host,
        "--target-dir",
        "target/fuzz",
    ];
    if shell::passes(root, "cargo", &words, &env) {
        return Ok(());
    }
    Err(Failure::Found(format!("build failed: {}", shell::line("cargo", &words, &env))))
}

/// A build without coverage tables runs, finds nothing and looks fine, so this one looks first.
fn instrumented(root: &Path, binary: &str) -> Result<(), String> {
    let mut command = std::process::Command::new(format!("./{binary}"));
    let output = command.current_dir(root).args(["-runs=1", "-verbosity=1"]).output();
    let output = output.map_err(|error| format!("{binary}: {error}"))?;
    if String::from_utf8_lossy(&output.stderr).contains("inline 8-bit counters") {
        return Ok(());
    }
    Err(format!("{binary} has no coverage tables; was it built without the flags?"))
}

fn host(root: &Path) -> Result<String, String> {
    let text = shell::output(root, "rustc", &["--version", "--verbose"])?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc names no host".to_owned())
}

/// Names of the `[[bin]]` sections.
fn targets(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[[bin]]";
        } else if inside
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "name"
        {
            names.push(value.trim().trim_matches('"').to_owned());
        }
    }
    names
}

fn parse(arguments: &[String]) -> Result<Options<'_>, Failure> {
    let mut options = Options { target: None, seconds: 60, build_only: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--build" => options.build_only = true,
            "--seconds" => {
                let value = words.next().and_then(|value| value.parse().ok());
                let missing = || Failure::Usage("--seconds takes a whole number".to_owned());
                options.seconds = value.ok_or_else(missing)?;
            }
            name if !name.starts_with('-') && options.target.is_none() => {
                options.target = Some(name);
            }
            other => return Err(Failure::Usage(format!("unexpected argument {other}"))),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::{parse, targets};

    #[test]
    fn only_bin_sections_name_targets() {
        let text = "[package]\nname = \"x\"\n[[bin]]\nname = \"one\"\npath = \"a.rs\"\n\
                    [dependencies]\nname = \"no\"\n[[bin]]\n name=\"two\"\n";
        assert_eq!(targets(text), ["one", "two"]);
    }

    #[test]
    fn arguments_are_read_in_any_order() {
        let words = ["--seconds", "5", "one", "--build"].map(str::to_owned);
        let Ok(options) = parse(&words) else { panic!("these are right") };
        assert_eq!((options.target, options.seconds), (Some("one"), 5));
        assert!(options.build_only);
        assert!(parse(&["--seconds".to_owned()]).is_err());
        assert!(parse(&["one", "two"].map(str::to_owned)).is_err());
    }
}
