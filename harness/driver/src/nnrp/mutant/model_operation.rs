//! Defects of the operation machine, and of the watermark of a recovery.

use super::defect::Defect;
use super::depths::{Applying, Taken};
use serde_json::{Value, json};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::model(
        "waiting_tool_has_another_name",
        &["NNRP-OP-001"],
        "An operation that waits for a tool is shown as running: the state has no number.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        rename(&mut taken, "waiting_tool", "running");
        Ok(taken)
    })
    .state(|_, _, state| each(state, |one| rename(one, "waiting_tool", "running"))),
    Defect::model(
        "operation_numbers_reused",
        &["NNRP-OP-003"],
        "An operation under a number that was used before takes the place of the old one.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|why| match why.kind.as_str() {
            "taken" => Ok(json!({"state": "accepted", "terminal": false})),
            _ => Err(why),
        })
    }),
    Defect::model(
        "ended_operations_go_on",
        &["NNRP-OP-005"],
        "An operation that has ended takes whatever a later message says.",
    )
    .machine(|machine, event| {
        let ended = stands(machine, &event["advance"]).is_some_and(|state| is_end(&state));
        let taken = machine.truth(event);
        match &event["advance"]["to"] {
            Value::String(to) if ended => Ok(json!({"state": to, "terminal": is_end(to)})),
            _ => taken,
        }
    }),
    Defect::model(
        "no_tools_from_running",
        &["NNRP-OP-006"],
        "A running operation cannot wait for a tool.",
    )
    .machine(|machine, event| match event["advance"]["to"] == json!("waiting_tool") {
        true => Err(crate::Refused::new("not_allowed", "running does not wait")),
        false => machine.truth(event),
    }),
    Defect::model(
        "running_is_skipped",
        &["NNRP-OP-007"],
        "An operation that never ran may complete at once.",
    )
    .machine(|machine, event| {
        let state = stands(machine, &event["advance"]);
        let to = event["advance"]["to"].clone();
        machine.truth(event).or_else(|why| {
            let skips = to == json!("completed") || to == json!("partial");
            match state.as_deref() {
                Some("accepted" | "waiting_tool") if skips => {
                    Ok(json!({"state": to, "terminal": to == json!("completed")}))
                }
                _ => Err(why),
            }
        })
    }),
    Defect::model(
        "superseded_shown_as_cancelled",
        &["NNRP-OP-009"],
        "A superseded operation is shown as cancelled.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        rename(&mut taken, "superseded", "cancelled");
        Ok(taken)
    })
    .state(|_, _, state| each(state, |one| rename(one, "superseded", "cancelled"))),
    Defect::model(
        "parents_not_looked_up",
        &["NNRP-OP-010"],
        "An operation may name a parent that does not exist or belongs to another session.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|why| {
            let mut orphan = event.clone();
            let add = orphan.get_mut("add").and_then(Value::as_object_mut);
            if let (Some(add), "bad_parent") = (add, &*why.kind) {
                add.remove("parent");
                return machine.truth(&orphan);
            }
            Err(why)
        })
    }),
    Defect::model(
        "operation_scope_takes_children",
        &["NNRP-OP-011"],
        "A cancel of scope operation ends the children as well.",
    )
    .machine(|machine, event| rescoped(machine, event, "operation", "subtree")),
    Defect::model(
        "subtree_scope_spares_grandchildren",
        &["NNRP-OP-012"],
        "A cancel of scope subtree ends the operation it names alone.",
    )
    .machine(|machine, event| rescoped(machine, event, "subtree", "operation")),
    Defect::model(
        "group_scope_means_session",
        &["NNRP-OP-013"],
        "A cancel of scope group ends everything in the session.",
    )
    .machine(|machine, event| rescoped(machine, event, "group", "session")),
    Defect::model(
        "session_scope_means_subtree",
        &["NNRP-OP-014"],
        "A cancel of scope session ends the operation it names and what is below it.",
    )
    .machine(|machine, event| rescoped(machine, event, "session", "subtree")),
    Defect::model(
        "finished_operations_cancelled",
        &["NNRP-OP-015"],
        "A cancel counts the operation it names even if that had finished.",
    )
    .machine(|machine, event| {
        let mut taken = machine.truth(event)?;
        if let Some(reached) = taken["cancelled"].as_array_mut()
            && !reached.contains(&event["cancel"]["target"])
        {
            reached.insert(0, event["cancel"]["target"].clone());
        }
        Ok(taken)
    }),
    Defect::model(
        "cancel_crosses_sessions",
        &["NNRP-OP-016"],
        "The target of a cancel is looked for in every session.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|why| {
            let (mut elsewhere, target) = (event.clone(), &event["cancel"]["target"]);
            let state = machine.state();
            let mut all = state["operations"].as_array().into_iter().flatten();
            match all.find(|one| one["operation"] == *target) {
                Some(found) => {
                    elsewhere["cancel"]["session"] = found["session"].clone();
                    machine.truth(&elsewhere)
                }
                None => Err(why),
            }
        })
    }),
    Defect::model(
        "state_in_the_payload",
        &["NNRP-OP-017"],
        "The state of an operation is known only to whoever decodes its payloads.",
    )
    .state(|_, _, state| {
        each(state, |one| {
            if let Some(one) = one.as_object_mut() {
                one.remove("state");
            }
        });
    }),
    Defect::model(
        "watermark_reaches_too_far",
        &["NNRP-RES-009"],
        "A watermark covers the operation behind it as well.",
    )
    .machine(|machine, event| {
        let mut further = event.clone();
        if let Some(watermark) = event["covers"]["watermark"].as_u64() {
            further["covers"]["watermark"] = json!(watermark + 1);
        }
        machine.truth(&further)
    }),
];

/// The state of the operation that an event names.
fn stands(machine: &mut Applying<'_>, event: &Value) -> Option<String> {
    let state = machine.state();
    let mut all = state["operations"].as_array()?.iter();
    let one = all
        .find(|one| one["session"] == event["session"] && one["operation"] == event["operation"])?;
    one["state"].as_str().map(str::to_owned)
}

fn is_end(state: &str) -> bool {
    ["superseded", "cancelled", "failed", "completed"].contains(&state)
}

fn rename(one: &mut Value, from: &str, to: &str) {
    if one["state"] == json!(from) {
        one["state"] = json!(to);
    }
}

/// Lets `change` at every operation that a machine shows.
fn each(state: &mut Value, change: fn(&mut Value)) {
    state["operations"].as_array_mut().into_iter().flatten().for_each(change);
}

/// A cancel with another scope.
fn rescoped(machine: &mut Applying<'_>, event: &Value, from: &str, to: &str) -> Taken {
    let mut event = event.clone();
    if event["cancel"]["scope"] == json!(from) {
        event["cancel"]["scope"] = json!(to);
    }
    machine.truth(&event)
}
