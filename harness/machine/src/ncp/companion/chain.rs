//! Delegations that build on each other (NOP §3.2, §8.2; NIP §10.3).
//!
//! No frame says how deep it stands. A delegation whose parent is the subtask of an earlier one on
//! the connection stands one level below it; any other is the first of its chain.

use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::companion::delegation;
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::violation::Violation;

/// The delegations of one connection.
#[derive(Debug, Default)]
pub struct Chain(Vec<Link>);

#[derive(Debug)]
struct Link {
    subtask: String,
    depth: u32,
    scope: Value,
}

impl Chain {
    /// Takes a DelegateFrame. `scope` is what the identity of the peer may do, which bounds the
    /// first delegation of a chain; absent where nobody knows.
    ///
    /// # Errors
    ///
    /// The chain gets too deep, or the delegation goes beyond what it builds on. It does not count.
    pub fn take(&mut self, frame: &Value, scope: Option<&Value>) -> Result<(), Violation> {
        let text = |name| frame.get(name).and_then(Value::as_text).unwrap_or_default();
        let parent = self.0.iter().find(|link| link.subtask == text("parent_task_id"));
        let depth = parent.map_or(0, |link| link.depth) + 1;
        delegation::depth(depth)?;
        if let Some(bound) = parent.map(|link| &link.scope).or(scope) {
            delegation::scoped(frame, bound)?;
        }
        let scope = frame.get("delegated_scope").cloned().unwrap_or(Value::Nil);
        self.0.push(Link { subtask: String::from(text("subtask_id")), depth, scope });
        Ok(())
    }
}
