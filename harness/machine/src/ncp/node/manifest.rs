//! The manifest of the Node: who it is, what it can do and where (NWP §4, reference 5.2).

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::command::{Setup, Tier};
use wireproof_wire::ncp::{Value, tier};

/// The manifest as JSON. `schema` is the identifier of the schema in use; empty for none.
pub(super) fn manifest(setup: &Setup, path: &str, schema: &str) -> Vec<u8> {
    let formats: Vec<Value> = setup.encodings.iter().map(|tier| tier.name().into()).collect();
    let mut members = vec![
        ("nwp", "0.4".into()),
        ("node_id", NODE_ID.into()),
        ("node_type", "complex".into()),
        ("preferred_format", formats.first().cloned().unwrap_or(Value::Nil)),
        ("wire_formats", Value::Array(formats)),
        ("capabilities", capabilities(setup)),
        ("auth", auth(setup)),
        ("endpoints", endpoints(path)),
        // What its application runs is up to the application.
        ("actions", object([])),
    ];
    if !schema.is_empty() {
        members.push(("schema_anchors", object([("records", schema.into())])));
    }
    let mut out = Vec::new();
    // Texts, truth values and lists of them have a form in JSON.
    let _ = tier::encode(Tier::Json, &object(members), &mut out);
    out
}

fn capabilities(setup: &Setup) -> Value {
    let able = [
        ("query", true),
        ("stream_query", true),
        ("aggregate", false),
        ("subscribe", true),
        ("subscribe_filter", false),
        ("vector_search", false),
        ("token_budget_hint", true),
        ("ext_frame", setup.ext),
        ("e2e_enc", !setup.algorithms.is_empty()),
        ("inline_anchor", true),
    ];
    object(able.map(|(name, able)| (name, Value::Bool(able))))
}

fn auth(setup: &Setup) -> Value {
    let issuers = setup.trusted.iter().map(|known| known.nid.as_str().into()).collect();
    let wanted = setup.capabilities.iter().map(|name| name.as_str().into()).collect();
    let kind = if setup.trusted.is_empty() { "none" } else { "nip-cert" };
    object([
        // Who shows no certificate is served all the same.
        ("required", Value::Bool(false)),
        ("identity_type", kind.into()),
        ("trusted_issuers", Value::Array(issuers)),
        ("required_capabilities", Value::Array(wanted)),
        ("scope_check", "prefix".into()),
    ])
}

fn endpoints(path: &str) -> Value {
    let served = [SubPath::Query, SubPath::Stream, SubPath::Invoke, SubPath::Schema];
    object(served.map(|sub| {
        let mut place = path.to_string();
        place.push_str(sub.name());
        (sub.name().trim_start_matches('.'), Value::Text(place))
    }))
}

fn object<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

const NODE_ID: &str = "urn:nps:node:example.com:orders";
