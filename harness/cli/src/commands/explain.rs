//! `wireproof explain`.

use crate::args::Explain;
use crate::{exit, output};
use std::fmt::Write as _;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::requirements::Explanation;
use wireproof_runner::scenario::error::nearest;

pub fn explain<P: Speaks + Judged>(library: &Library<P>, args: &Explain) -> u8 {
    let wanted = args.requirement.to_uppercase();
    let ends = |id: &&str| *id == wanted || id.ends_with(&format!("-{wanted}"));
    let Some(id) = library.requirements.ids().find(ends) else {
        let near = nearest(&wanted, library.requirements.ids());
        let hint = match near {
            Some(near) => format!("did you mean {near}?"),
            None => "one of another protocol needs its --protocol".to_owned(),
        };
        let protocol = P::NAME;
        output::complain(&format!("error: {protocol} has no requirement {wanted}; {hint}"));
        return exit::USAGE;
    };
    let coverage = library.coverage();
    if let Some(explanation) = coverage.explain(&library.requirements, id) {
        output::print(&page::<P>(&explanation));
    }
    exit::CONFORMANT
}

fn page<P: Speaks + Judged>(explanation: &Explanation<'_>) -> String {
    let rule = explanation.requirement;
    let mut out = format!(
        "{}  {}  class {}  {}\n\n  {}\n",
        rule.id,
        rule.level.name(),
        rule.class.letter(),
        rule.clause,
        rule.says
    );
    for reading in &rule.readings {
        let about = match reading.about.as_str() {
            "" => "the rule as a whole",
            about => about,
        };
        let _ = write!(out, "\n  Rests on reading {}: {about}.", reading.id);
        out.push_str(" Who differs there diverges and does not fail.\n");
    }
    if let Some(reason) = &rule.excluded {
        let _ = writeln!(out, "\n  Not checked: {reason}");
    }
    out.push_str("\nChecked by\n");
    if explanation.checks.is_empty() {
        out.push_str("  nothing yet\n");
    }
    for check in &explanation.checks {
        let _ = writeln!(out, "  {:<10} {}", check.kind.name(), check.id);
    }
    let broken: Vec<_> = P::mutants()
        .iter()
        .filter(|mutant| mutant.requirements.contains(&rule.id.as_str()))
        .collect();
    if !broken.is_empty() {
        out.push_str("\nBroken on purpose by\n");
    }
    for mutant in broken {
        let _ = writeln!(out, "  mutant:{}  {}", mutant.name, mutant.says);
    }
    out
}
