//! The rules are complete, and so is what is made of them.

use super::fields::{self, bases, table_of};
use super::model::{Edit, Group};
use super::numbers;
use super::parse::{Wrong, parse};
use super::rules::{BARE, CONTROL, DATA, Rules, STRUCTURES};
use crate::vectors::table::MESSAGES;
use std::collections::BTreeSet;

fn all() -> impl Iterator<Item = &'static Rules> {
    CONTROL.iter().chain(&BARE).chain(&DATA).chain(&STRUCTURES)
}

#[test]
fn every_message_and_structure_has_rules_for_every_field() {
    let names: BTreeSet<&str> = all().map(|rules| rules.table).collect();
    assert!(MESSAGES.iter().all(|message| names.contains(message.name)));
    assert_eq!(names.len(), MESSAGES.len() + 9);
    for rules in all() {
        let typed: Vec<String> = parse(rules).into_iter().map(|field| field.field).collect();
        let table: Vec<&str> = table_of(rules).rows().iter().map(|field| field.name).collect();
        assert_eq!(typed, table, "{}", rules.table);
    }
}

#[test]
fn every_reserved_field_is_swept_bit_by_bit() {
    for rules in all() {
        let table = table_of(rules);
        for field in parse(rules) {
            let swept = field.rules.iter().any(|rule| rule.wrong == Wrong::Reserved);
            assert_eq!(swept, table.is_zero(&field.field), "{} {}", rules.table, field.field);
        }
    }
}

/// Fields that hold a bitmap, an enumeration or a length by their name, and that yet admit every
/// value by themselves.
const FREE: [&str; 36] = [
    "supported_codec_bitmap",
    "supported_compression_bitmap",
    "cache_digest_bitmap",
    "accepted_profile_bitmap",
    "accepted_codec_bitmap",
    "accepted_compression_bitmap",
    "preferred_codec_bitmap",
    "preferred_compression_bitmap",
    "effective_codec_bitmap",
    "effective_compression_bitmap",
    "codec_bitmap",
    "active_lane_mask",
    "effective_lane_mask",
    "cache_namespace_count",
    "max_lane_count",
    "max_cache_bytes",
    "max_body_bytes",
    "max_object_bytes",
    "element_count_per_tile",
    "dependency_count",
    "body_bytes",
    "auth_status",
    "error_code",
    "detail_code",
    "reason_code",
    "accept_code",
    "tile_index_bytes",
    "inline_object_bytes",
    "object_reference_bytes",
    "typed_payload_descriptor_bytes",
    "typed_payload_frame_bytes",
    "extension_descriptor_bytes",
    "extension_payload_bytes",
    "ext_len",
    "length",
    "payload_length",
];

#[test]
fn every_bitmap_enumeration_and_length_has_a_rule_or_is_known_to_be_free() {
    let telling = [
        "bitmap",
        "mask",
        "flags",
        "policy",
        "status",
        "class",
        "kind",
        "reason",
        "scope",
        "level",
        "bytes",
        "count",
        "code",
        "mode",
        "semantics",
        "_len",
        "length",
        "transport_id",
    ];
    for rules in all() {
        for field in parse(rules) {
            let name = field.field.as_str();
            if telling.iter().any(|word| name.contains(word)) && field.rules.is_empty() {
                let known = FREE.contains(&name) || OTHER.contains(&name);
                assert!(known, "{} {name} admits everything", rules.table);
            }
        }
    }
}

/// Numbers that nobody has assigned, so that every value is right.
const OTHER: [&str; 4] = ["route_scope_id", "scale_policy", "extension_kind", "codec_id"];

#[test]
fn narrow_fields_are_swept_over_all_values_and_wide_ones_at_the_ends() {
    let (edit, narrow) = Wrong::Outside(0, 2, None).edit(1, 1);
    assert_eq!((edit, narrow), (Edit::Values, (3..=255).collect()));
    let (_, but) = Wrong::Outside(0, 3, Some(255)).edit(1, 0);
    assert_eq!(but, (4..=254).collect::<Vec<_>>());
    let (_, wide) = Wrong::Outside(1, 9, None).edit(4, 5);
    for number in [0, 10, 11, 255, 256, 257, 265, 0xFFFF, 0x10001, 0x7FFF_FFFF, 0xFFFF_FFFF] {
        assert!(wide.contains(&number), "{number}");
    }
    assert!(!wide.contains(&5) && wide.iter().all(|n| !(1..=9).contains(n)));
    let (_, off) = Wrong::Off(vec![-1, 1], true).edit(2, 0);
    assert_eq!(off, [1, 0xFFFF], "a length of 0 cannot be one less");
}

#[test]
fn numbers_are_written_as_they_are_read() {
    for (list, text) in [
        (vec![3, 4, 5, 6], "3..6"),
        (vec![1, 2, 9], "1 2 9"),
        (vec![-3, -2, -1, 1], "-3..-1 1"),
        (vec![255, 0, 1, 2], "0..2 255"),
    ] {
        assert_eq!(numbers::write(&list), text);
        let mut sorted = list;
        sorted.sort_unstable();
        assert_eq!(numbers::read(text).expect("was written here"), sorted);
    }
    assert!(numbers::read("3..x").is_err());
}

#[test]
fn a_field_is_swept_where_it_stands() {
    let flow = CONTROL.iter().find(|rules| rules.table == "FLOW_UPDATE").expect("has rules");
    assert_eq!(bases(flow), ["flow_update.session", "flow_update.operation"]);
    let packet = [0; 72];
    let groups: Vec<Group> = fields::groups(flow, ("flow_update.session", &packet), 40, None);
    let flags = groups.iter().find(|group| group.name == "flow_flags.unassigned");
    let flags = flags.expect("the flags have unassigned bits");
    assert_eq!((flags.at, flags.width), (68, 4));
    assert_eq!(flags.numbers, (4..32).collect::<Vec<_>>());
    assert_eq!(flags.refusal.requirements, ["FLOW-002", "ENC-004"]);
}
