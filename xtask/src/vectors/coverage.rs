//! What the vectors as a whole must contain.

use super::bytes::Problem;
use super::file::Vector;
use super::table::{MESSAGES, STRUCTURES};
use std::collections::BTreeSet;

/// Every block that some body may hold.
const BLOCKS: [&str; 15] = [
    "body.auth_block",
    "body.auth_filler",
    "body.classic",
    "body.diagnostic",
    "body.extensions",
    "body.extension_frames",
    "body.filler",
    "body.inline_objects",
    "body.migration_token",
    "body.object",
    "body.object_references",
    "body.prelude",
    "body.profile_block",
    "body.resume_token_block",
    "body.typed",
];

/// Every message and structure is taken and refused somewhere, every block taken somewhere, and
/// every reserved field is refused when it is not zero.
pub fn missing(vectors: &[Vector]) -> Vec<Problem> {
    let mut taken = BTreeSet::new();
    let mut refused = BTreeSet::new();
    let mut blocks = BTreeSet::new();
    let mut edited = BTreeSet::new();
    for vector in vectors {
        let name = subject(vector, vectors);
        let set = if vector.verdict == "invalid" { &mut refused } else { &mut taken };
        set.insert(name.clone());
        let keys = vector.fields.iter().filter_map(|f| f.as_object()).flat_map(|f| f.keys());
        blocks.extend(keys.filter(|key| key.starts_with("body.")).cloned());
        for edit in vector.edits.iter().flat_map(|(_, edits)| edits) {
            if let Some(field) = edit.get("set").and_then(|field| field.as_str()) {
                edited.insert(format!("{name} {field}"));
            }
        }
    }
    let mut problems = Vec::new();
    for table in &MESSAGES {
        for (set, what) in [(&taken, "valid"), (&refused, "refused")] {
            if !set.contains(table.name) {
                problems.push(format!("no {what} vector for {}", table.name));
            }
        }
        for field in table.rows().iter().filter(|field| table.is_zero(field.name)) {
            if !edited.contains(&format!("{} {}", table.name, field.name)) {
                problems.push(format!("no refusal of {} {}", table.name, field.name));
            }
        }
    }
    let entry = |name: &str| name != "control_extension_entry";
    let names = STRUCTURES.iter().map(|table| table.name).filter(|name| entry(name));
    problems.extend(
        names.filter(|name| !taken.contains(*name)).map(|n| format!("no valid vector for {n}")),
    );
    let absent = BLOCKS.iter().filter(|block| !blocks.contains(**block));
    problems.extend(absent.map(|block| format!("no vector with {block}")));
    problems
}

/// The message or structure a vector is about; for refused ones that of its base.
fn subject(vector: &Vector, all: &[Vector]) -> String {
    if let Some(structure) = &vector.structure {
        return structure.clone();
    }
    let base = vector.edits.as_ref().and_then(|(base, _)| all.iter().find(|v| v.id == *base));
    let bytes = &base.unwrap_or(vector).bytes;
    let number = bytes.get(6).copied().unwrap_or(0);
    let table = MESSAGES.iter().find(|table| table.number == u64::from(number));
    table.map_or(String::new(), |table| table.name.to_owned())
}
