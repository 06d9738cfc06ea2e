use super::super::anchor::read_schema;
use super::super::samples::{PRODUCT, json};
use super::*;
use alloc::vec;
use alloc::vec::Vec;

fn product() -> Schema {
    read_schema(&json(PRODUCT)).expect("the schema is fine")
}

#[test]
fn records_of_the_examples_fit() {
    // EX-07.
    let record = json(r#"{"id":1001,"name":"iPhone 15 Pro","price":999.0,"stock":42}"#);
    assert_eq!(fits(&product(), &record), Ok(()));
    // A decimal as text, and a member that nobody knows (`OP-48`).
    let record = json(r#"{"id":0,"name":"","price":"999.00","stock":0,"colour":"red"}"#);
    assert_eq!(fits(&product(), &record), Ok(()));
}

#[test]
fn the_first_misfit_is_named() {
    let misfit = |text: &str| fits(&product(), &json(text)).expect_err("it does not fit");
    let of = |field: &str, fault| Misfit { field: field.into(), fault };
    assert_eq!(misfit("[]"), of("", Fault::Shape));
    assert_eq!(misfit(r#"{"id":1,"name":"a","stock":1}"#), of("price", Fault::Missing));
    assert_eq!(misfit(r#"{"id":1,"name":null,"price":1,"stock":1}"#), of("name", Fault::Null));
    assert_eq!(
        misfit(r#"{"id":-1,"name":"a","price":1,"stock":"x"}"#),
        of("id", Fault::Type(FieldType::Uint64))
    );
}

#[test]
fn nullable_fields_may_be_null_or_missing() {
    let schema = json(r#"{"fields":[{"name":"sku","type":"string","nullable":true}]}"#);
    let schema = read_schema(&schema).expect("the schema is fine");
    assert_eq!(fits(&schema, &json("{}")), Ok(()));
    assert_eq!(fits(&schema, &json(r#"{"sku":null}"#)), Ok(()));
    assert!(fits(&schema, &json(r#"{"sku":1}"#)).is_err());
}

#[test]
fn a_projection_excuses_what_was_not_asked_for() {
    let wanted: Vec<String> = vec!["id".into(), "name".into()];
    let fits = |text: &str| fits_projected(&product(), &json(text), &wanted);
    assert_eq!(fits(r#"{"id":1,"name":"a"}"#), Ok(()));
    assert!(fits(r#"{"id":1}"#).is_err());
    // What stands there nevertheless has to be right.
    assert!(fits(r#"{"id":1,"name":"a","price":true}"#).is_err());
}

#[test]
fn every_type_holds_what_the_reference_lists() {
    use FieldType::*;
    let yes = [
        (String, r#""""#),
        (Uint64, "0"),
        (Uint64, "18446744073709551615"),
        (Int64, "-9223372036854775808"),
        (Int64, "9223372036854775807"),
        (Decimal, "999.00"),
        (Decimal, "-5"),
        (Decimal, r#""999.00""#),
        (Decimal, r#""-0.5e-3""#),
        (Bool, "false"),
        (Timestamp, r#""2026-04-25T10:00:00Z""#),
        (Bytes, r#""-_8""#),
        (Bytes, r#"{"$hex":"fbff"}"#),
        (Object, "{}"),
        (Array, "[]"),
    ];
    for (kind, text) in yes {
        assert!(holds(kind, &json(text)), "{text} is {}", kind.name());
    }
    let no = [
        (String, "1"),
        (String, r#"{"$hex":"61"}"#),
        (Uint64, "-1"),
        (Uint64, "18446744073709551616"),
        (Uint64, "1.0"),
        (Uint64, r#""1""#),
        (Int64, "9223372036854775808"),
        (Int64, "0.5"),
        (Decimal, r#""999,00""#),
        (Decimal, r#""1.""#),
        (Decimal, r#""01""#),
        (Decimal, r#""""#),
        (Decimal, "true"),
        (Bool, "0"),
        (Timestamp, r#""2026-04-25T10:00:00+00:00""#),
        (Timestamp, "0"),
        (Bytes, r#""-_8=""#),
        (Bytes, r#""+/8""#),
        (Bytes, r#""A""#),
        (Object, "[]"),
        (Array, "{}"),
    ];
    for (kind, text) in no {
        assert!(!holds(kind, &json(text)), "{text} is no {}", kind.name());
    }
    assert!(!holds(Decimal, &Value::Float(f64::INFINITY)));
    for kind in FieldType::ALL {
        assert!(!holds(kind, &Value::Nil));
    }
}
