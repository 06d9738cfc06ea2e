//! `wireproof list`.

use crate::args::{List, Listing};
use crate::{exit, output};
use comfy_table::{ContentArrangement, Table, presets};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;

/// Prints a list. What the program knows by itself needs no data to be loaded.
pub fn list<P: Speaks + Judged>(
    args: &List,
    library: impl FnOnce() -> Result<Library<P>, String>,
) -> Result<u8, String> {
    let (head, rows) = match args.what {
        Listing::Scenarios => scenarios(&library()?),
        Listing::Vectors => vectors(&library()?),
        Listing::Requirements => requirements(&library()?),
        Listing::Invariants => invariants::<P>(),
        Listing::Capabilities => capabilities::<P>(),
        Listing::Mutants => mutants::<P>(),
    };
    let wanted = |row: &Vec<String>| match &args.filter {
        Some(text) => row.iter().any(|cell| cell.contains(text.as_str())),
        None => true,
    };
    let rows: Vec<_> = rows.into_iter().filter(wanted).collect();
    if rows.is_empty() {
        output::complain("nothing matches");
        return Ok(exit::NOTHING);
    }
    let count = rows.len();
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head);
    table.add_rows(rows);
    output::print(&format!("{}\n{count} in all\n", table.trim_fmt()));
    Ok(exit::CONFORMANT)
}

/// Head and rows of a table.
type Sheet = (Vec<&'static str>, Vec<Vec<String>>);

fn scenarios<P: Speaks + Judged>(library: &Library<P>) -> Sheet {
    let rows = library.scenarios.iter().map(|scenario| {
        let roles: Vec<&str> = scenario.sut.iter().map(|role| role.name()).collect();
        vec![
            scenario.id.clone(),
            scenario.depth.to_string(),
            roles.join(","),
            scenario.title.clone(),
        ]
    });
    (vec!["id", "depth", "sut", "title"], rows.collect())
}

fn vectors<P: Speaks + Judged>(library: &Library<P>) -> Sheet {
    let groups = library.sweeps.iter().flat_map(|sweep| &sweep.groups).map(|group| {
        let note = format!("{} ({} forms)", group.note, group.numbers.len());
        vec![group.id.clone(), "invalid".to_owned(), group.requirements.join(" "), note]
    });
    let rows = library.vectors.iter().map(|vector| {
        vec![
            vector.id.clone(),
            format!("{:?}", vector.expected).to_lowercase(),
            vector.requirements.join(" "),
            vector.note.clone(),
        ]
    });
    (vec!["id", "expected", "requirements", "note"], rows.chain(groups).collect())
}

fn requirements<P: Speaks + Judged>(library: &Library<P>) -> Sheet {
    let rows = library.requirements.iter().map(|rule| {
        vec![
            rule.id.clone(),
            rule.level.name().to_owned(),
            rule.class.letter().to_owned(),
            rule.clause.clone(),
            rule.says.clone(),
        ]
    });
    (vec!["id", "level", "class", "clause", "says"], rows.collect())
}

fn invariants<P: Judged>() -> Sheet {
    let rows = P::invariants()
        .iter()
        .map(|invariant| vec![invariant.name.to_owned(), invariant.says.to_owned()]);
    (vec!["name", "says"], rows.collect())
}

fn capabilities<P: Speaks>() -> Sheet {
    (vec!["capability"], P::capabilities().iter().map(|&name| vec![name.to_owned()]).collect())
}

fn mutants<P: Speaks>() -> Sheet {
    let rows = P::mutants().iter().map(|mutant| {
        vec![
            mutant.name.to_owned(),
            mutant.level.name().to_owned(),
            mutant.role.name().to_owned(),
            mutant.requirements.join(" "),
            mutant.says.to_owned(),
        ]
    });
    (vec!["name", "level", "role", "requirements", "says"], rows.collect())
}
