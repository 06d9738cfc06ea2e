//! The seed corpora, made by rule: `cargo run -p wireproof-fuzz --example corpus` writes them.
//!
//! Enough to reach every message, fault and form at once; the rest is left to libFuzzer. What it
//! finds worth keeping is added beside these by hand, under a name that says what it is.

use crate::ncp_seeds;
use crate::packet::Packet;
use crate::{draw::Draw, plan, plan_token};
use std::collections::BTreeMap;
use wireproof_base::Seed;
use wireproof_sim::{Fault, FaultKey, FaultKind, Plan, Rng, Site, Stage};
use wireproof_wire::nnrp::MessageType;

/// An input and the name of its file.
pub type Named = (String, Vec<u8>);

/// The seeds of a target, in the order of their names.
pub fn of(target: &str) -> Vec<Named> {
    let mut all = match target {
        "ncp_canonical" => ncp_seeds::canonical(),
        "ncp_dialogue" => ncp_seeds::dialogue(),
        "ncp_diff" => ncp_seeds::diff(),
        "ncp_frame" => ncp_seeds::frame(),
        "nnrp_decode" => nnrp_decode(),
        "nnrp_dialogue" => nnrp_dialogue(),
        "nnrp_endpoint" => nnrp_endpoint(),
        "nnrp_mutate" => nnrp_mutate(),
        "plan_network" => plan_network(),
        "plan_token" => plan_token(),
        _ => Vec::new(),
    };
    all.sort();
    all
}

/// Two packets of every type and two streams of many: as drawn from zeros and from chance.
fn nnrp_decode() -> Vec<Named> {
    let mut all = Vec::new();
    let mut stream = vec![0, 7];
    for (nth, &kind) in MessageType::ALL.iter().enumerate() {
        for (name, bytes) in [("plain", vec![]), ("full", noise(nth as u64, 300))] {
            let packet = Packet::of(kind, &mut Draw::new(&bytes)).frame().to_vec();
            stream.extend_from_slice(&packet);
            let mut input = vec![0, nth as u8];
            input.extend_from_slice(&packet);
            all.push((format!("{}-{name}", kind.name().to_lowercase()), input));
        }
    }
    all.push(("stream-of-all".to_owned(), stream.clone()));
    stream[0] = 2;
    all.push(("stream-of-all-within-64".to_owned(), stream));
    all
}

/// A story of two sessions with each answer, then the same with faults of many kinds, then chance.
fn nnrp_dialogue() -> Vec<Named> {
    // Each move is one line; what the numbers mean is in `nnrp_dialogue` and `command`.
    const WAIT: &[u8] = &[2, 100];
    let story: [&[u8]; 18] = [
        &[0],
        WAIT,
        &[11, 0x80 + 10, 0],
        WAIT,
        &[11, 0x80 + 11, 0, 0, 15],
        WAIT,
        &[11, 0x80 + 2, 0, 0],
        &[11, 0x80 + 3, 0, 1],
        &[11, 0x80 + 2, 0, 1],
        WAIT,
        &[6, 0x80 + 1, 0, 0],
        &[6, 0x80 + 4, 0x40, 0, 0, 3],
        &[6, 0x80 + 5, 0, 1, 0, 1, 16],
        WAIT,
        &[11, 0x80, 0, 3],
        &[6, 0x80 + 1, 0, 1],
        &[11, 0x80 + 7, 0, 50],
        WAIT,
    ];
    let moves: Vec<u8> = story.concat();
    let script = |carrier: u8, setup: u8, count: u8| [&[carrier, setup, count], &*moves].concat();
    let mut all = Vec::new();
    for carrier in 0..3 {
        all.push((format!("story-{carrier}"), script(carrier, 0, 18)));
        all.push((format!("story-echo-{carrier}"), script(carrier, 2, 18)));
        for seed in 0..4 {
            let mut input = script(carrier, 2, 18);
            input.extend(plan::records(&faults(seed, 12)));
            all.push((format!("story-faults{seed}-{carrier}"), input));
        }
        let mut input = vec![carrier, 1];
        input.extend(noise(40 + u64::from(carrier), 400));
        all.push((format!("chance-{carrier}"), input));
    }
    all
}

/// Both roles at every stage: every message, some commands, chance.
fn nnrp_endpoint() -> Vec<Named> {
    let mut all = Vec::new();
    for role in 0..2_u8 {
        for stage in 0..4_u8 {
            let first = role | stage << 1;
            let name = format!("{}-stage{stage}", ["client", "server"][usize::from(role)]);
            let mut messages = vec![first, 0];
            for nth in 0..MessageType::ALL.len() as u8 {
                // A packet of this type with small numbers, uncut, on the first connection.
                messages.extend_from_slice(&[0, nth]);
                messages.extend([1; 30]);
                messages.extend_from_slice(&[7, 1]);
            }
            all.push((format!("{name}-messages"), messages));
            for carrier in 0..3_u8 {
                let mut chance = vec![first | carrier << 4, role];
                chance.extend(noise(u64::from(first) * 4 + u64::from(carrier), 300));
                all.push((format!("{name}-chance{carrier}"), chance));
            }
        }
    }
    all
}

/// Every type with values from chance, and edits behind it.
fn nnrp_mutate() -> Vec<Named> {
    let every = MessageType::ALL.iter().enumerate();
    let input = |nth: usize, chance: u64, len| {
        let mut bytes = vec![nth as u8];
        bytes.extend(noise(chance, len));
        bytes
    };
    every
        .flat_map(|(nth, kind)| {
            let name = kind.name().to_lowercase();
            [
                (format!("{name}-plain"), vec![nth as u8]),
                (format!("{name}-short"), input(nth, 100 + nth as u64, 60)),
                (format!("{name}-long"), input(nth, 200 + nth as u64, 400)),
            ]
        })
        .collect()
}

/// Settings of every carrier and link, each with all faults or some kinds of them.
fn plan_network() -> Vec<Named> {
    let mut all = Vec::new();
    for carrier in 0..3_u8 {
        for (link, shape) in [0_u8, 1, 0x12, 0x84, 0x48].into_iter().enumerate() {
            let settings = [carrier, 2, link as u8, shape, 8, 0xFF, 0xFF, 0];
            let mut input = settings.to_vec();
            input.extend(plan::records(&faults(u64::from(carrier) * 8 + link as u64, 24)));
            all.push((format!("carrier{carrier}-link{link}"), input));
        }
        for seed in [0xC0, 0xC1, 0xC2, 0xC3] {
            let input = vec![carrier, 2, 0, 0, 0xFF, 9, 7, seed];
            all.push((format!("carrier{carrier}-drawn{seed:02x}"), input));
        }
    }
    for kind in FaultKind::ALL {
        let key = FaultKey::new(Site::new(0, Stage::Up), 3);
        let faults = BTreeMap::from([(key, kind.with(5_000_000, 1))]);
        for carrier in [0_u8, 2] {
            let mut input = vec![carrier, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0];
            input.extend(plan::records(&faults));
            all.push((format!("only-{}-{carrier}", kind.name()), input));
        }
    }
    all
}

/// Plans from none to many faults, as a word, as the inside of one, as records and as JSON.
fn plan_token() -> Vec<Named> {
    let mut all = Vec::new();
    let tagged = |tag: u8, rest: &[u8]| [&[tag], rest].concat();
    for (nth, count) in [0, 1, 2, 40].into_iter().enumerate() {
        let plan = Plan {
            scenario: ["", "a.b", "flow.credit", "\u{3bb}"][nth].to_owned(),
            seed: [None, Some(0), Some(300), Some(u64::MAX)][nth],
            parameters: (0..nth).map(|n| (format!("p{n}"), format!("{}", n * 77))).collect(),
            faults: faults(nth as u64, count),
        };
        let token = plan.token();
        let json = serde_json::to_vec(&plan).expect("a plan can be written");
        let records = plan::records(&plan.faults);
        all.push((format!("word-{count}"), tagged(plan_token::WORD, token.as_bytes())));
        all.push((format!("inside-{count}"), tagged(plan_token::INSIDE, &inside(&token))));
        all.push((format!("json-{count}"), tagged(plan_token::JSON, &json)));
        // No scenario, no parameters, no seed.
        let plan = [&[0, 0, 0], records.as_slice()].concat();
        all.push((format!("plan-{count}"), tagged(plan_token::PLAN, &plan)));
    }
    for text in ["c0.up.0", "c12.conn.4294967295", "c00.up.1", "c1.down"] {
        all.push((format!("place-{text}"), tagged(plan_token::PLACE, text.as_bytes())));
    }
    all
}

/// What lies between the prefix of a token and its checksum.
fn inside(token: &str) -> Vec<u8> {
    let digits = token.bytes().skip(4).filter_map(|found| {
        let alphabet = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*b"-_");
        alphabet.zip(0_u8..).find(|&(known, _)| known == found).map(|(_, value)| value)
    });
    let bits: Vec<u8> = digits.flat_map(|d| (0..6).rev().map(move |n| d >> n & 1)).collect();
    let byte = |bits: &[u8]| bits.iter().fold(0, |byte, bit| byte << 1 | bit);
    let mut bytes: Vec<u8> = bits.chunks_exact(8).map(byte).collect();
    bytes.truncate(bytes.len().saturating_sub(4));
    bytes
}

/// `count` faults of all kinds on three connections.
pub(crate) fn faults(seed: u64, count: u32) -> BTreeMap<FaultKey, Fault> {
    let mut rng = Rng::new(Seed(seed), STREAM);
    let mut draw = || {
        let site = Site::new(rng.below(3), Stage::ALL[rng.below(3) as usize]);
        let kind = FaultKind::ALL[rng.below(10) as usize];
        let (large, small) = (rng.magnitude(1, 1 << 26), rng.word());
        (FaultKey::new(site, rng.below(20)), kind.with(large, small.into()))
    };
    (0..count).map(|_| draw()).collect()
}

/// Bytes from chance, of which most are small numbers.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut rng = Rng::new(Seed(seed), STREAM + 1);
    (0..len)
        .map(|_| {
            let word = rng.word();
            if word & 0x300 == 0 { word as u8 } else { word as u8 & 0x3F }
        })
        .collect()
}

/// In the half of all streams that no network uses.
const STREAM: u64 = 1 << 63;
