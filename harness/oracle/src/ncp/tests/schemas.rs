//! Schemas, requests about them, and diffs under them.

use super::frames::*;
use super::story::{C, S, Story, id_of};
use super::{Case, case};
use alloc::vec;
use alloc::vec::Vec;
use wireproof_wire::ncp::command::Fetched;
use wireproof_wire::ncp::{Command, Value};

const DIGEST: &str = "identifier_is_the_digest";
const TAKEN: &str = "only_verified_schemas_are_taken";
const EXPIRED: &str = "expired_schemas_are_not_used";
const CACHED: &str = "cached_schemas_are_used";
const STANDING: &str = "references_are_answered_as_they_stand";
const REPLACED: &str = "replaced_references_are_answered_as_advised";
const INLINE: &str = "inline_schema_belongs_to_its_answer";

pub(super) const CASES: &[Case] = &[
    case(
        DIGEST,
        "NCP-ANCHOR-003",
        None,
        |s| {
            s.hello().sends(S, &anchor_of(UNKNOWN, schema()));
        },
        |s| {
            s.hello().sends(S, &anchor_of(A1, schema()));
        },
    ),
    case(
        DIGEST,
        "NCP-ANCHOR-015",
        None,
        |s| {
            s.session().sends(S, &anchor_of(A1, schema2()));
        },
        |s| {
            s.session().sends(S, &anchor_of(A2, schema2()));
        },
    ),
    case(
        DIGEST,
        "NCP-ANCHOR-007",
        Some("OP-32"),
        |s| {
            s.hello().sends(S, &anchor_of(&id_of(&filled()), bare()));
        },
        |s| {
            s.hello().sends(S, &anchor_of(&id_of(&filled()), filled()));
        },
    ),
    case(
        DIGEST,
        "NCP-ANCHOR-003",
        None,
        |s| {
            // OP-32: 2^53 + 1 is no double, and whoever keeps its digits is warned.
            let exact = wireproof_wire::ncp::anchor::anchor_id_exact(&odd());
            s.hello().sends(S, &anchor_of(&exact, odd()));
        },
        |s| {
            s.hello().sends(S, &anchor_of(&id_of(&odd()), odd()));
        },
    ),
    case(
        "anchors_come_from_the_node",
        "NCP-ANCHOR-014",
        None,
        |s| {
            s.session().sends(C, &pushed());
        },
        |s| {
            s.session().sends(S, &pushed());
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-030",
        Some("OP-33"),
        |s| {
            s.session().gets(C, &anchor_of(UNKNOWN, schema2())).anchored(UNKNOWN, 3600);
            s.sends(C, &mismatch(UNKNOWN));
        },
        |s| {
            s.session().gets(C, &anchor_of(UNKNOWN, schema2())).sends(C, &mismatch(UNKNOWN));
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-029",
        None,
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2())).anchored(A1, 3600);
            s.sends(C, &mismatch(A1)).shutdown(C);
        },
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2())).sends(C, &mismatch(A1)).shutdown(C);
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-031",
        None,
        |s| {
            let odd = anchor_of(A2, obj(&[("fields", v(1u32))]));
            s.session().gets(C, &odd).anchored(A2, 3600);
            s.sends(C, &error("NCP-ANCHOR-SCHEMA-INVALID"));
        },
        |s| {
            let odd = anchor_of(A2, obj(&[("fields", v(1u32))]));
            s.session().gets(C, &odd).sends(C, &error("NCP-ANCHOR-SCHEMA-INVALID"));
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-025",
        None,
        |s| {
            s.session().sends(C, &query()).gets(C, &poisoned()).anchored(UNKNOWN, 3600);
            s.sends(C, &mismatch(UNKNOWN));
        },
        |s| {
            s.session().sends(C, &query()).gets(C, &poisoned()).sends(C, &mismatch(UNKNOWN));
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-026",
        Some("8.8"),
        |s| {
            s.session().anchored(A2, 3600);
        },
        |s| {
            let (conn, schema) = (s.conn(), schema2());
            let fetched = Fetched { conn, schema, ..Fetched::default() };
            s.session().command(C, Command::Fetched(fetched)).anchored(A2, 3600);
        },
    ),
    case(
        TAKEN,
        "NCP-ANCHOR-012",
        None,
        |s| {
            s.session().gets(C, &anchor_of(A2, schema2())).anchored(A2, 60);
        },
        |s| {
            s.session().gets(C, &anchor_of(A2, schema2())).anchored(A2, 3600);
        },
    ),
    case(
        EXPIRED,
        "NCP-ANCHOR-017",
        None,
        |s| {
            short(s).wait(11_000).say(C, query()).say(S, caps()).answered(A1, true);
        },
        |s| {
            short(s).wait(9_000).say(C, query()).say(S, caps()).answered(A1, true);
        },
    ),
    case(
        EXPIRED,
        "NCP-ANCHOR-035",
        Some("OP-34"),
        |s| {
            short(s).wait(10_000).say(C, query()).say(S, caps()).answered(A1, true);
        },
        |s| {
            short(s).wait(10_000).say(C, query()).say(S, caps()).answered(A1, false);
        },
    ),
    case(
        EXPIRED,
        "NCP-ANCHOR-013",
        None,
        |s| {
            s.hello().publish(&schema(), "").say(S, pushed().with("ttl", v(0u32))).wait(1_000);
            s.query();
        },
        |s| {
            // OP-34: good for what follows at once.
            s.hello().publish(&schema(), "").say(S, pushed().with("ttl", v(0u32))).query();
        },
    ),
    case(
        EXPIRED,
        "NCP-CAPS-003",
        Some("OP-58"),
        |s| {
            s.hello().publish(&schema(), "").query();
        },
        |s| {
            s.hello().publish(&schema(), "").say(C, query()).say(S, caps()).answered(A1, false);
        },
    ),
    case(
        CACHED,
        "NCP-ANCHOR-016",
        None,
        |s| {
            s.session().say(C, query()).say(S, caps()).answered(A1, false);
        },
        |s| {
            s.session().query();
        },
    ),
    case(
        CACHED,
        "NCP-ANCHOR-017",
        None,
        |s| {
            s.session().wait(1_000).say(C, query()).say(S, caps()).answered(A1, false);
        },
        |s| {
            s.session().wait(1_000).query();
        },
    ),
    case(
        CACHED,
        "NCP-ANCHOR-024",
        None,
        |s| {
            s.session().publish(&schema2(), A1).say(C, query()).say(S, successor());
            s.answered(A2, false);
        },
        |s| {
            s.session().publish(&schema2(), A1).say(C, query()).say(S, successor());
            s.answered(A2, true);
        },
    ),
    case(
        STANDING,
        "NCP-ANCHOR-019",
        None,
        |s| {
            s.hello().gets(S, &query()).sends(S, &caps());
            // What is owed besides is another matter.
            s.sends(S, &not_found(A1));
        },
        |s| {
            s.hello().gets(S, &query()).sends(S, &not_found(A1));
        },
    ),
    case(
        STANDING,
        "NCP-ANCHOR-032",
        None,
        |s| {
            s.hello().gets(S, &query()).sends(S, &not_found(A1)).gets(S, &query());
            s.command(S, refuse("NCP-ANCHOR-STALE")).sends(S, &stale(A1)).sends(S, &not_found(A1));
        },
        |s| {
            s.hello().gets(S, &query()).sends(S, &not_found(A1)).gets(S, &query());
            s.sends(S, &not_found(A1));
        },
    ),
    case(
        REPLACED,
        "NCP-ANCHOR-021",
        None,
        |s| {
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &records(A2, vec![]));
        },
        |s| {
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &successor());
        },
    ),
    case(
        REPLACED,
        "NCP-ANCHOR-022",
        None,
        |s| {
            let query = query().with("auto_anchor", v(false));
            s.session().publish(&schema2(), A1).gets(S, &query).sends(S, &successor());
        },
        |s| {
            let query = query().with("auto_anchor", v(false));
            s.session().publish(&schema2(), A1).gets(S, &query).sends(S, &stale(A1));
        },
    ),
    case(
        REPLACED,
        "NCP-ANCHOR-023",
        Some("OP-36"),
        |s| {
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &stale(A1));
        },
        |s| {
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &successor());
        },
    ),
    case(
        INLINE,
        "NCP-ANCHOR-027",
        Some("OP-35"),
        |s| {
            let answer = successor().with("anchor_ref", v(A1));
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &answer);
        },
        |s| {
            s.session().publish(&schema2(), A1).gets(S, &query()).sends(S, &successor());
        },
    ),
    case(
        INLINE,
        "NCP-ANCHOR-034",
        None,
        |s| {
            s.session().gets(S, &query());
            s.sends(S, &caps().with("inline_anchor", v(pushed())));
        },
        |s| {
            s.session().gets(S, &query()).sends(S, &caps());
        },
    ),
    case(
        "conflicting_schema_ends_the_connection",
        "NCP-ANCHOR-028",
        None,
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2())).sends(C, &mismatch(A1));
        },
        |s| {
            s.session().gets(C, &anchor_of(A1, schema2())).sends(C, &mismatch(A1)).shutdown(C);
        },
    ),
    case(
        "streaming_query_gets_a_stream",
        "NWP-FRM-004",
        None,
        |s| {
            s.session().gets(S, &query().with("stream", v(true))).sends(S, &caps());
        },
        |s| {
            s.session().gets(S, &query().with("stream", v(true))).sends(S, &open(S1));
        },
    ),
];

/// A schema of one field, without and with what it means by default.
fn bare() -> Value {
    obj(&[("fields", v(vec![obj(&[("name", v("a")), ("type", v("string"))])]))])
}

fn filled() -> Value {
    let field = [("name", v("a")), ("type", v("string")), ("nullable", v(false))];
    obj(&[("fields", v(vec![obj(&field)]))])
}

/// A schema with a number that is no double.
fn odd() -> Value {
    let Value::Map(mut members) = bare() else { unreachable!("a schema is an object") };
    members.push(("note".into(), v((1u64 << 53) + 1)));
    Value::Map(members)
}

fn mismatch(reference: &str) -> Msg {
    error_on("NCP-ANCHOR-ID-MISMATCH", "anchor_ref", reference)
}

fn stale(reference: &str) -> Msg {
    error_on("NCP-ANCHOR-STALE", "anchor_ref", reference)
}

fn refuse(code: &str) -> Command {
    let refuse = wireproof_wire::ncp::command::Refuse { error: code.into(), ..Default::default() };
    Command::Refuse(refuse)
}

/// An answer with a schema that does not fit its identifier.
fn poisoned() -> Msg {
    records(UNKNOWN, Vec::new()).with("inline_anchor", v(anchor_of(UNKNOWN, schema2())))
}

/// An answer under the successor of the product schema.
fn successor() -> Msg {
    records(A2, vec![product(0)]).with("inline_anchor", v(anchor_of(A2, schema2())))
}

/// A session in which the product schema is good for ten seconds.
fn short(s: &mut Story) -> &mut Story {
    let pushed = pushed().with("ttl", v(10u32));
    s.hello().publish(&schema(), "").say(S, pushed).anchored(A1, 10)
}
