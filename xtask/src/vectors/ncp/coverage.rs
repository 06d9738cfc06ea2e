//! What the vectors as a whole must contain.

use super::file::Vector;
use super::structure::BOTH;
use super::table::FRAMES;
use super::{codes, packet};
use crate::vectors::bytes::Problem;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every frame is taken in both tiers and, if it has members, refused in both; every member of
/// every table stands in a frame of either tier; every code stands in an ErrorFrame under its
/// status; every structure is taken and refused.
pub fn missing(vectors: &[Vector]) -> Vec<Problem> {
    let mut problems = frames(vectors);
    problems.extend(errors(vectors));
    for name in BOTH {
        for verdict in ["valid", "invalid"] {
            let is = |vector: &Vector| {
                vector.structure.as_deref() == Some(name) && vector.verdict == verdict
            };
            if !vectors.iter().any(is) {
                problems.push(format!("no {verdict} vector for {name}"));
            }
        }
    }
    problems
}

fn frames(vectors: &[Vector]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    for vector in vectors.iter().filter(|vector| vector.structure.is_none()) {
        let Ok(([number, flags, _], _)) = packet::split(&vector.bytes) else { continue };
        let refused = vector.verdict == "invalid";
        let tier = flags & 3;
        seen.insert((number, tier, refused, String::new()));
        let members = vector.fields.as_ref().and_then(|fields| fields["payload"].as_object());
        for name in members.into_iter().flat_map(|members| members.keys()) {
            seen.insert((number, tier, refused, name.clone()));
        }
    }
    let mut problems = Vec::new();
    for frame in &FRAMES {
        let number = u64::from(frame.number);
        for (tier, shown) in [(0, "Tier-1"), (1, "Tier-2")] {
            let lacks = |refused: bool, name: &str| {
                !seen.contains(&(number, tier, refused, name.to_owned()))
            };
            if lacks(false, "") {
                problems.push(format!("no {} taken in {shown}", frame.name));
            }
            let rows = frame.rows();
            if !rows.is_empty() && lacks(true, "") {
                problems.push(format!("no {} refused in {shown}", frame.name));
            }
            let absent = rows.iter().filter(|member| lacks(false, member.name));
            problems.extend(
                absent.map(|member| format!("no {} with {} in {shown}", frame.name, member.name)),
            );
        }
    }
    problems
}

fn errors(vectors: &[Vector]) -> Vec<Problem> {
    let member = |fields: &Value, name: &str| {
        fields["payload"][name].as_str().map_or_else(String::new, str::to_owned)
    };
    let pair = |fields: &Value| (member(fields, "error"), member(fields, "status"));
    let pairs: BTreeSet<(String, String)> = vectors
        .iter()
        .filter_map(|vector| vector.fields.as_ref())
        .filter(|fields| fields["header.frame"] == 0xFE)
        .map(pair)
        .collect();
    let mut problems: Vec<Problem> = codes::all()
        .filter(|code| {
            let status = codes::status_of(code).unwrap_or_default();
            !pairs.contains(&((*code).to_owned(), status.to_owned()))
        })
        .map(|code| format!("no ErrorFrame with {code} under its status"))
        .collect();
    let wrong = |(code, status): &&(String, String)| {
        code != status && codes::status_of(code) != Some(status)
    };
    problems.extend(pairs.iter().filter(wrong).map(|(c, s)| format!("{c} is not under {s}")));
    problems
}
