//! Answers that cost no more than their request allows (token-budget §4.3). A stream is not
//! counted: its chunks are the application's.

use super::Node;
use crate::ncp::companion::budget::{Fit, fit};
use crate::ncp::endpoint::Out;
use alloc::format;
use alloc::vec::Vec;
use wireproof_wire::ncp::code::NWP_BUDGET_EXCEEDED;
use wireproof_wire::ncp::command::Answer;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::{Name, Value};

/// An answer as a budget admits it: records at the end are left out and `next_cursor` says so.
/// `None` where not even the first one fits.
pub(super) fn reduce(answer: &Answer, budget: u32) -> Option<Answer> {
    let Fit::Records { count, npt } = fit(&answer.data, budget) else { return None };
    let mut reduced = answer.clone();
    let Value::Map(with) = &mut reduced.with else { return Some(reduced) };
    if count < answer.data.len() {
        reduced.data.truncate(count);
        // Eight digits are Base64-URL text as they stand.
        put(with, "next_cursor", Value::Text(format!("{count:08}")));
        put(with, "token_est", Value::Uint(npt.into()));
    } else if !with.iter().any(|(name, _)| name == "token_est") {
        put(with, "token_est", Value::Uint(npt.into()));
    }
    Some(reduced)
}

fn put(members: &mut Vec<(Name, Value)>, name: &str, value: Value) {
    members.retain(|(known, _)| known != name);
    members.push((name.into(), value));
}

impl Node {
    /// Tells the oldest request that no answer is small enough for it.
    pub(super) fn too_expensive(&mut self, link: usize, out: &mut Out) {
        let requests = &mut self.core.links[link].node.requests;
        if let Some(request) = requests.iter_mut().find(|request| request.holds_up()) {
            let error = Error::of(NWP_BUDGET_EXCEEDED);
            let id = &request.id;
            request.refused =
                Some(if id.is_empty() { error } else { error.about("request_id", id) });
        }
        self.send_refusals(link, out);
    }
}
