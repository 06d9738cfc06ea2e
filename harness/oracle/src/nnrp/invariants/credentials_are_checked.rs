//! Wrong credentials open nothing.

use super::prelude::*;
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::OPENED;

pub(in crate::nnrp) struct Rule;

const HELLO: Citation = Citation::must("NNRP-NEG-010");
const SESSION: Citation = Citation::must("NNRP-SES-018");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "credentials_are_checked",
        says: "A server that is set up with credentials accepts no hello and opens no session \
               without them.",
        citations: &[HELLO, SESSION],
    };
    const SENT: Kinds = kinds(&[MessageType::ServerHelloAck, MessageType::SessionOpenAck]);

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        if !cx.node.configured {
            return;
        }
        let (citation, wanted, given) = match &packet.frame.meta {
            Metadata::ServerHelloAck(ack) if ack.auth_status == 0 => {
                (HELLO, &cx.node.setup.auth, cx.conn(packet.conn).auth)
            }
            Metadata::SessionOpenAck(ack) if ack.session_status == OPENED => {
                let Some(pending) = cx.answered_open(packet) else { return };
                // A token speaks for itself.
                if pending.token.is_some() {
                    return;
                }
                (SESSION, &cx.node.setup.session_auth, pending.auth)
            }
            _ => return,
        };
        if !wanted.is_empty() && given != Some(hash(wanted.as_bytes())) {
            out.breach::<Self>(
                citation,
                cx.conn(packet.conn).state(),
                format_args!("a refusal: the credentials do not fit"),
                format_args!("{} that accepts", packet.kind().name()),
            );
        }
    }
}
