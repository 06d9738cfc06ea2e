//! `wireproof mutants`: every check has been seen to fail.

use crate::args::Mutants;
use crate::{exit, output};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::mutation::{self, Kill, Settings};

pub fn mutants<P: Speaks + Judged>(library: &Library<P>, args: &Mutants) -> u8 {
    let settings = Settings {
        filter: args.filter.as_deref(),
        seeds: args.seeds,
        threads: super::run::threads(None),
    };
    let kills = match mutation::run(library, &settings) {
        Ok(kills) => kills,
        Err(error) => return super::run::refuse(&error),
    };
    if kills.is_empty() {
        output::complain("no mutant matches");
        return exit::NOTHING;
    }
    for kill in &kills {
        output::print(&line(kill));
    }
    let killed = kills.iter().filter(|kill| kill.killed()).count();
    output::print(&format!("{killed} of {} mutants killed\n", kills.len()));
    if let Some(path) = &args.write
        && let Err(problem) = mutation::write(path, &kills)
    {
        output::complain(&format!("error: {problem}"));
        return exit::USAGE;
    }
    if killed == kills.len() { exit::CONFORMANT } else { exit::FAILURES }
}

fn line(kill: &Kill) -> String {
    match &kill.by {
        Some(by) => format!("killed    {:<44} by {} ({})\n", kill.name, by.case, by.requirement),
        None => format!("SURVIVED  {:<44} {}\n", kill.name, kill.says),
    }
}
