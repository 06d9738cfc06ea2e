//! Whether two frames say the same. The format leaves the order of members and the widths of
//! numbers and lengths open, so bytes alone do not tell (reference 3.2).

use super::structures;
use serde_json::Value as Json;
use wireproof_wire::ncp::canonical::Exact;
use wireproof_wire::ncp::frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{self, Header};
use wireproof_wire::ncp::table::{self, Default};
use wireproof_wire::ncp::tier;
use wireproof_wire::ncp::{Name, Value};

/// Whether two byte strings that a codec may write for the same fields say the same.
pub fn bytes(kind: &str, what: &str, a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    match (kind, what.split('/').next()) {
        ("packet", _) => frames(a, b),
        ("structure", Some("bitset_patch")) => {
            let read = |bytes| structures::decode(what, bytes).ok()?.ok();
            read(a).zip(read(b)).is_some_and(|(a, b)| a == b)
        }
        // What is hashed, sealed or compared as text has one form.
        _ => false,
    }
}

/// Whether the decoded fields of two frames say the same: a codec may fill in defaults, and it may
/// forget the reserved bytes, which nobody has to read (`OP-16`).
pub fn fields(wanted: &Json, found: &Json) -> bool {
    let header = |fields: &Json| -> Option<Vec<(String, Json)>> {
        let of_header = |name: &String| name != PAYLOAD && name != RESERVED;
        let fields = fields.as_object()?.iter().filter(|(name, _)| of_header(name));
        Some(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let reserved = found.get(RESERVED);
    if header(wanted) != header(found) || reserved.is_some() && reserved != wanted.get(RESERVED) {
        return false;
    }
    let frame = wanted.get("header.frame").and_then(Json::as_u64);
    let kind = frame.and_then(|frame| FrameType::from_u8(u8::try_from(frame).ok()?));
    let read =
        |fields: &Json| meaning(kind?, serde_json::from_value(fields.get(PAYLOAD)?.clone()).ok()?);
    read(wanted).zip(read(found)).is_some_and(|(wanted, found)| equal(&wanted, &found))
}

/// Frames with one header but for the length, and members of one meaning.
fn frames(a: &[u8], b: &[u8]) -> bool {
    let Some(((first, start), (second, other))) = Header::read(a).zip(Header::read(b)) else {
        return false;
    };
    let whole = |header: &Header, len: usize| header.len as usize == len;
    // What is free makes payloads shorter or longer, maybe across the end of the short header.
    let by_need = |header: &Header| header.is_ext() == (header.len > SHORT);
    let free = if by_need(&first) && by_need(&second) { header::EXT } else { 0 };
    let plain = |header: Header| Header { len: 0, flags: header.flags & !free, ..header };
    let alike = plain(first) == plain(second)
        && whole(&first, a.len() - start)
        && whole(&second, b.len() - other);
    let Some((kind, tier)) = first.kind().zip(first.tier()) else { return false };
    if !alike || first.is_sealed() {
        return false;
    }
    let read = |payload: &[u8]| meaning(kind, tier::decode(tier, payload).ok()?);
    read(&a[start..]).zip(read(&b[other..])).is_some_and(|(a, b)| equal(&a, &b))
}

/// The members that say something: without `frame`, if it agrees with the header (`OP-04`), without
/// `null` and those that nobody knows and everybody ignores (`OP-47`), and without what is the
/// default.
fn meaning(kind: FrameType, value: Value) -> Option<Value> {
    let Value::Map(members) = value else { return None };
    let another = |value: &Value| !value.is_nil() && !frame::names(kind, value);
    if members.iter().any(|(name, value)| name == "frame" && another(value)) {
        return None;
    }
    let says_something = |(name, value): &(Name, Value)| {
        let known = table::find(kind, name);
        let usual = known.is_some_and(|member| is_default(member.default, value));
        // Nobody says what an AlignFrame holds (`OP-40`).
        let ignored = known.is_none() && kind != FrameType::Align;
        name != "frame" && !value.is_nil() && !usual && !ignored
    };
    Some(Value::Map(members.into_iter().filter(says_something).collect()))
}

fn is_default(default: Default, value: &Value) -> bool {
    match (default, value) {
        (Default::Uint(usual), Value::Uint(number)) => usual == *number,
        (Default::Bool(usual), Value::Bool(truth)) => usual == *truth,
        (Default::Text(usual), Value::Text(text)) => usual == text,
        _ => false,
    }
}

/// Equality without the order of members, and of numbers by their value.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Map(a), Value::Map(members)) => {
            a.len() == members.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ if is_number(a) && is_number(b) => Exact(a).to_string() == Exact(b).to_string(),
        _ => a == b,
    }
}

const fn is_number(value: &Value) -> bool {
    matches!(value, Value::Uint(_) | Value::Int(_) | Value::Float(_))
}

/// The longest payload behind a short header.
const SHORT: u32 = 0xFFFF;
const PAYLOAD: &str = "payload";
const RESERVED: &str = "header.reserved";

#[cfg(test)]
mod tests {
    use super::{bytes, fields};
    use crate::hex;
    use serde_json::{Value, json};

    #[test]
    fn defaults_may_be_filled_in_and_reserved_bytes_forgotten() {
        let frame = |reserved: Option<u16>, payload: Value| {
            let mut fields = json!({"header.frame": 1, "header.flags": 0x84, "header.len": 9});
            if let Some(reserved) = reserved {
                fields["header.reserved"] = reserved.into();
            }
            fields["payload"] = payload;
            fields
        };
        let wanted = frame(Some(7), json!({"anchor_id": "x"}));
        for (reserved, payload, same) in [
            (None, json!({"anchor_id": "x"}), true),
            (Some(7), json!({"anchor_id": "x", "ttl": 3600, "schema": null}), true),
            (Some(0), json!({"anchor_id": "x"}), false),
            (None, json!({"anchor_id": "x", "ttl": 3599}), false),
            (None, json!({"anchor_id": "x", "unheard_of": 1}), true),
            (None, json!({"anchor_id": "x", "schema": {"unheard_of": 1}}), false),
            (None, json!({}), false),
        ] {
            let found = frame(reserved, payload);
            assert_eq!(fields(&wanted, &found), same, "{found}");
        }
        let mut flagged = wanted.clone();
        flagged["header.flags"] = 4.into();
        assert!(!fields(&wanted, &flagged));
        flagged = wanted.clone();
        flagged["header.tier"] = "json".into();
        assert!(!fields(&wanted, &flagged));
    }

    /// An ActionFrame in MsgPack with this payload.
    fn action(payload: &str) -> Vec<u8> {
        let payload = hex::decode(payload).expect("digits");
        let mut frame = vec![0x11, 0x05, 0, payload.len() as u8];
        frame.extend(payload);
        frame
    }

    /// `action_id` is `a.b`, `timeout_ms` is 1.
    const PLAIN: &str = "82a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7301";

    fn same(payload: &str) -> bool {
        bytes("packet", "", &action(PLAIN), &action(payload))
    }

    #[test]
    fn order_width_and_spelled_out_defaults_are_free() {
        let other_order = "82aa74696d656f75745f6d7301a9616374696f6e5f6964a3612e62";
        let other_width = "82a9616374696f6e5f6964da0003612e62aa74696d656f75745f6d73ce00000001";
        let with_frame = "83a56672616d6511a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7301";
        // `async` is false.
        let with_default = "83a56173796e63c2a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7301";
        for payload in [PLAIN, other_order, other_width, with_frame, with_default] {
            assert!(same(payload), "{payload}");
        }
    }

    #[test]
    fn another_value_header_or_frame_member_is_another_frame() {
        let other_value = "82a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7302";
        let other_frame = "83a56672616d6510a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7301";
        let async_true = "83a56173796e63c3a9616374696f6e5f6964a3612e62aa74696d656f75745f6d7301";
        for payload in [other_value, other_frame, async_true] {
            assert!(!same(payload), "{payload}");
        }
        let mut flagged = action(PLAIN);
        flagged[1] |= 0x10;
        assert!(!bytes("packet", "", &action(PLAIN), &flagged));
        let mut longer = action(PLAIN);
        longer.push(0);
        assert!(!bytes("packet", "", &action(PLAIN), &longer));
        assert!(!bytes("structure", "version", b"0.4", b"00.4"));
    }

    #[test]
    fn the_header_is_extended_where_the_length_needs_it() {
        let frame = |members: &str, ext: bool| {
            let text = "x".repeat(0xFFFF - 24);
            let payload = format!("{{{members}\"action_id\":\"a.{text}\"}}");
            let flags = if ext { 0x84 } else { 0x04 };
            let mut frame = vec![0x11, flags];
            if ext {
                frame.extend((payload.len() as u32).to_be_bytes());
                frame.extend([0, 0]);
            } else {
                frame.extend((payload.len() as u16).to_be_bytes());
            }
            frame.extend(payload.bytes());
            frame
        };
        let (long, short) = (frame("\"frame\":\"0x11\",", true), frame("", false));
        assert!(long.len() - 8 > 0xFFFF && short.len() - 4 <= 0xFFFF);
        assert!(bytes("packet", "", &long, &short));
        // Whoever asks for one where none is needed gets one.
        assert!(!bytes("packet", "", &frame("", true), &short));
    }

    #[test]
    fn values_of_a_bitset_have_any_width() {
        let same = |other: &[u8]| bytes("structure", "bitset_patch", &[4, 0xCC, 200], other);
        assert!(same(&[4, 0xCE, 0, 0, 0, 200]));
        assert!(!same(&[4, 0xCC, 201]));
        assert!(!same(&[8, 0xCC, 200]));
    }
}
