//! The seed corpora of the targets of NCP, made by rule.

use crate::draw::Draw;
use crate::seeds::{Named, faults, noise};
use crate::{ncp_sound, plan};
use wireproof_wire::ncp::broken::RawFrame;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::Framing;
use wireproof_wire::ncp::frame_type::FrameType;

/// Payloads whose form differs from how they stand, and trees from chance.
pub fn canonical() -> Vec<Named> {
    let texts = [
        ("schema", r#"{"fields":[{"type":"uint64","name":"id"}],"a":{"b":[],"B":{}}}"#),
        ("numbers", "[0,-0.0,1.0,1e21,1e-7,123456789012345680000,9007199254740993,-1,5e-324]"),
        ("texts", r#"["\u20ac","\ud83d\ude00","\u0001\b\t\n\f\r\"\\\/","\u007f"]"#),
        ("order", r#"{"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"1":4,"":5}"#),
        ("deep", "[[[[[[[[[[{\"a\":[[[]]]}]]]]]]]]]]"),
    ];
    let text =
        |(name, text): (&str, &str)| (format!("json-{name}"), [&[0], text.as_bytes()].concat());
    let mut all: Vec<Named> = texts.into_iter().map(text).collect();
    let packed: [(&str, &[u8]); 3] = [
        ("map", &[0x82, 0xa1, 0x62, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xa1, 0x61, 0xc3]),
        ("bytes", &[0x91, 0xc4, 0x02, 0, 1]),
        ("numbers", &[0x93, 0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1, 0xd0, 0x80, 0xca, 0x3f, 0, 0, 0]),
    ];
    for (name, bytes) in packed {
        all.push((format!("msgpack-{name}"), [&[1], bytes].concat()));
    }
    for seed in 0..6 {
        all.push((format!("tree-{seed}"), [vec![2], noise(500 + seed, 120)].concat()));
    }
    all
}

/// Patches of either format on records of few fields.
pub fn diff() -> Vec<Named> {
    let mut all = Vec::new();
    for seed in 0..8 {
        all.push((format!("operations-{seed}"), [vec![0], noise(600 + seed, 160)].concat()));
    }
    for seed in 0..3 {
        all.push((format!("bits-{seed}"), [vec![2], noise(620 + seed, 80)].concat()));
        all.push((format!("payload-{seed}"), [vec![3], noise(630 + seed, 80)].concat()));
    }
    // Two fields, an empty record, both of them changed.
    all.push(("bits-both".to_owned(), vec![2, 2, 1, 1, 0, 0b11, 7, 8]));
    all
}

/// A frame of every type in either tier, as a whole and as a payload.
pub fn frame() -> Vec<Named> {
    let mut all = Vec::new();
    for (tier, name) in [(Tier::Json, "json"), (Tier::Msgpack, "msgpack")] {
        let mut stream = vec![if tier == Tier::Json { 0 } else { 4 << 2 }, 0];
        for (nth, &kind) in FrameType::ALL.iter().enumerate() {
            let members = ncp_sound::members(kind, &mut Draw::new(&[]));
            let made = RawFrame::of(kind, &members, tier, Framing::default());
            let bytes = made.expect("small and sound").to_vec();
            stream.extend_from_slice(&bytes);
            let way = if tier == Tier::Json { 1 } else { 2 };
            let payload = [&[way, nth as u8], &bytes[4..]].concat();
            all.push((format!("{}-{name}", kind.name().to_lowercase()), payload));
        }
        all.push((format!("stream-of-all-{name}"), stream));
    }
    all.push(("bare".to_owned(), [&[3, 0], &br#"{"frame":"0x10","limit":3}"#[..]].concat()));
    all
}

/// A story with every kind of command, on either carrier, alone, with frames from elsewhere and
/// with faults; then chance.
pub fn dialogue() -> Vec<Named> {
    // Each move is one line; what the numbers mean is in `ncp_dialogue` and `ncp_command`.
    const WAIT: &[u8] = &[2, 200];
    let story: [&[u8]; 16] = [
        &[0],
        WAIT,
        &[9, 10, 0],
        WAIT,
        &[0x89, 10, 0, 3, 0],
        &[0x89, 13, 0, 0],
        WAIT,
        &[9, 13, 0, 0, 0],
        WAIT,
        &[0x89, 15, 0, 1, 7, 0],
        WAIT,
        &[0x89, 0, 2, 0, 0, 1, 9],
        &[0x89, 3, 0, 1, 4, 3],
        WAIT,
        &[9, 6, 0, 3],
        WAIT,
    ];
    let moves: Vec<u8> = story.concat();
    let script = |carrier: u8, count: u8| [&[carrier, 0, 0, count], &*moves].concat();
    let mut all = Vec::new();
    for carrier in 0..2 {
        all.push((format!("story-{carrier}"), script(carrier, 16)));
        for seed in 0..3 {
            let mut input = script(carrier, 16);
            input.extend(plan::records(&faults(40 + seed, 12)));
            all.push((format!("story-faults{seed}-{carrier}"), input));
            let mut input = script(carrier, 47);
            input.extend(noise(700 + seed * 2 + u64::from(carrier), 300));
            all.push((format!("story-and-chance{seed}-{carrier}"), input));
        }
    }
    all
}
