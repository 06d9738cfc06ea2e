//! Automation of the repository: `cargo xtask <command>`.
//!
//! Exit codes: 0 done, 1 something failed, 2 wrong usage.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod bench;
mod bless;
mod ci;
mod crosscheck;
mod fuzz;
mod golden;
mod judge;
mod shell;
mod tidy;
mod vectors;

/// Why a command failed.
pub enum Failure {
    /// Something was found, or a program failed: exit code 1.
    Found(String),
    /// Called wrongly: exit code 2.
    Usage(String),
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Found(text)
    }
}

struct Command {
    name: &'static str,
    arguments: &'static str,
    help: &'static str,
    run: fn(&Path, &[String]) -> Result<(), Failure>,
}

const COMMANDS: [Command; 9] = [
    Command {
        name: "judge",
        arguments: "[reference | nnrp-core | nnrp-runtime | nnrp-runtime-resume | reference-ncp | \
                    nps-ncp | nps-ncp-later | nps-lib | nps-lib-later | all]",
        help: "Builds the judge and runs the whole suites against the bundled references and the \
               published crates nnrp-core and nps-ncp, with `all` against the others too; their \
               known failures are listed in reports/baselines.",
        run: judge::run,
    },
    Command {
        name: "ci",
        arguments: "",
        help: "Everything that CI does, in order; stops at the first failure and says how to \
               repeat it.",
        run: ci::run,
    },
    Command {
        name: "tidy",
        arguments: "",
        help: "Checks layout, dependency direction, sizes and words. Prints file:line and rule.",
        run: |root, arguments| none(arguments).and_then(|()| Ok(tidy::run(root)?)),
    },
    Command {
        name: "vectors",
        arguments: "[--write]",
        help: "Checks the vector files against their shape and the second source of their bytes, \
               and the sweeps against the field tables they are made from. --write makes the \
               sweeps anew; read the diff afterwards.",
        run: |root, arguments| match arguments {
            [write] if write == "--write" => Ok(vectors::write(root)?),
            _ => none(arguments).and_then(|()| Ok(vectors::run(root)?)),
        },
    },
    Command {
        name: "crosscheck",
        arguments: "[folder]",
        help: "Puts the vectors that the projects of the protocols publish to our own code. \
               Without the folder (../shared/official) there is nothing to do.",
        run: crosscheck::run,
    },
    Command {
        name: "bench",
        arguments: "[--no-run] [filter]",
        help: "Runs the benches and prints each figure as a ratio to the baseline of its group. \
               --no-run prints the figures of the last run.",
        run: bench::run,
    },
    Command {
        name: "fuzz",
        arguments: "[target] [--seconds N] [--build]",
        help: "Builds a target of fuzz/ with coverage instrumentation and runs it over its \
               corpus for N seconds (60). --build stops before the run. Without a target, lists \
               them.",
        run: fuzz::run,
    },
    Command {
        name: "bless",
        arguments: "[package]",
        help: "Rewrites the golden files from what the tests produce; read the diff afterwards.",
        run: bless::run,
    },
    Command {
        name: "help",
        arguments: "[command]",
        help: "Prints this text, or that of one command.",
        run: help,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = root();
    let result = match arguments.split_first() {
        None => help(&root, &[]),
        Some((name, rest)) => dispatch(&root, name, rest),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Found(text)) => {
            eprintln!("xtask: {text}");
            ExitCode::from(1)
        }
        Err(Failure::Usage(text)) => {
            eprintln!("xtask: {text}\nSee `cargo xtask help`.");
            ExitCode::from(2)
        }
    }
}

fn dispatch(root: &Path, name: &str, rest: &[String]) -> Result<(), Failure> {
    let plain = name.trim_start_matches("--");
    let found = COMMANDS.iter().find(|command| command.name == plain);
    let command = found.ok_or_else(|| Failure::Usage(format!("no command {name}")))?;
    if rest.iter().any(|word| word == "--help") {
        print(command);
        return Ok(());
    }
    (command.run)(root, rest)
}

fn help(_: &Path, arguments: &[String]) -> Result<(), Failure> {
    let Some(name) = arguments.first() else {
        println!("cargo xtask <command>\n");
        COMMANDS.iter().for_each(print);
        println!("Exit codes: 0 done, 1 something failed, 2 wrong usage.");
        return Ok(());
    };
    let found = COMMANDS.iter().find(|command| command.name == name);
    found.map(print).ok_or_else(|| Failure::Usage(format!("no command {name}")))
}

fn print(command: &Command) {
    let line = format!("{} {}", command.name, command.arguments);
    println!("{}\n    {}\n", line.trim_end(), command.help);
}

/// Refuses arguments where a command takes none.
pub fn none(arguments: &[String]) -> Result<(), Failure> {
    match arguments.first() {
        None => Ok(()),
        Some(word) => Err(Failure::Usage(format!("unexpected argument {word}"))),
    }
}

/// Top folder of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
