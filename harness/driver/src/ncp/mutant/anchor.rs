//! Defects of schemas on a connection.

use super::defect::Defect;
use super::edit::Edit;
use super::memory::Memory;
use super::report::Telling;
use super::stream::called;
use crate::DefectLevel::{Codec, Machine, Timing};
use serde_json::{Value, json};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::anchor::anchor_id;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::agent(
        Timing,
        "a_minute_by_default",
        &["NCP-ANCHOR-012"],
        "A schema that does not mention ttl is kept for a minute.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Anchor) && !edit.has("ttl") {
            edit.set("ttl", json!(60));
        }
    }),
    Defect::agent(
        Machine,
        "zero_means_an_hour",
        &["NCP-ANCHOR-013"],
        "A schema with ttl 0 is kept for an hour.",
    )
    .incoming(|edit, memory| lives(edit, memory, |ttl| if ttl == 0 { 3600 } else { ttl }))
    .told(tells_its_lifetime),
    Defect::agent(
        Machine,
        "agent_writes_schemas",
        &["NCP-ANCHOR-014"],
        "An Agent sends the schemas it was given back.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Anchor) {
            memory.kept.push((edit.conn, edit.stream, edit.bytes.clone()));
        }
    })
    .outgoing(|edit, memory| {
        if let Some((_, _, frame)) = memory.kept.pop() {
            edit.added.before.push(frame);
        }
    }),
    Defect::node(
        Machine,
        "schemas_change_under_their_name",
        &["NCP-ANCHOR-015"],
        "A schema that is sent again has another first field.",
    )
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Anchor) && memory.knows(&edit.text("anchor_id")) {
            edit.set("schema.fields.0.name", json!("other"));
        }
    }),
    Defect::agent(
        Machine,
        "schemas_are_not_kept",
        &["NCP-ANCHOR-016"],
        "A schema is looked at and forgotten.",
    )
    .incoming(|edit, memory| lives(edit, memory, |_| 0))
    .told(tells_its_lifetime),
    Defect::agent(
        Timing,
        "schemas_live_twice_as_long",
        &["NCP-ANCHOR-017", "NCP-ANCHOR-035"],
        "A schema is kept for twice its lifetime.",
    )
    .incoming(|edit, memory| lives(edit, memory, |ttl| ttl.saturating_mul(2)))
    .told(tells_its_lifetime),
    Defect::agent(
        Timing,
        "schemas_live_half_as_long",
        &["NCP-ANCHOR-017"],
        "A schema is kept for half its lifetime.",
    )
    .incoming(|edit, memory| lives(edit, memory, |ttl| ttl / 2))
    .told(tells_its_lifetime),
    Defect::node(
        Machine,
        "unknown_schema_is_a_bad_parameter",
        &["NCP-ANCHOR-019"],
        "A schema that the Node never had is called a bad parameter.",
    )
    .outgoing(|edit, _| called(edit, "NCP-ANCHOR-NOT-FOUND", "NPS-CLIENT-BAD-PARAM")),
    Defect::node(
        Codec,
        "unknown_schema_has_no_name",
        &["NCP-ANCHOR-020"],
        "What was not found is not said.",
    )
    .outgoing(|edit, _| {
        if edit.text("error") == "NCP-ANCHOR-NOT-FOUND" {
            edit.remove("details.anchor_ref");
        }
    }),
    Defect::node(
        Machine,
        "successor_stays_at_home",
        &["NCP-ANCHOR-021"],
        "The successor of a replaced schema does not go along with the answer.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) {
            edit.remove("inline_anchor");
        }
    }),
    Defect::node(
        Codec,
        "stale_without_a_name",
        &["NCP-ANCHOR-022"],
        "Which schema was replaced is not said.",
    )
    .outgoing(|edit, _| {
        if edit.text("error") == "NCP-ANCHOR-STALE" {
            edit.remove("details.anchor_ref");
        }
    }),
    Defect::node(
        Machine,
        "silence_means_no",
        &["NCP-ANCHOR-023"],
        "A query that does not mention auto_anchor may not be answered under another schema.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Query) && !edit.has("auto_anchor") {
            edit.set("auto_anchor", json!(false));
        }
    }),
    Defect::agent(
        Machine,
        "inline_schemas_thrown_away",
        &["NCP-ANCHOR-024"],
        "A schema that came with an answer is not looked at.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Caps) {
            edit.remove("inline_anchor");
        }
    }),
    Defect::agent(
        Machine,
        "inline_schemas_not_verified",
        &["NCP-ANCHOR-025"],
        "The digest of a schema that came with an answer is not compared.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Caps) && verified(edit, memory, "inline_anchor.") {
            edit.set("anchor_ref", edit.get("inline_anchor.anchor_id"));
        }
    })
    .told(tells_what_was_claimed),
    Defect::agent(
        Machine,
        "wrong_digest_clears_the_name",
        &["NCP-ANCHOR-026"],
        "A schema with a wrong digest takes away what was kept.",
    )
    .incoming(|edit, memory| {
        let place = match edit.kind() {
            Some(FrameType::Anchor) => "",
            Some(FrameType::Caps) if edit.has("inline_anchor") => "inline_anchor.",
            _ => return,
        };
        let own = digest(edit, &format!("{place}schema"));
        if own != edit.text(&format!("{place}anchor_id")) {
            let wrong = edit.bytes.clone();
            for (_, _, known) in memory.kept.drain(..) {
                *edit.bytes = known;
                edit.set("ttl", json!(0));
                edit.added.before.push(edit.bytes.clone());
                memory.names.push(edit.text("anchor_id"));
            }
            *edit.bytes = wrong;
        } else if place.is_empty() {
            memory.kept.push((edit.conn, edit.stream, edit.bytes.clone()));
        }
    })
    .told(|telling, memory| {
        // Nobody sent what takes them away.
        if let Event::Anchored { anchor_ref, ttl: 0, .. } = &telling.what
            && let Some(cleared) = memory.names.iter().position(|name| name == anchor_ref)
        {
            memory.names.remove(cleared);
            telling.withhold();
        }
    }),
    Defect::node(
        Machine,
        "answers_under_the_old_name",
        &["NCP-ANCHOR-027"],
        "An answer that brings a schema stands under the identifier that was asked for.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Query) {
            memory.names.push(edit.text("anchor_ref"));
        }
    })
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Caps) && edit.has("inline_anchor") {
            edit.set("anchor_ref", json!(memory.names.last()));
        }
    }),
    Defect::agent(
        Machine,
        "poisoned_and_stays",
        &["NCP-ANCHOR-028"],
        "An Agent that is shown a schema under a wrong identifier stays.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Anchor) && digest(edit, "schema") != edit.text("anchor_id") {
            memory.number = 1;
        }
    })
    .ends(|_, memory| memory.number == 0),
    Defect::agent(
        Machine,
        "poisoned_is_a_bad_parameter",
        &["NCP-ANCHOR-029"],
        "Two schemas under one identifier are called a bad parameter.",
    )
    .outgoing(|edit, _| called(edit, "NCP-ANCHOR-ID-MISMATCH", "NPS-CLIENT-BAD-PARAM")),
    Defect::agent(
        Machine,
        "schemas_not_verified",
        &["NCP-ANCHOR-030"],
        "The identifier of an AnchorFrame is not compared with the digest.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Anchor) {
            verified(edit, memory, "");
        }
    })
    .told(tells_what_was_claimed),
    Defect::node(
        Machine,
        "stale_is_not_found",
        &["NCP-ANCHOR-032"],
        "A replaced schema is called one that was never there.",
    )
    .outgoing(|edit, _| called(edit, "NCP-ANCHOR-STALE", "NCP-ANCHOR-NOT-FOUND")),
    Defect::node(
        Machine,
        "unknown_is_stale",
        &["NCP-ANCHOR-032"],
        "A schema that was never there is called one that was replaced.",
    )
    .outgoing(|edit, _| called(edit, "NCP-ANCHOR-NOT-FOUND", "NCP-ANCHOR-STALE")),
    Defect::node(
        Machine,
        "schemas_travel_every_time",
        &["NCP-ANCHOR-034"],
        "Every answer brings the schema that was sent before.",
    )
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Anchor) {
            memory.kept.push((edit.conn, edit.stream, edit.bytes.clone()));
        } else if edit.is(FrameType::Caps) && !edit.is_reply() && !edit.has("inline_anchor") {
            let answer = edit.bytes.clone();
            let wanted = edit.text("anchor_ref");
            let mut found = Value::Null;
            for (_, _, frame) in &memory.kept {
                edit.bytes.clone_from(frame);
                if edit.text("anchor_id") == wanted {
                    let (schema, ttl) = (edit.get("schema"), edit.uint("ttl"));
                    found = json!({"anchor_id": wanted, "schema": schema, "ttl": ttl});
                }
            }
            *edit.bytes = answer;
            if found.is_object() {
                edit.set("inline_anchor", found);
            }
        }
    }),
    Defect::node(Machine, "schemas_are_a_secret", &["NCP-ANCHOR-036"], "A Node sends no schemas.")
        .outgoing(|edit, _| {
            if edit.is(FrameType::Anchor) {
                edit.withhold();
            }
        }),
];

/// Gives a schema that arrived another lifetime, and notes its own.
fn lives(edit: &mut Edit<'_>, memory: &mut Memory, change: fn(u64) -> u64) {
    if edit.is(FrameType::Anchor) {
        let ttl = if edit.has("ttl") { edit.uint("ttl") } else { 3600 };
        memory.numbers.insert(edit.text("anchor_id"), ttl);
        edit.set("ttl", json!(change(ttl)));
    }
}

/// Tells the lifetime that arrived.
fn tells_its_lifetime(telling: &mut Telling, memory: &mut Memory) {
    if let Event::Anchored { anchor_ref, ttl, .. } = &mut telling.what
        && let Some(own) = memory.numbers.get(anchor_ref)
    {
        *ttl = u32::try_from(*own).unwrap_or(u32::MAX);
    }
}

/// The identifier of the schema at `path`; empty if there is none.
fn digest(edit: &Edit<'_>, path: &str) -> String {
    let schema = serde_json::from_value(edit.get(path)).unwrap_or_default();
    anchor_id(&schema).unwrap_or_default()
}

/// Gives a schema the identifier it ought to have, and notes the one it claimed. Whether that
/// was another one.
fn verified(edit: &mut Edit<'_>, memory: &mut Memory, place: &str) -> bool {
    let (name, schema) = (format!("{place}anchor_id"), format!("{place}schema"));
    let (claimed, own) = (edit.text(&name), digest(edit, &schema));
    if !edit.has(&schema) || claimed == own {
        return false;
    }
    edit.set(&name, json!(own));
    memory.names = vec![own, claimed];
    true
}

/// Tells the identifier that was claimed.
fn tells_what_was_claimed(telling: &mut Telling, memory: &mut Memory) {
    if let Event::Anchored { anchor_ref, .. } | Event::Answered { anchor_ref, .. } =
        &mut telling.what
        && let [own, claimed] = memory.names.as_slice()
        && anchor_ref == own
    {
        anchor_ref.clone_from(claimed);
    }
}
