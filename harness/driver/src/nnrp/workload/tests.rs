use super::Traffic;
use crate::{Action, Workload};
use serde_json::{Value, json};
use wireproof_base::{Instant, Role, Seed};
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// A world in which everything that is commanded happens at once; `mute` never answers.
fn play(config: Value, seed: u64, mute: bool) -> Vec<Action<Nnrp>> {
    let mut traffic = Traffic::default();
    traffic.configure(&config, Seed(seed)).expect("settings");
    let mut now = Instant::ZERO;
    let mut actions = Vec::new();
    for _ in 0..100_000 {
        let action = traffic.next(now);
        match &action {
            Action::Wait { until } => {
                assert!(*until > now, "a wait that does not end");
                now = *until;
            }
            Action::Done => return actions,
            Action::Command { node, command } if !mute => answer(&mut traffic, now, *node, command),
            _ => {}
        }
        actions.push(action);
    }
    panic!("never done");
}

fn answer(traffic: &mut Traffic, now: Instant, node: Role, command: &Command) {
    let peer = node.peer();
    match command {
        Command::Hello(hello) => traffic.observe(now, node, &Event::Ready { conn: hello.conn }),
        Command::Open(open) => {
            let event = Event::Opened {
                conn: open.conn,
                tag: open.tag,
                session: open.tag as u32 + 100,
                resumed: false,
                credit: 8,
                max_in_flight: 16,
            };
            traffic.observe(now, node, &event);
        }
        Command::Migrate(migrate) => {
            let (session, conn) = (migrate.session, migrate.conn);
            let event = Event::Migrated { session, conn, code: 0, resume_from: 1 };
            traffic.observe(now, node, &event);
        }
        Command::Shutdown(shutdown) => {
            let event = Event::Down { conn: shutdown.conn, code: 0 };
            traffic.observe(now, Role::Client, &event);
        }
        Command::Submit(submit) => {
            let (session, lane, frame) = (submit.session, submit.lane, submit.frame);
            let event = Event::Submitted { session, lane, frame, bytes: 0, digest: 0 };
            traffic.observe(now, peer, &event);
        }
        Command::Push(push) if !push.partial => {
            let (session, lane, frame) = (push.session, push.lane, push.frame);
            let event = Event::Ended { session, lane, frame, outcome: Outcome::Completed };
            traffic.observe(now, Role::Client, &event);
        }
        Command::Drop(target) => {
            let (session, lane, frame) = (target.session, target.lane, target.frame);
            let event = Event::Ended { session, lane, frame, outcome: Outcome::Failed };
            traffic.observe(now, Role::Client, &event);
        }
        Command::Close(close) => {
            let event = Event::Closed { session: close.session, code: 0 };
            traffic.observe(now, Role::Client, &event);
            traffic.observe(now, Role::Server, &event);
        }
        _ => {}
    }
}

fn commands(actions: &[Action<Nnrp>], name: &str) -> usize {
    let named = |action: &&Action<Nnrp>| match action {
        Action::Command { command, .. } => {
            let value = serde_json::to_value(command).expect("plain data");
            value.get(name).is_some()
        }
        _ => false,
    };
    actions.iter().filter(named).count()
}

#[test]
fn every_operation_is_submitted_and_every_session_closed() {
    for seed in 0..50 {
        let config = json!({
            "operations": 40, "sessions": 3, "kills": 0, "shutdowns": 0, "connections": 1,
        });
        let actions = play(config, seed, false);
        assert_eq!(commands(&actions, "submit"), 40);
        assert_eq!(commands(&actions, "open"), 3);
        assert!((3..=6).contains(&commands(&actions, "close")), "each once or from both sides");
        assert_eq!(commands(&actions, "shutdown"), 1);
    }
}

#[test]
fn one_seed_gives_one_traffic() {
    let one = play(json!({}), 7, false);
    assert_eq!(one, play(json!({}), 7, false));
    assert_ne!(one, play(json!({}), 8, false));
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
    assert_eq!(used.next(Instant::ZERO), fresh.next(Instant::ZERO));
    assert_eq!(used.sessions.len(), fresh.sessions.len());
    assert_eq!(used.kills_at, fresh.kills_at);
    assert_eq!(used.words, fresh.words);
}

#[test]
fn it_ends_when_nobody_answers() {
    for seed in 0..20 {
        let actions = play(json!({}), seed, true);
        assert!(actions.iter().any(|action| matches!(action, Action::Kill { .. })));
    }
}

#[test]
fn every_kind_of_action_appears() {
    let all: Vec<_> = (0..30).flat_map(|seed| play(json!({}), seed, false)).collect();
    for name in [
        "hello",
        "open",
        "submit",
        "cancel",
        "push",
        "drop",
        "hint",
        "flow",
        "close",
        "shutdown",
        "ping",
        "patch",
        "probe",
        "migrate",
        "put",
        "invalidate",
    ] {
        assert!(commands(&all, name) > 0, "{name}");
    }
    let flows: Vec<_> = all
        .iter()
        .filter_map(|action| match action {
            Action::Command { command: Command::Flow(flow), .. } => Some(flow),
            _ => None,
        })
        .collect();
    for reason in 0..=4 {
        assert!(flows.iter().any(|flow| flow.reason == reason), "reason {reason}");
    }
    for level in 0..=2 {
        assert!(flows.iter().any(|flow| flow.level == level), "level {level}");
    }
    assert!(flows.iter().any(|flow| flow.session == 0));
    assert!(flows.iter().any(|flow| flow.session != 0 && flow.operation == 0));
    assert!(flows.iter().any(|flow| flow.operation != 0));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let fault = |config| Traffic::default().configure(&config, Seed(0)).expect_err("nonsense");
    assert!(fault(json!({"operation": 3})).contains("operation"));
    assert_eq!(fault(json!({"drops": 101})), "`drops` is a percentage, not 101");
    assert_eq!(fault(json!({"sessions": 0})), "`sessions` is at least 1");
}
