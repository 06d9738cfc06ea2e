//! Defects of policy: wishes for objects, schemas among them, and which transport is the best.

use super::defect::Defect;
use super::depths::{Applying, Taken};
use serde_json::{Value, json};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::model(
        "any_schema_may_be_cached",
        &["NNRP-SCH-021"],
        "A schema enters the cache whether it is cacheable or not.",
    )
    .machine(|applying, event| match event.pointer("/cache/put") {
        Some(put) if applying.is("policy") => applying.truth(&json!({ "put": put })),
        _ => applying.truth(event),
    }),
    Defect::model(
        "invalid_schema_may_be_cached",
        &["NNRP-SCH-021"],
        "A schema that nobody installed enters the cache.",
    )
    .machine(|applying, event| {
        let taken = applying.truth(event);
        match (&taken, event.pointer("/cache/put")) {
            (Err(refused), Some(put)) if refused.kind == "not_installed" => {
                applying.truth(&json!({ "put": put }))
            }
            _ => taken,
        }
    }),
    Defect::model(
        "reuse_waives_the_version",
        &["NNRP-CACHE-021"],
        "After a wish for reuse any version of an object will do.",
    )
    .machine(|applying, event| waived(applying, event, "reuse", "version")),
    Defect::model(
        "touch_waives_the_schema",
        &["NNRP-CACHE-021"],
        "An object that was touched is used under any schema and profile.",
    )
    .machine(|applying, event| waived(applying, event, "touch", "schema")),
    Defect::model(
        "renewal_heals",
        &["NNRP-CACHE-021"],
        "A renewed object is usable although what it rests on is not.",
    )
    .machine(|applying, event| {
        let wish = event.pointer("/hint/wish").and_then(Value::as_str);
        if let (Some("renew"), Some(object)) = (wish, event.pointer("/hint/object")) {
            applying.notes().insert(object.to_string(), Value::Bool(true));
        }
        let healed = event
            .pointer("/use/object")
            .is_some_and(|object| applying.notes().contains_key(&object.to_string()));
        match applying.truth(event) {
            Err(refused) if healed && refused.kind == "dependency_invalid" => {
                Ok(json!({ "version": 1 }))
            }
            taken => taken,
        }
    }),
    Defect::model(
        "fastest_transport_first",
        &["NNRP-PRB-005"],
        "Transports are ranked by their round-trip time alone.",
    )
    .machine(|applying, event| ranked(applying, event, |sample| sample.rtt_us)),
    Defect::model(
        "widest_transport_first",
        &["NNRP-PRB-005"],
        "Transports are ranked by their throughput alone.",
    )
    .machine(|applying, event| ranked(applying, event, |sample| u64::MAX - sample.bytes_per_s)),
    Defect::model(
        "watermark_covers_every_lane",
        &["NNRP-RES-009"],
        "A watermark acknowledges operations of every lane.",
    )
    .machine(|applying, event| {
        let number = |field: &str| {
            event.pointer(&format!("/covers/{field}")).and_then(crate::nnrp::json::as_u64)
        };
        match (number("watermark"), number("operation")) {
            (Some(watermark), Some(operation)) if applying.is("recovery") => {
                let (watermark, operation) = (watermark as u32, operation as u32);
                applying.truth(&json!({
                    "covers": { "watermark": watermark, "operation": operation }
                }))
            }
            _ => applying.truth(event),
        }
    }),
];

/// Leaves `field` out of every use of an object after a wish of that name.
fn waived(applying: &mut Applying<'_>, event: &Value, wish: &str, field: &str) -> Taken {
    if event.pointer("/hint/wish").and_then(Value::as_str) == Some(wish) {
        applying.notes().insert("heard".to_owned(), Value::Bool(true));
    }
    let mut event = event.clone();
    if applying.notes().contains_key("heard")
        && let Some(used) = event.get_mut("use").and_then(Value::as_object_mut)
    {
        used.remove(field);
        if field == "schema" {
            used.remove("profile");
        }
    }
    applying.truth(&event)
}

/// One answered probe.
#[derive(Clone, Copy)]
struct Sample {
    transport: u64,
    bytes_per_s: u64,
    rtt_us: u64,
}

/// Ranks by the best single value of one kind.
fn ranked(applying: &mut Applying<'_>, event: &Value, by: fn(&Sample) -> u64) -> Taken {
    if !applying.is("probing") || event.get("rank").is_none() {
        return applying.truth(event);
    }
    let field = |event: &Value, name: &str| {
        event.pointer(&format!("/answered/{name}")).and_then(crate::nnrp::json::as_u64)
    };
    let mut samples: Vec<Sample> = applying
        .past()
        .iter()
        .filter_map(|event| {
            Some(Sample {
                transport: field(event, "transport")?,
                bytes_per_s: field(event, "bytes_per_s")?,
                rtt_us: field(event, "rtt_us")?,
            })
        })
        .collect();
    samples.sort_by_key(by);
    let mut order: Vec<u64> = Vec::new();
    for sample in samples {
        if !order.contains(&sample.transport) {
            order.push(sample.transport);
        }
    }
    Ok(json!({ "order": order }))
}
