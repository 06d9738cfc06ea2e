//! A value against its row of a table (reference 2.4 row 12).

use super::{Kind, Member};
use crate::ncp::frame_type::FrameType;
use crate::ncp::frames::Anchor;
use crate::ncp::violation::Violation;
use crate::ncp::{anchor, frame, uuid, value::Value};

/// An object against a table. `null` counts as absent (`OP-47`), unknown members are ignored.
pub fn check(members: &'static [Member], object: &Value) -> Result<(), Violation> {
    members.iter().try_for_each(|member| match object.get(member.name) {
        None | Some(Value::Nil) => match member.required {
            Some(_) => Err(missing(member)),
            None => Ok(()),
        },
        Some(value) => item(member, value),
    })
}

/// A member that is there against its row.
#[inline]
pub fn item(member: &Member, value: &Value) -> Result<(), Violation> {
    if has_type(member.kind, value) {
        return bounded(member, member.kind, value);
    }
    Err(mistyped(member))
}

/// The fault of a required member that is not there.
#[cold]
pub(crate) fn missing(member: &Member) -> Violation {
    let requirement = member.required.unwrap_or("NCP-TIER-011");
    let violation = Violation::bad_frame(12, requirement, member.name).or(member.also);
    Violation { reading: member.asked, ..violation }
}

/// The fault of a member of another type. It has no code of its own anywhere.
#[cold]
pub(crate) fn mistyped(member: &Member) -> Violation {
    Violation::bad_frame(12, "NCP-TIER-011", member.name).or(member.also)
}

/// The fault of a member of the right type that is out of its range or form.
#[cold]
pub(super) fn out_of_bounds(member: &Member, kind: Kind) -> Violation {
    let requirement = member.bound.unwrap_or(otherwise(kind));
    let violation = match member.code {
        Some(code) => Violation::new(12, code, requirement, member.name),
        None => Violation::bad_frame(12, requirement, member.name),
    };
    let violation = Violation { reading: member.reading, ..violation.or(member.also) };
    if member.lenient { violation.lenient() } else { violation }
}

/// Whether the type is right, down to the items of a list.
#[inline]
pub(super) fn has_type(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Any, _)
        | (
            Kind::Text | Kind::Filled | Kind::Uuid | Kind::Https | Kind::OneOf(_) | Kind::AnchorId,
            Value::Text(_),
        )
        | (Kind::Uint(_) | Kind::Total, Value::Uint(_) | Value::Int(_))
        | (Kind::Bool, Value::Bool(_))
        | (Kind::Object(_) | Kind::Anchor, Value::Map(_))
        | (Kind::Schema | Kind::Patch, _) => true,
        (Kind::List(Kind::Any), Value::Array(_)) => true,
        (Kind::List(kind) | Kind::Some(kind), Value::Array(items)) => {
            items.iter().all(|item| has_type(*kind, item))
        }
        _ => false,
    }
}

fn bounded(member: &Member, kind: Kind, value: &Value) -> Result<(), Violation> {
    let sound = match (kind, value) {
        (Kind::Uint(max), Value::Uint(number)) => *number <= max,
        (Kind::Uint(_), Value::Int(_)) => false,
        (Kind::Total, Value::Int(number)) => *number == -1,
        (Kind::Filled, Value::Text(text)) => !text.is_empty(),
        (Kind::Uuid, Value::Text(text)) => uuid::is_v4(text),
        (Kind::Https, Value::Text(text)) => text.starts_with("https://"),
        (Kind::OneOf(names), Value::Text(text)) => names.contains(&text.as_str()),
        (Kind::Some(_), Value::Array(items)) if items.is_empty() => false,
        (Kind::List(Kind::Any | Kind::Text) | Kind::Some(Kind::Any | Kind::Text), _) => true,
        (Kind::List(kind) | Kind::Some(kind), Value::Array(items)) => {
            return items.iter().try_for_each(|item| bounded(member, *kind, item));
        }
        (Kind::AnchorId, Value::Text(text)) => anchor::is_anchor_id(text),
        (Kind::Anchor, _) => match value.get("frame") {
            Some(name) if !name.is_nil() && !frame::names(FrameType::Anchor, name) => false,
            _ => return check(Anchor::MEMBERS, value),
        },
        (Kind::Object(members), _) => return check(members, value),
        (Kind::Schema, _) => {
            return anchor::examine_schema(value).map_err(anchor::SchemaFault::violation);
        }
        _ => true,
    };
    if sound { Ok(()) } else { Err(out_of_bounds(member, kind)) }
}

/// The requirement behind a bound that the row gives none for.
const fn otherwise(kind: Kind) -> &'static str {
    match kind {
        Kind::Uint(_) | Kind::Total => "NCP-TIER-009",
        Kind::Uuid => "NCP-STREAM-002",
        _ => "NCP-TIER-011",
    }
}
