//! What is written is read, whatever the encoding.

use super::draw;
use crate::cases;
use proptest::prelude::*;
use wireproof_wire::ncp::broken::{Tokens, Width};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{self, Frame, Framing, Remarks};
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::{table, tier};

const TIERS: [Tier; 2] = [Tier::Json, Tier::Msgpack];

/// A value with every number and length in a form wider than needed.
fn widened(value: &Value, width: Width, out: Tokens) -> Tokens {
    match value {
        Value::Nil => out.nil(),
        Value::Bool(truth) => out.bool(*truth),
        Value::Uint(number) => out.uint(Width::Eight, *number),
        Value::Int(number) => out.sint(Width::Eight, *number),
        Value::Float(number) => out.f64_bits(number.to_bits()),
        Value::Text(text) => out.str(width, text.as_bytes()),
        Value::Bytes(bytes) => out.bin(width, bytes),
        Value::Array(items) => {
            let out = out.array(width, items.len() as u32);
            items.iter().fold(out, |out, item| widened(item, width, out))
        }
        Value::Map(members) => {
            let out = out.map(width, members.len() as u32);
            members.iter().fold(out, |out, (name, value)| {
                widened(value, width, out.str(width, name.as_bytes()))
            })
        }
    }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn a_frame_comes_back_from_both_tiers(drawn in draw::frame(), ext in any::<bool>()) {
        let terms = Terms { ext, limit: u32::MAX, ..Terms::HANDSHAKE };
        for tier in TIERS {
            let mut bytes = Vec::new();
            let framing = Framing { ext, ..Framing::default() };
            let written = frame::write(&drawn, tier, framing, &mut bytes);
            let Split::Frame { header_len, payload_len } = split(&bytes) else {
                return Err(TestCaseError::fail("not whole"));
            };
            prop_assert_eq!(header_len + payload_len, bytes.len());
            let (header, _) = Header::read(&bytes).expect("whole");
            prop_assert_eq!(written, Ok(header));
            prop_assert_eq!(terms::check(&header, &terms), Ok(()));
            let read = frame::read_noting(&header, &bytes[header_len..]);
            prop_assert_eq!(read, Ok((drawn.clone(), Remarks::default())));
        }
    }

    #[test]
    fn a_frame_is_the_same_as_its_tree(drawn in draw::frame()) {
        let tree = drawn.to_value();
        let members = table::of(drawn.kind());
        prop_assert_eq!(table::check(members, &tree), Ok(()));
        prop_assert_eq!(Frame::from_value(drawn.kind(), &tree), Ok(drawn));
    }

    #[test]
    fn a_value_comes_back(json in draw::value(false), pack in draw::value(true)) {
        for (tier, value) in [(Tier::Json, &json), (Tier::Msgpack, &json), (Tier::Msgpack, &pack)] {
            let mut bytes = Vec::new();
            prop_assert_eq!(tier::encode(tier, value, &mut bytes), Ok(()));
            let read = tier::decode_any(tier, &bytes);
            prop_assert_eq!(read.as_ref(), Ok(value), "{:?} {:02x?}", tier, bytes);
        }
    }

    #[test]
    fn width_does_not_matter(value in draw::value(true)) {
        for width in [Width::One, Width::Two, Width::Four] {
            let bytes = widened(&value, width, Tokens::default()).into_vec();
            prop_assert_eq!(tier::decode_any(Tier::Msgpack, &bytes), Ok(value.clone()));
        }
        // And the shortest form, worked out by the other writer, is the one that is sent.
        let bytes = widened(&Value::Nil, Width::Least, Tokens::default()).into_vec();
        prop_assert_eq!(bytes, [0xc0]);
    }

    #[test]
    fn json_is_read_by_others_as_we_read_it(value in draw::object(false)) {
        let mut bytes = Vec::new();
        prop_assert_eq!(tier::encode(Tier::Json, &value, &mut bytes), Ok(()));
        // `Deserialize` of the same type, which serves scenarios, on top of the same bytes.
        let other: Value = serde_json::from_slice(&bytes).expect("JSON");
        prop_assert_eq!(other, value);
    }
}
