use super::*;
use FrameType::{Action, Query, Subscribe};
use alloc::string::ToString as _;

const FILTER_INVALID: &str = "NWP-QUERY-FILTER-INVALID";

fn query(members: &str) -> String {
    format!(r#"{{"anchor_ref":"{A1}",{members}}}"#)
}

/// `$and`, `$or` and `$not` in turn, so many of them, around a comparison.
fn nested(levels: usize) -> String {
    (0..levels).fold(r#"{"price":{"$lt":10}}"#.to_string(), |inner, level| match level % 3 {
        0 => format!(r#"{{"$not":{inner}}}"#),
        1 => format!(r#"{{"$and":[{{"a":1}},{inner}]}}"#),
        _ => format!(r#"{{"$or":[{inner}]}}"#),
    })
}

#[test]
fn a_query_has_a_schema_or_an_aggregation() {
    fine(Query, &query(r#""limit":2"#));
    breaks(Query, "{}", BAD_FRAME, "NWP-FRM-001", "anchor_ref");
    breaks(Query, r#"{"aggregate":null}"#, BAD_FRAME, "NWP-FRM-001", "anchor_ref");
    fine(Query, r#"{"aggregate":{"operations":[{"func":"COUNT","alias":"n"}]}}"#);
}

#[test]
fn filters_nest_eight_levels() {
    for levels in [0, 1, 8] {
        assert_eq!(filter::levels(&json(&nested(levels))), levels);
        fine(Query, &query(&format!(r#""filter":{}"#, nested(levels))));
    }
    for levels in [9, 20] {
        let frame = query(&format!(r#""filter":{}"#, nested(levels)));
        breaks(Query, &frame, FILTER_INVALID, "NWP-FRM-003", "filter");
        let frame =
            format!(r#"{{"action":"subscribe","anchor_ref":"{A1}","filter":{}}}"#, nested(levels));
        breaks(Subscribe, &frame, FILTER_INVALID, "NWP-FRM-003", "filter");
    }
    // `$not` over operators is a level as well.
    let inner =
        (0..9).fold(r#"{"$lt":1}"#.to_string(), |inner, _| format!(r#"{{"$not":{inner}}}"#));
    let frame = query(&format!(r#""filter":{{"price":{inner}}}"#));
    breaks(Query, &frame, FILTER_INVALID, "NWP-FRM-003", "filter");
}

#[test]
fn every_operator_is_known() {
    for condition in [
        r#"{}"#,
        r#"{"name":"iPhone"}"#,
        r#"{"price":null}"#,
        r#"{"price":{"$eq":1}}"#,
        r#"{"price":{"$ne":1,"$gt":2}}"#,
        r#"{"price":{"$lt":1}}"#,
        r#"{"price":{"$lte":1}}"#,
        r#"{"price":{"$gte":1}}"#,
        r#"{"price":{"$in":[1,2]}}"#,
        r#"{"price":{"$nin":[]}}"#,
        r#"{"tags":{"$contains":"new"}}"#,
        r#"{"price":{"$between":[1,2]}}"#,
        r#"{"price":{"$exists":false}}"#,
        r#"{"name":{"$regex":"^i.*"}}"#,
        r#"{"$and":[{"a":1},{"b":2}]}"#,
        r#"{"$or":[{"a":1}]}"#,
        r#"{"$not":{"a":1}}"#,
        r#"{"address":{"city":"Ulm"}}"#,
    ] {
        fine(Query, &query(&format!(r#""filter":{condition}"#)));
    }
    for condition in [
        r#"{"$nor":[{"a":1}]}"#,
        r#"{"price":{"$near":1}}"#,
        r#"{"price":{"$gt":1,"x":2}}"#,
        r#"{"price":{"$in":1}}"#,
        r#"{"price":{"$between":[1]}}"#,
        r#"{"price":{"$between":[1,2,3]}}"#,
        r#"{"price":{"$exists":1}}"#,
        r#"{"name":{"$regex":1}}"#,
        r#"{"$and":{"a":1}}"#,
        r#"{"$and":[]}"#,
        r#"{"$and":[1]}"#,
        r#"{"$not":[{"a":1}]}"#,
        r#"{"pri ce":1}"#,
        r#"{"":1}"#,
        r#"{"$or":[{"é":1}]}"#,
    ] {
        let frame = query(&format!(r#""filter":{condition}"#));
        breaks(Query, &frame, FILTER_INVALID, "NCP-TIER-011", "filter");
    }
}

#[test]
fn field_names_have_128_characters_at_most() {
    assert!(filter::is_field_name("a.B_9"));
    assert!(filter::is_field_name(&"a".repeat(128)));
    assert!(!filter::is_field_name(&"a".repeat(129)));
    assert!(!filter::is_field_name("a-b"));
    fine(Query, &query(r#""fields":["id","address.city"],"order":[{"field":"id","dir":"DESC"}]"#));
    let unknown = "NWP-QUERY-FIELD-UNKNOWN";
    breaks(Query, &query(r#""fields":["id","a b"]"#), unknown, "NCP-TIER-011", "fields");
    let order = query(r#""order":[{"field":"a b","dir":"ASC"}]"#);
    breaks(Query, &order, unknown, "NCP-TIER-011", "order");
    for entry in [r#"{"field":"id","dir":"asc"}"#, r#"{"field":"id"}"#] {
        let order = query(&format!(r#""order":[{entry}]"#));
        breaks(Query, &order, BAD_FRAME, "NCP-TIER-011", "order");
    }
}

#[test]
fn patterns_are_short_and_do_not_repeat_repetitions() {
    let longest = "é".repeat(256);
    for pattern in [
        "",
        &longest,
        "^i(Phone)+$",
        "(a+)(b*)",
        "(a+)b+",
        "[*+]+",
        r"\(a+\)+",
        "(a+)?",
        "(a{2})b",
        "a+?b*?",
        "a++b",
        "(?:ab?)*",
        "(x{,2})+",
        "([]+])*",
        "(a|b)*c+",
        "a{2,3}",
        "{}",
        "é+",
    ] {
        assert_eq!(regex::check(pattern), Ok(()), "{pattern}");
    }
    let longer = "é".repeat(257);
    for pattern in [
        &longer,
        "(a+)+",
        "(a*)*",
        "(a+)*b",
        "((a+)b)+",
        "(a{2}){3}",
        "a+{2}",
        "a**",
        "(a{2,})+",
        "(a+?)+",
        "(?:a+)+",
        r"(\d+)*",
        "(x[+]y*)+",
        "(a|b+)*",
        "((ab)*)?((cd)+)*",
        "(é+){2,5}",
    ] {
        let violation = regex::check(pattern).expect_err(pattern);
        assert_eq!(violation.code, "NWP-QUERY-REGEX-UNSAFE", "{pattern}");
        assert_eq!(violation.status, "NPS-CLIENT-BAD-PARAM");
    }
    let frame = query(r#""filter":{"name":{"$regex":"(a+)+"}}"#);
    breaks(Query, &frame, "NWP-QUERY-REGEX-UNSAFE", "NCP-TIER-011", "$regex");
}

#[test]
fn aggregations_are_whole() {
    let aggregate = |members: &str| format!(r#"{{"aggregate":{{{members}}}}}"#);
    let one = r#""operations":[{"func":"SUM","field":"price","alias":"total"}]"#;
    for rest in ["", r#","group_by":["name"]"#, r#","having":{"total":{"$gt":1}}"#] {
        fine(Query, &aggregate(&format!("{one}{rest}")));
    }
    for function in access::FUNCTIONS {
        let operations =
            format!(r#""operations":[{{"func":"{function}","field":"price","alias":"x"}}]"#);
        fine(Query, &aggregate(&operations));
    }
    for (members, field) in [
        ("", "operations"),
        (r#""operations":[]"#, "operations"),
        (r#""operations":[{"func":"MEDIAN","field":"price","alias":"x"}]"#, "func"),
        (r#""operations":[{"field":"price","alias":"x"}]"#, "func"),
        (r#""operations":[{"func":"SUM","alias":"x"}]"#, "field"),
        (r#""operations":[{"func":"COUNT_DISTINCT","alias":"x"}]"#, "field"),
        (r#""operations":[{"func":"SUM","field":"a b","alias":"x"}]"#, "field"),
        (r#""operations":[{"func":"COUNT"}]"#, "alias"),
        (&format!(r#"{one},"group_by":"name""#), "group_by"),
        (&format!(r#"{one},"group_by":[1]"#), "group_by"),
    ] {
        let frame = aggregate(members);
        breaks(Query, &frame, "NWP-QUERY-AGGREGATE-INVALID", "NCP-TIER-011", field);
    }
    let having = aggregate(&format!(r#"{one},"having":{{"$x":1}}"#));
    breaks(Query, &having, FILTER_INVALID, "NCP-TIER-011", "filter");
}

#[test]
fn a_vector_search_has_a_field_and_numbers() {
    let search = |members: &str| query(&format!(r#""vector_search":{{{members}}}"#));
    fine(Query, &search(r#""field":"v","vector":[1,-0.5],"top_k":3,"metric":"dot_product""#));
    fine(Query, &query(r#""vector_search":null"#));
    let no_field = search(r#""vector":[1]"#);
    breaks(Query, &no_field, "NWP-QUERY-FIELD-UNKNOWN", "NCP-TIER-011", "vector_search");
    for (members, field) in [
        (r#""field":"v""#, "vector"),
        (r#""field":"v","vector":[]"#, "vector"),
        (r#""field":"v","vector":["1"]"#, "vector"),
        (r#""field":"v","vector":[1],"metric":"manhattan""#, "metric"),
    ] {
        breaks(Query, &search(members), BAD_FRAME, "NCP-TIER-011", field);
    }
}

#[test]
fn actions_have_a_domain_and_a_verb() {
    for id in ["orders.create", "system.task.status", "a-b.c_d"] {
        fine(Action, &format!(r#"{{"action_id":"{id}"}}"#));
    }
    for id in ["", "create", "orders.", ".create", "orders..create", "orders.cre ate"] {
        let frame = format!(r#"{{"action_id":"{id}"}}"#);
        breaks(Action, &frame, BAD_FRAME, "NWP-FRM-006", "action_id");
    }
    assert!(access::is_reserved("system.task.cancel"));
    assert!(!access::is_reserved("system.tasks"));
}

#[test]
fn subscribing_names_a_schema() {
    fine(Subscribe, &format!(r#"{{"action":"subscribe","anchor_ref":"{A1}"}}"#));
    let bare = r#"{"action":"subscribe"}"#;
    breaks(Subscribe, bare, BAD_FRAME, "NWP-FRM-008", "anchor_ref");
    fine(Subscribe, r#"{"action":"unsubscribe"}"#);
    fine(Subscribe, r#"{"action":"ping"}"#);
}
