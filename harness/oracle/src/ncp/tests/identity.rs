//! Certificates, announcements and delegations: what is taken, what is refused, and what for.

use super::frames::*;
use super::story::{S, Story};
use super::{Case, case};
use alloc::string::String;
use alloc::vec;
use wireproof_wire::ncp::command::Known;
use wireproof_wire::ncp::companion::signature;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Event, Value};

const GOOD: &str = "only_good_identities_are_taken";
const ANNOUNCED: &str = "announcements_are_verified";
const BOUNDS: &str = "delegations_stay_in_bounds";
const SCOPE: &str = "requests_stay_in_scope";
const ROUTED: &str = "frames_reach_their_protocol";
const OWED: &str = "faults_are_answered";

/// An IdentFrame that is taken although something is wrong with it, and one that may be.
macro_rules! taken {
    ($id:literal, $ident:expr) => {
        case(GOOD, $id, None, |s| shows(s, $ident), |s| shows(s, ident(&[])))
    };
}

/// An IdentFrame that is refused with a code, and one that is refused with another.
macro_rules! refused {
    ($id:literal, $reading:expr, $ident:expr, $wrong:literal, $right:literal) => {
        case(GOOD, $id, $reading, |s| refuses(s, $ident, $wrong), |s| refuses(s, $ident, $right))
    };
}

pub(super) const CASES: &[Case] = &[
    taken!("NIP-FRM-003", ident(&[("expires_at", v("2025-12-31T23:59:59Z"))])),
    taken!("NIP-FRM-003", ident(&[("issued_by", v("urn:nps:org:elsewhere.example"))])),
    taken!("NIP-FRM-003", ident(&[("serial", v("0x0bad"))])),
    taken!("NIP-FRM-003", ident(&[("capabilities", v(vec![v("ncp:stream")]))])),
    taken!("NIP-FRM-003", ident(&[("scope", scope("nwp://b.example/*", "x.y", 1))])),
    taken!("NIP-FRM-002", ident(&[]).with("serial", v("0x01"))),
    taken!("NIP-FRM-002", signed(FrameType::Ident, unsigned(&[]), STRANGER)),
    // Metadata is outside of what is signed.
    case(
        GOOD,
        "NIP-FRM-002",
        None,
        |s| refuses(s, chatty(), "NIP-CERT-SIGNATURE-INVALID"),
        |s| shows(s, chatty()),
    ),
    case(
        GOOD,
        "NIP-FRM-003",
        None,
        |s| refuses(s, ident(&[]), "NIP-CERT-REVOKED"),
        |s| shows(s, ident(&[])),
    ),
    // Of several faults the first is told.
    refused!(
        "NIP-FRM-003",
        None,
        ident(&[("expires_at", v("2025-12-31T23:59:59Z")), ("serial", v("0x0BAD"))]),
        "NIP-CERT-REVOKED",
        "NIP-CERT-EXPIRED"
    ),
    refused!(
        "NIP-FRM-003",
        None,
        ident(&[("serial", v("0x0BAD"))]).with("nid", v("urn:nps:agent:a.example:eve")),
        "NIP-CERT-REVOKED",
        "NIP-CERT-SIGNATURE-INVALID"
    ),
    refused!(
        "NIP-FRM-003",
        Some("OP-50"),
        ident(&[("scope", scope("nwp://b.example/*", "x.y", 1))]),
        "NIP-CERT-REVOKED",
        "NIP-CERT-SCOPE-VIOLATION"
    ),
    case(
        ANNOUNCED,
        "NDP-FRM-002",
        None,
        |s| announces(s, signed(FrameType::Announce, announcement(), STRANGER)),
        |s| announces(s, signed(FrameType::Announce, announcement(), ISSUER)),
    ),
    case(
        ANNOUNCED,
        "NDP-FRM-002",
        None,
        |s| {
            let own = signed(FrameType::Announce, announcement(), ISSUER);
            known(s).gets(S, &own).sends(S, &error("NDP-ANNOUNCE-SIGNATURE-INVALID"));
        },
        |s| {
            let other = signed(FrameType::Announce, announcement(), STRANGER);
            known(s).gets(S, &other).sends(S, &error("NDP-ANNOUNCE-SIGNATURE-INVALID"));
        },
    ),
    case(
        BOUNDS,
        "NIP-FRM-004",
        Some("5.5"),
        |s| hands(s, scope("nwp://a.example/*", "x.y", 11)),
        |s| hands(s, scope("nwp://a.example/b/*", "x.y.z", 10)),
    ),
    case(
        BOUNDS,
        "NIP-FRM-004",
        Some("5.5"),
        |s| hands(s, scope("nwp://a.example.org/*", "x.y", 10)),
        |s| {
            known(s).gets(S, &delegate(1, 2, scope("nwp://a.example/*", "x", 1)));
            s.sends(S, &error("NPS-SERVER-UNAVAILABLE"));
        },
    ),
    case(
        BOUNDS,
        "NIP-FRM-004",
        Some("5.5"),
        |s| {
            known(s).gets(S, &delegate(1, 2, scope("nwp://a.example/*", "x", 1)));
            s.sends(S, &error("NOP-DELEGATE-SCOPE-VIOLATION"));
        },
        |s| {
            shows(s, ident(&[]));
            s.gets(S, &delegate(1, 2, scope("nwp://b.example/*", "x.y", 1)));
            s.sends(S, &error("NOP-DELEGATE-SCOPE-VIOLATION"));
        },
    ),
    case(BOUNDS, "NOP-FRM-003", Some("5.5"), |s| descends(s, 4), |s| descends(s, 3)),
    case(SCOPE, "NWP-FRM-013", None, |s| acts(s, "stock.delete"), |s| acts(s, "x.y.z")),
    case(
        ROUTED,
        "NOP-FRM-002",
        None,
        |s| {
            tasks(s, &[("a", "b"), ("b", "a")]).sends(S, &error("NOP-TASK-DAG-CYCLE"));
        },
        |s| {
            tasks(s, &[("a", "b")]);
        },
    ),
    case(
        ROUTED,
        "NOP-FRM-002",
        Some("5.5"),
        |s| {
            tasks(s, &[("a", "nobody")]).sends(S, &error("NOP-TASK-DAG-INVALID"));
        },
        |s| {
            tasks(s, &[("a", "b")]);
        },
    ),
    case(ROUTED, "NWP-FRM-003", None, |s| filters(s, 9), |s| filters(s, 8)),
    // Whose connection it is tells the certificate too.
    case(
        OWED,
        "NOP-FRM-007",
        None,
        |s| {
            shows(s, ident(&[]));
            s.gets(S, &align("urn:nps:agent:a.example:eve", 0));
        },
        |s| {
            shows(s, ident(&[]));
            s.gets(S, &align(AGENT, 0)).told_of(S, "ALIGN_STREAM");
        },
    ),
];

const AGENT: &str = "urn:nps:agent:a.example:bob";
const ORG: &str = "urn:nps:org:a.example";
const NODE: &str = "urn:nps:node:a.example:products";
const ISSUER: u8 = 1;
const STRANGER: u8 = 3;

impl Story {
    fn told_of(&mut self, who: wireproof_base::Role, frame: &str) -> &mut Self {
        let (conn, frame) = (self.conn(), frame.into());
        self.event(who, Event::Received { conn, frame })
    }
}

fn scope(node: &str, action: &str, budget: u32) -> Value {
    obj(&[
        ("nodes", v(vec![v(node)])),
        ("actions", v(vec![v(action)])),
        ("max_token_budget", v(budget)),
    ])
}

fn unsigned(changes: &[(&str, Value)]) -> Msg {
    let plain = Msg::new(
        FrameType::Ident,
        &[
            ("nid", v(AGENT)),
            ("pub_key", v(signature::public_key(&[2; 32]))),
            ("capabilities", v(vec![v("nwp:query"), v("nwp:invoke")])),
            ("scope", scope("nwp://a.example/*", "x.y", 10)),
            ("issued_by", v(ORG)),
            ("issued_at", v("2025-12-01T00:00:00Z")),
            ("expires_at", v("2026-02-01T00:00:00Z")),
            ("serial", v("0x01F")),
        ],
    );
    changes.iter().fold(plain, |frame, (name, value)| frame.with(name, value.clone()))
}

fn signed(kind: FrameType, frame: Msg, signer: u8) -> Msg {
    let signature = signature::sign(kind, &v(frame.clone()), &[signer; 32]);
    frame.with("signature", v(signature))
}

/// With a signature of the issuer over everything that was changed.
fn ident(changes: &[(&str, Value)]) -> Msg {
    signed(FrameType::Ident, unsigned(changes), ISSUER)
}

fn chatty() -> Msg {
    ident(&[]).with("metadata", obj(&[("runtime", v("b"))]))
}

fn announcement() -> Msg {
    let address = obj(&[("host", v("a.example")), ("port", v(17433u32)), ("protocol", v("nwp"))]);
    Msg::new(
        FrameType::Announce,
        &[
            ("nid", v(NODE)),
            ("node_type", v("memory")),
            ("addresses", v(vec![address])),
            ("capabilities", v(vec![v("nwp:query")])),
            ("ttl", v(300u32)),
            ("timestamp", v("2026-01-01T00:00:00Z")),
        ],
    )
}

/// A Node that trusts an issuer and knows who may announce itself.
fn known(s: &mut Story) -> &mut Story {
    let key = || signature::public_key(&[ISSUER; 32]);
    s.setup(S, |setup| {
        setup.trusted = vec![Known { nid: ORG.into(), key: key() }];
        setup.announcers = vec![Known { nid: NODE.into(), key: key() }];
        setup.revoked = vec![String::from("0x0BAD")];
        setup.capabilities = vec![String::from("nwp:action")];
        setup.address = String::from("nwp://a.example/products");
    });
    s.session()
}

fn shows(s: &mut Story, ident: Msg) {
    known(s).gets(S, &ident).told_of(S, "IDENT");
}

fn refuses(s: &mut Story, ident: Msg, code: &str) {
    known(s).gets(S, &ident).sends(S, &error(code));
}

fn announces(s: &mut Story, announcement: Msg) {
    known(s).gets(S, &announcement).told_of(S, "ANNOUNCE");
}

fn id(number: u32) -> String {
    alloc::format!("{number}6f1d2c3-4a59-4e68-8d7c-0123456789ab")
}

fn delegate(parent: u32, subtask: u32, scope: Value) -> Msg {
    Msg::new(
        FrameType::Delegate,
        &[
            ("parent_task_id", v(id(parent))),
            ("subtask_id", v(id(subtask))),
            ("node_id", v("n1")),
            ("target_agent_nid", v(AGENT)),
            ("action", v("nwp://a.example/x")),
            ("delegated_scope", scope),
            ("deadline_at", v("2026-01-02T00:00:00Z")),
        ],
    )
}

/// Hands on what the certificate admits with that scope.
fn hands(s: &mut Story, scope: Value) {
    shows(s, ident(&[]));
    s.gets(S, &delegate(1, 2, scope)).told_of(S, "DELEGATE");
}

/// Hands a task on so often.
fn descends(s: &mut Story, levels: u32) {
    known(s);
    for level in 1..=levels {
        let bounds = scope("nwp://a.example/*", "x.y", 10);
        s.gets(S, &delegate(level, level + 1, bounds)).told_of(S, "DELEGATE");
    }
}

/// An action is asked for and answered.
fn acts(s: &mut Story, action: &str) {
    shows(s, ident(&[]));
    s.gets(S, &Msg::new(FrameType::Action, &[("action_id", v(action))])).sends(S, &caps());
}

/// A task with two nodes and these edges is taken.
fn tasks<'s>(s: &'s mut Story, edges: &[(&str, &str)]) -> &'s mut Story {
    let node =
        |id: &str| obj(&[("id", v(id)), ("action", v("nwp://a.example/x")), ("agent", v(AGENT))]);
    let edge = |(from, to): &(&str, &str)| obj(&[("from", v(*from)), ("to", v(*to))]);
    let dag = obj(&[
        ("nodes", v(vec![node("a"), node("b")])),
        ("edges", v(edges.iter().map(edge).collect::<alloc::vec::Vec<_>>())),
    ]);
    let task = Msg::new(FrameType::Task, &[("task_id", v(id(1))), ("dag", dag)]);
    s.session().gets(S, &task).told_of(S, "TASK")
}

/// A query with a filter of that many levels is taken.
fn filters(s: &mut Story, levels: usize) {
    let filter = (0..levels).fold(obj(&[("id", v(1u32))]), |inner, _| obj(&[("$not", inner)]));
    s.session().gets(S, &query().with("filter", filter));
    let (conn, frame, anchor_ref) = (s.conn(), "QUERY".into(), A1.into());
    let request_id = String::new();
    s.event(S, Event::Requested { conn, frame, anchor_ref, stream: false, request_id });
    if levels <= 8 {
        s.sends(S, &caps());
    } else {
        s.sends(S, &error("NWP-QUERY-FILTER-INVALID"));
    }
}
