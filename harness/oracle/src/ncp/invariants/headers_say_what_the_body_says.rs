//! The header fields of a message agree with its body and have their forms.

use super::prelude::*;
use wireproof_wire::ncp::address::{Entity, Nid};
use wireproof_wire::ncp::anchor::{is_anchor_id, is_system_ref};
use wireproof_wire::ncp::frames::Caps;
use wireproof_wire::ncp::http::header;

pub(in crate::ncp) struct Rule;

const DEPTH: Citation = Citation::must("NPS-ADDR-010");
const AGENT: Citation = Citation::must("NPS-ADDR-013");
const SCHEMA: Citation = Citation::must("NPS-ADDR-014");
const CACHED: Citation = Citation::must("NPS-ADDR-015");
const WIDTH: Citation = Citation::must("NPS-TOK-006");
const TOKENS: Citation = Citation::must("NPS-TOK-008");
/// What is consumed need not be what was estimated.
const ESTIMATED: Citation = Citation::must("NPS-TOK-008").read("7");
const TOKENIZER: Citation = Citation::must("NPS-TOK-009");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "headers_say_what_the_body_says",
        says: "The header fields of a message over HTTP have their forms, and say of schema, \
               tokens, tokenizer and cache what the frame in the body says.",
        citations: &[DEPTH, AGENT, SCHEMA, CACHED, WIDTH, TOKENS, ESTIMATED, TOKENIZER],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(_: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        if !post.mine {
            return;
        }
        for (name, citation, fine) in RULES {
            let Some(value) = post.message.header(name) else { continue };
            if !fine(value, post) {
                out.breach::<Self>(
                    *citation,
                    "exchange",
                    format_args!("a header field that has its form and agrees with the body"),
                    format_args!("{name}: {value}"),
                );
            }
        }
    }
}

type Fine = fn(&str, &Post) -> bool;

const RULES: &[(&str, Citation, Fine)] = &[
    (header::AGENT, AGENT, |value, _| {
        Nid::parse(value).is_ok_and(|nid| nid.entity == Entity::Agent)
    }),
    (header::DEPTH, DEPTH, |value, _| number(value).is_some_and(|depth| depth <= 5)),
    (header::BUDGET, WIDTH, |value, _| number(value).is_some()),
    (header::SCHEMA, SCHEMA, |value, post| {
        let own = post.frames().iter().find_map(|carried| carried.text("anchor_ref"));
        (is_anchor_id(value) || is_system_ref(value)) && own.is_none_or(|own| own == value)
    }),
    (header::CACHED, CACHED, |value, post| {
        let own = caps(post).and_then(|caps| caps.cached);
        let said = match value {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        said.is_some() && (own.is_none() || own == said)
    }),
    (header::TOKENS, TOKENS, |value, _| number(value).is_some()),
    (header::TOKENS, ESTIMATED, |value, post| {
        let own = caps(post).and_then(|caps| caps.token_est);
        own.zip(number(value)).is_none_or(|(own, said)| own == said)
    }),
    (header::TOKENS_NATIVE, TOKENS, |value, _| number(value).is_some()),
    (header::TOKENIZER_USED, TOKENIZER, |value, post| {
        let own = caps(post).and_then(|caps| caps.tokenizer_used.as_deref());
        !value.is_empty() && own.is_none_or(|own| own == value)
    }),
];

fn caps(post: &Post) -> Option<&Caps> {
    post.frames().iter().find_map(|carried| match &carried.frame {
        Frame::Caps(caps) => Some(caps),
        _ => None,
    })
}

/// A number of 32 bits.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
