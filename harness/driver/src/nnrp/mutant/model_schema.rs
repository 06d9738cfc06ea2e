//! Defects of the schema registry.

use super::defect::Defect;
use super::depths::{Applying, Taken};
use crate::Refused;
use serde_json::{Value, json};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::model(
        "schemas_known_by_hash",
        &["NNRP-SCH-003"],
        "A schema whose hash is known is not installed again, whatever its identity.",
    )
    .machine(|machine, event| {
        let hash = &event["install"]["fields"]["schema_hash"];
        let known = machine
            .past()
            .iter()
            .any(|past| !hash.is_null() && past["install"]["fields"]["schema_hash"] == *hash);
        match known {
            true => Ok(json!({"result": "unchanged", "state": "installed"})),
            false => machine.truth(event),
        }
    }),
    Defect::model(
        "reinstalling_updates",
        &["NNRP-SCH-004"],
        "Installing the same schema again counts as an update.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if taken["result"] == json!("unchanged") {
            taken["result"] = json!("updated");
        }
        Ok(taken)
    }),
    Defect::model(
        "hash_overwritten",
        &["NNRP-SCH-005"],
        "A schema that is there under another hash is overwritten.",
    )
    .machine(|machine, event| conflict(machine, event, |_, _| true, "updated")),
    Defect::model(
        "update_forgets_older_hashes",
        &["NNRP-SCH-006"],
        "When a higher version is installed, the older ones may come back under another hash.",
    )
    .machine(|machine, event| {
        let higher = |past: &Value, fields: &Value| {
            let past = &past["install"]["fields"];
            past["schema_id"] == fields["schema_id"]
                && past["schema_version"].as_u64() > fields["schema_version"].as_u64()
        };
        conflict(machine, event, higher, "unchanged")
    }),
    Defect::model(
        "dependents_stay",
        &["NNRP-SCH-008"],
        "Invalidating a schema leaves those that depend on it as they are.",
    )
    .machine(|machine, event| {
        if event.get("invalidate").is_some() {
            let mut past = machine.past().to_vec();
            for event in &mut past {
                if let Some(install) = event.get_mut("install").and_then(Value::as_object_mut) {
                    install.remove("dependencies");
                    install["fields"]["dependency_count"] = json!(0);
                }
            }
            machine.again(&past);
        }
        machine.truth(event)
    }),
    Defect::model(
        "invalidation_only_confirmed",
        &["NNRP-SCH-009"],
        "An invalidation is confirmed, and the schema stays in use.",
    )
    .machine(|machine, event| {
        let past = machine.past().to_vec();
        let taken = machine.truth(event);
        if event.get("invalidate").is_some() && taken.is_ok() {
            machine.again(&past);
        }
        taken
    }),
    Defect::model(
        "unknown_schema_by_version",
        &["NNRP-SCH-010"],
        "A schema id that nobody installed is reported as an unknown version.",
    )
    .machine(|machine, event| renamed(machine, event, "schema_unknown", "schema_version_unknown")),
    Defect::model(
        "unknown_version_by_schema",
        &["NNRP-SCH-011"],
        "A version that nobody installed is reported as an unknown schema.",
    )
    .machine(|machine, event| renamed(machine, event, "schema_version_unknown", "schema_unknown")),
    Defect::model(
        "window_not_looked_at",
        &["NNRP-SCH-012", "NNRP-SCH-024"],
        "A schema is used whatever major lines it is for.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if event.get("install").is_some() {
            let fields = &mut event["install"]["fields"];
            (fields["min_version_major"], fields["max_version_major"]) = (json!(1), json!(1));
        }
        machine.truth(&event)
    }),
    Defect::model(
        "window_of_one_line",
        &["NNRP-SCH-024"],
        "A schema has to be for this major line alone.",
    )
    .machine(|machine, event| {
        let fields = &event["install"]["fields"];
        match event.get("install").is_some()
            && fields["min_version_major"] != fields["max_version_major"]
        {
            true => Err(Refused::new("schema_incompatible", "for several lines")),
            false => machine.truth(event),
        }
    }),
    Defect::model(
        "dependencies_not_looked_for",
        &["NNRP-SCH-013"],
        "A schema is installed and used without the ones it depends on.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if let Some(install) = event.get_mut("install").and_then(Value::as_object_mut) {
            install.remove("dependencies");
            install["fields"]["dependency_count"] = json!(0);
        }
        machine.truth(&event)
    }),
    Defect::model(
        "policy_called_incompatible",
        &["NNRP-SCH-014"],
        "What policy refuses to install is reported as incompatible.",
    )
    .machine(|machine, event| {
        renamed(machine, event, "schema_update_rejected", "schema_incompatible")
    }),
    Defect::model(
        "unknown_critical_schema_skipped",
        &["NNRP-SCH-015"],
        "A payload whose schema is not recognised is handed on uninterpreted, critical or not.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|why| match event.get("bind").is_some() {
            true => Ok(json!({"bound": "uninterpreted"})),
            false => Err(why),
        })
    }),
    Defect::model(
        "schema_of_any_profile",
        &["NNRP-SCH-017"],
        "A descriptor binds to the schema it names, whatever its profile.",
    )
    .machine(|machine, event| bound(machine, event, |fields| fields["profile_id"] = json!(2))),
    Defect::model(
        "schema_semantics_prevail",
        &["NNRP-SCH-018"],
        "The default semantics of the schema go before those of the descriptor.",
    )
    .machine(|machine, event| {
        bound(machine, event, |fields| fields["stream_semantics"] = json!(0))
    }),
    Defect::model(
        "override_without_flag",
        &["NNRP-SCH-019"],
        "A descriptor may name another schema than the default without the flag for it.",
    )
    .machine(|machine, event| {
        bound(machine, event, |fields| {
            let flags = fields["descriptor_flags"].as_u64().unwrap_or(0);
            fields["descriptor_flags"] = json!(flags | 4);
        })
    }),
    Defect::model(
        "any_schema_as_default",
        &["NNRP-SCH-020"],
        "Every installed schema can be the default of a session.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if event.get("install").is_some() {
            let flags = event["install"]["fields"]["schema_flags"].as_u64().unwrap_or(0);
            event["install"]["fields"]["schema_flags"] = json!(flags | 4);
        }
        machine.truth(&event)
    }),
    Defect::model(
        "invalidation_frees_the_hash",
        &["NNRP-SCH-022"],
        "An invalidated schema of stable hash may return under another hash.",
    )
    .machine(|machine, event| {
        let gone = |past: &Value, fields: &Value| {
            past["invalidate"]["schema_id"] == fields["schema_id"]
                && past["invalidate"]["schema_version"] == fields["schema_version"]
        };
        conflict(machine, event, gone, "installed")
    }),
    Defect::model(
        "schema_0_is_the_anchor",
        &["NNRP-SCH-023"],
        "Schema 0 stands for the standard schema.",
    )
    .machine(|machine, event| {
        bound(machine, event, |fields| {
            if matches!(fields.get("schema_id").and_then(Value::as_u64), None | Some(0)) {
                (fields["schema_id"], fields["schema_version"]) = (json!(0x1001), json!(3));
            }
        })
    }),
];

/// A binding with other fields of the descriptor.
fn bound(machine: &mut Applying<'_>, event: &Value, change: fn(&mut Value)) -> Taken {
    let mut event = event.clone();
    if event.get("bind").is_some() {
        change(&mut event["bind"]["fields"]);
    }
    machine.truth(&event)
}

/// A refusal under another name.
fn renamed(machine: &mut Applying<'_>, event: &Value, from: &str, to: &str) -> Taken {
    machine.truth(event).map_err(|mut why| {
        if why.kind == from {
            why.kind = to.to_owned();
        }
        why
    })
}

/// A hash conflict that does not count if anything in the past `excuses` it.
fn conflict(
    machine: &mut Applying<'_>,
    event: &Value,
    excuses: fn(&Value, &Value) -> bool,
    result: &str,
) -> Taken {
    machine.truth(event).or_else(|why| {
        let fields = &event["install"]["fields"];
        let excused = machine.past().iter().any(|past| excuses(past, fields));
        match why.kind == "schema_hash_conflict" && excused {
            true => Ok(json!({"result": result, "state": "installed"})),
            false => Err(why),
        }
    })
}
