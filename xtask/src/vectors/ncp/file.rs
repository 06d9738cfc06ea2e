//! The shape of a vector file: known keys, known words, unique ids.

use super::codes;
use crate::vectors::bytes::{Problem, hex};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

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
    /// Name of the structure; `None` for frames.
    pub structure: Option<String>,
    /// What it checks.
    pub requirements: Vec<String>,
    /// Kind of the refusal; empty if it is taken.
    pub kind: String,
    /// Decoded fields; `None` for refused ones.
    pub fields: Option<Value>,
    /// Base and edits, where it was made from another.
    pub edits: Option<(String, Vec<Value>)>,
}

/// What a vector may cite.
pub struct Names {
    requirements: BTreeSet<String>,
    readings: BTreeSet<String>,
}

impl Names {
    /// Collects the names from the text of a catalogue.
    pub fn of(catalogue: &str) -> Self {
        let mut names = Self { requirements: BTreeSet::new(), readings: BTreeSet::new() };
        for line in catalogue.lines() {
            if let Some(id) = line.trim().strip_prefix("- id: ") {
                names.requirements.insert(id.to_owned());
            }
            for part in line.split("{id: ").skip(1) {
                let end = part.find([',', '}']).unwrap_or(part.len());
                names.readings.insert(part[..end].trim_matches('"').to_owned());
            }
        }
        names
    }

    /// Whether the catalogue has that requirement.
    pub fn requires(&self, id: &str) -> bool {
        self.requirements.contains(id)
    }
}

const KEYS: [&str; 15] = [
    "id",
    "note",
    "clause",
    "requirements",
    "reading",
    "verdict",
    "direction",
    "level",
    "kind",
    "structure",
    "hex",
    "error",
    "fields",
    "base",
    "edits",
];
/// Refusals that have no code: a status in its place, and what no frame is refused for.
const OTHER_KINDS: [&str; 5] = [
    "NPS-CLIENT-BAD-FRAME",
    "NPS-CLIENT-BAD-PARAM",
    "NPS-CLIENT-UNPROCESSABLE",
    "incomplete",
    "trailing_bytes",
];

/// Reads one file.
pub fn parse(file: &str, text: &str, names: &Names) -> Result<Vec<Vector>, Vec<Problem>> {
    let whole = |problem: Problem| vec![format!("{file}: {problem}")];
    let value: Value = serde_json::from_str(text).map_err(|e| whole(e.to_string()))?;
    let map = value.as_object().ok_or_else(|| whole("is no object".to_owned()))?;
    known(map, &["format", "protocol", "kind_reading", "vectors"]).map_err(whole)?;
    word(map, "format", &["wireproof-vectors/1"]).map_err(whole)?;
    word(map, "protocol", &["nps-ncp-0.4"]).map_err(whole)?;
    let list = map.get("vectors").and_then(Value::as_array);
    let list = list.ok_or_else(|| whole("vectors is no array".to_owned()))?;
    let (mut vectors, mut problems) = (Vec::new(), Vec::new());
    for (index, item) in list.iter().enumerate() {
        match vector(file, item, names) {
            Ok(vector) => vectors.push(vector),
            Err(problem) => {
                let id = item.get("id").and_then(Value::as_str).unwrap_or("without id");
                problems.push(format!("{file}: vector {index} ({id}): {problem}"));
            }
        }
    }
    if problems.is_empty() { Ok(vectors) } else { Err(problems) }
}

fn vector(file: &str, item: &Value, names: &Names) -> Result<Vector, Problem> {
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
    let structure = match word(map, "kind", &["packet", "structure"])? {
        "structure" => Some(text(map, "structure")?.to_owned()),
        _ if map.contains_key("structure") => return Err("a packet is no structure".to_owned()),
        _ => None,
    };
    let edits = match (map.get("base"), map.get("edits")) {
        (Some(Value::String(base)), Some(Value::Array(edits))) if !edits.is_empty() => {
            Some((base.clone(), edits.clone()))
        }
        (None, None) if !refused || structure.is_some() => None,
        _ => return Err("a refused frame has a base and edits".to_owned()),
    };
    Ok(Vector {
        id: id.to_owned(),
        file: file.to_owned(),
        bytes: literal(map)?,
        verdict: verdict.to_owned(),
        structure,
        requirements: references(map, names)?,
        kind: if refused { error(map)? } else { String::new() },
        fields: map.get("fields").cloned(),
        edits,
    })
}

fn literal(map: &Map<String, Value>) -> Result<Vec<u8>, Problem> {
    let lines = map.get("hex").and_then(Value::as_array).ok_or("hex is no array")?;
    let lines = lines.iter().map(hex).collect::<Result<Vec<_>, _>>();
    Ok(lines.map_err(|problem| format!("hex {problem}"))?.concat())
}

fn error(map: &Map<String, Value>) -> Result<String, Problem> {
    let error = map.get("error").and_then(Value::as_object).ok_or("error is no object")?;
    known(error, &["kind", "layer", "also"])?;
    let kind = text(error, "kind")?;
    word(error, "layer", &["header", "payload", "structure"])?;
    let also = error.get("also").map_or(Some(&[][..]), |v| v.as_array().map(Vec::as_slice));
    let also = also.ok_or("also is no array")?.iter().map(|kind| kind.as_str().unwrap_or(""));
    match [kind].into_iter().chain(also).find(|kind| !is_kind(kind)) {
        None => Ok(kind.to_owned()),
        Some(kind) => Err(format!("{kind} is no error kind")),
    }
}

/// Whether `kind` is a registered code, or stands for a fault that has none.
pub fn is_kind(kind: &str) -> bool {
    OTHER_KINDS.contains(&kind) || codes::status_of(kind).is_some()
}

fn references(map: &Map<String, Value>, names: &Names) -> Result<Vec<String>, Problem> {
    let list = map.get("requirements").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or("requirements are missing")?;
    let mut ids = Vec::new();
    for id in list {
        let id = id.as_str().ok_or("a requirement is no string")?;
        if !names.requires(id) {
            return Err(format!("unknown requirement {id}"));
        }
        ids.push(id.to_owned());
    }
    match map.get("reading") {
        None => Ok(ids),
        Some(reading) if reading.as_str().is_some_and(|id| names.readings.contains(id)) => Ok(ids),
        Some(reading) => Err(format!("unknown reading {reading}")),
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
