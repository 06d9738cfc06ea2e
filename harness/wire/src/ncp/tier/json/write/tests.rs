//! What is written by hand is what `serde_json` writes.

use super::*;
use alloc::string::ToString as _;
use proptest::prelude::*;

fn written(value: &Value) -> String {
    let mut out = Vec::new();
    encode(value, &mut out).expect("sound");
    String::from_utf8(out).expect("JSON is text")
}

fn check_float(number: f64) {
    let expected = serde_json::to_string(&number).expect("finite");
    assert_eq!(written(&Value::Float(number)), expected);
}

#[test]
fn whole_floats_keep_their_fraction() {
    let rows = [("999.0", 999.0), ("-1299.0", -1299.0), ("0.0", 0.0), ("-0.0", -0.0)];
    for (text, number) in rows {
        assert_eq!(written(&Value::Float(number)), text);
    }
    for power in 0..19 {
        let whole = 10_i64.pow(power);
        for number in [whole, -whole, whole - 1, whole + 1] {
            check_float(number as f64);
        }
    }
    [0.5, 1e19, 1e22, 1e-7, -1234.5].into_iter().for_each(check_float);
}

#[test]
fn empty_things_close() {
    let empty = |value: Value| written(&Value::Array([value].into()));
    assert_eq!(empty(Value::Map(Vec::new())), "[{}]");
    assert_eq!(empty(Value::Array(Vec::new())), "[[]]");
    assert_eq!(empty(Value::from("")), "[\"\"]");
}

proptest! {
    #[test]
    fn floats(number in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
        check_float(number);
    }

    #[test]
    fn whole_floats(number in -(1_i64 << 60)..1 << 60, shift in 0..60) {
        check_float((number >> shift) as f64);
    }

    #[test]
    fn texts(text in ".{0,40}|[a\"\\\\\u{0}-\u{20}é]{0,20}") {
        let expected = serde_json::to_string(&text).expect("text");
        prop_assert_eq!(written(&Value::from(text.as_str())), expected.to_string());
    }
}
