//! The kill matrix as Markdown.

use super::audit::{Audit, Standing, Tally};
use super::kill::Kill;
use crate::report::{WriteError, replace};
use crate::requirements::Class;
use std::fmt::Write as _;
use std::path::Path;
use wireproof_base::Verdict;

/// The kill matrix.
pub fn markdown(protocol: &str, audit: &Audit<'_>) -> String {
    let mut out = format!(
        "# Kill matrix of {protocol}\n\n\
         Every mutant is the reference with one named defect, run over the suite at least \
         until a check reports what it breaks. A requirement \
         has been seen to break when a check that reports it kills a mutant which is \
         known to break it. Written by `wireproof mutants --write`; do not edit.\n\n"
    );
    let (killed, named) = audit.killed();
    let _ = writeln!(
        out,
        "{killed} of {} mutants killed, {named} by a check that reports a requirement the mutant \
         breaks.\n",
        audit.kills.len()
    );
    summary(&mut out, audit);
    requirements(&mut out, audit);
    mutants(&mut out, audit);
    out
}

fn summary(out: &mut String, audit: &Audit<'_>) {
    out.push_str("| class | rules | seen to break | excluded | no mutant possible | open |\n");
    out.push_str("|---|---:|---:|---:|---:|---:|\n");
    for (class, name) in CLASSES {
        let Tally { rules, seen, excluded, reasoned, open } = audit.tally(class);
        let letter = class.letter();
        let _ = writeln!(
            out,
            "| {letter}, {name} | {rules} | {seen} | {excluded} | {reasoned} | {open} |"
        );
    }
}

fn requirements(out: &mut String, audit: &Audit<'_>) {
    out.push_str("\n## Requirements\n\n");
    out.push_str("| requirement | level | class | mutant | sits in | killed by | as |\n");
    out.push_str("|---|---|---|---|---|---|---|\n");
    let mut without = String::new();
    for (rule, standing) in audit.standings() {
        let row = format!("| {} | {} | {} |", rule.id, rule.level.name(), rule.class.letter());
        let mut tell = |what: &str, reason: &str| {
            let _ = writeln!(without, "{row} {what} | {} |", cell(reason));
        };
        match standing {
            Standing::Seen(..) => {}
            Standing::Excluded(reason) => tell("excluded", reason),
            Standing::Reasoned(reason) => tell("no mutant possible", reason),
            Standing::Open => tell("**open**", ""),
        }
        let breaks = |kill: &&Kill| kill.mutant.requirements.contains(&rule.id.as_str());
        for kill in audit.kills.iter().filter(breaks) {
            let Some(killer) = kill.named.get(rule.id.as_str()) else { continue };
            let (name, level) = (kill.mutant.name, kill.mutant.level.name());
            let _ = writeln!(
                out,
                "{row} {name} | {level} | {} | {} |",
                cell(&killer.case),
                verdict(killer.verdict)
            );
        }
    }
    if !without.is_empty() {
        out.push_str("\n### Not seen to break\n\n");
        out.push_str(
            "| requirement | level | class | standing | reason |\n|---|---|---|---|---|\n",
        );
        out.push_str(&without);
    }
}

fn mutants(out: &mut String, audit: &Audit<'_>) {
    out.push_str("\n## Mutants\n\n");
    out.push_str("| mutant | sits in | what it does | reported | not reported | failures |\n");
    out.push_str("|---|---|---|---|---|---:|\n");
    let mut survivors = String::new();
    for kill in audit.kills {
        let (reported, rest): (Vec<&str>, Vec<&str>) =
            kill.mutant.requirements.iter().partition(|id| kill.named.contains_key(**id));
        let reported = match (&kill.other, kill.is_named()) {
            (_, true) => reported.join(", "),
            (Some(other), false) => format!("only {} by {}", other.requirement, cell(&other.case)),
            (None, false) => match &kill.died {
                Some(death) => format!("only {}", cell(&death.to_string())),
                None => "**survived**".to_owned(),
            },
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {reported} | {} | {} |",
            kill.mutant.name,
            kill.mutant.level.name(),
            cell(kill.mutant.says),
            rest.join(", "),
            kill.failing
        );
        if !kill.killed() {
            let name = kill.mutant.name;
            let reason = audit.exceptions.survivor(name).unwrap_or("**no reason written**");
            let _ = writeln!(survivors, "| {name} | {} |", cell(reason));
        }
    }
    if !survivors.is_empty() {
        out.push_str("\n### Survivors\n\n| mutant | reason |\n|---|---|\n");
        out.push_str(&survivors);
    }
}

/// Writes the kill matrix.
pub fn write(path: &Path, protocol: &str, audit: &Audit<'_>) -> Result<(), WriteError> {
    let table = markdown(protocol, audit);
    replace(path, |file| std::io::Write::write_all(file, table.as_bytes()))
        .map_err(|error| WriteError { path: path.to_owned(), error })
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::PassWithWarning => "warning",
        other => other.name(),
    }
}

const CLASSES: [(Class, &str); 3] =
    [(Class::Codec, "codec"), (Class::Wire, "exchange"), (Class::Model, "model")];
