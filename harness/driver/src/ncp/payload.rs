//! Payloads as scenarios write them, well-formed or not.
//!
//! Values are JSON. An object whose one member starts with `$` stands for what JSON cannot say:
//! `{$hex: 0102}` is a byte string, `{$raw: c1}` stands as these bytes, `{$token: NaN}` as these
//! characters, `{$as: str16, value: x}` is written in that MsgPack form.

use crate::{FrameError, hex};
use serde_json::{Map, Value, json};
use wireproof_wire::ncp;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::tier;

/// Appends `value` in the encoding of `tier`.
pub fn write(tier: Tier, value: &Value, out: &mut Vec<u8>) -> Result<(), FrameError> {
    match value {
        Value::Object(members) => match special(members) {
            Some((name, inside)) => token(tier, name, inside, members, out),
            None => object(tier, members.len(), members.iter(), out),
        },
        Value::Array(items) => {
            match tier {
                Tier::Json => out.push(b'['),
                Tier::Msgpack => length(out, &ARRAY, items.len()),
            }
            for (index, item) in items.iter().enumerate() {
                comma(tier, index, out);
                write(tier, item, out)?;
            }
            close(tier, b']', out);
            Ok(())
        }
        _ => leaf(tier, value, out),
    }
}

/// Appends an object with these members, in this order, each as often as it comes.
pub fn object<'a>(
    tier: Tier,
    count: usize,
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    match tier {
        Tier::Json => out.push(b'{'),
        Tier::Msgpack => length(out, &MAP, count),
    }
    for (index, (name, value)) in members.enumerate() {
        comma(tier, index, out);
        leaf(tier, &Value::String(name.clone()), out)?;
        if tier == Tier::Json {
            out.push(b':');
        }
        write(tier, value, out)?;
    }
    close(tier, b'}', out);
    Ok(())
}

/// Appends an object in MsgPack with these members and one more, so long that `wanted` bytes come
/// out, if the others leave room for it.
pub fn padded(
    members: &[(&String, &Value)],
    wanted: usize,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let name = String::from("pad");
    let mut write = |len: usize| {
        let text = json!({AS: "str32", "value": " ".repeat(len)});
        let all = members.iter().copied().chain([(&name, &text)]);
        out.clear();
        object(Tier::Msgpack, members.len() + 1, all, out)?;
        Ok(wanted.saturating_sub(out.len()))
    };
    let missing = write(0)?;
    write(missing).map(|_| ())
}

fn comma(tier: Tier, index: usize, out: &mut Vec<u8>) {
    if tier == Tier::Json && index > 0 {
        out.push(b',');
    }
}

fn close(tier: Tier, with: u8, out: &mut Vec<u8>) {
    if tier == Tier::Json {
        out.push(with);
    }
}

fn leaf(tier: Tier, value: &Value, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let found: ncp::Value = serde_json::from_value(value.clone()).map_err(|_| bad(value))?;
    tier::encode(tier, &found, out).map_err(|_| bad(value))
}

/// The name and content of a value that JSON cannot say.
fn special(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    if let Some(form) = members.get(AS) {
        return Some((AS, form));
    }
    let (name, inside) = members.iter().next().filter(|_| members.len() == 1)?;
    ["$hex", "$raw", "$token"].contains(&name.as_str()).then_some((name, inside))
}

fn token(
    tier: Tier,
    name: &str,
    inside: &Value,
    members: &Map<String, Value>,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let text = inside.as_str().ok_or_else(|| bad(inside))?;
    match (name, tier) {
        ("$token", _) => out.extend_from_slice(text.as_bytes()),
        ("$raw", _) => out.extend(digits(name, text)?),
        ("$hex", Tier::Msgpack) => {
            let bytes = digits(name, text)?;
            length(out, &BIN, bytes.len());
            out.extend(bytes);
        }
        (AS, Tier::Msgpack) => widened(text, members.get("value").unwrap_or(&Value::Null), out)?,
        // Tier-1 has neither.
        _ => return Err(bad(&Value::Object(members.clone()))),
    }
    Ok(())
}

fn digits(key: &str, text: &str) -> Result<Vec<u8>, FrameError> {
    hex::decode(text).ok_or_else(|| FrameError::BadHex { key: key.to_owned() })
}

/// `value` in the MsgPack form called `form`, whether or not a shorter one would do.
fn widened(form: &str, value: &Value, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let wrong = || FrameError::BadValue { key: AS.to_owned(), value: format!("{form} {value}") };
    let &(_, mark, width) = FORMS.iter().find(|(name, ..)| *name == form).ok_or_else(wrong)?;
    let number = |bytes: &[u8]| bytes[bytes.len() - width..].to_vec();
    out.push(mark);
    let sized = |out: &mut Vec<u8>, len: usize| out.extend(number(&len.to_be_bytes()));
    match value {
        Value::Number(found) if form.starts_with("float") => {
            let found = found.as_f64().ok_or_else(wrong)?;
            if width == 4 {
                out.extend((found as f32).to_be_bytes());
            } else {
                out.extend(found.to_be_bytes());
            }
        }
        Value::Number(found) if form.contains("int") => match (found.as_u64(), found.as_i64()) {
            (Some(found), _) => out.extend(number(&found.to_be_bytes())),
            (None, Some(found)) => out.extend(number(&found.to_be_bytes())),
            _ => return Err(wrong()),
        },
        Value::String(text) if form.starts_with("str") => {
            sized(out, text.len());
            out.extend_from_slice(text.as_bytes());
        }
        Value::String(text) if form.starts_with("bin") => {
            let bytes = digits(AS, text)?;
            sized(out, bytes.len());
            out.extend(bytes);
        }
        Value::Array(items) if form.starts_with("array") => {
            sized(out, items.len());
            items.iter().try_for_each(|item| write(Tier::Msgpack, item, out))?;
        }
        Value::Object(members) if form.starts_with("map") => {
            sized(out, members.len());
            for (name, value) in members {
                leaf(Tier::Msgpack, &Value::String(name.clone()), out)?;
                write(Tier::Msgpack, value, out)?;
            }
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

/// Appends the head of a sized value in its smallest form. `family` has the marks of the forms
/// with 0, 8, 16 and 32 bits of length; the first also has its largest length, 0 for none.
fn length(out: &mut Vec<u8>, family: &Family, len: usize) {
    let [_, _, b16, b8] = (len as u32).to_be_bytes();
    match len {
        _ if len < family.fixed => out.push(family.mark + b8),
        ..=0xFF if family.short != 0 => out.extend([family.short, b8]),
        ..=0xFFFF => out.extend([family.middle, b16, b8]),
        _ => {
            out.push(family.long);
            out.extend((len as u32).to_be_bytes());
        }
    }
}

/// How a sized value starts.
struct Family {
    /// Mark of the form that holds its length; and one more than that may be.
    mark: u8,
    fixed: usize,
    /// Marks of the forms with 8, 16 and 32 bits of length; 0 for none.
    short: u8,
    middle: u8,
    long: u8,
}

const MAP: Family = Family { mark: 0x80, fixed: 16, short: 0, middle: 0xDE, long: 0xDF };
const ARRAY: Family = Family { mark: 0x90, fixed: 16, short: 0, middle: 0xDC, long: 0xDD };
const BIN: Family = Family { mark: 0, fixed: 0, short: 0xC4, middle: 0xC5, long: 0xC6 };

/// Name, mark and bytes of number or length.
const FORMS: &[(&str, u8, usize)] = &[
    ("uint8", 0xCC, 1),
    ("uint16", 0xCD, 2),
    ("uint32", 0xCE, 4),
    ("uint64", 0xCF, 8),
    ("int8", 0xD0, 1),
    ("int16", 0xD1, 2),
    ("int32", 0xD2, 4),
    ("int64", 0xD3, 8),
    ("float32", 0xCA, 4),
    ("float64", 0xCB, 8),
    ("str8", 0xD9, 1),
    ("str16", 0xDA, 2),
    ("str32", 0xDB, 4),
    ("bin8", 0xC4, 1),
    ("bin16", 0xC5, 2),
    ("bin32", 0xC6, 4),
    ("array16", 0xDC, 2),
    ("array32", 0xDD, 4),
    ("map16", 0xDE, 2),
    ("map32", 0xDF, 4),
];

const AS: &str = "$as";

fn bad(value: &Value) -> FrameError {
    FrameError::BadValue { key: "set".to_owned(), value: value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::{FrameError, hex};
    use serde_json::{Value, json};
    use wireproof_wire::ncp::command::Tier;

    fn written(tier: Tier, value: &Value) -> Result<String, FrameError> {
        let mut out = Vec::new();
        write(tier, value, &mut out)?;
        Ok(match tier {
            Tier::Json => String::from_utf8(out).expect("text"),
            Tier::Msgpack => hex::encode(&out),
        })
    }

    #[test]
    fn plain_values_are_written_in_either_encoding() {
        let value = json!({"a": [1, null, true], "b": "x"});
        assert_eq!(written(Tier::Json, &value).as_deref(), Ok(r#"{"a":[1,null,true],"b":"x"}"#));
        assert_eq!(written(Tier::Msgpack, &value).as_deref(), Ok("82a1619301c0c3a162a178"));
        let items: Vec<u8> = vec![0; 16];
        let long = written(Tier::Msgpack, &json!(items)).expect("an array");
        assert_eq!(long, format!("dc0010{}", "00".repeat(16)));
    }

    #[test]
    fn what_json_cannot_say_has_a_form() {
        for (value, expected) in [
            (json!({"$hex": "0c"}), "c4010c"),
            (json!({"$raw": "c1"}), "c1"),
            (json!({"$as": "uint32", "value": 5}), "ce00000005"),
            (json!({"$as": "int16", "value": -2}), "d1fffe"),
            (json!({"$as": "float64", "value": 1}), "cb3ff0000000000000"),
            (json!({"$as": "float32", "value": 0.5}), "ca3f000000"),
            (json!({"$as": "str16", "value": "x"}), "da000178"),
            (json!({"$as": "array16", "value": [1]}), "dc000101"),
            (json!({"$as": "map32", "value": {"a": 1}}), "df00000001a16101"),
            (json!({"$as": "bin8", "value": "ff"}), "c401ff"),
        ] {
            assert_eq!(written(Tier::Msgpack, &value).as_deref(), Ok(expected), "{value}");
        }
        let token = json!({"a": {"$token": "NaN"}});
        assert_eq!(written(Tier::Json, &token).as_deref(), Ok(r#"{"a":NaN}"#));
    }

    #[test]
    fn what_an_encoding_does_not_have_is_refused() {
        assert!(written(Tier::Json, &json!({"$hex": "00"})).is_err());
        assert!(written(Tier::Json, &json!({"$as": "uint8", "value": 1})).is_err());
        assert!(written(Tier::Msgpack, &json!({"$as": "uint8", "value": "x"})).is_err());
        assert!(written(Tier::Msgpack, &json!({"$as": "uint9", "value": 1})).is_err());
        assert!(written(Tier::Msgpack, &json!({"$raw": "c"})).is_err());
    }
}
