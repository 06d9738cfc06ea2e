//! Traffic in a world of two references, a fixed delay apart, whose carriers lose nothing but
//! connections that are killed.

pub(in crate::ncp) mod world;

use super::{Config, Traffic};
use crate::{Action, Workload};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireproof_base::{Instant, Role, Seed};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::{Command, Event, Ncp};
use world::{Played, play};

fn all(config: &Value, seeds: std::ops::Range<u64>) -> Vec<Played> {
    seeds.map(|seed| play(config.clone(), seed, &Setup::default(), 900)).collect()
}

fn names(played: &[Played]) -> BTreeMap<String, u32> {
    let mut names = BTreeMap::new();
    for (_, command) in played.iter().flat_map(|played| &played.commands) {
        let value = serde_json::to_value(command).expect("plain data");
        let name = value.as_object().and_then(|map| map.keys().next().cloned());
        *names.entry(name.unwrap_or_default()).or_default() += 1;
    }
    names
}

fn events(played: &[Played], is: impl Fn(Role, &Event) -> bool) -> usize {
    played.iter().flat_map(|played| &played.events).filter(|(role, e)| is(*role, e)).count()
}

#[test]
fn every_kind_of_command_appears_and_leads_somewhere() {
    let played = all(&json!({}), 0..40);
    let names = names(&played);
    for name in [
        "hello",
        "query",
        "action",
        "subscribe",
        "fetched",
        "publish",
        "withdraw",
        "push",
        "answer",
        "refuse",
        "open",
        "chunk",
        "abort",
        "window",
        "cancel",
        "follow",
        "change",
        "companion",
        "close",
    ] {
        assert!(names.get(name).is_some_and(|count| *count > 3), "{name}: {names:?}");
    }
    let ends = [StreamEnd::Complete, StreamEnd::Aborted, StreamEnd::Cancelled, StreamEnd::Lost];
    for wanted in ends {
        let seen =
            |_: Role, e: &Event| matches!(e, Event::Ended { outcome, .. } if *outcome == wanted);
        assert!(events(&played, seen) > 3, "{wanted:?}");
    }
    assert_eq!(
        events(&played, |_, e| matches!(e, Event::Ended { outcome: StreamEnd::Broken, .. })),
        0
    );
    assert!(events(&played, |_, e| matches!(e, Event::Applied { .. })) > 100);
    assert!(events(&played, |_, e| matches!(e, Event::Heartbeat { .. })) > 3);
    assert!(
        events(&played, |_, e| matches!(e, Event::Answered { read: true, count: 1.., .. })) > 50
    );
    assert!(events(&played, |_, e| matches!(e, Event::Forgotten { .. })) > 3);
    let resumed = |command: &Command| match command {
        Command::Subscribe(subscribe) => subscribe.resume_from_seq.is_some(),
        _ => false,
    };
    let commands = || played.iter().flat_map(|played| &played.commands);
    assert!(commands().any(|(_, command)| resumed(command)));
}

/// The applications keep the rules: what goes wrong are things that are meant to.
#[test]
fn nothing_is_answered_with_an_error_that_nobody_meant() {
    let meant = [
        "NWP-SUBSCRIBE-LIMIT-EXCEEDED",
        "NWP-ACTION-NOT-FOUND",
        "NWP-QUERY-STREAM-UNSUPPORTED",
        "NWP-QUERY-FILTER-INVALID",
        "NWP-NODE-UNAVAILABLE",
        "NCP-ANCHOR-NOT-FOUND",
        "NCP-ANCHOR-STALE",
        // Chunks that were under way when their receiver gave up.
        "NCP-STREAM-NOT-FOUND",
    ];
    let taken_away = [json!({}), json!({"withdrawals": 0, "limit_ms": 20_000})];
    for (config, kept) in taken_away.iter().zip([false, true]) {
        for played in all(config, 0..25) {
            no_surprise(&played, &meant, kept);
        }
    }
}

fn no_surprise(played: &Played, meant: &[&str], kept: bool) {
    for (role, event) in &played.events {
        let fine = match event {
            Event::Failed { error, .. } => meant.contains(&error.as_str()),
            Event::Down { error, .. } => error.is_empty(),
            Event::Noticed { .. } | Event::Unapplied { .. } => false,
            // Time passes between an event and what follows it.
            Event::Blocked { why: Hold::State | Hold::Unknown, .. } => true,
            // The answer to a request whose schema was taken away meanwhile.
            Event::Blocked { why: Hold::Anchor | Hold::Malformed, .. } => !kept,
            Event::Blocked { .. } => false,
            _ => true,
        };
        assert!(fine, "{} {role:?} {event:?}", played.seed);
    }
}

#[test]
fn every_request_is_made_and_subscriptions_come_to_their_end() {
    // Nothing ends early, and what Agents know, they know for as long as it lasts.
    let config = json!({
        "limit_ms": 30_000, "kills": 0, "closes": 0, "connections": 1, "withdrawals": 0,
        "refusals": 0, "replacements": 0, "brief": 0, "fleeting": 0,
    });
    for played in all(&config, 0..30) {
        let asks = |command: &Command| matches!(command, Command::Query(_) | Command::Action(_));
        let asked = played.commands.iter().filter(|(_, command)| asks(command)).count();
        assert_eq!(asked, 40, "{}", played.seed);
        let changes = played.commands.iter().filter(|(_, c)| matches!(c, Command::Change(_)));
        assert_eq!(changes.count(), 12, "{}", played.seed);
        let applied = played.events.iter().filter(|(_, e)| matches!(e, Event::Applied { .. }));
        assert_eq!(applied.count(), 12, "{}", played.seed);
    }
}

#[test]
fn it_works_with_every_setup() {
    for (setup, config) in [
        (json!({"encodings": ["json"]}), json!({})),
        (json!({"algorithms": ["aes-256-gcm"], "key": crate::ncp::defaults::TEST_KEY}), json!({})),
        (json!({"binary_bitset": true}), json!({"bitset": true})),
        (json!({"ext": true, "max_frame_payload": 100_000}), json!({"carrier": "multistream"})),
        (json!({"max_streams": 1}), json!({"streams": 80, "uploads": 0})),
        (json!({}), json!({"plain": true})),
    ] {
        let setup: Setup = serde_json::from_value(setup).expect("a setup");
        let mut answers = 0;
        for seed in 0..10 {
            let played = play(config.clone(), seed, &setup, 900);
            let answered = |(_, e): &&(Role, Event)| {
                matches!(e, Event::Answered { .. } | Event::Opened { .. })
            };
            answers += played.events.iter().filter(answered).count();
            let ready = played.events.iter().find_map(|(_, event)| match event {
                Event::Ready { encoding, ext, algorithm, .. } => Some((*encoding, *ext, algorithm)),
                _ => None,
            });
            let (encoding, ext, algorithm) = ready.expect("a handshake");
            assert_eq!(encoding, setup.encodings[0]);
            assert_eq!(ext, setup.ext);
            assert_eq!(algorithm.is_empty(), setup.algorithms.is_empty());
        }
        assert!(answers > 150, "{config}: {answers}");
    }
}

#[test]
fn one_seed_gives_one_traffic() {
    let once = |seed| play(json!({}), seed, &Setup::default(), 900).commands;
    assert_eq!(once(7), once(7));
    assert_ne!(once(7), once(8));
}

#[test]
fn a_reset_is_as_good_as_new() {
    let mut used = Traffic::default();
    used.configure(&json!({}), Seed(1)).expect("settings");
    for _ in 0..20 {
        let _ = used.next(Instant::from_nanos(1_000_000));
    }
    used.reset(Seed(7));
    let mut fresh = Traffic::default();
    fresh.configure(&json!({}), Seed(7)).expect("settings");
    for _ in 0..10 {
        assert_eq!(used.next(Instant::ZERO), fresh.next(Instant::ZERO));
    }
    assert_eq!(used.words, fresh.words);
}

#[test]
fn it_ends_when_nobody_answers() {
    for seed in 0..20 {
        let mut traffic = Traffic::default();
        traffic.configure(&json!({}), Seed(seed)).expect("settings");
        let (mut now, mut kills) = (Instant::ZERO, 0);
        let ended = (0..100_000).any(|_| {
            let action: Action<Ncp> = traffic.next(now);
            if let Action::Wait { until } = action {
                assert!(until > now, "a wait that does not end");
                now = until;
            }
            kills += u32::from(matches!(action, Action::Kill { .. }));
            action == Action::Done
        });
        assert!(ended && kills > 0);
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_by_their_name() {
    let fault = |config| Config::read(&config).expect_err("nonsense");
    let near = "there is no setting `requets`; did you mean `requests`?";
    assert_eq!(fault(json!({"requets": 3})), near);
    assert_eq!(fault(json!({"zzzzzzzzz": 3})), "there is no setting `zzzzzzzzz`");
    assert_eq!(fault(json!({"aborts": 101})), "`aborts` is a percentage, not 101");
    assert_eq!(fault(json!({"schemas": 0})), "`schemas` is at least 1");
    assert!(fault(json!({"kills": "many"})).starts_with("`kills`: "));
    let carrier = fault(json!({"carrier": "datagram"}));
    assert_eq!(carrier, "`carrier` is `stream` or `multistream`");
    assert!(Config::KEYS.contains(&"pings") && Config::KEYS.contains(&"gap_us"));
}
