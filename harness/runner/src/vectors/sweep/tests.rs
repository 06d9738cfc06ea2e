//! Sweeps are applied as they are written, and mistakes in them are found.

use super::model::{Edit, Group, Order};
use super::{numbers, numbers::MOST};
use crate::scenario::place::Source;
use crate::vectors::Refusal;

fn group(at: usize, edit: Edit) -> Group {
    Group {
        id: "sweep.a.b".to_owned(),
        note: String::new(),
        requirements: vec![],
        reading: None,
        kind_reading: None,
        refusal: Refusal { kind: "bad".into(), layer: "body".into(), also: vec![] },
        endpoint_only: false,
        at,
        edit,
        order: Order::Little,
        numbers: vec![],
        place: Source::new("a.json", "").start(),
    }
}

fn applied(group: &Group, number: i64) -> Vec<u8> {
    let mut bytes = vec![0x10, 0x21, 0x32, 0x03, 0x54, 0x65];
    group.apply(number, &mut bytes);
    bytes
}

#[test]
fn a_bit_of_a_field_is_turned_over() {
    let bits = group(1, Edit::Bits(2));
    assert_eq!(applied(&bits, 0), [0x10, 0x20, 0x32, 0x03, 0x54, 0x65]);
    assert_eq!(applied(&bits, 15), [0x10, 0x21, 0xB2, 0x03, 0x54, 0x65]);
    assert_eq!(applied(&bits, 16), [0x10, 0x21, 0x32, 0x03, 0x54, 0x65], "not of this field");
}

#[test]
fn a_value_is_written_least_significant_byte_first() {
    let values = group(2, Edit::Values(2));
    assert_eq!(applied(&values, 0x0102), [0x10, 0x21, 0x02, 0x01, 0x54, 0x65]);
}

#[test]
fn bytes_come_and_go_and_the_lengths_say_so() {
    // The byte at 3 counts what lies between 4 and the end, two more than it says.
    let by = group(5, Edit::By(vec![(3, 1)]));
    assert_eq!(applied(&by, 2), [0x10, 0x21, 0x32, 0x05, 0x54, 0, 0, 0x65]);
    assert_eq!(applied(&by, -1), [0x10, 0x21, 0x32, 0x02, 0x65]);
    assert_eq!(Order::Little.read(&applied(&by, -1), 1, 2), 0x3221);
}

#[test]
fn numbers_may_stand_with_their_highest_byte_first() {
    let big = |at, edit| Group { order: Order::Big, ..group(at, edit) };
    assert_eq!(applied(&big(2, Edit::Values(2)), 0x0102), [0x10, 0x21, 1, 2, 0x54, 0x65]);
    let bits = big(1, Edit::Bits(2));
    assert_eq!(applied(&bits, 0), [0x10, 0x21, 0x33, 0x03, 0x54, 0x65]);
    assert_eq!(applied(&bits, 15), [0x10, 0xA1, 0x32, 0x03, 0x54, 0x65]);
    assert_eq!(applied(&big(6, Edit::By(vec![(2, 2)])), 1), [0x10, 0x21, 0x32, 4, 0x54, 0x65, 0]);
}

#[test]
fn other_bytes_take_the_place_of_some() {
    let forms = vec![vec![], vec![1], vec![1, 2, 3]];
    let edit = Edit::Forms { width: 2, forms, lengths: vec![(3, 1)] };
    let group = group(4, edit);
    assert_eq!(applied(&group, 0), [0x10, 0x21, 0x32, 0x01]);
    assert_eq!(applied(&group, 1), [0x10, 0x21, 0x32, 0x02, 1]);
    assert_eq!(applied(&group, 2), [0x10, 0x21, 0x32, 0x04, 1, 2, 3]);
    assert_eq!(applied(&group, 3), [0x10, 0x21, 0x32, 0x03, 0x54, 0x65], "there is no fourth");
}

#[test]
fn numbers_are_bounded() {
    assert_eq!(numbers::read("1..3 9"), Some(vec![1, 2, 3, 9]));
    assert_eq!(numbers::read("-2..-1"), Some(vec![-2, -1]));
    assert_eq!(numbers::read(&format!("1..{}", MOST - 1)).map(|all| all.len()), Some(MOST - 1));
    let too_much = format!("1..{}", MOST + 1);
    for bad in ["", "1..", "x", "3..1", "1 ", "9223372036854775807..1", &too_much] {
        assert_eq!(numbers::read(bad), None, "{bad}");
    }
    assert_eq!(numbers::write(&[3, 4, 5, 9, 11, 12]), "3..5 9 11..12");
}
