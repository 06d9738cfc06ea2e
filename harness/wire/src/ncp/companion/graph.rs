//! TaskFrame and its graph (NOP §3.1, §8.2; reference 5.5).

use super::super::address::{Nid, NodeAddress};
use super::super::code;
use super::super::value::Value;
use super::super::violation::Violation;
use super::{broken, has, items, malformed, text};
use alloc::vec;
use alloc::vec::Vec;

/// Nodes of a graph.
pub const MAX_NODES: usize = 32;
/// Characters of a condition.
pub const MAX_CONDITION: usize = 512;
/// Steps of a JSONPath.
pub const MAX_PATH: usize = 8;
/// How the pause between two attempts grows.
pub const BACKOFFS: [&str; 3] = ["fixed", "linear", "exponential"];

/// TaskFrame.
///
/// # Errors
///
/// The first rule that is broken.
pub fn task(frame: &Value) -> Result<(), Violation> {
    frame.get("dag").map_or(Ok(()), dag)?;
    frame.get("context").map_or(Ok(()), context)
}

/// The graph: size, nodes, edges, order, and what hangs on its nodes.
///
/// # Errors
///
/// The first rule that is broken.
pub fn dag(dag: &Value) -> Result<(), Violation> {
    let nodes = items(dag, "nodes");
    if nodes.len() > MAX_NODES {
        return Err(broken(code::NOP_TASK_DAG_TOO_LARGE, "NOP-FRM-002", "nodes"));
    }
    // A graph without nodes has no root.
    if nodes.is_empty() {
        return Err(broken(code::NOP_TASK_DAG_INVALID, "NOP-FRM-002", "nodes"));
    }
    let mut names: Vec<&str> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let name = member(node, "id")?;
        if names.contains(&name) {
            return Err(invalid("id"));
        }
        names.push(name);
        if NodeAddress::parse(member(node, "action")?).is_err() {
            return Err(invalid("action"));
        }
        if Nid::parse(member(node, "agent")?).is_err() {
            return Err(invalid("agent"));
        }
    }
    let place = |name: Option<&str>| names.iter().position(|known| Some(*known) == name);
    let edges: Vec<(usize, usize)> = items(dag, "edges")
        .iter()
        .map(|edge| place(text(edge, "from")).zip(place(text(edge, "to"))))
        .collect::<Option<_>>()
        .ok_or_else(|| invalid("edges"))?;
    acyclic(nodes.len(), &edges)?;
    nodes.iter().try_for_each(|node| conduct(node, &names))
}

/// A member that every node needs, with at least one character.
fn member<'a>(node: &'a Value, name: &'static str) -> Result<&'a str, Violation> {
    text(node, name).filter(|text| !text.is_empty()).ok_or_else(|| invalid(name))
}

/// A fault in the parts of a graph, which the document names by its shape alone.
#[cold]
fn invalid(field: &'static str) -> Violation {
    broken(code::NOP_TASK_DAG_INVALID, "NOP-FRM-002", field)
        .read("5.5")
        .or(&[code::NPS_CLIENT_BAD_FRAME])
}

/// Takes away nodes without predecessors until none is left. A graph with a node that stays has a
/// cycle; one without a cycle has a root and a terminal node.
fn acyclic(nodes: usize, edges: &[(usize, usize)]) -> Result<(), Violation> {
    let mut before = vec![0_usize; nodes];
    let mut after = vec![0_usize; nodes];
    for (from, to) in edges {
        after[*from] += 1;
        before[*to] += 1;
    }
    // Without a root or a terminal node the graph breaks two rules, and either code is right.
    let bare = !before.contains(&0) || !after.contains(&0);
    let mut free: Vec<usize> = (0..nodes).filter(|node| before[*node] == 0).collect();
    let mut taken = 0;
    while let Some(node) = free.pop() {
        taken += 1;
        for (_, to) in edges.iter().filter(|(from, _)| *from == node) {
            before[*to] -= 1;
            if before[*to] == 0 {
                free.push(*to);
            }
        }
    }
    if taken == nodes {
        return Ok(());
    }
    let cycle = broken(code::NOP_TASK_DAG_CYCLE, "NOP-FRM-002", "edges");
    Err(if bare { cycle.or(&[code::NOP_TASK_DAG_INVALID]) } else { cycle })
}

/// What one node does: inputs, condition, retries.
fn conduct(node: &Value, names: &[&str]) -> Result<(), Violation> {
    let known = |input: &Value| input.as_text().is_some_and(|name| names.contains(&name));
    if !items(node, "input_from").iter().all(known) {
        return Err(invalid("input_from"));
    }
    let mapping = node.get("input_mapping").and_then(Value::as_map).unwrap_or_default();
    let deep = |path: &Value| path.as_text().is_some_and(|path| steps(path) > MAX_PATH);
    if mapping.iter().any(|(_, path)| deep(path)) {
        let fault = broken(code::NOP_INPUT_MAPPING_ERROR, "NOP-FRM-002", "input_mapping");
        return Err(fault.read("5.5").or(&[code::NOP_TASK_DAG_INVALID]));
    }
    if text(node, "condition").is_some_and(|text| text.chars().count() > MAX_CONDITION) {
        let fault = broken(code::NOP_CONDITION_EVAL_ERROR, "NOP-FRM-002", "condition");
        return Err(fault.read("5.5").or(&[code::NOP_TASK_DAG_INVALID]));
    }
    let policy = node.get("retry_policy").unwrap_or(&Value::Nil);
    if text(policy, "backoff").is_some_and(|backoff| !BACKOFFS.contains(&backoff)) {
        return Err(invalid("backoff"));
    }
    Ok(())
}

/// Steps of a JSONPath below `$`: names after a dot and brackets.
pub fn steps(path: &str) -> usize {
    let mut steps = 0;
    let mut quote = None;
    let mut in_bracket = false;
    let mut chars = path.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quote) {
            ('\\', Some(_)) => drop(chars.next()),
            (_, Some(mark)) if char == mark => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) if in_bracket => quote = Some(char),
            ('[', None) => {
                steps += 1;
                in_bracket = true;
            }
            (']', None) => in_bracket = false,
            // `..name` and `.[` are one step each.
            ('.', None) if !in_bracket && !matches!(chars.peek(), Some('.' | '[')) => steps += 1,
            _ => {}
        }
    }
    steps
}

/// `trace_id` of 32 and `span_id` of 16 hexadecimal digits.
pub(super) fn context(context: &Value) -> Result<(), Violation> {
    for (name, digits) in [("trace_id", 32), ("span_id", 16)] {
        let fine = text(context, name).is_none_or(|id| {
            id.len() == digits && id.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        if has(context, name) && !fine {
            return Err(malformed("NCP-TIER-011", name).read("5.5"));
        }
    }
    Ok(())
}
