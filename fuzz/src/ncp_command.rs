//! Commands and setups of NCP, within the ranges their fields have.
//!
//! Few names are enough: four streams, three schemas of one record, two entities.

use crate::draw::Draw;
use wireproof_base::{ConnId, Role};
use wireproof_wire::ncp::anchor::{anchor_id, product_schema};
use wireproof_wire::ncp::command::{
    Abort, Action, Answer, Change, Chunk, Companion, Fetched, Follow, Open, Publish, Push, Query,
    Refuse, Setup, Subscribe, Target, Tier, Window, Withdraw,
};
use wireproof_wire::ncp::{Command, Value};

/// Streams, subscriptions and requests.
pub const STREAMS: [&str; 4] = [
    "6f1d2c3b-4a59-4e68-8d7c-0123456789a0",
    "6f1d2c3b-4a59-4e68-8d7c-0123456789a1",
    "6f1d2c3b-4a59-4e68-8d7c-0123456789a2",
    "6f1d2c3b-4a59-4e68-8d7c-0123456789a3",
];

/// One of three schemas: that of the product, and two that differ from it by a version.
pub fn schema(nth: u8) -> Value {
    let Value::Map(mut members) = product_schema() else { return Value::Nil };
    if !nth.is_multiple_of(3) {
        members.push(("version".into(), Value::Uint((nth % 3).into())));
    }
    Value::Map(members)
}

/// Its identifier; the fourth has no schema.
pub fn anchor_of(nth: u8) -> String {
    match nth & 3 {
        3 => format!("sha256:{}", "0".repeat(64)),
        nth => anchor_id(&schema(nth)).unwrap_or_default(),
    }
}

/// Setups of the Agent and of the Node.
pub fn setups(draw: &mut Draw<'_>) -> [Setup; 2] {
    [Role::Client, Role::Server].map(|role| {
        let shape = draw.byte();
        let base = Setup { role, echo: shape & 1 != 0, ..Setup::default() };
        if shape & 2 == 0 {
            return base;
        }
        let sealed = shape & 4 != 0;
        Setup {
            encodings: if shape & 8 != 0 { [Tier::Json].into() } else { base.encodings.clone() },
            max_streams: 1 + u32::from(draw.byte() % 4),
            max_frame_payload: if shape & 16 != 0 { 1024 } else { 65_535 },
            ext: shape & 32 != 0,
            max_anchors: if shape & 64 != 0 { 1 } else { 1000 },
            strict_flags: shape & 128 != 0,
            algorithms: if sealed { ["aes-256-gcm".to_owned()].into() } else { Vec::new() },
            key: if sealed { "0f".repeat(32) } else { String::new() },
            ..base
        }
    })
}

/// A command that `role` understands.
pub fn command(role: Role, draw: &mut Draw<'_>) -> Command {
    match (role, draw.byte() % 20) {
        (_, 0..=2) => Command::Open(open(draw)),
        (_, 3 | 4) => Command::Chunk(Chunk {
            stream_id: stream(draw),
            data: records(draw),
            last: draw.byte() & 3 == 3,
        }),
        (_, 5) => Command::Abort(Abort { stream_id: stream(draw), ..Abort::default() }),
        (_, 6) => {
            Command::Window(Window { stream_id: stream(draw), size: (draw.byte() % 5).into() })
        }
        (_, 7) => Command::Cancel(Abort { stream_id: stream(draw), ..Abort::default() }),
        (_, 8) => Command::Follow(Follow {
            conn: conn(draw),
            anchor_ref: anchor(draw),
            entity: "e".to_owned(),
            version: (draw.byte() % 3).into(),
            record: record(draw),
        }),
        (_, 9) if draw.byte() & 7 == 7 => Command::Close(Target { conn: conn(draw) }),
        (_, 9) => Command::Companion(Companion {
            conn: conn(draw),
            frame: "RESOLVE".to_owned(),
            members: object([("target", Value::from("nwp://api.example.com/products"))]),
        }),
        (Role::Client, nth) => client(nth, draw),
        (Role::Server, nth) => server(nth, draw),
    }
}

fn client(nth: u8, draw: &mut Draw<'_>) -> Command {
    match nth {
        10..=12 => Command::Hello(Target { conn: conn(draw) }),
        13..=15 => {
            let shape = draw.byte();
            Command::Query(Query {
                conn: conn(draw),
                anchor_ref: anchor(draw),
                auto_anchor: (shape & 1 != 0).then_some(shape & 2 != 0),
                stream: (shape & 4 != 0).then_some(shape & 8 != 0),
                request_id: if shape & 16 != 0 { stream(draw) } else { String::new() },
                ..Query::default()
            })
        }
        16 => Command::Action(Action { conn: conn(draw), ..Action::default() }),
        17 | 18 => {
            let shape = draw.byte();
            let action = ["subscribe", "subscribe", "unsubscribe", "ping"][usize::from(shape & 3)];
            Command::Subscribe(Subscribe {
                conn: conn(draw),
                action: action.to_owned(),
                stream_id: stream(draw),
                anchor_ref: anchor(draw),
                resume_from_seq: (shape & 4 != 0).then_some((shape >> 4).into()),
                ..Subscribe::default()
            })
        }
        _ => Command::Fetched(Fetched {
            conn: conn(draw),
            anchor_id: String::new(),
            schema: schema(draw.byte()),
            ttl: (draw.byte() % 4).into(),
        }),
    }
}

fn server(nth: u8, draw: &mut Draw<'_>) -> Command {
    match nth {
        10 | 11 => Command::Publish(Publish {
            schema: schema(draw.byte()),
            anchor_id: String::new(),
            ttl: u32::from(draw.byte() % 4) * 20,
            replaces: if draw.flag() { anchor(draw) } else { String::new() },
        }),
        12 => Command::Withdraw(Withdraw { anchor_ref: anchor(draw) }),
        13 | 14 => {
            Command::Push(Push { conn: conn(draw), anchor_ref: anchor(draw), ..Push::default() })
        }
        15 | 16 => {
            let inline = [None, Some(true), Some(false)][draw.below(3)];
            let data = records(draw);
            Command::Answer(Answer { conn: conn(draw), data, inline, ..Answer::default() })
        }
        17 => Command::Refuse(Refuse { conn: conn(draw), ..Refuse::default() }),
        _ => {
            let base_seq = if draw.flag() { Some((draw.byte() % 3).into()) } else { None };
            let step = object([
                ("op", Value::from("replace")),
                ("path", Value::from("/stock")),
                ("value", Value::Uint(draw.byte().into())),
            ]);
            Command::Change(Change {
                conn: conn(draw),
                stream_id: if draw.flag() { stream(draw) } else { String::new() },
                anchor_ref: anchor(draw),
                entity: "e".to_owned(),
                base_seq,
                patch: Value::Array(if draw.flag() { vec![step] } else { Vec::new() }),
                ..Change::default()
            })
        }
    }
}

fn open(draw: &mut Draw<'_>) -> Open {
    let shape = draw.byte();
    Open {
        conn: conn(draw),
        stream_id: stream(draw),
        anchor_ref: anchor(draw),
        data: records(draw),
        window: (shape & 2 != 0).then_some((shape >> 4).into()),
        last: shape & 12 == 12,
        request_id: if shape & 4 != 0 { stream(draw) } else { String::new() },
    }
}

fn records(draw: &mut Draw<'_>) -> Vec<Value> {
    let count = draw.byte() % 3;
    (0..count).map(|_| record(draw)).collect()
}

fn record(draw: &mut Draw<'_>) -> Value {
    object([
        ("id", Value::Uint(draw.byte().into())),
        ("name", Value::from("a")),
        ("price", Value::Uint(2)),
        ("stock", Value::Uint(3)),
    ])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn conn(draw: &mut Draw<'_>) -> ConnId {
    // Mostly the first.
    ConnId(u32::from(draw.byte() >> 6).saturating_sub(1))
}

fn stream(draw: &mut Draw<'_>) -> String {
    STREAMS[draw.below(STREAMS.len())].to_owned()
}

fn anchor(draw: &mut Draw<'_>) -> String {
    anchor_of([0, 0, 0, 1, 1, 2, 2, 3][draw.below(8)])
}
