//! Scopes: what a certificate allows and whether a delegation stays inside (NIP §10.3, NOP §3.2).
//!
//! Readings (5.3, 5.5): an entry ending in `*` is a prefix, any other one stands for itself and
//! what lies below it; a missing list allows nothing; no `max_token_budget` means no limit.

use super::super::value::Value;
use super::texts;

/// How an entry without `*` is compared (`scope_check` of a manifest).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Match {
    /// It and what lies below it.
    #[default]
    Prefix,
    /// It alone.
    Exact,
}

/// The part of a scope in which another exceeds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// `nodes`.
    Nodes,
    /// `actions`.
    Actions,
    /// `max_token_budget`.
    Budget,
}

impl Excess {
    /// Name of the member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Actions => "actions",
            Self::Budget => "max_token_budget",
        }
    }
}

/// Checks that a scope stays inside its parent's (NIP-FRM-004).
///
/// # Errors
///
/// The first part that does not.
pub fn within(parent: &Value, child: &Value) -> Result<(), Excess> {
    let all = |name, separator: char| {
        texts(child, name)
            .all(|entry| texts(parent, name).any(|of| covers(of, entry, separator, Match::Prefix)))
    };
    if !all("nodes", '/') {
        return Err(Excess::Nodes);
    }
    if !all("actions", '.') {
        return Err(Excess::Actions);
    }
    let budget = |scope: &Value| scope.get("max_token_budget").and_then(Value::as_uint);
    match (budget(parent), budget(child)) {
        (Some(limit), Some(asked)) if asked <= limit => Ok(()),
        (Some(_), _) => Err(Excess::Budget),
        (None, _) => Ok(()),
    }
}

/// Whether a scope lets its holder at a node.
pub fn admits_node(scope: &Value, address: &str, how: Match) -> bool {
    texts(scope, "nodes").any(|entry| covers(entry, address, '/', how))
}

/// Whether a scope lets its holder run an action.
pub fn admits_action(scope: &Value, action: &str, how: Match) -> bool {
    texts(scope, "actions").any(|entry| covers(entry, action, '.', how))
}

/// Whether everything that `inner` stands for is covered by `outer`.
fn covers(outer: &str, inner: &str, separator: char, how: Match) -> bool {
    if let Some(prefix) = outer.strip_suffix('*') {
        return inner.strip_suffix('*').unwrap_or(inner).starts_with(prefix);
    }
    match inner.strip_prefix(outer) {
        Some("") => true,
        Some(rest) => how == Match::Prefix && rest.starts_with(separator),
        None => false,
    }
}
