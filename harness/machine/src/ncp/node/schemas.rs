//! The registry of the Node under command (reference 8.7 N01 to N04, N09, N10; `OP-20`).

use super::Node;
use crate::ncp::endpoint::{Out, blocked};
use crate::ncp::registry::Event as Step;
use wireproof_base::ConnId;
use wireproof_wire::ncp::command::{Publish, Push, Withdraw};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;

impl Node {
    pub(super) fn publish(&mut self, publish: &Publish, out: &mut Out) {
        let Publish { schema, anchor_id, ttl, replaces } = publish;
        self.register(Step::Publish { schema, anchor_id, ttl: *ttl, replaces }, out);
    }

    pub(super) fn withdraw(&mut self, withdraw: &Withdraw, out: &mut Out) {
        self.register(Step::Drop(&withdraw.anchor_ref), out);
    }

    fn register(&mut self, step: Step<'_>, out: &mut Out) {
        if let Err(refusal) = self.core.registry.apply(step) {
            blocked(ConnId::default(), "", refusal.why(), out);
        }
    }

    /// An AnchorFrame nobody asked for.
    pub(super) fn push(&mut self, push: &Push, out: &mut Out) {
        let Some(link) = self.core.usable(push.conn, "", out) else { return };
        let Some(mut anchor) = self.anchor(&push.anchor_ref) else {
            return blocked(push.conn, "", Hold::Anchor, out);
        };
        if push.ttl.is_some() {
            anchor.ttl = push.ttl;
        }
        if let Err(why) = self.core.send_control(link, &Frame::Anchor(anchor), out) {
            blocked(push.conn, "", why, out);
        }
    }
}
