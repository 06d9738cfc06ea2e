use super::super::samples::json;
use super::*;
use alloc::string::{String, ToString as _};
use alloc::vec;

fn both(value: &Value) -> String {
    let library = String::from_utf8(canonical(value).expect("it has a form")).expect("UTF-8");
    assert_eq!(Exact(value).to_string(), library, "the two writers agree");
    library
}

#[test]
fn the_sample_of_rfc_8785_comes_out_as_printed() {
    // RFC 8785 §3.2.2 and §3.2.4.
    let value = json(
        r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#,
    );
    assert_eq!(
        both(&value),
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            .to_string()
            + r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
}

#[test]
fn names_are_ordered_by_their_utf_16_units() {
    // RFC 8785 §3.2.3: the smiley is U+1F600 and yet stands before U+FB33.
    let value = json(
        r#"{"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6,
            "\u00f6": 7}"#,
    );
    assert_eq!(
        both(&value),
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
    );
}

#[test]
fn nothing_is_normalised() {
    // e with an accent, composed and decomposed, stays two different names (`OP-32`).
    let value = Value::Map(vec![("\u{e9}".into(), Value::Nil), ("e\u{301}".into(), Value::Nil)]);
    assert_eq!(both(&value), "{\"e\u{301}\":null,\"\u{e9}\":null}");
}

#[test]
fn control_characters_have_the_short_escapes_and_no_others() {
    let value = Value::from("\u{0}\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1f} \u{7f}/");
    assert_eq!(both(&value), "\"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001f \u{7f}/\"");
}

#[test]
fn doubles_are_written_as_ecmascript_does() {
    // RFC 8785 appendix B.
    let table = [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    ];
    for (bits, text) in table {
        assert_eq!(both(&Value::Float(f64::from_bits(bits))), text);
    }
    // Reference 3.4.
    assert_eq!(both(&Value::Float(1.0)), "1");
}

#[test]
fn integers_beyond_two_to_the_53_are_refused_rounded_or_kept() {
    let forms = |value: Value| {
        let doubles = canonical_as_doubles(&value).expect("it has a form");
        (
            canonical(&value).map(|_| ()),
            String::from_utf8(doubles).expect("UTF-8"),
            Exact(&value).to_string(),
        )
    };
    let safe = "9007199254740991";
    assert_eq!(forms(Value::Uint(MAX_SAFE)), (Ok(()), safe.into(), safe.into()));
    let least = "-9007199254740991";
    assert_eq!(forms(Value::Int(-9_007_199_254_740_991)), (Ok(()), least.into(), least.into()));
    // The two numbers of `OP-32`.
    assert_eq!(
        forms(Value::Uint((1 << 53) + 1)),
        (Err(Uncanonical::Integer), "9007199254740992".into(), "9007199254740993".into())
    );
    assert_eq!(
        forms(Value::Uint(1 << 60)),
        (Err(Uncanonical::Integer), "1152921504606847000".into(), "1152921504606846976".into())
    );
    assert_eq!(
        forms(Value::Int(-(1 << 53))),
        (Err(Uncanonical::Integer), "-9007199254740992".into(), "-9007199254740992".into())
    );
    let inside = json(r#"{"a": [9007199254740992]}"#);
    assert_eq!(canonical(&inside), Err(Uncanonical::Integer));
}

#[test]
fn what_json_does_not_have_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let value = Value::Array(vec![Value::Float(number)]);
        assert_eq!(canonical(&value), Err(Uncanonical::NotFinite));
        assert_eq!(canonical_as_doubles(&value), Err(Uncanonical::NotFinite));
    }
    let bytes = Value::Map(vec![("b".into(), Value::Bytes(vec![0xfb, 0xff]))]);
    assert_eq!(canonical(&bytes), Err(Uncanonical::Bytes));
    assert_eq!(canonical_as_doubles(&bytes), Err(Uncanonical::Bytes));
    // Base64-URL without padding: 6 bits 62, 63 and 60.
    assert_eq!(Exact(&bytes).to_string(), r#"{"b":"-_8"}"#);
}
