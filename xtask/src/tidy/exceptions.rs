//! Listed exceptions, each with a reason. One that is no longer needed is itself a breach.

use super::breach::Breach;

/// Where the exceptions are listed.
pub const PATH: &str = "xtask/tidy-exceptions.txt";

/// Removes listed breaches; adds one for each line that is malformed or not needed.
pub fn apply(list: &str, breaches: &mut Vec<Breach>) {
    let mut own = Vec::new();
    for (at, line) in list.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
        let [path, rule, reason] = parts[..] else {
            own.push(Breach::new(PATH, at + 1, "exception", "write: path | rule | reason"));
            continue;
        };
        if reason.len() < 10 {
            own.push(Breach::new(PATH, at + 1, "exception", "the reason is missing"));
        }
        let before = breaches.len();
        breaches.retain(|breach| breach.path != path || breach.rule != rule);
        if breaches.len() == before {
            let text = format!("{path} no longer breaks {rule}");
            own.push(Breach::new(PATH, at + 1, "exception", text));
        }
    }
    breaches.append(&mut own);
}
