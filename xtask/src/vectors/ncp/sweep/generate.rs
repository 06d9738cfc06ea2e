//! All sweeps, file by file.

use super::members;
use super::model::{Group, Sweep};
use super::shape;
use crate::vectors::bytes::Problem;
use crate::vectors::ncp::file::Vector;
use crate::vectors::ncp::packet::Parts;

/// The frames that are swept, in both tiers: together they show every member of every table.
const BASES: [(&str, &[&str]); 19] = [
    ("anchor", &["anchor.full"]),
    ("diff", &["diff.full"]),
    ("stream", &["stream.full", "stream.abort"]),
    ("caps", &["caps.full"]),
    ("hello", &["hello.full"]),
    ("query", &["query.full", "query.aggregate"]),
    ("action", &["action.full"]),
    ("subscribe", &["subscribe.full"]),
    ("ident", &["ident.full"]),
    ("trust", &["trust.plain"]),
    ("revoke", &["revoke.superseded"]),
    ("announce", &["announce.node"]),
    ("resolve", &["resolve.answer", "resolve.request"]),
    ("graph", &["graph.full", "graph.increment"]),
    ("task", &["task.full"]),
    ("delegate", &["delegate.full"]),
    ("sync", &["sync.full"]),
    ("align_stream", &["align_stream.full"]),
    ("error", &["error.full"]),
];

/// Name and sweeps of every file.
pub fn generate(vectors: &[Vector]) -> Result<Vec<(String, Vec<Sweep>)>, Problem> {
    let mut files = Vec::new();
    for (name, bases) in BASES {
        let mut sweeps = Vec::new();
        let mut shown: Vec<String> = Vec::new();
        for base in bases {
            for tier in ["json", "msgpack"] {
                let id = format!("{base}_{tier}");
                let vector = vectors.iter().find(|vector| vector.id == id);
                let vector = vector.ok_or_else(|| format!("no vector {id}"))?;
                let parts = Parts::read(&vector.bytes)?;
                // What another base of the same tier has shown is not shown again.
                let seen = |member: &str| shown.contains(&format!("{tier} {member}"));
                let main = *base == bases[0];
                let mut groups: Vec<Group> = Vec::new();
                if main {
                    groups.extend(shape::groups(&vector.bytes, &parts, name == "error"));
                }
                groups.extend(members::groups(&vector.bytes, &parts, &seen)?);
                let names = parts.payload.members().iter().map(|(name, _)| name);
                shown.extend(names.map(|name| format!("{tier} {name}")));
                sweeps.push(Sweep { base: id, groups });
            }
        }
        files.push((format!("{name}.json"), sweeps));
    }
    Ok(files)
}
