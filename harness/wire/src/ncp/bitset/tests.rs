use super::super::anchor::{product_schema, read_schema};
use super::super::samples::{hex, json};
use super::*;
use alloc::vec;

/// `price` is 299, `stock` is 48 (reference 4.2).
const EXAMPLE: &str = "0c cd012b 30";

#[test]
fn the_example_of_the_reference_is_read_and_written() {
    let changes = vec![(2, Value::Uint(299)), (3, Value::Uint(48))];
    assert_eq!(read(4, &hex(EXAMPLE)), Ok(changes.clone()));
    assert_eq!(write(4, &changes), Ok(hex(EXAMPLE)));
}

#[test]
fn the_example_changes_a_record() {
    let schema = read_schema(&product_schema()).expect("the schema is fine");
    let record = json(r#"{"id":1001,"name":"iPhone 15 Pro","price":999,"stock":42}"#);
    let changed = json(r#"{"id":1001,"name":"iPhone 15 Pro","price":299,"stock":48}"#);
    assert_eq!(apply(&schema, &record, &hex(EXAMPLE)), Ok(changed));
    // A field that was missing comes last.
    let record = json(r#"{"id":1001}"#);
    let changed = json(r#"{"id":1001,"price":299,"stock":48}"#);
    assert_eq!(apply(&schema, &record, &hex(EXAMPLE)), Ok(changed));
    assert_eq!(apply(&schema, &Value::Nil, &hex(EXAMPLE)), Err(Fault::Record));
}

#[test]
fn bits_count_from_the_least_significant_one() {
    for (fields, place, bits) in
        [(8, 0, "01"), (8, 7, "80"), (9, 8, "0001"), (16, 15, "0080"), (17, 16, "000001")]
    {
        let patch = hex(&alloc::format!("{bits} c0"));
        assert_eq!(read(fields, &patch), Ok(vec![(place, Value::Nil)]));
        assert_eq!(write(fields, &[(place, Value::Nil)]), Ok(patch));
    }
}

#[test]
fn nothing_may_be_missing_or_left_over() {
    for (fields, patch, fault) in [
        // NG-16: bit 4 of four fields.
        (4, "1c cd012b 30 00", Fault::Padding),
        (4, "10 00", Fault::Padding),
        (9, "0002 00", Fault::Padding),
        (4, "", Fault::Short),
        (9, "01", Fault::Short),
        (4, "0c cd012b", Fault::Values),
        (4, "0c cd01", Fault::Values),
        (4, "0c cd012b 30 00", Fault::Values),
        (4, "00 c0", Fault::Values),
        (4, "01 c1", Fault::Values),
        (4, "01", Fault::Values),
    ] {
        assert_eq!(read(fields, &hex(patch)), Err(fault), "{patch}");
    }
    assert_eq!(read(4, &hex("00")), Ok(vec![]));
    assert_eq!(read(0, &[]), Ok(vec![]));
    assert_eq!(read(0, &[0]), Err(Fault::Values));
}

#[test]
fn values_of_every_kind_travel() {
    let changes = vec![
        (0, Value::Uint(u64::MAX)),
        (1, Value::Bytes(vec![1, 2])),
        (3, json(r#"{"a":[1,-1]}"#)),
    ];
    // cf + 8 bytes, bin 8, fixmap with an array.
    let patch = hex("0b cfffffffffffffffff c4020102 81a16192 01ff");
    assert_eq!(read(4, &patch), Ok(changes.clone()));
    assert_eq!(write(4, &changes), Ok(patch));
    // What does not rise, or is no field, is left out.
    let odd = [(1, Value::Nil), (0, Value::Nil), (1, Value::Nil), (4, Value::Nil)];
    assert_eq!(write(4, &odd), Ok(hex("02 c0")));
    let broken = [(0, Value::Float(f64::NAN))];
    assert_eq!(write(4, &broken), Err(Unsendable::NotANumber));
}
