//! Frames of NWP 0.4: queries, actions, subscriptions (reference 5.2).

use super::super::code;
use super::super::value::Value;
use super::super::violation::Violation;
use super::filter::{self, is_field_name};
use super::{broken, has, items, malformed, text};

/// Functions of an aggregation.
pub const FUNCTIONS: [&str; 6] = ["COUNT", "SUM", "AVG", "MIN", "MAX", "COUNT_DISTINCT"];
/// Distances of a vector search.
pub const METRICS: [&str; 3] = ["cosine", "euclidean", "dot_product"];
/// Start of the actions that NWP keeps for itself.
pub const RESERVED: &str = "system.task.";

/// QueryFrame.
///
/// # Errors
///
/// The first rule that is broken.
pub fn query(frame: &Value) -> Result<(), Violation> {
    let aggregate = frame.get("aggregate").filter(|value| !value.is_nil());
    if aggregate.is_none() && !has(frame, "anchor_ref") {
        return Err(malformed("NWP-FRM-001", "anchor_ref"));
    }
    if let Some(conditions) = frame.get("filter") {
        filter::check(conditions)?;
    }
    if !items(frame, "fields").iter().all(is_field) {
        return Err(unknown_field("fields"));
    }
    items(frame, "order").iter().try_for_each(order)?;
    aggregate.map_or(Ok(()), aggregation)?;
    frame.get("vector_search").map_or(Ok(()), vector_search)
}

/// ActionFrame.
///
/// # Errors
///
/// The first rule that is broken.
pub fn action(frame: &Value) -> Result<(), Violation> {
    match text(frame, "action_id") {
        Some(id) if !is_action_id(id) => Err(malformed("NWP-FRM-006", "action_id").read("5.2")),
        _ => Ok(()),
    }
}

/// SubscribeFrame.
///
/// # Errors
///
/// The first rule that is broken.
pub fn subscribe(frame: &Value) -> Result<(), Violation> {
    if text(frame, "action") == Some("subscribe") && !has(frame, "anchor_ref") {
        return Err(malformed("NWP-FRM-008", "anchor_ref"));
    }
    frame.get("filter").map_or(Ok(()), filter::check)
}

/// `{domain}.{verb}`; the actions of the system have a third part (`OP-50`).
pub fn is_action_id(id: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    id.contains('.') && id.split('.').all(part)
}

/// Whether an action belongs to NWP itself.
pub fn is_reserved(id: &str) -> bool {
    id.starts_with(RESERVED)
}

fn is_field(value: &Value) -> bool {
    value.as_text().is_some_and(is_field_name)
}

fn unknown_field(field: &'static str) -> Violation {
    broken(code::NWP_QUERY_FIELD_UNKNOWN, "NCP-TIER-011", field)
        .read("5.2")
        .or(&[code::NPS_CLIENT_BAD_FRAME, code::NPS_CLIENT_BAD_PARAM])
}

fn order(entry: &Value) -> Result<(), Violation> {
    if !matches!(text(entry, "dir"), Some("ASC" | "DESC")) {
        return Err(malformed("NCP-TIER-011", "order").read("5.2"));
    }
    if entry.get("field").is_some_and(is_field) { Ok(()) } else { Err(unknown_field("order")) }
}

fn aggregation(aggregate: &Value) -> Result<(), Violation> {
    let invalid = |field| {
        broken(code::NWP_QUERY_AGGREGATE_INVALID, "NCP-TIER-011", field)
            .read("5.2")
            .or(&[code::NPS_CLIENT_BAD_FRAME])
    };
    if items(aggregate, "operations").is_empty() {
        return Err(invalid("operations"));
    }
    for operation in items(aggregate, "operations") {
        let function = text(operation, "func").unwrap_or_default();
        if !FUNCTIONS.contains(&function) {
            return Err(invalid("func"));
        }
        match operation.get("field") {
            None | Some(Value::Nil) if function == "COUNT" => {}
            Some(field) if is_field(field) => {}
            _ => return Err(invalid("field")),
        }
        if !operation.get("alias").is_some_and(is_field) {
            return Err(invalid("alias"));
        }
    }
    match aggregate.get("group_by") {
        None | Some(Value::Nil) => {}
        Some(Value::Array(fields)) if fields.iter().all(is_field) => {}
        Some(_) => return Err(invalid("group_by")),
    }
    match aggregate.get("having") {
        None | Some(Value::Nil) => Ok(()),
        Some(conditions) => filter::check(conditions),
    }
}

fn vector_search(search: &Value) -> Result<(), Violation> {
    let wrong = |field| malformed("NCP-TIER-011", field).read("5.2");
    let number = |value: &Value| {
        matches!(value, Value::Uint(_) | Value::Int(_))
            || matches!(value, Value::Float(number) if number.is_finite())
    };
    if search.is_nil() {
        return Ok(());
    }
    if !search.get("field").is_some_and(is_field) {
        return Err(unknown_field("vector_search"));
    }
    let vector = items(search, "vector");
    if vector.is_empty() || !vector.iter().all(number) {
        return Err(wrong("vector"));
    }
    match text(search, "metric") {
        Some(metric) if !METRICS.contains(&metric) => Err(wrong("metric")),
        _ => Ok(()),
    }
}
