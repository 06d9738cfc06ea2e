//! The schema for editors takes what the loader takes, and marks the plain mistakes.

use crate::toy::{CARRIERS, FRAME_KEYS, Toy};
use serde_json::Value;
use std::path::Path;
use wireproof_runner::scenario::format::{Limits, parse};
use wireproof_runner::scenario::{Source, matrix, schema};

/// The part of JSON Schema that ours is written in, with the one pattern that matters.
fn takes(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(rules) = schema.as_object() else { return schema == &Value::Bool(true) };
    rules.iter().all(|(rule, content)| match rule.as_str() {
        "$ref" => {
            let path = content.as_str().expect("reference").trim_start_matches('#');
            takes(root, root.pointer(path).expect(path), value)
        }
        "anyOf" => list(content).iter().any(|schema| takes(root, schema, value)),
        "type" => match content {
            Value::Array(types) => types.iter().any(|name| is(value, name)),
            name => is(value, name),
        },
        "const" => content == value,
        "enum" => list(content).contains(value),
        "required" => {
            value.is_null() || list(content).iter().all(|key| value.get(text(key)).is_some())
        }
        "items" => {
            value.as_array().is_none_or(|items| items.iter().all(|item| takes(root, content, item)))
        }
        "properties" => value.as_object().is_none_or(|entries| {
            entries.iter().all(|(key, entry)| {
                let own = content.get(key);
                own.or(rules.get("additionalProperties"))
                    .is_none_or(|schema| takes(root, schema, entry))
            })
        }),
        "minItems" => value.as_array().is_none_or(|items| !items.is_empty()),
        "maxProperties" => value.as_object().is_none_or(|entries| entries.len() < 2),
        "minimum" => value.as_i64().is_none_or(|number| number >= 0),
        "maximum" => value.as_u64().is_none_or(|number| number <= content.as_u64().expect("most")),
        // Parameters are masked here, see `file`.
        "pattern" if text(content).starts_with(r"\$\{") => {
            value.as_str().is_some_and(|text| text.starts_with("__"))
        }
        "additionalProperties" | "minProperties" | "pattern" | "description" => true,
        "$schema" | "$defs" | "title" => true,
        other => panic!("this test does not know `{other}`"),
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn is(value: &Value, name: &Value) -> bool {
    match text(name) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type `{other}`"),
    }
}

fn file(path: &str) -> Value {
    let text = std::fs::read_to_string(Path::new("tests/it").join(path)).expect(path);
    let source = Source::new(path, text);
    let tree = parse(&source, &matrix::mask(&source.text), &Limits::SCENARIO).expect(path);
    tree.json()
}

#[test]
fn good_files_are_taken() {
    let schema = schema::schema::<Toy>(&CARRIERS, &FRAME_KEYS);
    for name in ["whole", "frames", "counter", "traffic"] {
        assert!(takes(&schema, &schema, &file(&format!("good/area/{name}.yaml"))), "{name}");
    }
}

#[test]
fn plain_mistakes_are_marked() {
    let schema = schema::schema::<Toy>(&CARRIERS, &FRAME_KEYS);
    let names = [
        "unknown_step",
        "unknown_command",
        "unknown_field_of_command",
        "out_of_range",
        "missing_keys",
        "unknown_key",
        "unknown_event",
        "wrong_protocol",
        "scenario_is_a_list",
        "wrong_shapes",
        "wrong_words",
        "wrong_setup",
        "wrong_faults",
        "reaction",
        "two_steps_in_one",
    ];
    for name in names {
        assert!(!takes(&schema, &schema, &file(&format!("broken/{name}.yaml"))), "{name}");
    }
}
