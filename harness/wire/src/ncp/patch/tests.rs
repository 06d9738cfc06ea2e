use super::super::samples::json;
use super::*;
use alloc::string::ToString as _;
use alloc::vec;

fn patched(record: &str, operations: &str) -> Result<Value, PatchError> {
    let Value::Array(operations) = json(operations) else { panic!("operations are an array") };
    apply(&json(record), &operations)
}

/// Both as JSON with sorted members.
#[track_caller]
fn gives(record: &str, operations: &str, result: &str) {
    let shown = |value: &Value| super::super::canonical::Exact(value).to_string();
    let value = patched(record, operations).expect("the patch applies");
    assert_eq!(shown(&value), shown(&json(result)));
}

#[track_caller]
fn fails(record: &str, operations: &str, operation: usize, why: Failure) {
    assert_eq!(patched(record, operations), Err(PatchError::Failed { operation, why }));
}

#[track_caller]
fn malformed(operations: &str, operation: usize, member: &'static str) {
    let error = PatchError::Malformed { operation, member };
    assert_eq!(patched("{}", operations), Err(error.clone()), "{operations}");
    let Value::Array(operations) = json(operations) else { panic!("operations are an array") };
    assert_eq!(check(&operations), Err(error));
}

#[test]
fn the_example_of_the_reference_applies() {
    // EX-08.
    gives(
        r#"{"id":1001,"name":"iPhone 15 Pro","price":999,"stock":42}"#,
        r#"[{"op":"replace","path":"/price","value":299},
            {"op":"replace","path":"/stock","value":48}]"#,
        r#"{"id":1001,"name":"iPhone 15 Pro","price":299,"stock":48}"#,
    );
    gives(r#"{"a":1}"#, "[]", r#"{"a":1}"#);
}

#[test]
fn appendix_a_of_rfc_6902_adds_removes_and_replaces() {
    let foo = r#"{"foo":"bar"}"#;
    let array = r#"{"foo":["bar","baz"]}"#;
    // A.1 to A.5.
    gives(foo, r#"[{"op":"add","path":"/baz","value":"qux"}]"#, r#"{"baz":"qux","foo":"bar"}"#);
    gives(
        array,
        r#"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
        r#"{"foo":["bar","qux","baz"]}"#,
    );
    gives(r#"{"baz":"qux","foo":"bar"}"#, r#"[{"op":"remove","path":"/baz"}]"#, foo);
    gives(r#"{"foo":["bar","qux","baz"]}"#, r#"[{"op":"remove","path":"/foo/1"}]"#, array);
    gives(
        r#"{"baz":"qux","foo":"bar"}"#,
        r#"[{"op":"replace","path":"/baz","value":"boo"}]"#,
        r#"{"baz":"boo","foo":"bar"}"#,
    );
    // A.10, A.11, A.12, A.16.
    gives(
        foo,
        r#"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
        r#"{"foo":"bar","child":{"grandchild":{}}}"#,
    );
    gives(
        foo,
        r#"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
        r#"{"foo":"bar","baz":"qux"}"#,
    );
    fails(foo, r#"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, 0, Failure::Path);
    gives(
        r#"{"foo":["bar"]}"#,
        r#"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
        r#"{"foo":["bar",["abc","def"]]}"#,
    );
}

#[test]
fn appendix_a_of_rfc_6902_moves_and_tests() {
    // A.6, A.7.
    gives(
        r#"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
        r#"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        r#"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#,
    );
    gives(
        r#"{"foo":["all","grass","cows","eat"]}"#,
        r#"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        r#"{"foo":["all","cows","eat","grass"]}"#,
    );
    // A.8, A.9.
    gives(
        r#"{"baz":"qux","foo":["a",2,"c"]}"#,
        r#"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
        r#"{"baz":"qux","foo":["a",2,"c"]}"#,
    );
    let wrong = r#"[{"op":"test","path":"/baz","value":"bar"}]"#;
    fails(r#"{"baz":"qux"}"#, wrong, 0, Failure::Test);
    // A.14, A.15.
    gives(
        r#"{"/":9,"~1":10}"#,
        r#"[{"op":"test","path":"/~01","value":10}]"#,
        r#"{"/":9,"~1":10}"#,
    );
    let text = r#"[{"op":"test","path":"/~01","value":"10"}]"#;
    fails(r#"{"/":9,"~1":10}"#, text, 0, Failure::Test);
}

#[test]
fn copies_and_the_whole_record() {
    gives(
        r#"{"a":{"b":1}}"#,
        r#"[{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/c/b","value":2}]"#,
        r#"{"a":{"b":1},"c":{"b":2}}"#,
    );
    gives(r#"{"a":1}"#, r#"[{"op":"replace","path":"","value":{"b":2}}]"#, r#"{"b":2}"#);
    gives("{}", r#"[{"op":"add","path":"","value":{"b":2}}]"#, r#"{"b":2}"#);
    // The empty name is a name.
    gives(r#"{"":1}"#, r#"[{"op":"replace","path":"/","value":2}]"#, r#"{"":2}"#);
}

#[test]
fn a_failed_operation_is_named() {
    let record = r#"{"a":[1,2],"b":{"c":1}}"#;
    for (operation, why) in [
        (r#"{"op":"remove","path":"/x"}"#, Failure::Path),
        (r#"{"op":"replace","path":"/x","value":1}"#, Failure::Path),
        (r#"{"op":"test","path":"/x","value":null}"#, Failure::Path),
        (r#"{"op":"add","path":"/a/3","value":1}"#, Failure::Path),
        (r#"{"op":"add","path":"/a/01","value":1}"#, Failure::Path),
        (r#"{"op":"remove","path":"/a/-"}"#, Failure::Path),
        (r#"{"op":"replace","path":"/a/2","value":1}"#, Failure::Path),
        (r#"{"op":"move","from":"/x","path":"/y"}"#, Failure::From),
        (r#"{"op":"copy","from":"/a/2","path":"/y"}"#, Failure::From),
        (r#"{"op":"move","from":"/b","path":"/b/c"}"#, Failure::Inside),
        (r#"{"op":"test","path":"/b/c","value":2}"#, Failure::Test),
    ] {
        let operations = alloc::format!(r#"[{{"op":"add","path":"/z","value":0}},{operation}]"#);
        fails(record, &operations, 1, why);
    }
    // A step of one behind the last element is where `-` points.
    gives(r#"{"a":[1]}"#, r#"[{"op":"add","path":"/a/1","value":2}]"#, r#"{"a":[1,2]}"#);
}

#[test]
fn a_malformed_patch_is_malformed_wherever_the_fault_stands() {
    malformed("[1]", 0, "");
    malformed(r#"[{"path":"/a"}]"#, 0, "op");
    malformed(r#"[{"op":"merge","path":"/a"}]"#, 0, "op");
    malformed(r#"[{"op":"Add","path":"/a","value":1}]"#, 0, "op");
    malformed(r#"[{"op":"remove"}]"#, 0, "path");
    malformed(r#"[{"op":"remove","path":1}]"#, 0, "path");
    malformed(r#"[{"op":"remove","path":"a"}]"#, 0, "path");
    malformed(r#"[{"op":"remove","path":"/a~2"}]"#, 0, "path");
    malformed(r#"[{"op":"add","path":"/a"}]"#, 0, "value");
    malformed(r#"[{"op":"test","path":"/a"}]"#, 0, "value");
    malformed(r#"[{"op":"move","path":"/a"}]"#, 0, "from");
    malformed(r#"[{"op":"copy","path":"/a","from":"b"}]"#, 0, "from");
    // The first operation would fail, but the second cannot be read (D06 before D07).
    malformed(r#"[{"op":"remove","path":"/x"},{"op":"add","path":"/a"}]"#, 1, "value");
    // `remove` needs no value and may carry one (`OP-52`); null is a value.
    gives(r#"{"a":1}"#, r#"[{"op":"remove","path":"/a","value":7}]"#, "{}");
    gives("{}", r#"[{"op":"add","path":"/a","value":null}]"#, r#"{"a":null}"#);
}

#[test]
fn integers_texts_and_bytes_come_through() {
    let record = Value::Map(vec![
        ("big".into(), Value::Uint(u64::MAX)),
        ("float".into(), Value::Float(999.0)),
        ("low".into(), Value::Int(i64::MIN)),
        ("raw".into(), Value::Bytes(vec![0, 255])),
        ("text".into(), Value::from("bAP8")),
    ]);
    assert_eq!(apply(&record, &[]), Ok(record.clone()));
    let operation = |op: &str, path: &str, value: Value| {
        Value::Map(vec![
            ("op".into(), op.into()),
            ("path".into(), path.into()),
            ("value".into(), value),
        ])
    };
    let test = |path, value| apply(&record, &[operation("test", path, value)]);
    assert!(test("/big", Value::Uint(u64::MAX)).is_ok());
    assert!(test("/big", Value::Uint(u64::MAX - 1)).is_err());
    assert!(test("/low", Value::Int(i64::MIN)).is_ok());
    assert!(test("/raw", Value::Bytes(vec![0, 255])).is_ok());
    // The Base64-URL text of bytes is another value than the bytes.
    assert!(test("/raw", Value::from("AP8")).is_err());
    let set = operation("replace", "/raw", Value::Bytes(vec![1]));
    let changed = apply(&record, &[set]).expect("the patch applies");
    assert_eq!(changed.get("raw"), Some(&Value::Bytes(vec![1])));
    assert_eq!(changed.get("text"), Some(&Value::from("bAP8")));
}

#[test]
fn numbers_are_compared_by_value() {
    // RFC 6902 §4.6.
    for (a, b, same) in [
        ("1", "1.0", true),
        ("1.0", "1", true),
        ("-1", "-1.0", true),
        ("0", "-0.0", true),
        ("1e3", "1000", true),
        ("1", "1.5", false),
        ("9007199254740993", "9007199254740992.0", false),
        ("9007199254740992", "9007199254740992.0", true),
        ("18446744073709551615", "18446744073709551616.0", false),
        ("1e300", "1e300", true),
        ("1e300", "1e301", false),
        ("1e300", "1e39", false),
        ("0.5", "0.25", false),
        ("1", r#""1""#, false),
        ("[1,{\"a\":2}]", "[1.0,{\"a\":2.0}]", true),
        ("[1]", "[1,1]", false),
        (r#"{"a":1}"#, r#"{"a":1,"b":1}"#, false),
    ] {
        let result = patched(
            &alloc::format!(r#"{{"x":{a}}}"#),
            &alloc::format!(r#"[{{"op":"test","path":"/x","value":{b}}}]"#),
        );
        assert_eq!(result.is_ok(), same, "{a} and {b}");
    }
}

#[test]
fn an_error_says_where() {
    let error = patched("{}", r#"[{"op":"remove","path":"/x"}]"#).expect_err("no such member");
    assert_eq!(error.to_string(), "operation 0: `path` leads nowhere");
}
