//! Defects of diffs.

use super::defect::Defect;
use super::depths::{Applying, Decoded, Decoding, Taken};
use super::stream::called;
use crate::DefectLevel::Machine;
use crate::Refused;
use serde_json::{Value, json};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec("diffs_with_gaps", &["NCP-DIFF-001"], "A DiffFrame may lack any member.")
        .decode(|seen| lenient(seen, &["NCP-DIFF-001"])),
    Defect::codec(
        "format_has_to_be_named",
        &["NCP-DIFF-002"],
        "A DiffFrame that names no format is refused.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        let named = decoded["payload"].get("patch_format").is_some();
        match seen.is(FrameType::Diff) && !named {
            true => Err(Refused::new(NPS_CLIENT_BAD_FRAME, "patch_format")),
            false => Ok(decoded),
        }
    }),
    Defect::codec(
        "operations_of_any_name",
        &["NCP-DIFF-003"],
        "A JSON patch may be anything, and what is strange in it is left out.",
    )
    .decode(|seen| lenient(seen, &["NCP-DIFF-003"])),
    Defect::codec(
        "bitsets_of_any_length",
        &["NCP-DIFF-004"],
        "A bitset patch may be too short for its schema, or no byte string at all.",
    )
    .decode(|seen| lenient(seen, &["NCP-DIFF-004"])),
    Defect::codec(
        "fields_counted_from_one",
        &["NCP-DIFF-005"],
        "The first bit of a bitset is about nothing.",
    )
    .decode(|seen| bits(seen, |byte| byte >> 1)),
    Defect::codec(
        "bits_from_the_left",
        &["NCP-DIFF-005", "NCP-DIFF-015"],
        "The first field has the most significant bit.",
    )
    .decode(|seen| bits(seen, u8::reverse_bits)),
    Defect::codec(
        "values_of_any_number",
        &["NCP-DIFF-006"],
        "A field that a bitset marks without a value for it is null.",
    )
    .decode(|seen| match seen.is_structure("bitset_patch") {
        true => seen.truth().or_else(|refused| {
            let nulls = (1..=MOST_FIELDS).map(|more| [seen.bytes, &vec![NIL; more]].concat());
            let taken = nulls.map(|patch| seen.instead(&patch)).find(Result::is_ok);
            taken.unwrap_or(Err(refused))
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "spare_bits_overlooked",
        &["NCP-DIFF-016"],
        "Spare bits of a bitset may be set, and what follows the last value is left alone.",
    )
    .decode(|seen| match seen.is_structure("bitset_patch") {
        true => seen.truth().or_else(|refused| {
            let clean = cleared(seen.what, seen.bytes);
            let mut ends = (0..=clean.len()).rev();
            let taken = ends.find_map(|end| seen.instead(&clean[..end]).ok());
            taken.ok_or(refused)
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "bitsets_in_json",
        &["NCP-DIFF-007"],
        "A bitset patch may travel in a JSON frame.",
    )
    .decode(|seen| lenient(seen, &["NCP-DIFF-007", "NCP-TIER-005"])),
    Defect::codec(
        "formats_of_any_name",
        &["NCP-DIFF-010"],
        "A format nobody knows is taken for the JSON patch that it looks like.",
    )
    .decode(|seen| lenient(seen, &["NCP-DIFF-010"])),
    Defect::codec(
        "patches_as_far_as_they_go",
        &["NCP-DIFF-012"],
        "A JSON patch that fails is applied as far as it goes.",
    )
    .decode(|seen| match seen.is_structure("json_patch") {
        true => seen.truth().or_else(|_| Ok(json!({}))),
        false => seen.truth(),
    }),
    Defect::codec(
        "patches_of_msgpack_are_bitsets",
        &["NCP-DIFF-017"],
        "A DiffFrame in MsgPack is refused unless its patch is a bitset.",
    )
    .decode(|seen| {
        let decoded = seen.truth()?;
        let msgpack = seen.header().and_then(|header| header.tier()) == Some(Tier::Msgpack);
        let list = decoded["payload"]["patch"].is_array();
        match seen.is(FrameType::Diff) && msgpack && list {
            true => Err(Refused::new("NCP-DIFF-FORMAT-UNSUPPORTED", "patch_format")),
            false => Ok(decoded),
        }
    }),
    Defect::agent(
        Machine,
        "no_bitsets_is_a_bad_frame",
        &["NCP-DIFF-008"],
        "A bitset patch that was not agreed on is called a frame of bad form.",
    )
    .outgoing(|edit, _| called(edit, "NCP-DIFF-FORMAT-UNSUPPORTED", "NPS-CLIENT-BAD-FRAME")),
    Defect::node(
        Machine,
        "bitsets_without_asking",
        &["NCP-DIFF-009"],
        "Bitset patches are sent whether they are agreed on or not.",
    )
    .setup(|setup| setup.binary_bitset = true),
    Defect::agent(
        Machine,
        "diffs_apply_to_what_is_there",
        &["NCP-DIFF-011"],
        "A diff applies to whatever version there is.",
    )
    .asked(|asking, memory| {
        if let wireproof_wire::ncp::Command::Follow(follow) = &asking.what {
            memory.numbers.insert(follow.entity.clone(), follow.version);
        }
    })
    .incoming(|edit, memory| {
        let place = edit.text("entity_id");
        if let Some(version) = memory.numbers.get(&place)
            && edit.is(FrameType::Diff)
        {
            edit.set("base_seq", json!(version));
        }
    })
    .told(|telling, memory| {
        if let Event::Applied { entity, version, .. } = &telling.what {
            memory.numbers.insert(entity.clone(), *version);
        }
    }),
    Defect::agent(
        Machine,
        "operations_one_by_one",
        &["NCP-DIFF-012", "NCP-DIFF-013"],
        "Of a patch the first operation alone is applied.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Diff) && edit.has("patch.1") {
            let first = edit.get("patch.0");
            edit.set("patch", json!([first]));
        }
    }),
    Defect::model(
        "diffs_apply_to_any_version",
        &["NCP-DIFF-011"],
        "A diff applies to whatever version there is.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|refused| {
            let mut event = event.clone();
            let version = machine.state()["entities"][0]["version"].clone();
            match refused.kind == "NCP-STREAM-SEQ-GAP" && version.is_u64() {
                true => {
                    event["diff"]["base_seq"] = version;
                    machine.truth(&event)
                }
                false => Err(refused),
            }
        })
    }),
    Defect::model(
        "half_a_patch_stays",
        &["NCP-DIFF-012", "NCP-DIFF-013"],
        "What stands ahead of the operation that fails is applied.",
    )
    .machine(|machine, event| {
        after_failure(machine, event, |patch| {
            patch.pop();
        })
    }),
    Defect::model(
        "failures_count_as_versions",
        &["NCP-DIFF-012", "NCP-DIFF-013"],
        "A diff that fails moves the version on.",
    )
    .machine(|machine, event| after_failure(machine, event, Vec::clear)),
    Defect::model(
        "diffs_without_their_schema",
        &["NCP-DIFF-014"],
        "A diff under an unknown schema is taken for one under the schema that is known.",
    )
    .machine(|machine, event| {
        machine.truth(event).or_else(|refused| {
            let mut event = event.clone();
            let known = machine.state()["entities"][0]["anchor_ref"].clone();
            match refused.kind == "NCP-ANCHOR-NOT-FOUND" && known.is_string() {
                true => {
                    event["diff"]["anchor_ref"] = known;
                    machine.truth(&event)
                }
                false => Err(refused),
            }
        })
    }),
];

/// Takes what the reference refuses for one of the rules.
fn lenient(seen: &Decoding<'_>, rules: &[&str]) -> Decoded {
    match seen.is(FrameType::Diff) || !seen.is_packet() {
        true => seen.without(rules),
        false => seen.truth(),
    }
}

/// A bitset patch whose spare bits are not set.
fn cleared(what: &str, patch: &[u8]) -> Vec<u8> {
    let fields = what.split_once('/').and_then(|(_, count)| count.parse().ok());
    let (fields, mut patch) = (fields.unwrap_or(PRODUCT_FIELDS), patch.to_vec());
    if let Some(last) = patch.get_mut(fields / 8).filter(|_| fields % 8 != 0) {
        *last &= (1 << (fields % 8)) - 1;
    }
    patch
}

/// A bitset patch whose first byte is read otherwise.
fn bits(seen: &Decoding<'_>, change: fn(u8) -> u8) -> Decoded {
    match seen.is_structure("bitset_patch") {
        true => seen.mended(|patch| {
            if let Some(first) = patch.first_mut() {
                *first = change(*first);
            }
        }),
        false => seen.truth(),
    }
}

/// Where an operation fails, what is left of the patch is applied all the same, and the fault told.
fn after_failure(machine: &mut Applying<'_>, event: &Value, change: fn(&mut Vec<Value>)) -> Taken {
    machine.truth(event).inspect_err(|refused| {
        let mut event = event.clone();
        if let Some(patch) = event["diff"]["patch"].as_array_mut()
            && refused.kind == "NPS-CLIENT-UNPROCESSABLE"
        {
            change(patch);
            // Whether the rest applies is part of the defect.
            drop(machine.truth(&event));
        }
    })
}

/// MessagePack for null.
const NIL: u8 = 0xC0;
/// Fields of the schema of a patch that names no number of them.
const PRODUCT_FIELDS: usize = 4;
/// More than a schema of the vectors has.
const MOST_FIELDS: usize = 16;
