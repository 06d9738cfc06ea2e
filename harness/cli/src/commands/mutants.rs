//! `wireproof mutants`: every check has been seen to fail.

use crate::args::Mutants;
use crate::progress::Bar;
use crate::{exit, output};
use std::path::Path;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::mutation::{self, Audit, Exceptions, ExceptionsError, Kill, Pace, Settings};
use wireproof_runner::requirements::Class;

pub fn mutants<P: Speaks + Judged>(
    library: &Library<P>,
    root: Option<&Path>,
    args: &Mutants,
) -> u8 {
    let exceptions = match exceptions(root, &library.name, args) {
        Ok(exceptions) => exceptions,
        Err(error) => {
            output::complain(&format!("error: {error}"));
            return exit::USAGE;
        }
    };
    let bar = Bar::new(args.quiet);
    let settings = Settings {
        filter: &args.filter,
        pace: if args.full { Pace::Full } else { Pace::Quick },
        seeds: args.seeds,
        threads: super::run::threads(args.threads),
        progress: &bar,
    };
    let kills = match mutation::run(library, &exceptions, &settings) {
        Ok(kills) => kills,
        Err(error) => return super::run::refuse(&error),
    };
    if kills.is_empty() {
        output::complain("no mutant matches");
        return exit::NOTHING;
    }
    for kill in kills.iter().filter(|kill| !(args.quiet && kill.is_named())) {
        output::print(&line(kill));
    }
    let audit =
        Audit { requirements: &library.requirements, kills: &kills, exceptions: &exceptions };
    // A part of the mutants says nothing about what the whole of them leaves open.
    let whole = args.filter.is_empty();
    let complaints = if whole { audit.complaints() } else { audit.survivors().collect() };
    output::print(&sums(&audit, whole));
    if let Some(path) = &args.write
        && let Err(problem) = mutation::write(path, P::NAME, &audit)
    {
        output::complain(&format!("error: {problem}"));
        return exit::USAGE;
    }
    for complaint in &complaints {
        output::complain(&complaint.to_string());
    }
    if complaints.is_empty() { exit::CONFORMANT } else { exit::FAILURES }
}

fn exceptions(
    root: Option<&Path>,
    name: &str,
    args: &Mutants,
) -> Result<Exceptions, ExceptionsError> {
    if let Some(path) = &args.exceptions {
        return mutation::load(path);
    }
    let root = root.map(Path::to_path_buf).or_else(super::nearest_root).unwrap_or_default();
    let path = root.join("reports").join(format!("{name}-mutant-exceptions.yaml"));
    if path.exists() { mutation::load(&path) } else { Ok(Exceptions::default()) }
}

fn line(kill: &Kill) -> String {
    let name = kill.mutant.name;
    let end = kill.died.as_ref().map(|death| format!(", ended by {death}")).unwrap_or_default();
    match kill.by() {
        Some(by) if kill.is_named() => {
            let missing =
                kill.mutant.requirements.iter().filter(|id| !kill.named.contains_key(**id));
            let missing = missing.copied().collect::<Vec<_>>().join(", ");
            let also = if missing.is_empty() { String::new() } else { format!(", not {missing}") };
            format!("killed    {name:<44} by {} ({}{also}){end}\n", by.case, by.requirement)
        }
        Some(by) => {
            let broken = kill.mutant.requirements.join(", ");
            let (case, reported) = (&by.case, &by.requirement);
            format!("elsewhere {name:<44} by {case} ({reported}), but it breaks {broken}{end}\n")
        }
        None if kill.killed() => format!("died      {name:<44} {}\n", &end[2..]),
        None => format!("SURVIVED  {name:<44} {}\n", kill.mutant.says),
    }
}

fn sums(audit: &Audit<'_>, whole: bool) -> String {
    let (killed, named) = audit.killed();
    let all = audit.kills.len();
    let mut text = format!("{killed} of {all} mutants killed, {named} by what they break\n");
    if !whole {
        return text;
    }
    for class in [Class::Codec, Class::Wire, Class::Model] {
        let tally = audit.tally(class);
        text.push_str(&format!(
            "class {}: {} of {} requirements seen to break, {} excluded, {} with a reason, \
             {} open\n",
            class.letter(),
            tally.seen,
            tally.rules,
            tally.excluded,
            tally.reasoned,
            tally.open
        ));
    }
    text
}
