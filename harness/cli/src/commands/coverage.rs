//! `wireproof coverage`: which requirements are checked, and which are not and why.

use crate::args::Coverage as Arguments;
use crate::{exit, output};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use std::fmt::Write as _;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::requirements::table::{Tally, rows, tally};
use wireproof_runner::requirements::{CheckKind, Coverage, Requirement};
use wireproof_runner::scenario::error::nearest;

pub fn coverage<P: Speaks + Judged>(library: &Library<P>, args: &Arguments) -> u8 {
    let coverage = library.coverage();
    let text = match &args.area {
        None => summary(library, &coverage),
        Some(area) => {
            let area = area.to_uppercase();
            let rules = library.requirements.iter().filter(|rule| rule.area() == area);
            let rules: Vec<&Requirement> = rules.collect();
            if rules.is_empty() {
                let near = nearest(&area, library.requirements.iter().map(Requirement::area));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                output::complain(&format!("error: no requirement has the area {area}{hint}"));
                return exit::USAGE;
            }
            sheet(&rules, &coverage)
        }
    };
    output::print(&text);
    let open = coverage.unchecked(&library.requirements);
    if open.is_empty() { exit::CONFORMANT } else { exit::INCOMPLETE }
}

fn summary<P: Speaks + Judged>(library: &Library<P>, coverage: &Coverage) -> String {
    let mut table = plain();
    table.set_header([
        "area",
        "level",
        "rules",
        "C",
        "W",
        "M",
        "readings",
        "checked",
        "excluded",
        "open",
        "vectors",
        "machines",
        "scenarios",
        "invariants",
    ]);
    for row in rows(&library.requirements, coverage) {
        table.add_row(cells(&row.area, row.level.name(), &row.tally));
    }
    let total = tally(library.requirements.iter(), coverage);
    table.add_row(cells("all", "", &total));
    right(&mut table, 2);
    let mut out = format!("{}\n", table.trim_fmt());
    let excluded: Vec<_> = library
        .requirements
        .iter()
        .filter_map(|rule| rule.excluded.as_ref().map(|reason| (&rule.id, reason)))
        .collect();
    if !excluded.is_empty() {
        out.push_str("\nNot checked, with the reason\n");
        excluded.iter().for_each(|(id, reason)| {
            let _ = writeln!(out, "  {id:<16} {reason}");
        });
    }
    let open = coverage.unchecked(&library.requirements);
    if !open.is_empty() {
        out.push_str("\nOPEN: nothing that could settle them, and no reason\n");
    }
    for id in &open {
        let rule = library.requirements.get(id);
        let _ = writeln!(out, "  {id:<16} {}", rule.map_or("", |rule| rule.says.as_str()));
    }
    let _ = writeln!(
        out,
        "\n{} of {} requirements checked, {} excluded with a reason, {} open\n\
         `wireproof coverage AREA` shows one area, `wireproof explain ID` one requirement",
        total.checked, total.rules, total.excluded, total.open
    );
    out
}

fn cells(area: &str, level: &str, tally: &Tally) -> Vec<String> {
    let [codec, wire, model] = tally.classes;
    let [vectors, machines, scenarios, invariants] = tally.checks;
    let numbers = [
        tally.rules,
        codec,
        wire,
        model,
        tally.readings,
        tally.checked,
        tally.excluded,
        tally.open,
        vectors,
        machines,
        scenarios,
        invariants,
    ];
    let numbers = numbers.iter().map(usize::to_string);
    [area.to_owned(), level.to_owned()].into_iter().chain(numbers).collect()
}

fn sheet(rules: &[&Requirement], coverage: &Coverage) -> String {
    let mut table = plain();
    table.set_header([
        "id",
        "level",
        "class",
        "state",
        "vectors",
        "machines",
        "scenarios",
        "invariants",
        "says",
    ]);
    for rule in rules {
        let state = match (coverage.settles(rule), &rule.excluded) {
            (true, _) => "checked",
            (false, Some(_)) => "excluded",
            (false, None) => "OPEN",
        };
        let count =
            |kind| coverage.of(&rule.id).filter(|check| check.kind == kind).count().to_string();
        let mut row = vec![
            rule.id.clone(),
            rule.level.name().to_owned(),
            rule.class.letter().to_owned(),
            state.to_owned(),
        ];
        row.extend(CheckKind::ALL.map(count));
        row.push(rule.excluded.clone().unwrap_or_else(|| rule.says.clone()));
        table.add_row(row);
    }
    format!("{}\n", table.trim_fmt())
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// Numbers stand to the right, from column `first` on.
fn right(table: &mut Table, first: usize) {
    for column in table.column_iter_mut().skip(first) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
