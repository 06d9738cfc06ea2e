//! Runs the benches and prints their figures as ratios of one run.
//!
//! A group with a benchmark whose name starts with `baseline` or `bare` is measured against that
//! one, any other group against its fastest.

use crate::{Failure, shell};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Mean time in picoseconds by group and benchmark; integers, so that nothing rounds twice.
type Figures = BTreeMap<String, BTreeMap<String, u64>>;

/// Runs `cargo bench` and prints the table.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let skip = arguments.iter().any(|word| word == "--no-run");
    let rest: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| *word != "--no-run").collect();
    if rest.len() > 1 || rest.iter().any(|word| word.starts_with('-')) {
        return Err(Failure::Usage("bench takes one filter".to_owned()));
    }
    let folder = root.join("target/criterion");
    if !skip {
        // Figures of another run must not end up in the same table.
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|error| format!("old figures: {error}"))?;
        }
        let mut words = vec!["bench", "--workspace", "--bench", "*"];
        if let [filter] = rest[..] {
            words.extend(["--", filter]);
        }
        if !shell::passes(root, "cargo", &words, &[]) {
            return Err(Failure::Found(shell::line("cargo", &words, &[]) + " failed"));
        }
    }
    let mut figures = Figures::new();
    collect(&folder, &mut figures)?;
    if figures.is_empty() {
        return Err(Failure::Found("no figures; does any package have benches?".to_owned()));
    }
    print!("{}", table(&figures));
    Ok(())
}

/// Walks down to every `new/estimates.json`.
fn collect(folder: &Path, figures: &mut Figures) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if !path.is_dir() {
            continue;
        }
        if path.file_name().is_some_and(|name| name == "new") {
            let read = |name: &str| -> Result<Value, String> {
                let text = std::fs::read_to_string(path.join(name));
                let text = text.map_err(|error| format!("{name}: {error}"))?;
                serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))
            };
            let (id, estimates) = (read("benchmark.json")?, read("estimates.json")?);
            let group = id["group_id"].as_str().unwrap_or("").to_owned();
            let name = ["function_id", "value_str"].iter().filter_map(|key| id[*key].as_str());
            let name = name.collect::<Vec<_>>().join("/");
            let mean = picoseconds(&estimates["mean"]["point_estimate"])?;
            let name = if name.is_empty() { group.clone() } else { name };
            figures.entry(group).or_default().insert(name, mean);
        } else {
            collect(&path, figures)?;
        }
    }
    Ok(())
}

/// Criterion writes nanoseconds as a decimal fraction.
#[expect(clippy::float_arithmetic, reason = "a figure for people, no run sees it")]
fn picoseconds(value: &Value) -> Result<u64, String> {
    let nanos = value.as_f64().ok_or("an estimate without a mean")?;
    Ok((nanos * 1000.0) as u64)
}

fn table(figures: &Figures) -> String {
    let mut out = String::new();
    for (group, members) in figures {
        let fastest = members.values().min().copied().unwrap_or(1);
        let unit = members
            .iter()
            .find(|(name, _)| name.starts_with("baseline") || name.starts_with("bare"))
            .map_or(fastest, |(_, mean)| *mean)
            .max(1);
        out += &format!("{group}\n");
        for (name, mean) in members {
            let hundredths = u128::from(*mean) * 100 / u128::from(unit);
            let ratio = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            out += &format!("    {ratio:>10} x  {name}\n");
        }
    }
    out + "time per iteration; 1.00 is the baseline of the group, or its fastest member\n"
}

#[cfg(test)]
mod tests {
    use super::{Figures, table};

    #[test]
    fn ratios_are_taken_within_a_group() {
        let mut figures = Figures::new();
        let group = figures.entry("kernel".to_owned()).or_default();
        group.extend([("baseline".to_owned(), 2000), ("ours".to_owned(), 2500)]);
        let other = figures.entry("codec".to_owned()).or_default();
        other.extend([("a".to_owned(), 30), ("b".to_owned(), 10)]);
        let text = table(&figures);
        for line in ["1.00 x  baseline", "1.25 x  ours", "3.00 x  a", "1.00 x  b"] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
