//! Judges a codec by vectors.
//!
//! valid: decoding gives exactly the fields, and encoding the fields gives exactly the bytes.
//! invalid: decoding refuses, and with the right kind; another kind is a divergence, because the
//! order in which a packet is checked is a matter of reading. What only a whole endpoint must
//! refuse, a codec may take. acceptable: both are right, but what is taken must have the fields.

use super::case::{self, Mismatch};
use super::model::{Direction, Expected, Vector};
use crate::report::{Case, CaseKind};
use crate::requirements::Requirements;
use crate::scenario::pattern::same;
use serde_json::Value;
use wireproof_base::Protocol;
use wireproof_driver::{Driver, DriverError, Refused, Vectors};

/// One case per vector, in order. A SUT without this depth gets cases that do not apply.
pub fn judge<'v, P: Protocol>(
    vectors: impl IntoIterator<Item = &'v Vector>,
    sut: &mut dyn Driver<P>,
    requirements: &Requirements,
) -> Vec<Case> {
    let mut codec = sut.vectors();
    let mut cases = Vec::new();
    for vector in vectors {
        let case = case::case(CaseKind::Vector, &vector.id, &vector.note, &vector.requirements);
        cases.push(match codec.as_deref_mut() {
            Some(codec) => one(vector, codec, requirements, case),
            None => case::not_applicable(case, "the SUT does not offer depth `vectors`"),
        });
    }
    cases
}

fn one(vector: &Vector, codec: &mut dyn Vectors, requirements: &Requirements, case: Case) -> Case {
    let mut case = case;
    let requirement = vector.requirements.first().map_or("", String::as_str);
    match check(vector, codec) {
        Ok(differences) => {
            for difference in differences {
                let (reading, diverges) = match difference.rests_on_kind {
                    true => (vector.reading.clone().or_else(|| vector.kind_reading.clone()), true),
                    false => (vector.reading.clone(), false),
                };
                let mismatch = Mismatch {
                    signature: difference.name.to_owned(),
                    expected: difference.expected,
                    observed: difference.observed,
                    requirement: requirement.to_owned(),
                    reading,
                    diverges,
                    place: vector.place.clone(),
                };
                case::fail(&mut case, requirements, mismatch);
            }
            case
        }
        Err(error) => case::driver_error(case, requirements, requirement, &vector.place, &error),
    }
}

struct Difference {
    name: &'static str,
    expected: String,
    observed: String,
    rests_on_kind: bool,
}

impl Difference {
    fn new(name: &'static str, expected: String, observed: String) -> Self {
        Self { name, expected, observed, rests_on_kind: false }
    }
}

fn check(vector: &Vector, codec: &mut dyn Vectors) -> Result<Vec<Difference>, DriverError> {
    let decoded = codec.decode(&vector.kind, &vector.what, &vector.bytes)?;
    let mut differences = Vec::new();
    match (vector.expected, decoded) {
        (Expected::Invalid, Ok(_)) if vector.endpoint_only => {}
        (Expected::Invalid, Ok(fields)) => {
            let kind = vector.refusal.as_ref().map_or("an error", |refusal| refusal.kind.as_str());
            let expected = format!("refused with {kind}");
            let observed = format!("taken, as {}", excerpt(&fields));
            differences.push(Difference::new("decode.taken", expected, observed));
        }
        (Expected::Invalid, Err(refused)) => differences.extend(wrong_kind(vector, &refused)),
        (Expected::Acceptable, Err(_)) => {}
        (Expected::Valid, Err(refused)) => {
            differences.push(Difference::new("decode.refused", "taken".into(), shown(&refused)));
        }
        (Expected::Valid | Expected::Acceptable, Ok(fields)) => {
            differences.extend(wrong_fields(vector.fields.as_ref(), &fields));
        }
    }
    if let (Expected::Valid, Direction::Both, Some(fields)) =
        (vector.expected, vector.direction, &vector.fields)
    {
        match codec.encode(&vector.kind, &vector.what, fields)? {
            Ok(bytes) => differences.extend(wrong_bytes(&vector.bytes, &bytes)),
            Err(refused) => {
                let expected = "encoded".into();
                differences.push(Difference::new("encode.refused", expected, shown(&refused)));
            }
        }
    }
    Ok(differences)
}

fn wrong_kind(vector: &Vector, refused: &Refused) -> Option<Difference> {
    let refusal = vector.refusal.as_ref()?;
    if refusal.admits(&refused.kind) {
        return None;
    }
    let kinds: Vec<&str> =
        [&refusal.kind].into_iter().chain(&refusal.also).map(String::as_str).collect();
    let expected = format!("refused with {}", kinds.join(" or "));
    let difference = Difference::new("decode.kind", expected, shown(refused));
    Some(Difference { rests_on_kind: true, ..difference })
}

fn wrong_fields(expected: Option<&Value>, found: &Value) -> Option<Difference> {
    let empty = serde_json::Map::new();
    let expected = expected.and_then(Value::as_object).unwrap_or(&empty);
    let Some(found) = found.as_object() else {
        let (name, expected) = ("decode.fields", "a mapping of fields".to_owned());
        return Some(Difference::new(name, expected, excerpt(found)));
    };
    let mut wants = Vec::new();
    let mut finds = Vec::new();
    for (name, value) in expected {
        let observed = found.get(name);
        if !observed.is_some_and(|observed| same(value, observed)) {
            wants.push(format!("{name} {}", excerpt(value)));
            finds.push(observed.map_or(format!("no {name}"), |o| format!("{name} {}", excerpt(o))));
        }
    }
    for (name, value) in found.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        wants.push(format!("no {name}"));
        finds.push(format!("{name} {}", excerpt(value)));
    }
    (!wants.is_empty()).then(|| Difference::new("decode.fields", shorten(&wants), shorten(&finds)))
}

fn wrong_bytes(expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let at = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    let shown = |bytes: &[u8]| {
        let part: String =
            bytes.iter().skip(at).take(8).map(|byte| format!("{byte:02x}")).collect();
        let part = if part.is_empty() { "the end" } else { &part };
        format!("{} bytes, from offset {at}: {part}", bytes.len())
    };
    Some(Difference::new("encode.bytes", shown(expected), shown(found)))
}

fn shown(refused: &Refused) -> String {
    match refused.detail.as_str() {
        "" => format!("refused with {}", refused.kind),
        detail => format!("refused with {}: {detail}", refused.kind),
    }
}

fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn shorten(parts: &[String]) -> String {
    let mut text = parts.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if parts.len() > LISTED {
        text.push_str(&format!(", and {} more", parts.len() - LISTED));
    }
    text
}

const EXCERPT: usize = 120;
const LISTED: usize = 4;
