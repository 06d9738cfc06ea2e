//! Groups about the members of a payload: missing, null, doubled, of another type, out of range.

use super::model::{Edit, Group, Refusal};
use super::values;
use crate::vectors::bytes::Problem;
use crate::vectors::ncp::packet::Parts;
use crate::vectors::ncp::table::{FRAMES, Frame, Member};
use crate::vectors::ncp::tree::Tree;
use crate::vectors::ncp::{json, msgpack};

/// Where a member stands in the frame: from the value on, to its end.
struct Spot {
    from: usize,
    to: usize,
}

/// The groups of every member that `seen` does not know. A frame has a header of four bytes.
pub fn groups(
    bytes: &[u8],
    parts: &Parts,
    seen: &dyn Fn(&str) -> bool,
) -> Result<Vec<Group>, Problem> {
    let table = parts.table()?;
    let tier = parts.flags & 3;
    let mut groups = Vec::new();
    for (name, _) in parts.payload.members() {
        if seen(name) {
            continue;
        }
        let spot = spot(bytes, parts, name)?;
        if name == "frame" {
            groups.extend(frame(&spot, table.number, tier)?);
        } else if let Some(member) = table.rows().iter().find(|member| member.name == name) {
            groups.extend(one(parts, table, member, &spot)?);
        }
        groups.push(doubled(bytes, parts, name, &spot)?);
    }
    Ok(groups)
}

fn encoded(tree: &Tree, tier: u64) -> Result<Vec<u8>, Problem> {
    if tier == 0 {
        return json::write(tree, false).map(String::into_bytes);
    }
    let mut out = Vec::new();
    msgpack::write(tree, &mut out);
    Ok(out)
}

fn spot(bytes: &[u8], parts: &Parts, name: &str) -> Result<Spot, Problem> {
    let value = parts.payload.get(name).ok_or("no such member")?;
    // Members stand in the order of their names: what comes before is a payload of its own.
    let before = parts.payload.members().iter().filter(|(other, _)| other.as_str() < name);
    let before: Vec<(String, Tree)> = before.cloned().collect();
    let tier = parts.flags & 3;
    let key = encoded(&Tree::Text(name.to_owned()), tier)?.len();
    let lead = encoded(&Tree::Map(before.clone()), tier)?.len();
    let from = match (tier, before.is_empty()) {
        // `{` or `{…,` instead of `{…}`, then the name and a colon.
        (0, true) => 4 + 1 + key + 1,
        (0, false) => 4 + lead + key + 1,
        _ => 4 + lead + key,
    };
    let to = from + encoded(value, tier)?.len();
    if bytes.get(from..to) != Some(&encoded(value, tier)?[..]) {
        return Err(format!("{name} is not where it should be"));
    }
    Ok(Spot { from, to })
}

fn one(
    parts: &Parts,
    table: &'static Frame,
    member: &Member,
    spot: &Spot,
) -> Result<Vec<Group>, Problem> {
    let tier = parts.flags & 3;
    let forms = |trees: Vec<Tree>| -> Result<Vec<Vec<u8>>, Problem> {
        trees.iter().map(|tree| encoded(tree, tier)).collect()
    };
    let also = codes(table.name, member.name);
    let width = spot.to - spot.from;
    let group = |what: &str, note: &str, trees: Vec<Tree>, refusal: Refusal| {
        let name = format!("{}.{what}", member.name);
        let note = format!("{}: {note}", member.name);
        let edit = Edit::Forms(width, forms(trees)?);
        Ok::<Group, Problem>(Group::new(&name, &note, spot.from, edit, refusal.or(also)))
    };
    let mut wrong = Refusal::payload(&typed(table, member));
    if (table.name, member.name) == ("ANCHOR", "schema") {
        // What is no object is no schema either, and that has a code.
        wrong.kind = "NCP-ANCHOR-SCHEMA-INVALID";
        wrong.reading = None;
    }
    let mut groups =
        vec![group("type", "of another type", values::mistyped(member.kind, tier), wrong.clone())?];
    let beyond = values::beyond(member.kind);
    if !beyond.is_empty() {
        groups.push(group("range", "out of its range", beyond, wrong)?);
    }
    if member.required {
        let refusal = Refusal::payload(&[table.asks, "NCP-TIER-011"]);
        let null = refusal.clone().read(table.reading.unwrap_or("OP-47"));
        groups.push(group("null", "null, which is as good as absent", vec![Tree::Nil], null)?);
        groups.push(missing(parts, table, member, refusal.or(also))?);
    }
    Ok(groups)
}

fn missing(
    parts: &Parts,
    table: &Frame,
    member: &Member,
    refusal: Refusal,
) -> Result<Group, Problem> {
    let rest = parts.payload.members().iter().filter(|(name, _)| name != member.name);
    let payload = encoded(&Tree::Map(rest.cloned().collect()), parts.flags & 3)?;
    let width = parts.encoded(parts.flags)?.len();
    let refusal = match table.reading {
        Some(reading) => refusal.read(reading),
        None => refusal,
    };
    let (name, note) = (format!("{}.missing", member.name), format!("no {}", member.name));
    Ok(Group::new(&name, &note, 4, Edit::Forms(width, vec![payload]), refusal))
}

/// The requirements of a value that its type does not admit.
fn typed(table: &'static Frame, member: &Member) -> Vec<&'static str> {
    let mut ids = match member.kind {
        "u8" | "u32" | "u64" | "total" => vec!["NCP-TIER-009", "NCP-TIER-011"],
        _ => vec!["NCP-TIER-011"],
    };
    ids.push(table.asks);
    ids.extend(match (table.name, member.name) {
        ("ANCHOR", "anchor_id") => &["NCP-ANCHOR-002"][..],
        ("ANCHOR", "schema") => &["NCP-ANCHOR-031"],
        ("CAPS", "count") => &["NCP-CAPS-002", "NCP-CAPS-011"],
        ("CAPS", "inline_anchor") => &["NCP-CAPS-006"],
        ("CAPS", "token_est") => &["NCP-CAPS-005"],
        ("CAPS", "next_cursor") => &["NCP-CAPS-004"],
        ("DIFF", "patch" | "patch_format") => &["NCP-DIFF-003", "NCP-DIFF-010"],
        ("STREAM", "stream_id") => &["NCP-STREAM-002"],
        ("HELLO", "nps_version" | "min_version") => &["NCP-HELLO-006"],
        ("HELLO", "supported_encodings" | "supported_protocols") => &["NCP-HELLO-019"],
        ("HELLO", "agent_id") => &["NCP-HELLO-012"],
        ("ERROR", "details") => &["NCP-ERR-005"],
        ("QUERY", "limit") => &["NWP-FRM-002"],
        ("QUERY", "depth") => &["NPS-ADDR-010"],
        ("QUERY", "filter") => &["NWP-FRM-003"],
        ("QUERY", "token_budget") => &["NPS-TOK-006"],
        ("ACTION", "callback_url") | ("TASK", "callback_url") => &["NWP-FRM-007"],
        ("TASK", "dag") => &["NOP-FRM-002"],
        ("REVOKE", "reason") => &["NIP-FRM-005"],
        _ => &[],
    });
    ids.dedup();
    ids
}

/// Other codes that fit a fault of that member.
fn codes(frame: &str, member: &str) -> &'static [&'static str] {
    match (frame, member) {
        ("ANCHOR", "anchor_id") => &["NCP-ANCHOR-SCHEMA-INVALID", "NCP-ANCHOR-ID-MISMATCH"],
        ("ANCHOR", "schema") => {
            &["NCP-ANCHOR-SCHEMA-INVALID", "NCP-ANCHOR-ID-MISMATCH", "NPS-CLIENT-BAD-FRAME"]
        }
        ("DIFF", "patch" | "patch_format") => &["NCP-DIFF-FORMAT-UNSUPPORTED"],
        ("HELLO", "nps_version" | "min_version") => &["NCP-VERSION-INCOMPATIBLE"],
        ("HELLO", "supported_encodings" | "supported_protocols") => {
            &["NCP-VERSION-INCOMPATIBLE", "NCP-ENCODING-UNSUPPORTED"]
        }
        ("QUERY", "filter") => &["NWP-QUERY-FILTER-INVALID"],
        ("QUERY", "aggregate") => &["NWP-QUERY-AGGREGATE-INVALID"],
        ("QUERY", "depth") => &["NWP-DEPTH-EXCEEDED"],
        ("QUERY", "cursor") => &["NWP-QUERY-CURSOR-INVALID"],
        ("ACTION", "params") => &["NWP-ACTION-PARAMS-INVALID"],
        ("TRUST", _) => &["NIP-TRUST-FRAME-INVALID"],
        ("TASK", "dag") => &["NOP-TASK-DAG-INVALID"],
        _ => &[],
    }
}

/// `frame` with the names of all other frames, and with what names none.
fn frame(spot: &Spot, number: u8, tier: u64) -> Result<Vec<Group>, Problem> {
    let own = i128::from(number);
    let others = FRAMES.iter().filter(|frame| frame.number != number);
    let name = |number: i128| match tier {
        0 => Tree::Text(format!("0x{number:02X}")),
        _ => Tree::Int(number),
    };
    let mut trees: Vec<Tree> = others.map(|frame| name(i128::from(frame.number))).collect();
    trees.extend([Tree::Int(own + 256), Tree::Int(-own), Tree::Text(String::new())]);
    trees.extend(values::mistyped("frame", tier).into_iter().filter(|tree| {
        // An integer that is the number of this very frame is right in both tiers.
        *tree != Tree::Int(own)
    }));
    trees.dedup();
    let forms = trees.iter().map(|tree| encoded(tree, tier)).collect::<Result<_, _>>()?;
    let refusal = Refusal::payload(&["NCP-TIER-008", "NCP-TIER-010"]).read("OP-04");
    let edit = Edit::Forms(spot.to - spot.from, forms);
    Ok(vec![Group::new(
        "frame.other",
        "frame: names another frame, or none",
        spot.from,
        edit,
        refusal,
    )])
}

/// The member once more, at the end of the payload.
fn doubled(bytes: &[u8], parts: &Parts, name: &str, spot: &Spot) -> Result<Group, Problem> {
    let tier = parts.flags & 3;
    let payload = &bytes[4..];
    let key = encoded(&Tree::Text(name.to_owned()), tier)?;
    let value = &bytes[spot.from..spot.to];
    let form = if tier == 0 {
        [&payload[..payload.len() - 1], b",", &key, b":", value, b"}"].concat()
    } else {
        let count = parts.payload.members().len() + 1;
        let old = encoded(&Tree::Map(Vec::new()), 1)?.len();
        let (head, skip) = match count {
            0..=15 => (vec![0x80 | count as u8], old),
            16 => (vec![0xde, 0, 16], old),
            _ => (vec![0xde, 0, count as u8], 3),
        };
        [&head[..], &payload[skip..], &key, value].concat()
    };
    let refusal = Refusal::payload(&["NCP-TIER-007", "NCP-TIER-003"]).read("OP-47");
    let (name, note) = (format!("{name}.doubled"), format!("{name}: stands twice"));
    Ok(Group::new(&name, &note, 4, Edit::Forms(payload.len(), vec![form]), refusal))
}
