//! Texts that have a form keep it.

use super::prelude::*;
use wireproof_wire::ncp::address::Nid;
use wireproof_wire::ncp::version;

pub(in crate::ncp) struct Rule;

const VERSION: Citation = Citation::must("NCP-HELLO-006");
const AGENT: Citation = Citation::must("NCP-HELLO-012");
const CURSOR: Citation = Citation::must("NCP-CAPS-004");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "texts_have_their_form",
        says: "Versions are major.minor, agent_id is an agent's identity, and a cursor is \
               Base64-URL.",
        citations: &[VERSION, AGENT, CURSOR],
    };
    const SENT: u16 = kinds::HELLO | kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let mut odd = |citation, what: &str, text: &str| {
            out.breach::<Self>(
                citation,
                cx.state(packet.conn),
                format_args!("{what} in its form"),
                format_args!("`{text}`"),
            );
        };
        match &packet.frame {
            Frame::Hello(hello) => {
                let versions = [Some(&hello.nps_version), hello.min_version.as_ref()];
                for text in versions.into_iter().flatten() {
                    if version::parse(text).is_none() {
                        odd(VERSION, "a version", text);
                    }
                }
                if let Some(text) = &hello.agent_id
                    && !(text.starts_with("urn:nps:agent:") && Nid::parse(text).is_ok())
                {
                    odd(AGENT, "agent_id", text);
                }
            }
            Frame::Caps(caps) => {
                // OP-45: padding is accepted.
                let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
                if let Some(text) = &caps.next_cursor
                    && !text.bytes().all(sound)
                {
                    odd(CURSOR, "next_cursor", text);
                }
            }
            _ => {}
        }
    }
}
