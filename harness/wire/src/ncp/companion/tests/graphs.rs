use super::*;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use graph::{dag, steps};

const INVALID: &str = "NOP-TASK-DAG-INVALID";

fn node(id: impl core::fmt::Display, more: &str) -> String {
    format!(
        r#"{{"id":"{id}","action":"nwp://api.example.com/orders/invoke",
            "agent":"urn:nps:agent:ca.example.com:worker"{more}}}"#
    )
}

fn graph_of(nodes: &[String], edges: &[(usize, usize)]) -> Value {
    let edges: Vec<String> =
        edges.iter().map(|(from, to)| format!(r#"{{"from":"{from}","to":"{to}"}}"#)).collect();
    json(&format!(r#"{{"nodes":[{}],"edges":[{}]}}"#, nodes.join(","), edges.join(",")))
}

/// So many nodes, named by their number.
fn plain(nodes: usize, edges: &[(usize, usize)]) -> Value {
    let nodes: Vec<String> = (0..nodes).map(|id| node(id, "")).collect();
    graph_of(&nodes, edges)
}

#[track_caller]
fn invalid(graph: &Value, code: &str, field: &str) {
    let violation = dag(graph).expect_err("it is no graph");
    assert_eq!(
        (violation.code, violation.requirement, violation.field),
        (code, "NOP-FRM-002", field)
    );
}

#[test]
fn a_graph_has_32_nodes_at_most() {
    let chain: Vec<(usize, usize)> = (0..31).map(|at| (at, at + 1)).collect();
    assert_eq!(dag(&plain(32, &chain)), Ok(()));
    invalid(&plain(33, &chain), "NOP-TASK-DAG-TOO-LARGE", "nodes");
    assert_eq!(dag(&plain(1, &[])), Ok(()));
    invalid(&plain(0, &[]), INVALID, "nodes");
}

#[test]
fn a_graph_has_no_cycle() {
    // A diamond, twice joined, is none.
    assert_eq!(dag(&plain(4, &[(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)])), Ok(()));
    // The same edge twice is none either.
    assert_eq!(dag(&plain(2, &[(0, 1), (0, 1)])), Ok(()));
    let cycle = "NOP-TASK-DAG-CYCLE";
    for edges in [
        &[(0, 1), (1, 2), (2, 1), (2, 3)][..],
        &[(0, 1), (1, 1), (1, 2)],
        &[(0, 1), (2, 3), (3, 2)],
    ] {
        invalid(&plain(4, edges), cycle, "edges");
    }
    // With neither root nor terminal node the other code is right as well.
    let ring = plain(3, &[(0, 1), (1, 2), (2, 0)]);
    invalid(&ring, cycle, "edges");
    assert_eq!(dag(&ring).map_err(|fault| fault.also), Err(&[INVALID][..]));
    let tail = plain(4, &[(0, 1), (1, 2), (2, 1), (2, 3)]);
    assert_eq!(dag(&tail).map_err(|fault| fault.also), Err(&[][..]));
}

#[test]
fn nodes_are_named_once_and_edges_join_them() {
    invalid(&graph_of(&[node(0, ""), node(0, "")], &[]), INVALID, "id");
    invalid(&plain(2, &[(0, 2)]), INVALID, "edges");
    invalid(&plain(2, &[(2, 0)]), INVALID, "edges");
    let half = json(&format!(r#"{{"nodes":[{}],"edges":[{{"from":"0"}}]}}"#, node(0, "")));
    invalid(&half, INVALID, "edges");
    let whole = node(0, "");
    for (part, other, field) in [
        (r#""id":"0","#, "", "id"),
        (r#""id":"0""#, r#""id":"""#, "id"),
        ("nwp://", "http://", "action"),
        ("urn:nps:agent", "urn:nps:worker", "agent"),
    ] {
        invalid(&graph_of(&[whole.replace(part, other)], &[]), INVALID, field);
    }
}

#[test]
fn what_hangs_on_a_node_is_bounded() {
    let with = |more: &str| graph_of(&[node(0, ""), node(1, more)], &[(0, 1)]);
    let path = |steps: usize| format!("${}", ".a".repeat(steps));
    for more in [
        r#","input_from":["0"]"#.to_string(),
        format!(r#","input_mapping":{{"x":"{}"}}"#, path(8)),
        format!(r#","condition":"{}""#, "é".repeat(512)),
        r#","retry_policy":{"backoff":"linear"}"#.to_string(),
    ] {
        assert_eq!(dag(&with(&more)), Ok(()), "{more}");
    }
    invalid(&with(r#","input_from":["2"]"#), INVALID, "input_from");
    let deep = format!(r#","input_mapping":{{"x":"{}"}}"#, path(9));
    invalid(&with(&deep), "NOP-INPUT-MAPPING-ERROR", "input_mapping");
    let long = format!(r#","condition":"{}""#, "a".repeat(513));
    invalid(&with(&long), "NOP-CONDITION-EVAL-ERROR", "condition");
    invalid(&with(r#","retry_policy":{"backoff":"random"}"#), INVALID, "backoff");
}

#[test]
fn steps_of_a_path_are_counted() {
    for (path, count) in [
        ("$", 0),
        ("$.a", 1),
        ("$.a.b", 2),
        ("$.a[0]", 2),
        ("$['a']['b.c']", 2),
        (r#"$["a]"].b"#, 2),
        (r"$['it\'s'].b", 2),
        ("$..a", 1),
        ("$.a[*].b", 3),
        ("$.a[?(@.x > 1)].b", 3),
    ] {
        assert_eq!(steps(path), count, "{path}");
    }
}

#[test]
fn a_task_is_traced_with_hexadecimal_digits() {
    let task = |context: &str| {
        format!(r#"{{"dag":{{"nodes":[{}],"edges":[]}},"context":{context}}}"#, node(0, ""))
    };
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let good = format!(r#"{{"trace_id":"{trace}","span_id":"b7ad6b7169203331"}}"#);
    fine(FrameType::Task, &task(&good));
    fine(FrameType::Task, &task(r#"{"session_id":"x"}"#));
    for (context, field) in [
        (good.replace(trace, &trace[1..]), "trace_id"),
        (good.replace("0af", "0ag"), "trace_id"),
        (good.replace("b7ad", "b7a"), "span_id"),
    ] {
        breaks(FrameType::Task, &task(&context), BAD_FRAME, "NCP-TIER-011", field);
    }
}
