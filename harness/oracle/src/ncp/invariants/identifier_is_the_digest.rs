//! The identifier of a schema is its digest.

use super::prelude::*;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{anchor_id, anchor_id_exact};

pub(in crate::ncp) struct Rule;

const DIGEST: Citation = Citation::must("NCP-ANCHOR-003");
const DOUBLES: Citation = Citation::should("NCP-ANCHOR-003");
const LITERAL: Citation = Citation::must("NCP-ANCHOR-007").read("OP-32");
const ONE: Citation = Citation::must("NCP-ANCHOR-015");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "identifier_is_the_digest",
        says: "anchor_id is sha256: and the digest of the literal schema in RFC 8785 form, and \
               never stands for two schemas.",
        citations: &[DIGEST, DOUBLES, LITERAL, ONE],
    };
    const SENT: u16 = kinds::ANCHOR | kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let anchor = match &packet.frame {
            Frame::Anchor(anchor) => anchor,
            Frame::Caps(caps) => match &caps.inline_anchor {
                Some(anchor) => anchor,
                None => return,
            },
            _ => return,
        };
        let right = anchor_id(&anchor.schema);
        if right.as_ref().is_ok_and(|right| *right == anchor.anchor_id) {
            return;
        }
        let id = Name::of(&anchor.anchor_id);
        let digest = wireproof_wire::ncp::digest::record(&anchor.schema);
        let other = |known: &(Name, u64)| known.0 == id && known.1 != digest;
        let learnt = cx.node.find_schema(id).is_some();
        let citation = if cx.node.authored.iter().any(other) || learnt {
            ONE
        } else if anchor_id_exact(&anchor.schema) == anchor.anchor_id {
            // OP-32: digits that no double keeps.
            DOUBLES
        } else if anchor_id(&filled(&anchor.schema)).is_ok_and(|id| id == anchor.anchor_id) {
            LITERAL
        } else {
            DIGEST
        };
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("{right:?} for this schema"),
            format_args!("`{}`", anchor.anchor_id),
        );
    }
}

/// The schema with `nullable` written out where it is missing.
fn filled(schema: &Value) -> Value {
    let fill = |field: &Value| match field {
        Value::Map(members) if field.get("nullable").is_none() => {
            let mut members = members.clone();
            members.push(("nullable".into(), Value::Bool(false)));
            Value::Map(members)
        }
        other => other.clone(),
    };
    let members = schema.as_map().unwrap_or_default().iter();
    let members = members.map(|(name, value)| match (name.as_str(), value) {
        ("fields", Value::Array(fields)) => {
            (name.clone(), Value::Array(fields.iter().map(fill).collect()))
        }
        _ => (name.clone(), value.clone()),
    });
    Value::Map(members.collect())
}
