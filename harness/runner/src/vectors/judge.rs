//! Judges a codec by vectors.
//!
//! valid: decoding gives exactly the fields, and encoding the fields gives exactly the bytes, or
//! others that the protocol holds for the same.
//! invalid: decoding refuses, and with the right kind; another kind is a divergence, because the
//! order in which a packet is checked is a matter of reading. What only a whole endpoint must
//! refuse, a codec may take. acceptable: both are right, but what is taken must have the fields.
//!
//! A SUT that does not declare `vectors.body` may leave a body as it is: a decoded `body` of raw
//! bytes stands for every block that is not decoded beside it. What hides in it is not judged.

use super::case::{self, Mismatch};
use super::model::{Direction, Expected, Vector};
use crate::report::{Case, CaseKind};
use crate::requirements::Requirements;
use crate::scenario::pattern::same;
use serde_json::Value;
use wireproof_base::Protocol;
use wireproof_driver::{Driver, DriverError, Refused, Speaks, Vectors, hex};

/// What says the same, by kind and name: a protocol may leave a choice.
#[derive(Clone, Copy)]
pub struct Same {
    /// Of two byte strings.
    bytes: fn(&str, &str, &[u8], &[u8]) -> bool,
    /// Of the wanted fields and those that were found.
    fields: fn(&str, &str, &Value, &Value) -> bool,
}

impl Same {
    /// These two.
    pub const fn new(
        bytes: fn(&str, &str, &[u8], &[u8]) -> bool,
        fields: fn(&str, &str, &Value, &Value) -> bool,
    ) -> Self {
        Self { bytes, fields }
    }

    /// What `P` holds for the same.
    pub fn of<P: Speaks>() -> Self {
        Self { bytes: P::same_bytes, fields: P::same_fields }
    }
}

/// One case per vector, in order. A SUT without this depth gets cases that do not apply.
pub fn judge<'v, P: Protocol>(
    vectors: impl IntoIterator<Item = &'v Vector>,
    sut: &mut dyn Driver<P>,
    requirements: &Requirements,
    same: Same,
) -> Vec<Case> {
    let raw = Raw::of(sut);
    let mut codec = sut.vectors();
    let mut cases = Vec::new();
    for vector in vectors {
        let case = case::case(CaseKind::Vector, &vector.id, &vector.note, &vector.requirements);
        cases.push(match codec.as_deref_mut() {
            Some(codec) => one(vector, codec, (raw, same), requirements, case),
            None => case::not_applicable(case, "the SUT does not offer depth `vectors`"),
        });
    }
    cases
}

fn one(
    vector: &Vector,
    codec: &mut dyn Vectors,
    how: (Raw, Same),
    requirements: &Requirements,
    case: Case,
) -> Case {
    let mut case = case;
    let requirement = vector.requirements.first().map_or("", String::as_str);
    match check(vector, codec, how) {
        Ok(None) => case::not_applicable(case, "the SUT does not read this part of the body"),
        Ok(Some(differences)) => {
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

type Decoded = Result<Value, Refused>;

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

/// The differences; `None` if they hide in a body that the SUT leaves as it is.
fn check(
    vector: &Vector,
    codec: &mut dyn Vectors,
    (Raw { whole }, alike): (Raw, Same),
) -> Result<Option<Vec<Difference>>, DriverError> {
    let decoded = codec.decode(&vector.kind, &vector.what, &vector.bytes)?;
    let raw = decoded.as_ref().ok();
    let raw = raw.and_then(|fields| Raw { whole }.body(fields, &vector.bytes));
    let left_out = raw.is_some();
    let partial = (!whole).then(|| without_blocks(vector.fields.as_ref(), &decoded, raw));
    let expected_fields = partial.as_ref().or(vector.fields.as_ref());
    let mut differences = Vec::new();
    match (vector.expected, decoded) {
        (Expected::Invalid, Ok(_)) if left_out && in_the_body(vector) => return Ok(None),
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
            let wrong = wrong_fields(expected_fields, &fields);
            let alike = |_: &Difference| {
                let wanted = expected_fields.unwrap_or(&Value::Null);
                (alike.fields)(&vector.kind, &vector.what, wanted, &fields)
            };
            differences.extend(wrong.filter(|wrong| !alike(wrong)));
        }
    }
    if let (Expected::Valid, Direction::Both, Some(fields)) =
        (vector.expected, vector.direction, expected_fields)
    {
        let encoded = match codec.encode(&vector.kind, &vector.what, fields) {
            // A block it cannot write; that it could not read it either has been seen.
            Err(DriverError::Unsupported { .. }) if !whole && !differences.is_empty() => {
                return Ok(Some(differences));
            }
            encoded => encoded?,
        };
        match encoded {
            Ok(bytes) if (alike.bytes)(&vector.kind, &vector.what, &vector.bytes, &bytes) => {}
            Ok(bytes) => differences.extend(wrong_bytes(&vector.bytes, &bytes)),
            Err(refused) => {
                let expected = "encoded".into();
                differences.push(Difference::new("encode.refused", expected, shown(&refused)));
            }
        }
    }
    Ok(Some(differences))
}

/// Whether a SUT reads bodies as a whole.
#[derive(Clone, Copy)]
pub(super) struct Raw {
    whole: bool,
}

impl Raw {
    /// What `sut` declares.
    pub(super) fn of<P: Protocol>(sut: &dyn Driver<P>) -> Self {
        Self { whole: sut.identity().can(WHOLE_BODIES) }
    }

    /// The body that was left as it is, if it was.
    pub(super) fn body<'f>(self, fields: &'f Value, bytes: &[u8]) -> Option<&'f Value> {
        let raw = fields.get(RAW_BODY).filter(|_| !self.whole)?;
        raw.as_str().is_some_and(|raw| ends_with(bytes, raw)).then_some(raw)
    }

    /// Whether nothing of the body of a packet was read: it was left as it is, or there was none.
    pub(super) fn skips(self, fields: &Value, bytes: &[u8]) -> bool {
        let read = |fields: &serde_json::Map<String, Value>| {
            fields.keys().any(|name| name.starts_with("body."))
        };
        self.body(fields, bytes).is_some() || (!self.whole && !fields.as_object().is_some_and(read))
    }
}

/// Whether `digits` are the end of `bytes`, and not nothing.
fn ends_with(bytes: &[u8], digits: &str) -> bool {
    !digits.is_empty() && hex::encode(bytes).ends_with(digits)
}

/// Whether only the body tells what is wrong.
fn in_the_body(vector: &Vector) -> bool {
    vector.refusal.as_ref().is_some_and(|refusal| refusal.layer == "body")
}

/// The fields of a vector for a SUT that may leave the body `raw`: blocks that it decodes all the
/// same stay, the others give way to the bytes they stand for, if any.
fn without_blocks(fields: Option<&Value>, decoded: &Decoded, raw: Option<&Value>) -> Value {
    let mut fields = fields.and_then(Value::as_object).cloned().unwrap_or_default();
    let found = |name: &str| decoded.as_ref().is_ok_and(|fields| fields.get(name).is_some());
    let given_way = |value: &Value| raw.is_some() || value.as_str() == Some("");
    fields.retain(|name, value| !name.starts_with("body.") || found(name) || !given_way(value));
    if let Some(raw) = raw {
        fields.insert(RAW_BODY.to_owned(), raw.clone());
    }
    Value::Object(fields)
}

fn wrong_kind(vector: &Vector, refused: &Refused) -> Option<Difference> {
    let refusal = vector.refusal.as_ref()?;
    // Not every codec knows the families of the wire.
    if refused.kind.is_empty() || refusal.admits(&refused.kind) {
        return None;
    }
    let expected = format!("refused with {}", refusal.kinds());
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

pub(super) fn shown(refused: &Refused) -> String {
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

/// Capability: bodies are decoded into their blocks.
const WHOLE_BODIES: &str = "vectors.body";
/// A body that was left as it is.
const RAW_BODY: &str = "body";
const EXCERPT: usize = 120;
const LISTED: usize = 4;
