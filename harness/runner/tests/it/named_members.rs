//! The codec of `wire` against vectors and sweeps whose members have names: two typings of one
//! protocol text. The reference comes to the very kind of refusal that is written down, for one of
//! the rules that are.

use serde_json::Value;
use std::path::{Path, PathBuf};
use wireproof_driver::ncp::Codec;
use wireproof_driver::{Refused, Speaks, Vectors};
use wireproof_runner::requirements::{self, Requirements};
use wireproof_runner::scenario::pattern::same;
use wireproof_runner::scenario::{LoadError, render_all};
use wireproof_runner::vectors::sweep::{self, Group, Sweep};
use wireproof_runner::vectors::{self, Direction, Expected, Refusal, Vector};
use wireproof_wire::ncp::patch::{self, PatchError};
use wireproof_wire::ncp::{self, Ncp, anchor};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files that do not load are told with their places.
fn told<T>(errors: Vec<LoadError>) -> T {
    panic!("{}", render_all(&errors))
}

fn loaded() -> (Requirements, Vec<Vector>) {
    let catalogue = root().join("scenarios/ncp/requirements.yaml");
    let requirements = requirements::load(&catalogue).unwrap_or_else(told);
    let all = vectors::load_dir(&root().join("vectors/ncp"), &requirements).unwrap_or_else(told);
    (requirements, all)
}

/// What is wrong with a refusal, if anything is.
fn wrong(refused: &Refused, expected: &Refusal, requirements: &[String]) -> Option<String> {
    if refused.kind != expected.kind {
        return Some(format!("refused with {}, not {}", refused.kind, expected.kind));
    }
    let known = |id: &String| requirements.iter().any(|known| known == id);
    let other = refused.requirement.as_ref().filter(|id| !known(id))?;
    Some(format!("refused for {other}"))
}

/// What an endpoint finds out behind the codec: digests and operations.
fn endpoint(fields: &Value, kind: &str) -> Option<String> {
    let payload = serde_json::from_value(fields["payload"].clone()).expect("a payload");
    let payload: ncp::Value = payload;
    let text =
        |of: &ncp::Value, name: &str| of.get(name).and_then(ncp::Value::as_text).map(str::to_owned);
    let verified = |frame: &ncp::Value| {
        let schema = frame.get("schema").cloned().unwrap_or_default();
        let id = text(frame, "anchor_id").unwrap_or_default();
        anchor::verify(&id, &schema).err().map(|violation| violation.code.to_owned())
    };
    let found = match (payload.get("patch"), payload.get("inline_anchor")) {
        (Some(patch), _) => {
            let operations = patch.as_array().unwrap_or_default();
            let record = ncp::Value::Map(vec![("stock".into(), ncp::Value::Uint(0))]);
            let fault = patch::apply(&record, operations).err();
            fault.map(|fault| match fault {
                PatchError::Malformed { .. } => "NPS-CLIENT-BAD-FRAME".to_owned(),
                _ => "NPS-CLIENT-UNPROCESSABLE".to_owned(),
            })
        }
        (None, Some(inline)) if text(inline, "anchor_id") != text(&payload, "anchor_ref") => {
            Some("NPS-CLIENT-BAD-FRAME".to_owned())
        }
        (None, Some(inline)) => verified(inline),
        (None, None) => verified(&payload),
    };
    (found.as_deref() != Some(kind)).then(|| format!("found {found:?} behind the codec"))
}

fn judged(vector: &Vector, codec: &mut Codec) -> Option<String> {
    let decoded = codec.decode(&vector.kind, &vector.what, &vector.bytes).expect("is answered");
    let fields = match (decoded, vector.expected, &vector.refusal) {
        (Ok(fields), Expected::Invalid, Some(expected)) if vector.endpoint_only => {
            return endpoint(&fields, &expected.kind);
        }
        (Ok(_), Expected::Invalid, _) => return Some("taken".to_owned()),
        (Err(refused), Expected::Invalid, Some(expected)) => {
            return wrong(&refused, expected, &vector.requirements);
        }
        (Err(_), Expected::Acceptable, _) => return None,
        (Err(refused), ..) => return Some(format!("refused: {refused:?}")),
        (Ok(fields), ..) => fields,
    };
    let expected = vector.fields.clone().unwrap_or(Value::Null);
    if !same(&expected, &fields) {
        return Some(format!("decoded as {fields}"));
    }
    if vector.expected != Expected::Valid || vector.direction != Direction::Both {
        return None;
    }
    let encoded = codec.encode(&vector.kind, &vector.what, &expected).expect("is answered");
    match encoded {
        Err(refused) => Some(format!("not encoded: {refused:?}")),
        Ok(bytes) if Ncp::same_bytes(&vector.kind, &vector.what, &vector.bytes, &bytes) => None,
        Ok(bytes) => Some(format!("encoded as {bytes:02x?}")),
    }
}

#[test]
fn the_reference_agrees_with_every_vector() {
    let (_, vectors) = loaded();
    let mut problems = Vec::new();
    for vector in &vectors {
        let problem = judged(vector, &mut Codec);
        problems.extend(problem.map(|problem| format!("{}: {problem}", vector.id)));
    }
    assert!(problems.is_empty(), "{} of them:\n{}", problems.len(), problems.join("\n"));
    assert!(vectors.len() > 900, "only {} vectors", vectors.len());
}

fn form(sweep: &Sweep, group: &Group, bytes: &[u8]) -> Option<String> {
    let decoded = Codec.decode(&sweep.kind, &sweep.what, bytes).expect("is answered");
    match decoded {
        Ok(_) => Some("taken".to_owned()),
        Err(refused) => wrong(&refused, &group.refusal, &group.requirements),
    }
}

#[test]
fn the_reference_refuses_every_broken_form_for_its_reason() {
    let (requirements, vectors) = loaded();
    let folder = root().join("vectors/ncp/sweeps");
    let sweeps = sweep::load_dir(&folder, &vectors, &requirements).unwrap_or_else(told);
    let (mut forms, mut problems) = (0, Vec::new());
    let mut bytes = Vec::new();
    for sweep in &sweeps {
        for group in &sweep.groups {
            for &number in &group.numbers {
                bytes.clear();
                bytes.extend_from_slice(&sweep.bytes);
                group.apply(number, &mut bytes);
                forms += 1;
                let problem = form(sweep, group, &bytes);
                problems.extend(problem.map(|what| format!("{}[{number}]: {what}", group.id)));
            }
        }
    }
    assert!(problems.is_empty(), "{} of {forms}:\n{}", problems.len(), problems.join("\n"));
    assert!(forms > 25_000, "only {forms} forms");
}
