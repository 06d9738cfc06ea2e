//! Every node has a manifest that says what it is.

use super::prelude::*;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::{Value, tier};

pub(in crate::ncp) struct Rule;

const SHOWN: Citation = Citation::must("NWP-FRM-012");
const WHOLE: Citation = Citation::must("NWP-FRM-012").read("5.2");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "manifest_is_shown_whole",
        says: "Whoever asks a node for its manifest gets one, with every member that it has to \
               have.",
        citations: &[SHOWN, WHOLE],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let Some(status) = post.status().filter(|_| post.mine && cx.is_for(post, SubPath::Nwm))
        else {
            return;
        };
        let body = tier::decode(Tier::Json, &post.message.body).ok();
        let missing = match status {
            // A client may know it already, has to say who it is, or has to wait.
            304 | 401 | 403 | 429 | 500 | 503.. => return,
            200 => match &body {
                Some(manifest @ Value::Map(_)) => lacks(manifest),
                _ => return breach(SHOWN, "a body that is no object", out),
            },
            _ => return breach(SHOWN, "another status", out),
        };
        if let Some(name) = missing {
            breach(WHOLE, name, out);
        }
    }
}

fn breach(citation: Citation, what: &str, out: &mut Report<'_>) {
    let observed = format_args!("none: {what}");
    out.breach::<Rule>(citation, "exchange", format_args!("a whole manifest"), observed);
}

/// The first member that a manifest has to have and lacks.
fn lacks(manifest: &Value) -> Option<&'static str> {
    let kind = manifest.get("node_type").and_then(Value::as_text).unwrap_or_default();
    let runs = kind != "memory";
    let text = |value: &Value| value.as_text().is_some_and(|text| !text.is_empty());
    let list = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
    let object = |value: &Value| value.as_map().is_some();
    let has = |name, fine: &dyn Fn(&Value) -> bool| manifest.get(name).is_some_and(fine);
    let known = ["memory", "action", "complex", "gateway"].contains(&kind);
    let members = [
        ("nwp", has("nwp", &text)),
        ("node_id", has("node_id", &text)),
        ("node_type", known),
        ("wire_formats", has("wire_formats", &list)),
        ("preferred_format", has("preferred_format", &text)),
        ("capabilities", has("capabilities", &object)),
        ("auth", has("auth", &object)),
        ("endpoints", has("endpoints", &|value| !matches!(value, Value::Nil))),
        ("actions", !runs || has("actions", &|value| !matches!(value, Value::Nil))),
    ];
    members.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
}
