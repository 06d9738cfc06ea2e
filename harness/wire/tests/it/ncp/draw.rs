//! What frames are drawn from.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use wireproof_wire::ncp::frame::{Companion, Frame};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::{
    Action, Anchor, Caps, Diff, Error, Hello, Query, Stream, Subscribe,
};
use wireproof_wire::ncp::value::Value;

/// Text with what has to be escaped.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,12}",
        "\\PC{0,8}",
        proptest::string::string_regex("[\\x00-\\x1f\"\\\\é😀\u{2028}]{0,6}").expect("a pattern"),
        "[a-z]{30,40}",
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(Value::Uint),
        (0..300u64).prop_map(Value::Uint),
        (i64::MIN..0).prop_map(Value::Int),
        (-300..0i64).prop_map(Value::Int),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Float),
        (-9..9i32).prop_map(|number| Value::Float(number.into())),
    ]
}

/// An object of at most so many levels, its names once each.
pub fn object(bytes: bool) -> impl Strategy<Value = Value> {
    members(value(bytes))
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    vec((text(), value), 0..5).prop_map(|mut members| {
        let mut known = Vec::new();
        members.retain(|(name, _)| {
            let fresh = !known.contains(name);
            known.push(name.clone());
            fresh
        });
        Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    })
}

/// Any value; bytes only where the encoding has them.
pub fn value(bytes: bool) -> BoxedStrategy<Value> {
    let blob = vec(any::<u8>(), 0..20).prop_map(move |blob| match bytes {
        true => Value::Bytes(blob),
        false => Value::Nil,
    });
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        number(),
        text().prop_map(Value::Text),
        blob,
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![vec(inner.clone(), 0..5).prop_map(Value::Array), members(inner)]
    })
    .boxed()
}

/// Present objects are never `null`, which would mean absence.
fn some_object() -> impl Strategy<Value = Option<Value>> {
    option::of(object(false))
}

fn records() -> impl Strategy<Value = Vec<Value>> {
    vec(object(false), 0..4)
}

fn uuid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|word| {
        let digits = format!("{word:032x}");
        let variant = ['8', '9', 'a', 'b'][(word % 4) as usize];
        let [a, b, c] = [&digits[..8], &digits[8..12], &digits[13..16]];
        format!("{a}-{b}-4{c}-{variant}{}-{}", &digits[17..20], &digits[20..])
    })
}

fn identifier() -> impl Strategy<Value = String> {
    any::<[u128; 2]>().prop_map(|[a, b]| format!("sha256:{a:032x}{b:032x}"))
}

fn anchor() -> impl Strategy<Value = Anchor> {
    const KINDS: &[&str] =
        &["string", "uint64", "int64", "decimal", "bool", "timestamp", "bytes", "object", "array"];
    let kind = proptest::sample::select(KINDS);
    let fields = vec((kind, option::of(any::<bool>())), 0..5);
    (identifier(), fields, option::of(any::<u32>())).prop_map(|(anchor_id, fields, ttl)| {
        let fields = fields.into_iter().enumerate().map(|(at, (kind, nullable))| {
            let mut members = vec![
                ("name".into(), Value::Text(format!("f{at}"))),
                ("type".into(), Value::from(kind)),
            ];
            members.extend(nullable.map(|truth| ("nullable".into(), Value::Bool(truth))));
            Value::Map(members)
        });
        let fields = Value::Array(fields.collect());
        let schema = Value::Map(vec![("fields".into(), fields)]);
        Anchor { anchor_id, schema, ttl }
    })
}

fn stream() -> impl Strategy<Value = Stream> {
    let total = prop_oneof![Just(-1i128), any::<u64>().prop_map(i128::from)];
    (
        (uuid(), any::<u32>(), any::<bool>(), option::of(text()), records()),
        (option::of(any::<u32>()), option::of(text()), option::of(total), option::of(text())),
    )
        .prop_map(|((stream_id, seq, is_last, anchor_ref, data), rest)| {
            let (window_size, error_code, estimated_total, request_id) = rest;
            Stream {
                anchor_ref,
                data,
                error_code,
                estimated_total,
                is_last,
                request_id,
                seq,
                stream_id,
                window_size,
            }
        })
}

fn caps() -> impl Strategy<Value = Caps> {
    let inline = option::of(anchor().prop_map(Box::new));
    (text(), records(), inline, option::of(text()), option::of(any::<u32>()), any::<bool>())
        .prop_map(|(anchor_ref, data, inline_anchor, next_cursor, token_est, cached)| Caps {
            inline_anchor,
            next_cursor,
            token_est,
            cached: Some(cached),
            ..Caps::with(anchor_ref, data)
        })
}

fn diff() -> impl Strategy<Value = Diff> {
    let events = proptest::sample::select(vec!["create", "update", "delete"]);
    (
        text(),
        any::<u64>(),
        records(),
        option::of(text()),
        option::of((uuid(), any::<u64>(), events)),
    )
        .prop_map(|(anchor_ref, base_seq, patch, entity_id, event)| {
            let plain = Diff {
                anchor_ref,
                base_seq,
                patch: Value::Array(patch),
                entity_id,
                ..Diff::default()
            };
            match event {
                None => plain,
                Some((stream_id, seq, event)) => Diff {
                    stream_id: Some(stream_id),
                    seq: Some(seq),
                    event_type: Some(event.into()),
                    ..plain
                },
            }
        })
}

fn hello() -> impl Strategy<Value = Hello> {
    let list = || vec(text(), 1..4);
    (
        (text(), option::of(text()), list(), list(), option::of(text())),
        (option::of(any::<u32>()), option::of(any::<bool>()), option::of(any::<u32>())),
        option::of(vec(text(), 0..3)),
    )
        .prop_map(|(texts, limits, e2e_enc_algorithms)| {
            let (nps_version, min_version, supported_encodings, supported_protocols, agent_id) =
                texts;
            let (max_frame_payload, ext_support, max_concurrent_streams) = limits;
            Hello {
                agent_id,
                e2e_enc_algorithms,
                ext_support,
                max_concurrent_streams,
                max_frame_payload,
                min_version,
                nps_version,
                supported_encodings,
                supported_protocols,
            }
        })
}

fn requests() -> impl Strategy<Value = Frame> {
    let query = (text(), option::of(any::<bool>()), option::of(0..=1000u32), option::of(0..=5u8))
        .prop_map(|(anchor_ref, stream, limit, depth)| {
            let anchor_ref = Some(anchor_ref);
            Frame::Query(Query { anchor_ref, stream, limit, depth, ..Query::default() })
        });
    let action = (some_object(), option::of(any::<bool>()), option::of(0..=300_000u32)).prop_map(
        |(params, r#async, timeout_ms)| {
            let action_id = "orders.create".into();
            Frame::Action(Action { action_id, params, r#async, timeout_ms, ..Action::default() })
        },
    );
    let subscribe = (uuid(), text(), option::of(any::<u64>()), option::of(any::<u32>())).prop_map(
        |(stream_id, anchor_ref, resume_from_seq, heartbeat_interval)| {
            Frame::Subscribe(Subscribe {
                action: "subscribe".into(),
                stream_id,
                anchor_ref: Some(anchor_ref),
                resume_from_seq,
                heartbeat_interval,
                filter: None,
            })
        },
    );
    prop_oneof![query, action, subscribe]
}

/// Any frame that is sound in both encodings.
pub fn frame() -> impl Strategy<Value = Frame> {
    let error = (text(), text(), option::of(text()), some_object()).prop_map(
        |(status, error, message, details)| Frame::Error(Error { status, error, message, details }),
    );
    let align = object(false).prop_map(|members| {
        let members = match members {
            Value::Map(mut members) => {
                members.retain(|(name, _)| name != "frame");
                Value::Map(members)
            }
            other => other,
        };
        Frame::Companion(Companion { kind: FrameType::Align, members })
    });
    prop_oneof![
        2 => anchor().prop_map(Frame::Anchor),
        2 => diff().prop_map(Frame::Diff),
        4 => stream().prop_map(Frame::Stream),
        4 => caps().prop_map(Frame::Caps),
        2 => hello().prop_map(Frame::Hello),
        3 => requests(),
        1 => error,
        1 => align,
    ]
}
