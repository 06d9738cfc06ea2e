//! One module per command. Each gives an exit code.

mod campaign;
mod coverage;
mod explain;
mod list;
mod mutants;
mod replay;
mod run;
mod serve;
mod vectors;

use crate::args::{Cli, Command};
use crate::{exit, output};
use std::path::{Path, PathBuf};
use wireproof_base::Verdict;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::{Library, find_root};
use wireproof_runner::report::{Case, RunReport};
use wireproof_runner::scenario::render_all;

/// Does what was asked for with protocol `P`, whose data lies in folders called `folder`.
pub fn dispatch<P: Speaks + Judged>(cli: &Cli, folder: &str) -> u8 {
    let result = match &cli.command {
        Command::Serve(args) => return serve::serve::<P>(args),
        Command::Merge(args) => return campaign::merge(args),
        Command::List(args) => list::list::<P>(args, || load(cli.root.as_deref(), folder)),
        command => load::<P>(cli.root.as_deref(), folder).map(|library| match command {
            Command::Run(args) => run::run(&library, args),
            Command::Campaign(args) => campaign::campaign(&library, args),
            Command::Explain(args) => explain::explain(&library, args),
            Command::Coverage(args) => coverage::coverage(&library, args),
            Command::Replay(args) => replay::replay(&library, args),
            Command::Vectors(args) => vectors::vectors(&library, args),
            Command::Mutants(args) => mutants::mutants(&library, cli.root.as_deref(), args),
            Command::Serve(_) | Command::Merge(_) | Command::List(_) => {
                unreachable!("handled above")
            }
        }),
    };
    result.unwrap_or_else(|text| {
        output::complain(&text);
        exit::USAGE
    })
}

fn load<P: Speaks + Judged>(root: Option<&Path>, folder: &str) -> Result<Library<P>, String> {
    let root = match root {
        Some(root) => root.to_path_buf(),
        None => nearest_root().ok_or(
            "no folder with scenarios/ and vectors/ here or above; name it with --root DIR",
        )?,
    };
    Library::load(&root, folder).map_err(|errors| render_all(&errors))
}

/// The folder of the data: above the working folder, or above the program itself.
fn nearest_root() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    here.iter().chain(&program).find_map(|start| find_root(start)).map(|root| relative(&root))
}

/// The same folder as a path from here, if it is here: shorter places in messages.
fn relative(root: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(here) if here == root => PathBuf::new(),
        _ => root.to_path_buf(),
    }
}

/// The exit code of a report.
pub fn code(report: &RunReport) -> u8 {
    if report.interrupted {
        return exit::INTERRUPTED;
    }
    let blames = |culprit: fn(&Case) -> Option<&'static str>| {
        report.cases.iter().any(|case| {
            culprit(case).is_some_and(|culprit| {
                let errors = case.failures.iter().filter(|f| f.verdict == Verdict::Error);
                errors.into_iter().any(|failure| failure.culprit == culprit)
            })
        })
    };
    if blames(|case| case.role.map(|role| role.peer().name())) {
        return exit::HARNESS;
    }
    if blames(|_| Some("scenario")) {
        return exit::USAGE;
    }
    match report.verdict {
        Verdict::Fail | Verdict::Error => exit::FAILURES,
        Verdict::Inconclusive | Verdict::NotApplicable => exit::INCOMPLETE,
        Verdict::Pass | Verdict::PassWithWarning | Verdict::Divergence => exit::CONFORMANT,
    }
}
