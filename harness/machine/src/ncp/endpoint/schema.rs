//! Which schemas a side can read records with: the registry of a Node, the cache of an Agent.

use super::core::{Core, Out, noticed};
use crate::ncp::anchor_cache::{Event as Cached, Output};
use wireproof_base::{ConnId, Role};
use wireproof_wire::ncp::anchor::{Schema, is_system_ref};
use wireproof_wire::ncp::record;
use wireproof_wire::ncp::value::Value;

impl Core {
    /// Whether records under that reference can be read. At an Agent this counts as use (A13).
    pub fn knows(&mut self, link: usize, anchor_ref: &str) -> bool {
        is_system_ref(anchor_ref)
            || match self.role {
                Role::Server => self.registry.get(anchor_ref).is_some(),
                Role::Client => {
                    let referred = Cached::Refer(anchor_ref);
                    self.links[link].cache.apply(self.now, referred) == Ok(Output::Hit)
                }
            }
    }

    /// The schema of that reference; `None` also for those of the system, which have none.
    pub fn schema(&self, link: usize, anchor_ref: &str) -> Option<&Schema> {
        match self.role {
            Role::Server => self.registry.get(anchor_ref).map(|anchor| &anchor.schema),
            Role::Client => self.links[link].cache.schema(self.now, anchor_ref),
        }
    }

    /// Says what is strange about the records of a chunk (`OP-48`). Which fields its stream was
    /// asked for is not kept, so only those that came count.
    pub fn look_at(&self, link: usize, anchor_ref: &str, records: &[Value], out: &mut Out) {
        let Some(schema) = self.schema(link, anchor_ref) else { return };
        look_at(self.links[link].conn, schema, records, out);
        if !records.iter().all(|record| record::fits_projected(schema, record, &[]).is_ok()) {
            noticed(self.links[link].conn, "misfit", out);
        }
    }

    /// Whether records follow a schema, where this side knows one (`OP-48`). `wanted` are the
    /// fields asked for; empty for all.
    pub fn fit(
        &self,
        link: usize,
        anchor_ref: &str,
        wanted: &[alloc::string::String],
        records: &[Value],
    ) -> bool {
        let Some(schema) = self.schema(link, anchor_ref) else { return true };
        records.iter().all(|record| {
            match wanted {
                [] => record::fits(schema, record),
                _ => record::fits_projected(schema, record, wanted),
            }
            .is_ok()
        })
    }
}

/// Says that records have members that their schema does not know (`OP-48`).
pub(crate) fn look_at(conn: ConnId, schema: &Schema, records: &[Value], out: &mut Out) {
    let mut members = records.iter().filter_map(Value::as_map).flatten();
    if members.any(|(name, _)| schema.field(name).is_none()) {
        noticed(conn, "unknown_members", out);
    }
}
