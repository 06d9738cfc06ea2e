//! The shape of a vector file: known keys, known words, unique ids.

use super::bytes::{Problem, hex};
use serde_json::{Map, Value};

/// One vector, its words checked.
pub struct Vector {
    /// Id, unique over all files.
    pub id: String,
    /// File it stands in.
    pub file: String,
    /// The literal bytes.
    pub bytes: Vec<u8>,
    /// What a decoder must come to.
    pub verdict: String,
    /// Name of the structure; `None` for packets.
    pub structure: Option<String>,
    /// Decoded fields; `None` for refused ones.
    pub fields: Option<Value>,
    /// Base and edits of refused ones.
    pub edits: Option<(String, Vec<Value>)>,
}

const KEYS: [&str; 16] = [
    "id",
    "note",
    "clause",
    "requirements",
    "reading",
    "verdict",
    "direction",
    "level",
    "context",
    "kind",
    "structure",
    "hex",
    "error",
    "fields",
    "base",
    "edits",
];
const KINDS: [&str; 6] = [
    "malformed_header",
    "malformed_body",
    "unsupported_version",
    "unsupported_capability",
    "limit_exceeded",
    "length_mismatch",
];
/// Requirement areas with the highest number of each.
const AREAS: [(&str, u32); 19] = [
    ("ENC", 9),
    ("HDR", 14),
    ("EXT", 7),
    ("NEG", 17),
    ("CON", 11),
    ("SES", 44),
    ("PAT", 10),
    ("SUB", 18),
    ("RLT", 17),
    ("OP", 19),
    ("FLOW", 25),
    ("PAY", 23),
    ("PRO", 9),
    ("SCH", 27),
    ("CACHE", 26),
    ("RES", 13),
    ("MIG", 9),
    ("PRB", 5),
    ("ERR", 11),
];
const READINGS: u32 = 62;

/// Reads one file.
pub fn parse(file: &str, text: &str) -> Result<Vec<Vector>, Vec<Problem>> {
    let whole = |problem: Problem| vec![format!("{file}: {problem}")];
    let value: Value = serde_json::from_str(text).map_err(|e| whole(e.to_string()))?;
    let map = value.as_object().ok_or_else(|| whole("is no object".to_owned()))?;
    known(map, &["format", "protocol", "kind_reading", "vectors"]).map_err(whole)?;
    word(map, "format", &["wireproof-vectors/1"]).map_err(whole)?;
    word(map, "protocol", &["nnrp-1-preview3"]).map_err(whole)?;
    let list = map.get("vectors").and_then(Value::as_array);
    let list = list.ok_or_else(|| whole("vectors is no array".to_owned()))?;
    let (mut vectors, mut problems) = (Vec::new(), Vec::new());
    for (index, item) in list.iter().enumerate() {
        match vector(file, item) {
            Ok(vector) => vectors.push(vector),
            Err(problem) => {
                let id = item.get("id").and_then(Value::as_str).unwrap_or("without id");
                problems.push(format!("{file}: vector {index} ({id}): {problem}"));
            }
        }
    }
    if problems.is_empty() { Ok(vectors) } else { Err(problems) }
}

fn vector(file: &str, item: &Value) -> Result<Vector, Problem> {
    let map = item.as_object().ok_or("is no object")?;
    known(map, &KEYS)?;
    let id = text(map, "id")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if id.split('.').count() < 2 || id.split('.').any(|p| p.is_empty() || !p.chars().all(plain)) {
        return Err("id is no dotted lower-case name".to_owned());
    }
    for key in ["note", "clause"] {
        if text(map, key)?.trim().is_empty() {
            return Err(format!("{key} is empty"));
        }
    }
    references(map)?;
    let verdict = word(map, "verdict", &["valid", "invalid", "acceptable"])?;
    if map.contains_key("direction") {
        word(map, "direction", &["both", "decode"])?;
    }
    if map.contains_key("level") {
        word(map, "level", &["codec", "endpoint"])?;
    }
    let refused = verdict == "invalid";
    if refused != map.contains_key("error") || refused == map.contains_key("fields") {
        return Err("refused vectors have an error, all others have fields".to_owned());
    }
    if verdict == "acceptable" && !map.contains_key("reading") {
        return Err("an acceptable vector names the reading that leaves the choice".to_owned());
    }
    if refused {
        error(map)?;
    }
    if let Some(context) = map.get("context") {
        let tiles = context.as_object().filter(|map| known(map, &["tile_count"]).is_ok());
        let tiles = tiles.and_then(|map| map.get("tile_count")).and_then(Value::as_u64);
        tiles.filter(|count| *count <= 0xFFFF).ok_or("context holds tile_count, a u16")?;
    }
    let structure = match word(map, "kind", &["packet", "structure"])? {
        "structure" => Some(text(map, "structure")?.to_owned()),
        _ if map.contains_key("structure") => return Err("a packet is no structure".to_owned()),
        _ => None,
    };
    let edits = match (refused, map.get("base"), map.get("edits")) {
        (true, Some(Value::String(base)), Some(Value::Array(edits))) if !edits.is_empty() => {
            Some((base.clone(), edits.clone()))
        }
        (false, None, None) => None,
        _ => return Err("refused vectors, and no others, have a base and edits".to_owned()),
    };
    Ok(Vector {
        id: id.to_owned(),
        file: file.to_owned(),
        bytes: literal(map)?,
        verdict: verdict.to_owned(),
        structure,
        fields: map.get("fields").cloned(),
        edits,
    })
}

fn literal(map: &Map<String, Value>) -> Result<Vec<u8>, Problem> {
    let lines = map.get("hex").and_then(Value::as_array).ok_or("hex is no array")?;
    let lines = lines.iter().map(hex).collect::<Result<Vec<_>, _>>();
    Ok(lines.map_err(|problem| format!("hex {problem}"))?.concat())
}

fn error(map: &Map<String, Value>) -> Result<(), Problem> {
    let error = map.get("error").and_then(Value::as_object).ok_or("error is no object")?;
    known(error, &["kind", "layer", "also"])?;
    word(error, "kind", &KINDS)?;
    word(error, "layer", &["header", "metadata", "body"])?;
    let also = error.get("also").map_or(Some(&[][..]), |v| v.as_array().map(Vec::as_slice));
    for kind in also.ok_or("also is no array")? {
        if !kind.as_str().is_some_and(|kind| KINDS.contains(&kind)) {
            return Err(format!("also: {kind} is no error kind"));
        }
    }
    Ok(())
}

fn references(map: &Map<String, Value>) -> Result<(), Problem> {
    let list = map.get("requirements").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or("requirements are missing")?;
    for id in list {
        let id = id.as_str().ok_or("a requirement is no string")?;
        let known = id.strip_prefix("NNRP-").and_then(|rest| rest.split_once('-'));
        let known = known.filter(|(area, number)| {
            let highest = AREAS.iter().find(|(name, _)| name == area).map_or(0, |(_, n)| *n);
            let value = number.parse().unwrap_or(0);
            number.len() == 3 && (1..=highest).contains(&value)
        });
        known.ok_or_else(|| format!("unknown requirement {id}"))?;
    }
    let Some(reading) = map.get("reading") else {
        return Ok(());
    };
    let number = reading.as_str().and_then(|reading| reading.strip_prefix("R-"));
    let number = number.filter(|n| n.len() == 2).and_then(|n| n.parse::<u32>().ok());
    match number {
        Some(1..=READINGS) => Ok(()),
        _ => Err(format!("unknown reading {reading}")),
    }
}

fn known(map: &Map<String, Value>, keys: &[&str]) -> Result<(), Problem> {
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!("unknown key {key}")),
    }
}

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Result<&'a str, Problem> {
    map.get(key).and_then(Value::as_str).ok_or_else(|| format!("{key} is no string"))
}

fn word<'a>(map: &'a Map<String, Value>, key: &str, words: &[&str]) -> Result<&'a str, Problem> {
    let value = text(map, key)?;
    if words.contains(&value) {
        return Ok(value);
    }
    Err(format!("{key}: {value} is none of {}", words.join(", ")))
}
