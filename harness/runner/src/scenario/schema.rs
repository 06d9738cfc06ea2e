//! The JSON Schema of scenario files, for completion in editors.
//!
//! It is made of the same key lists that the reader uses and of the shapes of the protocol's
//! types. It is looser than the reader: names of frames, numbers, requirements and includes are
//! any text, and `${parameter}` may stand wherever a value stands.

use super::read::Shapes;
use super::read::keys;
use super::shape::Shape;
use serde_json::{Map, Value, json};
use wireproof_base::{Carrier, Protocol};
use wireproof_sim::ProfileLimits;

/// The schema of scenarios of `P`, which runs over these carriers and whose frames take these keys.
pub fn schema<P: Protocol>(carriers: &[Carrier], frame_keys: &[&str]) -> Value {
    let shapes = Shapes::of::<P>();
    let mut top = object("scenario", keys::SCENARIO);
    top["$schema"] = DIALECT.into();
    top["title"] = TITLE.into();
    top["required"] = json!(["id", "title", "protocol", "requirements", "level"]);
    top["properties"]["protocol"] = json!({"const": P::NAME});
    top["$defs"] = json!({
        "duration": {
            "description": "A whole number and its unit: 7ns, 250us, 5ms, 1s, 2min.",
            "type": "string",
            "pattern": r"^[0-9]+(ns|us|ms|s|min)$|\$\{",
        },
        "parameter": {
            "description": "The value of a parameter.",
            "type": "string",
            "pattern": r"\$\{[A-Za-z0-9_]+\}",
        },
        "number": {
            "description": "A whole number, or the name of one.",
            "type": ["integer", "string"],
            "minimum": 0,
        },
        "role": names(keys::ROLES),
        "carrier": any_of(carriers.iter().map(|carrier| carrier.name())),
        "command": of_shape(&shapes.command),
        "event": of_shape(&shapes.event),
        "faults": {"anyOf": [names(keys::PRESETS), of_shape(&Shape::of::<ProfileLimits>())]},
        "setup": setup(&shapes.setup),
        "reaction": required(object("reaction", keys::REACTION), &["node", "on", "do"]),
        "step": steps(frame_keys),
    });
    top
}

/// The schema of scenarios of any protocol: which one decides about the rest. `known` has the
/// protocols and the folders whose schema is theirs.
pub fn any(known: &[(&str, &str)]) -> Value {
    let branch = |(protocol, folder): &(&str, &str)| {
        json!({
            "if": {"properties": {"protocol": {"const": protocol}}, "required": ["protocol"]},
            "then": {"$ref": format!("{folder}/schema.json")},
        })
    };
    json!({
        "$schema": DIALECT,
        "title": TITLE,
        "type": "object",
        "properties": {"protocol": any_of(known.iter().map(|(protocol, _)| *protocol))},
        "required": ["protocol"],
        "allOf": known.iter().map(branch).collect::<Vec<_>>(),
    })
}

/// A schema as it is stored: with a newline at its end.
pub fn text(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const TITLE: &str = "wireproof scenario";

fn steps(frame_keys: &[&str]) -> Value {
    let mut properties = Map::new();
    for &step in keys::STEPS.iter().chain(keys::MACHINE_STEPS) {
        properties.insert(step.to_owned(), step_content(step, frame_keys));
    }
    json!({"anyOf": [one_of(properties), {"enum": ["connect", "heal", "rebind"]}]})
}

fn step_content(step: &str, frame_keys: &[&str]) -> Value {
    match step {
        "connect" => optional(object(step, keys::CONNECT)),
        "client" | "server" => json!({"$ref": "#/$defs/command"}),
        "send" => {
            let mut frame = object("send", frame_keys);
            frame["additionalProperties"] = true.into();
            frame
        }
        "broken" => required(object(step, keys::BROKEN), &["base", "kinds"]),
        "expect" => object(step, keys::EXPECT),
        "absent" => required(object(step, keys::ABSENT), &["for"]),
        "advance" => json!({"$ref": "#/$defs/duration"}),
        "kill" => object(step, keys::KILL),
        "hold" => required(object(step, keys::HOLD), &["for"]),
        "partition" => required(object(step, keys::PARTITION), &["for"]),
        "rebind" => optional(object(step, keys::REBIND)),
        "chunk" => required(object(step, keys::CHUNK), &["bytes"]),
        "disconnect" => object(step, keys::DISCONNECT),
        "heal" => optional(object(step, &[])),
        "include" => json!({"type": "string"}),
        _ => required(object(step, keys::APPLY), &["event"]),
    }
}

/// A mapping with these keys. `of` decides between keys that mean different things.
fn object(of: &str, keys: &[&str]) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|&key| (key.to_owned(), property(of, key))).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn property(of: &str, key: &str) -> Value {
    match (of, key) {
        ("apply", "event") => json!({}),
        ("apply", "expect") => json!({"type": "object"}),
        ("apply", "refused" | "either") => {
            json!({"anyOf": [{"type": "string"}, {"const": true}, list(json!({"type": "string"}))]})
        }
        ("broken", "at") => json!({"type": "object"}),
        ("broken", "refused") => object("expect", keys::EXPECT),
        ("broken", "dropped") => required(object("absent", keys::ABSENT), &["for"]),
        ("broken", "rising" | "kinds" | "layers" | "except") => list(json!({"type": "string"})),
        ("broken", "draw" | "rounds") => json!({"$ref": "#/$defs/number"}),
        ("broken", "fatal") => json!({"const": true}),
        (_, "event" | "on") => json!({"$ref": "#/$defs/event"}),
        (_, "within" | "for" | "after" | "deadline") => json!({"$ref": "#/$defs/duration"}),
        (_, "node" | "from") => json!({"$ref": "#/$defs/role"}),
        (_, "carrier") => json!({"$ref": "#/$defs/carrier"}),
        ("kill", "after_bytes") => json!({"anyOf": [{"$ref": "#/$defs/number"}, range()]}),
        (_, "token_of" | "token_age") => json!({"$ref": "#/$defs/number"}),
        (_, "conn" | "bytes" | "seeds" | "stream" | "session" | "frame_id")
        | (_, "lane" | "pad" | "trace" | "truncate") => json!({"$ref": "#/$defs/number"}),
        (_, "sometimes") => json!({"type": "array", "items": {"type": "string"}}),
        (_, "requirements") => json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
        (_, "level") => names(keys::LEVELS),
        (_, "depth") => names(keys::DEPTHS),
        (_, "peer") => names(keys::PEERS),
        (_, "sut") => list(json!({"$ref": "#/$defs/role"})),
        (_, "carriers") => list(json!({"$ref": "#/$defs/carrier"})),
        (_, "parameters") => json!({"type": "object", "additionalProperties": list(json!({}))}),
        (_, "setup") => {
            let roles =
                keys::SETUP.iter().map(|&role| (role.to_owned(), json!({"$ref": "#/$defs/setup"})));
            let roles: Map<String, Value> = roles.collect();
            json!({"type": "object", "properties": roles, "additionalProperties": false})
        }
        (_, "faults") => json!({"$ref": "#/$defs/faults"}),
        (_, "reactions") => list(json!({"$ref": "#/$defs/reaction"})),
        (_, "steps") => list(json!({"$ref": "#/$defs/step"})),
        (_, "do") => list(json!({"$ref": "#/$defs/command"})),
        (_, "where" | "set" | "http" | "workload" | "config") => json!({"type": "object"}),
        (_, "typed" | "extensions" | "edit") => list(json!({"type": "object"})),
        (_, "down") => json!({"const": true}),
        (_, "id") => json!({"type": "string", "pattern": "^[a-z0-9_]+\\.[a-z0-9_]+$"}),
        _ => json!({"type": ["string", "number"]}),
    }
}

/// Every number from one to another.
fn range() -> Value {
    let number = json!({"$ref": "#/$defs/number"});
    json!({
        "type": "object",
        "properties": {"from": number, "to": number},
        "required": ["to"],
        "additionalProperties": false,
    })
}

fn of_shape(shape: &Shape) -> Value {
    match shape {
        Shape::Unit => json!({"type": "null"}),
        Shape::Bool => json!({"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/parameter"}]}),
        Shape::Unsigned(most) => {
            json!({"type": ["integer", "string"], "minimum": 0, "maximum": most})
        }
        Shape::Signed => json!({"type": ["integer", "string"]}),
        Shape::Text => json!({"type": ["string", "number"]}),
        Shape::Option(inside) => json!({"anyOf": [of_shape(inside), {"type": "null"}]}),
        Shape::List(inside) => list(of_shape(inside)),
        Shape::Struct(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, shape)| (name.clone(), of_shape(shape))).collect();
            optional(json!({
                "type": "object",
                "properties": properties,
                "additionalProperties": false,
            }))
        }
        Shape::Enum(variants) => of_variants(variants),
        Shape::Any => json!({}),
    }
}

/// One name, or a mapping from one name to its content.
fn of_variants(variants: &[(String, Shape)]) -> Value {
    let names: Vec<&str> = variants.iter().map(|(name, _)| name.as_str()).collect();
    if variants.iter().all(|(_, shape)| *shape == Shape::Unit) {
        return json!({"anyOf": [{"enum": names}, {"$ref": "#/$defs/parameter"}]});
    }
    let properties: Map<String, Value> =
        variants.iter().map(|(name, shape)| (name.clone(), of_shape(shape))).collect();
    json!({"anyOf": [one_of(properties), {"enum": names}]})
}

/// A mapping from exactly one of these names.
fn one_of(properties: Map<String, Value>) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

/// The role is given by the key above.
fn setup(shape: &Shape) -> Value {
    let Shape::Struct(fields) = shape else { return of_shape(shape) };
    of_shape(&Shape::Struct(fields.iter().filter(|(name, _)| name != "role").cloned().collect()))
}

fn names<T>(table: &[(&str, T)]) -> Value {
    any_of(table.iter().map(|(name, _)| *name))
}

fn any_of<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    let names: Vec<&str> = names.collect();
    json!({"anyOf": [{"enum": names}, {"$ref": "#/$defs/parameter"}]})
}

fn list(item: Value) -> Value {
    json!({"type": "array", "items": item})
}

fn required(mut object: Value, keys: &[&str]) -> Value {
    object["required"] = json!(keys);
    object
}

/// The mapping, or nothing in its place.
fn optional(mut object: Value) -> Value {
    object["type"] = json!(["object", "null"]);
    object
}
