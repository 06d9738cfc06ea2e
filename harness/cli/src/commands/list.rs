//! `wireproof list`.

use crate::args::{List, Listing};
use crate::{exit, output};
use comfy_table::{ContentArrangement, Table, presets};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;

pub fn list<P: Speaks + Judged>(library: &Library<P>, args: &List) -> u8 {
    let (head, rows) = rows(library, args.what);
    let wanted = |row: &Vec<String>| match &args.filter {
        Some(text) => row.iter().any(|cell| cell.contains(text.as_str())),
        None => true,
    };
    let rows: Vec<_> = rows.into_iter().filter(wanted).collect();
    if rows.is_empty() {
        output::complain("nothing matches");
        return exit::NOTHING;
    }
    let count = rows.len();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head);
    table.add_rows(rows);
    output::print(&format!("{}\n{count} in all\n", table.trim_fmt()));
    exit::CONFORMANT
}

fn rows<P: Speaks + Judged>(
    library: &Library<P>,
    what: Listing,
) -> (Vec<&'static str>, Vec<Vec<String>>) {
    match what {
        Listing::Scenarios => (
            vec!["id", "depth", "sut", "title"],
            library
                .scenarios
                .iter()
                .map(|scenario| {
                    let roles: Vec<&str> = scenario.sut.iter().map(|role| role.name()).collect();
                    vec![
                        scenario.id.clone(),
                        scenario.depth.to_string(),
                        roles.join(","),
                        scenario.title.clone(),
                    ]
                })
                .collect(),
        ),
        Listing::Vectors => (
            vec!["id", "expected", "requirements", "note"],
            library
                .vectors
                .iter()
                .map(|vector| {
                    vec![
                        vector.id.clone(),
                        format!("{:?}", vector.expected).to_lowercase(),
                        vector.requirements.join(" "),
                        vector.note.clone(),
                    ]
                })
                .collect(),
        ),
        Listing::Requirements => (
            vec!["id", "level", "class", "clause", "says"],
            library
                .requirements
                .iter()
                .map(|rule| {
                    vec![
                        rule.id.clone(),
                        rule.level.name().to_owned(),
                        rule.class.letter().to_owned(),
                        rule.clause.clone(),
                        rule.says.clone(),
                    ]
                })
                .collect(),
        ),
        Listing::Invariants => (
            vec!["name", "says"],
            P::invariants()
                .iter()
                .map(|invariant| vec![invariant.name.to_owned(), invariant.says.to_owned()])
                .collect(),
        ),
        Listing::Capabilities => (
            vec!["capability"],
            P::capabilities().iter().map(|&name| vec![name.to_owned()]).collect(),
        ),
        Listing::Mutants => (
            vec!["name", "level", "role", "requirements", "says"],
            P::mutants()
                .iter()
                .map(|mutant| {
                    vec![
                        mutant.name.to_owned(),
                        mutant.level.name().to_owned(),
                        mutant.role.name().to_owned(),
                        mutant.requirements.join(" "),
                        mutant.says.to_owned(),
                    ]
                })
                .collect(),
        ),
    }
}
