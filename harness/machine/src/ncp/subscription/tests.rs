extern crate std;

use super::{Config, EVENTS, Event, Follower, Kept, Order, Output, Publisher, SPAN, State};
use crate::ncp::Refusal;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::code::NWP_SUBSCRIBE_SEQ_TOO_OLD;

const START: Event<u32> = Event::Subscribe { heartbeat: Some(0), resume_from: None };
const TOO_OLD: Result<Output, Refusal> =
    Err(Refusal::Peer { row: "OP-43", code: NWP_SUBSCRIBE_SEQ_TOO_OLD });

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(seconds * 1000)
}

fn resume(after: u64) -> Event<u32> {
    Event::Subscribe { heartbeat: Some(0), resume_from: Some(after) }
}

/// A subscription with so many changes, one per second from second 1 on.
fn publisher(config: Config, changes: u32) -> Publisher<u32> {
    let mut publisher = Publisher::new(config);
    publisher.apply(at(0), START).expect("idle");
    for change in 1..=changes {
        let seq = u64::from(change);
        let sent = publisher.apply(at(seq), Event::Change(change));
        assert_eq!(sent, Ok(Output::Send { seq }));
    }
    publisher
}

fn replay(publisher: &Publisher<u32>, after: u64) -> Vec<(u64, u32)> {
    let kept = publisher.after(after);
    kept.map(|(seq, kept)| match kept {
        Kept::Change(change) => (seq, *change),
        Kept::Heartbeat => (seq, 0),
    })
    .collect()
}

/// Three events with heartbeats every 10 seconds, of which two are kept.
#[test]
fn every_state_and_event() {
    let heartbeat = Some(10);
    let events = [
        ("subscribe", Event::Subscribe { heartbeat, resume_from: None }),
        ("resume after 0", Event::Subscribe { heartbeat, resume_from: Some(0) }),
        ("resume after 1", Event::Subscribe { heartbeat, resume_from: Some(1) }),
        ("resume after 3", Event::Subscribe { heartbeat, resume_from: Some(3) }),
        ("resume after 4", Event::Subscribe { heartbeat, resume_from: Some(4) }),
        ("unsubscribe", Event::Unsubscribe),
        ("ping", Event::Ping),
        ("change", Event::Change(9)),
        ("timeout, not due", Event::Timeout),
        ("timeout, due", Event::Timeout),
        ("lost", Event::Lost),
    ];
    let mut table = String::new();
    for state in [State::Idle, State::Active, State::Away, State::Over] {
        for (name, event) in events {
            let mut publisher = Publisher::new(Config { events: 2, span: SPAN });
            if state != State::Idle {
                publisher.apply(at(0), events[0].1).expect("idle");
                for change in 1..4 {
                    publisher.apply(at(1), Event::Change(change)).expect("active");
                }
            }
            match state {
                State::Away => drop(publisher.apply(at(2), Event::Lost).expect("active")),
                State::Over => drop(publisher.apply(at(2), Event::Unsubscribe).expect("active")),
                State::Idle | State::Active => {}
            }
            assert_eq!(publisher.state(), state);
            let now = if name == "timeout, due" { at(10) } else { at(9) };
            let result = match publisher.apply(now, event) {
                Ok(output) => format!("{output:?}"),
                Err(refusal) => format!("{refusal:?}"),
            };
            let due = publisher.next_deadline().map_or("-".to_string(), |due| due.to_string());
            table += &format!(
                "{:<7} {name:<17} {:<7} last {} due {due:<4} {result}\n",
                state.name(),
                publisher.state().name(),
                publisher.last_seq(),
            );
        }
    }
    insta::assert_snapshot!(table);
}

/// `OP-43`: resuming at N starts with N + 1.
#[test]
fn resuming_is_exclusive() {
    let mut publisher = publisher(Config::default(), 3);
    publisher.apply(at(4), Event::Lost).expect("active");
    publisher.apply(at(4), Event::Change(40)).expect("kept");
    let accepted = Output::Accept { resumed: true, after: 2, last_seq: 4 };
    assert_eq!(publisher.apply(at(5), resume(2)), Ok(accepted));
    assert_eq!(replay(&publisher, 2), [(3, 3), (4, 40)]);
    assert_eq!(publisher.apply(at(6), Event::Change(50)), Ok(Output::Send { seq: 5 }));
}

#[test]
fn the_buffer_ends_where_its_number_of_events_does() {
    let config = Config { events: 3, span: SPAN };
    assert_eq!(publisher(config, 5).apply(at(6), resume(1)), TOO_OLD);
    let mut publisher = publisher(config, 5);
    assert!(publisher.apply(at(6), resume(2)).is_ok());
    assert_eq!(replay(&publisher, 2), [(3, 3), (4, 4), (5, 5)]);
    assert!(publisher.apply(at(6), resume(5)).is_ok(), "nothing is missing");
    assert_eq!(publisher.apply(at(6), resume(6)), TOO_OLD, "never sent");
}

#[test]
fn the_recommended_buffer_holds_ten_thousand() {
    let config = Config { span: Duration::from_millis(u64::MAX), ..Config::default() };
    let mut publisher = publisher(config, EVENTS + 1);
    assert!(publisher.apply(at(20_000), resume(1)).is_ok());
    assert_eq!(publisher.apply(at(20_000), resume(0)), TOO_OLD);
}

/// Changes at seconds 1 and 2: at 601 s the first is ten minutes old.
#[test]
fn the_buffer_ends_where_its_time_does() {
    let mut publisher = publisher(Config::default(), 2);
    assert!(publisher.apply(at(601), resume(0)).is_ok(), "of exactly that age");
    let after = Instant::from_nanos(at(601).as_nanos() + 1);
    assert_eq!(publisher.apply(after, resume(0)), TOO_OLD);
    assert!(publisher.apply(after, resume(1)).is_ok());
}

#[test]
fn heartbeats_have_numbers_of_their_own() {
    let mut publisher = Publisher::new(Config::default());
    let subscribe = Event::Subscribe { heartbeat: None, resume_from: None };
    publisher.apply(at(1), subscribe).expect("idle");
    assert_eq!(publisher.next_deadline(), Some(at(31)), "30 s unless told otherwise");
    assert_eq!(publisher.apply(at(30), Event::Timeout), Ok(Output::Nothing));
    let first = Output::Heartbeat { seq: 1, base_seq: 0 };
    assert_eq!(publisher.apply(at(31), Event::Timeout), Ok(first));
    assert_eq!(publisher.apply(at(40), Event::Change(7)), Ok(Output::Send { seq: 2 }));
    assert_eq!(publisher.next_deadline(), Some(at(61)), "a change does not move it");
    let second = Output::Heartbeat { seq: 3, base_seq: 2 };
    assert_eq!(publisher.apply(at(61), Event::Timeout), Ok(second));
    assert_eq!(replay(&publisher, 0), [(1, 0), (2, 7), (3, 0)]);
}

#[test]
fn an_interval_of_zero_has_no_heartbeats() {
    let mut publisher = publisher(Config::default(), 1);
    assert_eq!(publisher.next_deadline(), None);
    assert_eq!(publisher.apply(at(9999), Event::Timeout), Ok(Output::Nothing));
}

#[test]
fn a_follower_reports_a_gap_once() {
    let mut follower = Follower::new(0);
    assert_eq!(follower.take(1), Order::Next);
    assert_eq!(follower.take(1), Order::Repeated);
    assert_eq!(follower.take(3), Order::Gap { after: 1, new: true });
    assert_eq!(follower.take(4), Order::Gap { after: 1, new: false });
    assert_eq!(follower.take(0), Order::Repeated);
    assert!(follower.is_resuming());
    assert_eq!(follower.take(2), Order::Next);
    assert_eq!(follower.take(4), Order::Gap { after: 2, new: true });
    assert_eq!(Follower::new(7).take(8), Order::Next);
    assert_eq!(Follower::new(u64::MAX).take(u64::MAX), Order::Repeated);
}
