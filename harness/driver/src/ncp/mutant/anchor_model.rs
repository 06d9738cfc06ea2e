//! Defects of schemas in the codec, in the registry and in the cache.

use super::defect::Defect;
use super::depths::{Applying, Decoded, Decoding};
use crate::Refused;
use serde_json::{Value, json};
use wireproof_wire::ncp::anchor::anchor_id_exact;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec("anchors_without_schema", &["NCP-ANCHOR-001"], "An AnchorFrame has no schema.")
        .decode(|seen| lenient(seen, &["NCP-ANCHOR-001"])),
    Defect::codec(
        "identifiers_of_any_form",
        &["NCP-ANCHOR-002"],
        "The identifier of a schema may be any text.",
    )
    .decode(|seen| lenient(seen, &["NCP-ANCHOR-002"])),
    Defect::codec(
        "canonical_form_as_it_came",
        &["NCP-ANCHOR-003", "NCP-ANCHOR-005"],
        "The canonical form is the text as it came.",
    )
    .decode(|seen| match seen.is_structure("canonical_json") {
        true => seen.with("canonical", |text| *text = json!(seen.text())),
        false => seen.truth(),
    }),
    Defect::codec(
        "digest_of_the_text_as_it_came",
        &["NCP-ANCHOR-005"],
        "The identifier of a schema depends on how it is written down.",
    )
    .decode(|seen| {
        let canonical = Decoding { what: "canonical_json", ..*seen };
        match seen.is_structure("anchor_id") && canonical.truth()?["canonical"] != seen.text() {
            true => seen.with("anchor_id", |id| {
                let written = wireproof_wire::ncp::Value::Text(seen.text().to_owned());
                *id = json!(anchor_id_exact(&written));
            }),
            false => seen.truth(),
        }
    }),
    Defect::codec(
        "fields_sorted_before_the_digest",
        &["NCP-ANCHOR-006"],
        "The fields of a schema are sorted by name before the digest is taken.",
    )
    .decode(|seen| rehashed(seen, |fields| fields.sort_by_key(|field| field["name"].to_string()))),
    Defect::codec(
        "defaults_filled_in_before_the_digest",
        &["NCP-ANCHOR-007"],
        "A field that does not mention nullable gets it before the digest is taken.",
    )
    .decode(|seen| {
        rehashed(seen, |fields| {
            for field in fields.iter_mut().filter_map(Value::as_object_mut) {
                field.entry("nullable").or_insert(json!(false));
            }
        })
    }),
    Defect::codec(
        "defaults_left_out_of_the_digest",
        &["NCP-ANCHOR-007"],
        "A field that says it is not nullable is hashed without that.",
    )
    .decode(|seen| {
        rehashed(seen, |fields| {
            for field in fields.iter_mut().filter_map(Value::as_object_mut) {
                field.retain(|name, value| name != "nullable" || *value != json!(false));
            }
        })
    }),
    Defect::codec(
        "fields_without_a_name",
        &["NCP-ANCHOR-008"],
        "A field of a schema needs neither name nor type.",
    )
    .decode(|seen| lenient(seen, &["NCP-ANCHOR-008"])),
    Defect::codec("types_of_any_name", &["NCP-ANCHOR-009"], "Any text is the type of a field.")
        .decode(|seen| lenient(seen, &["NCP-ANCHOR-009"])),
    Defect::codec(
        "nullable_by_default",
        &["NCP-ANCHOR-010"],
        "A field that does not mention nullable may be null.",
    )
    .decode(|seen| {
        let mut decoded = seen.truth()?;
        if seen.is_structure("schema") && !seen.text().contains("nullable") {
            for field in decoded["fields"].as_array_mut().into_iter().flatten() {
                field["nullable"] = json!(true);
            }
        }
        Ok(decoded)
    }),
    Defect::codec(
        "semantic_names_of_two_parts",
        &["NCP-ANCHOR-011"],
        "A semantic name of more than two parts is refused.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        let fields = decoded["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let deep = |field: &Value| {
            field["semantic"].as_str().is_some_and(|name| name.split('.').count() > 2)
        };
        match seen.is_structure("schema") && fields.iter().any(deep) {
            true => Err(Refused::new("NCP-ANCHOR-SCHEMA-INVALID", "semantic")),
            false => Ok(decoded),
        }
    }),
    Defect::codec(
        "schemas_are_frames_of_bad_form",
        &["NCP-ANCHOR-031"],
        "A schema that is none is called a frame of bad form.",
    )
    .decode(|seen| {
        seen.truth().map_err(|mut refused| {
            if refused.kind == "NCP-ANCHOR-SCHEMA-INVALID" {
                refused.kind = NPS_CLIENT_BAD_FRAME.to_owned();
            }
            refused
        })
    }),
    Defect::model(
        "registry_takes_any_name",
        &["NCP-ANCHOR-015"],
        "A schema is published whatever identifier is claimed for it.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        let publish = event.get_mut("publish").and_then(Value::as_object_mut);
        let claimed = publish.and_then(|publish| publish.remove("anchor_id"));
        let mut taken = machine.truth(&event)?;
        if let Some(claimed) = claimed {
            taken["anchor_ref"] = claimed;
        }
        Ok(taken)
    }),
    Defect::model(
        "use_prolongs",
        &["NCP-ANCHOR-017", "NCP-ANCHOR-035"],
        "A schema that is used lives longer.",
    )
    .machine(|machine, event| {
        let taken = machine.truth(event)?;
        if event.get("refer").is_some() && taken["do"] == json!("hit") {
            let (now, name) = (&event["refer"]["now"], &event["refer"]["anchor_ref"]);
            let same = |past: &&Value| past["anchor"]["anchor_id"] == *name;
            if let Some(mut renewal) = machine.past().iter().rev().find(same).cloned() {
                renewal["anchor"]["now"] = now.clone();
                machine.truth(&renewal)?;
            }
        }
        Ok(taken)
    }),
    Defect::model(
        "good_at_its_last_instant",
        &["NCP-ANCHOR-035"],
        "A schema is still good at the very instant at which it ends.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        for kind in ["refer", "look"] {
            if let Some(now) = event.get_mut(kind).and_then(|about| about.get_mut("now")) {
                *now = json!(now.as_u64().unwrap_or(0).saturating_sub(1));
            }
        }
        machine.truth(&event)
    }),
    Defect::model(
        "digest_not_compared",
        &["NCP-ANCHOR-030", "NCP-ANCHOR-003"],
        "The identifier of a schema that was pushed is not compared with the digest.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if let Some(pushed) = event.get_mut("anchor").filter(|_| machine.is("anchor_cache")) {
            let schema = serde_json::from_value(pushed["schema"].clone()).unwrap_or_default();
            pushed["anchor_id"] = json!(anchor_id_exact(&schema));
        }
        machine.truth(&event)
    }),
    Defect::model(
        "kept_under_another_digest",
        &["NCP-ANCHOR-003"],
        "The cache keeps a schema under the digest of its fields alone, sorted and with defaults.",
    )
    .machine(|machine, event| {
        found_under(machine, event, |schema| {
            let mut fields = schema["fields"].as_array().cloned().unwrap_or_default();
            fields.sort_by_key(|field| field["name"].to_string());
            for field in fields.iter_mut().filter_map(Value::as_object_mut) {
                field.entry("nullable").or_insert(json!(false));
            }
            json!(fields)
        })
    }),
    Defect::model(
        "kept_under_numbers_as_they_came",
        &["NCP-ANCHOR-003"],
        "The cache keeps a schema under a digest in which 1.0 is not the same as 1.",
    )
    .machine(|machine, event| found_under(machine, event, fractions_as_text)),
    Defect::model(
        "wrong_digest_spoils_the_cache",
        &["NCP-ANCHOR-026"],
        "Once a schema was refused, nothing that was kept before is found.",
    )
    .machine(|machine, event| {
        let cache = machine.is("anchor_cache");
        let mut taken = machine.truth(event);
        if taken.is_err() && cache {
            machine.notes().insert("spoilt".to_owned(), json!(true));
        }
        if let Ok(answer) = &mut taken
            && machine.notes().contains_key("spoilt")
            && answer["do"] == json!("hit")
        {
            answer["do"] = json!("miss");
        }
        taken
    }),
    Defect::model(
        "oldest_schema_goes",
        &["NCP-ANCHOR-033"],
        "Of a cache that is full the schema goes that came first, used or not.",
    )
    .machine(|machine, event| {
        let Some(about) = event.get("refer") else { return machine.truth(event) };
        let found = machine.truth(&json!({"look": about}))?;
        let hit = found["state"] == json!("fresh");
        Ok(json!({"do": if hit { "hit" } else { "miss" }}))
    }),
];

/// Takes what the reference refuses for one of the rules.
fn lenient(seen: &Decoding<'_>, rules: &[&str]) -> Decoded {
    match seen.is(FrameType::Anchor) || !seen.is_packet() {
        true => seen.without(rules),
        false => seen.truth(),
    }
}

/// Looks for schemas under the digests of what `change` makes of them.
fn found_under(
    machine: &mut Applying<'_>,
    event: &Value,
    change: fn(&Value) -> Value,
) -> Result<Value, Refused> {
    let refers = event.get("refer").and_then(|refer| refer["anchor_ref"].as_str());
    let elsewhere = machine.past().iter().filter_map(|past| past.get("anchor")).any(|anchor| {
        let changed = serde_json::from_value(change(&anchor["schema"])).unwrap_or_default();
        anchor["anchor_id"].as_str() == refers && refers != Some(&anchor_id_exact(&changed))
    });
    match machine.is("anchor_cache") && refers.is_some() && elsewhere {
        true => Ok(json!({"do": "miss"})),
        false => machine.truth(event),
    }
}

/// The same with every number that has a fraction or an exponent as text.
fn fractions_as_text(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => json!(number.to_string()),
        Value::Array(items) => items.iter().map(fractions_as_text).collect(),
        Value::Object(members) => {
            let change =
                |(name, value): (&String, &Value)| (name.clone(), fractions_as_text(value));
            members.iter().map(change).collect()
        }
        _ => value.clone(),
    }
}

/// The identifier of a schema whose fields are changed first.
fn rehashed(seen: &Decoding<'_>, change: impl FnOnce(&mut Vec<Value>)) -> Decoded {
    let schema = serde_json::from_slice::<Value>(seen.bytes).ok();
    match schema.filter(|_| seen.is_structure("anchor_id")) {
        Some(mut schema) => {
            if let Some(fields) = schema["fields"].as_array_mut() {
                change(fields);
            }
            seen.instead(schema.to_string().as_bytes())
        }
        None => seen.truth(),
    }
}
