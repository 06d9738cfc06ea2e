//! Defects around who somebody is and what that admits (NIP §5.1, §7, §10.3; NDP §7.1; NOP §8.2).
//!
//! A defect that believes too much knows the keys of nobody. It has the reference trust a key of
//! its own and signs anew what it lets through.

use super::defect::Defect;
use super::edit::Edit;
use super::frames;
use super::memory::Memory;
use super::stream::called;
use crate::DefectLevel::Machine;
use serde_json::{Value, json};
use wireproof_wire::ncp;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::companion::signature;
use wireproof_wire::ncp::frame_type::FrameType;

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "metadata_is_signed",
        &["NIP-FRM-002"],
        "The signature of an IdentFrame is taken to cover its metadata.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Ident) && edit.has("metadata") {
            sign(edit, FrameType::Ident, STRANGER);
        }
    }),
    Defect::node(
        Machine,
        "signed_as_it_stands",
        &["NIP-FRM-002"],
        "The signature of an IdentFrame is taken to cover its members as they were sent.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Ident) && !is_ordered(edit) {
            sign(edit, FrameType::Ident, STRANGER);
        }
    }),
    Defect::node(
        Machine,
        "identities_signed_by_anybody",
        &["NIP-FRM-002", "NIP-FRM-003"],
        "The signature of an IdentFrame is not looked at.",
    )
    .setup(trust_ourselves)
    .incoming(|edit, _| believe(edit, |_| {})),
    Defect::node(
        Machine,
        "identities_for_ever",
        &["NIP-FRM-003"],
        "An expired identity is as good as any other.",
    )
    .setup(|setup| setup.epoch_unix_ms = 0),
    Defect::node(
        Machine,
        "identities_of_any_issuer",
        &["NIP-FRM-003"],
        "An identity may be issued by somebody nobody trusts.",
    )
    .setup(trust_ourselves)
    .incoming(|edit, memory| {
        let trusted = first(memory);
        believe(edit, |edit| edit.set("issued_by", trusted));
    }),
    Defect::node(
        Machine,
        "revocations_forgotten",
        &["NIP-FRM-003"],
        "A revoked identity is as good as any other.",
    )
    .setup(|setup| setup.revoked.clear()),
    Defect::agent(
        Machine,
        "agent_forgets_revocations",
        &["NIP-FRM-003"],
        "The Agent takes a revoked identity for a good one.",
    )
    .setup(|setup| setup.revoked.clear()),
    Defect::node(
        Machine,
        "capabilities_of_any_kind",
        &["NIP-FRM-003"],
        "Nobody asks which capabilities an identity has.",
    )
    .setup(|setup| setup.capabilities.clear()),
    Defect::node(
        Machine,
        "scopes_of_other_nodes",
        &["NIP-FRM-003"],
        "Whether the scope of an identity reaches the node is not looked at.",
    )
    .setup(|setup| setup.address.clear()),
    Defect::node(
        Machine,
        "revocation_comes_first",
        &["NIP-FRM-003"],
        "That an identity was revoked is told before anything else.",
    )
    .setup(trust_ourselves)
    .incoming(|edit, memory| {
        let serial = edit.text("serial");
        let (revoked, trusted) = (memory.setup.revoked.contains(&serial), first(memory));
        match revoked {
            true => believe(edit, |edit| {
                edit.set("expires_at", json!("2100-01-01T00:00:00Z"));
                edit.set("issued_by", trusted);
            }),
            false => recheck(edit, memory),
        }
    }),
    Defect::node(
        Machine,
        "scope_comes_before_the_capability",
        &["NIP-FRM-003"],
        "The scope of an identity is examined before its capabilities.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Ident) {
            memory.number = u64::from(edit.get("scope.nodes").to_string().contains("elsewhere"));
        }
    })
    .outgoing(|edit, memory| {
        if memory.number == 1 {
            called(edit, code::NIP_CERT_CAPABILITY_MISSING, code::NWP_AUTH_NID_SCOPE_VIOLATION);
        }
    }),
    Defect::node(
        Machine,
        "expired_is_called_revoked",
        &["NIP-FRM-003"],
        "An identity that has expired is called a revoked one.",
    )
    .outgoing(|edit, _| called(edit, code::NIP_CERT_EXPIRED, code::NIP_CERT_REVOKED)),
    Defect::node(
        Machine,
        "actions_out_of_scope",
        &["NWP-FRM-013"],
        "Which actions the scope of an identity names is not looked at.",
    )
    .setup(trust_ourselves)
    .incoming(|edit, memory| {
        if edit.is(FrameType::Ident) && holds(edit, memory) {
            believe(edit, |edit| edit.set("scope.actions", json!(["*"])));
        }
    }),
    Defect::node(
        Machine,
        "refused_and_served",
        &["NWP-FRM-013"],
        "Whoever asks for more than its scope is told so, and gets the data.",
    )
    .outgoing(|edit, _| {
        let refused = edit.is(FrameType::Error);
        if refused && edit.text("error") == code::NWP_AUTH_NID_SCOPE_VIOLATION {
            let encoding = edit.header().tier().unwrap_or_default();
            let members = json!({"anchor_ref": "nps:system:empty", "count": 0, "data": []});
            edit.added.after.push(frames::made(FrameType::Caps, encoding, members));
        }
    }),
    Defect::node(
        Machine,
        "alignments_despite_the_certificate",
        &["NOP-FRM-007"],
        "Who sent an AlignStream is not compared with whom the certificate of its peer shows.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Ident) {
            memory.names = vec![edit.text("nid")];
        } else if edit.is(FrameType::AlignStream)
            && memory.setup.peer_nid.is_empty()
            && let Some(shown) = memory.names.first()
        {
            edit.set("sender_nid", json!(shown));
        }
    }),
    Defect::node(
        Machine,
        "announcements_of_anybody",
        &["NDP-FRM-002"],
        "The signature of an announcement is not looked at.",
    )
    .setup(|setup| setup.announcers.clear()),
    Defect::agent(
        Machine,
        "agent_believes_announcements",
        &["NDP-FRM-002"],
        "The Agent does not look at the signature of an announcement.",
    )
    .setup(|setup| setup.announcers.clear()),
    Defect::node(
        Machine,
        "delegations_of_any_scope",
        &["NIP-FRM-004"],
        "What is delegated is not compared with what the parent had.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Delegate) {
            edit.set("delegated_scope", json!({"max_token_budget": 0}));
        }
    }),
    Defect::node(
        Machine,
        "delegated_budgets_of_any_size",
        &["NIP-FRM-004"],
        "How many NPT are delegated is not compared with what the parent had.",
    )
    .incoming(|edit, _| {
        if edit.is(FrameType::Delegate) {
            edit.set("delegated_scope.max_token_budget", json!(0));
        }
    }),
    Defect::node(
        Machine,
        "delegations_of_any_depth",
        &["NOP-FRM-003"],
        "How often a task was handed on is not counted.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Delegate) && depth(edit, memory) > 3 {
            edit.set("parent_task_id", json!(NOBODY));
        }
    }),
    Defect::node(
        Machine,
        "two_levels_of_delegation",
        &["NOP-FRM-003"],
        "A task that was handed on twice is not handed on again.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Delegate) && depth(edit, memory) > 2 {
            let encoding = edit.header().tier().unwrap_or_default();
            edit.added.replies.push(frames::error(code::NOP_DELEGATE_CHAIN_TOO_DEEP, encoding));
            edit.withhold();
        }
    }),
];

/// The secret of the defect itself, and one that nobody trusts.
const OWN: [u8; 32] = [201; 32];
const STRANGER: [u8; 32] = [202; 32];
/// A task that nobody handed on.
const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

fn trust_ourselves(setup: &mut Setup) {
    for known in &mut setup.trusted {
        known.key = signature::public_key(&OWN);
    }
}

/// The first issuer that is trusted.
fn first(memory: &Memory) -> Value {
    memory.setup.trusted.first().map_or(Value::Null, |known| json!(known.nid))
}

/// Changes an IdentFrame and signs it so that the reference believes it.
fn believe(edit: &mut Edit<'_>, change: impl FnOnce(&mut Edit<'_>)) {
    if edit.is(FrameType::Ident) {
        change(edit);
        sign(edit, FrameType::Ident, OWN);
    }
}

/// Has the reference believe an IdentFrame that deserves it.
fn recheck(edit: &mut Edit<'_>, memory: &Memory) {
    if edit.is(FrameType::Ident) && holds(edit, memory) {
        sign(edit, FrameType::Ident, OWN);
    }
}

/// Whether the signature of an IdentFrame is that of somebody who is trusted.
fn holds(edit: &Edit<'_>, memory: &Memory) -> bool {
    let Some(members) = edit.members() else { return false };
    let frame = ncp::Value::Map(members);
    let verify = |key| signature::verify(FrameType::Ident, &frame, key).is_ok();
    memory.setup.trusted.iter().any(|known| verify(&known.key))
}

fn sign(edit: &mut Edit<'_>, kind: FrameType, secret: [u8; 32]) {
    if let Some(members) = edit.members() {
        let signed = signature::sign(kind, &ncp::Value::Map(members), &secret);
        edit.set("signature", json!(signed));
    }
}

/// Whether the names of its members rise, and those in its scope too.
fn is_ordered(edit: &Edit<'_>) -> bool {
    let members = edit.members().unwrap_or_default();
    let scope = members.iter().find(|(name, _)| name == "scope");
    let inner = scope.and_then(|(_, scope)| scope.as_map()).unwrap_or_default();
    let outer = members.iter().filter(|(name, _)| name != "frame" && name != "signature");
    outer.map(|(name, _)| name).is_sorted() && inner.iter().map(|(name, _)| name).is_sorted()
}

/// How often the task of a DelegateFrame was handed on, this time included.
fn depth(edit: &Edit<'_>, memory: &mut Memory) -> u64 {
    let above = memory.numbers.get(&edit.text("parent_task_id")).copied().unwrap_or_default();
    memory.numbers.insert(edit.text("subtask_id"), above + 1);
    above + 1
}
