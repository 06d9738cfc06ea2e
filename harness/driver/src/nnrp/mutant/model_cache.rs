//! Defects of the cache machine.

use super::defect::Defect;
use super::depths::{Applying, Taken};
use serde_json::{Value, json};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::model(
        "versions_start_again",
        &["NNRP-CACHE-009"],
        "An object that comes back after it was gone starts at version 1.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if taken["result"] == json!("accepted") {
            taken["version"] = json!(1);
        }
        Ok(taken)
    }),
    Defect::model(
        "renewal_takes_a_new_lease",
        &["NNRP-CACHE-010"],
        "A renewed lease gets a new number.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if taken["result"] == json!("renewed") {
            taken["lease"] = json!(taken["lease"].as_u64().unwrap_or(0) + 1000);
        }
        Ok(taken)
    }),
    Defect::model(
        "operations_share_the_lease_of_their_session",
        &["NNRP-CACHE-011"],
        "What an operation keeps is kept for its session.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        for kind in ["put", "use", "look"] {
            let owner = event.get_mut(kind).and_then(|what| what["object"].get_mut("owner"));
            if let Some(owner) = owner
                && let Some(session) = owner.get("operation").and_then(|id| id.get(0)).cloned()
            {
                *owner = json!({ "session": session });
            }
        }
        machine.truth(&event)
    }),
    Defect::model(
        "leases_outlive_their_owner",
        &["NNRP-CACHE-012"],
        "The end of an owner leaves its leases as they are.",
    )
    .machine(|machine, event| match event.get("end_owner").is_some() {
        true => Ok(json!({})),
        false => machine.truth(event),
    }),
    Defect::model(
        "lease_good_at_its_end",
        &["NNRP-CACHE-013"],
        "A lease is still good at the very instant at which it ends.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        for kind in ["use", "look"] {
            if let Some(now) = event.get_mut(kind).and_then(|event| event.get_mut("now")) {
                *now = json!(now.as_u64().unwrap_or(0).saturating_sub(1));
            }
        }
        machine.truth(&event)
    }),
    Defect::model(
        "any_version_will_do",
        &["NNRP-CACHE-016"],
        "A wish for a version is met with whatever version is there.",
    )
    .machine(|machine, event| wish(machine, event, &["version"], |_| true)),
    Defect::model(
        "dependencies_dropped",
        &["NNRP-CACHE-017"],
        "What an object rests on is forgotten as soon as it is stored.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if let Some(put) = event.get_mut("put").and_then(Value::as_object_mut) {
            put.remove("depends");
        }
        machine.truth(&event)
    }),
    Defect::model(
        "schema_of_object_not_looked_at",
        &["NNRP-CACHE-018"],
        "An object is used under any profile and schema.",
    )
    .machine(|machine, event| wish(machine, event, &["profile", "schema"], |_| true)),
    Defect::model(
        "dependency_without_version",
        &["NNRP-CACHE-020"],
        "A dependency is remembered by its key alone, so a new version of it goes unnoticed.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|why| {
            let gone = machine
                .past()
                .iter()
                .any(|past| past.get("invalidate").is_some() || past.get("look").is_some());
            if why.kind != "dependency_invalid" || gone {
                return Err(why);
            }
            let object = event["use"]["object"].clone();
            let found = machine.truth(&json!({ "look": { "object": object } }))?;
            Ok(json!({ "version": found["version"] }))
        })
    }),
    Defect::model(
        "private_kinds_without_versions",
        &["NNRP-CACHE-022"],
        "Objects of a private kind have no versions.",
    )
    .machine(|machine, event| {
        let private = |event: &Value| event["object"]["kind"].as_u64() > Some(9);
        wish(machine, event, &["version"], private)
    }),
    Defect::model(
        "no_time_is_no_lease",
        &["NNRP-CACHE-026"],
        "A lease without a time of its own is over after a moment.",
    )
    .machine(|machine, event| {
        let mut event = event.clone();
        if let Some(put) = event.get_mut("put").and_then(Value::as_object_mut)
            && matches!(put.get("ttl_ms").and_then(Value::as_u64), None | Some(0))
        {
            put.insert("ttl_ms".to_owned(), json!(1));
        }
        machine.truth(&event)
    }),
];

/// A use that leaves some of its wishes out.
fn wish(
    machine: &mut Applying<'_>,
    event: &Value,
    keys: &[&str],
    applies: fn(&Value) -> bool,
) -> Taken {
    let mut event = event.clone();
    if let Some(wanted) = event.get_mut("use")
        && applies(wanted)
        && let Some(wanted) = wanted.as_object_mut()
    {
        wanted.retain(|key, _| !keys.contains(&key.as_str()));
    }
    machine.truth(&event)
}
