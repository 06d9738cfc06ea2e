//! x
use crate::{Action, Workload};
use wireproof_base::*; use wireproof_wire::nnrp::*;
/// x
#[derive(Default)]
pub struct Traffic;
impl Workload<Nnrp> for Traffic {
    fn configure(&mut self, _c: &serde_json::Value, _s: Seed) -> Result<(), String> { Ok(()) }
    fn reset(&mut self, _s: Seed) {}
    fn observe(&mut self, _n: Instant, _r: Role, _e: &Event) {}
    fn next(&mut self, _n: Instant) -> Action<Nnrp> { Action::Done }
}
