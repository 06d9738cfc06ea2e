//! Schemas that reach the Agent outside of answers (reference 8.8; `OP-20`, `OP-34`).

use super::Agent;
use crate::ncp::anchor_cache::{Anchor as Known, Event as Cached};
use crate::ncp::endpoint::{Out, blocked};
use crate::ncp::refusal::Refusal;
use wireproof_wire::ncp::anchor::anchor_id;
use wireproof_wire::ncp::code::NCP_ANCHOR_ID_MISMATCH;
use wireproof_wire::ncp::command::Fetched;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frames::Anchor;

impl Agent {
    /// AnchorFrame that the Node pushed.
    pub(super) fn on_anchor(&mut self, link: usize, anchor: &Anchor, out: &mut Out) {
        if let Err(refusal) = self.keep(link, anchor, out) {
            self.refuse_schema(link, &anchor.anchor_id, refusal, out);
        }
    }

    /// Carries out [`Fetched`]. Nobody on the connection is at fault for such a schema.
    pub(super) fn fetched(&mut self, fetched: &Fetched, out: &mut Out) {
        let conn = fetched.conn;
        let Some(link) = self.core.usable(conn, "", out) else { return };
        let id = match fetched.anchor_id.as_str() {
            "" => anchor_id(&fetched.schema).ok(),
            claimed => Some(claimed.into()),
        };
        let Some(anchor_id) = id else { return blocked(conn, "", Hold::Malformed, out) };
        let anchor = Anchor { anchor_id, schema: fetched.schema.clone(), ttl: Some(fetched.ttl) };
        if let Err(refusal) = self.keep(link, &anchor, out) {
            let mismatch = refusal.code() == Some(NCP_ANCHOR_ID_MISMATCH);
            blocked(conn, "", if mismatch { Hold::Anchor } else { Hold::Malformed }, out);
        }
    }

    fn keep(&mut self, link: usize, anchor: &Anchor, out: &mut Out) -> Result<(), Refusal> {
        let known =
            Known { anchor_id: &anchor.anchor_id, schema: &anchor.schema, ttl: anchor.lifetime() };
        let step = Cached::Anchor(known);
        let output = self.core.links[link].cache.apply(self.core.now, step)?;
        self.anchored(link, anchor, output, out);
        Ok(())
    }
}
