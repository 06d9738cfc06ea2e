//! Results, drops, cancels and deadlines (table 4.3).

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::code::{FRAME_CANCELLED, INVALID_STATE, MALFORMED_BODY};
use wireproof_wire::nnrp::command::{Hint, Open, Push, Setup, Submit, Target};
use wireproof_wire::nnrp::error::{Error, SCOPE_FRAME};
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType, Metadata};

const TARGET: Target = Target { session: 1, lane: 0, frame: 1 };

fn ended(frame: u32, outcome: Outcome) -> Event {
    Event::Ended { session: 1, lane: 0, frame, outcome }
}

/// A session with one unfinished operation.
fn running() -> Pair {
    submitted(Submit::default())
}

fn submitted(submit: Submit) -> Pair {
    let mut pair = Pair::open(Setup::default(), 0);
    pair.client(Command::Submit(Submit { session: 1, ..submit }));
    pair.drive();
    pair.forget();
    pair
}

#[test]
fn partial_results_leave_the_operation_unfinished() {
    let mut pair = running();
    let partial = Push { session: 1, frame: 1, partial: true, ..Push::default() };
    for _ in 0..3 {
        pair.server(Command::Push(partial.clone()));
    }
    pair.push(1, 1);
    pair.server(Command::Push(partial));
    pair.drive();
    let events = pair.take(Side::Client);
    let terminal: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Result { terminal, .. } => Some(*terminal),
            _ => None,
        })
        .collect();
    assert_eq!(terminal, [false, false, false, true]);
    assert_eq!(events.last(), Some(&ended(1, Outcome::Completed)));
}

#[test]
fn status_codes_part_success_from_failure() {
    for (status, outcome) in [
        (0, Outcome::Completed),
        (1, Outcome::Completed),
        (2, Outcome::Failed),
        (3, Outcome::Failed),
    ] {
        let mut pair = running();
        pair.server(Command::Push(Push { session: 1, frame: 1, status, ..Push::default() }));
        pair.drive();
        assert_eq!(pair.take(Side::Client).last(), Some(&ended(1, outcome)));
        pair.check(Side::Server, &[ended(1, outcome)]);
    }
}

#[test]
fn a_cancel_ends_in_a_drop() {
    let mut pair = running();
    pair.client(Command::Cancel(TARGET));
    pair.check(Side::Client, &[]);
    pair.drive();
    pair.check(Side::Client, &[ended(1, Outcome::Cancelled)]);
    pair.check(Side::Server, &[ended(1, Outcome::Cancelled)]);
    pair.client(Command::Cancel(TARGET));
    pair.drive();
    pair.check(Side::Server, &[]);
}

/// The ending that came first stands at each end.
#[test]
fn a_cancel_that_crosses_the_result_has_no_effect() {
    let mut pair = running();
    pair.push(1, 1);
    pair.client(Command::Cancel(TARGET));
    pair.drive();
    let events = pair.take(Side::Client);
    assert!(matches!(events[..], [Event::Result { .. }, Event::Ended { .. }]));
    assert_eq!(events[1], ended(1, Outcome::Completed));
    pair.check(Side::Server, &[ended(1, Outcome::Completed)]);
    assert_eq!(pair.kinds(Side::Server), [MessageType::ResultPush]);
}

#[test]
fn cancels_of_unknown_frames_are_ignored() {
    let mut pair = running();
    let cancel = Frame::new(Metadata::FrameCancel, &[]).at(1, 77, 0);
    pair.inject_frame(Side::Server, &cancel);
    pair.drive();
    pair.check(Side::Server, &[]);
    assert!(pair.sent.is_empty());
}

#[test]
fn a_drop_fails_the_operation_unless_newer_work_replaced_it() {
    let mut pair = running();
    pair.server(Command::Drop(TARGET));
    pair.drive();
    pair.check(Side::Client, &[ended(1, Outcome::Failed)]);
    pair.check(Side::Server, &[ended(1, Outcome::Failed)]);

    for newer in
        [Submit { retry_of: 1, ..Submit::default() }, Submit { dependency: 1, ..Submit::default() }]
    {
        let mut pair = running();
        pair.client(Command::Submit(Submit { session: 1, ..newer }));
        pair.drive();
        pair.forget();
        pair.server(Command::Drop(TARGET));
        pair.drive();
        pair.check(Side::Client, &[ended(1, Outcome::Superseded)]);
        pair.check(Side::Server, &[ended(1, Outcome::Superseded)]);
    }
}

/// One tick before the deadline there may still be a result.
#[test]
fn a_passed_deadline_drops_the_operation() {
    for (latency_budget_ms, deadline_ms) in [(30, 0), (0, 30), (30, 500)] {
        let mut pair = Pair::ready(Setup::default());
        pair.client(Command::Open(Open { deadline_ms, ..Open::default() }));
        pair.drive();
        pair.step(7);
        let submit = Submit { session: 1, latency_budget_ms, ..Submit::default() };
        pair.client(Command::Submit(submit));
        pair.drive();
        pair.forget();
        pair.step_nanos(29_999_999);
        pair.check(Side::Server, &[]);
        pair.step_nanos(1);
        pair.check(Side::Server, &[ended(1, Outcome::Failed)]);
        pair.check(Side::Client, &[ended(1, Outcome::Failed)]);
        assert_eq!(pair.wakes(), [None, None]);
    }
}

#[test]
fn a_result_in_time_stops_the_clock() {
    let mut pair = submitted(Submit { latency_budget_ms: 30, ..Submit::default() });
    pair.push(1, 1);
    pair.drive();
    assert_eq!(pair.wakes(), [None, None]);
}

#[test]
fn frame_errors_of_the_server_are_terminal() {
    for (error_code, outcome) in
        [(FRAME_CANCELLED, Outcome::Cancelled), (INVALID_STATE, Outcome::Failed)]
    {
        let mut pair = running();
        let meta = Error {
            error_code,
            error_scope: SCOPE_FRAME,
            related_session_id: 1,
            related_frame_id: 1,
            ..Error::default()
        };
        let error = Frame::new(meta, &[]).at(1, 1, 0);
        pair.inject_frame(Side::Client, &error);
        assert_eq!(pair.take(Side::Client).last(), Some(&ended(1, outcome)));
        // The same from the client changes nothing at the server.
        pair.inject_frame(Side::Server, &error);
        assert!(matches!(pair.take(Side::Server)[..], [Event::Error { frame: 1, .. }]));
        pair.push(1, 1);
        pair.check(Side::Server, &[ended(1, Outcome::Completed)]);
    }
}

#[test]
fn what_the_submit_did_not_allow_is_left_out_by_the_server() {
    let mut pair = submitted(Submit { budget_policy: 0x6, ..Submit::default() });
    let wild = Push { session: 1, frame: 1, class: 1, applied_budget: 0xF, ..Push::default() };
    pair.server(Command::Push(wild));
    pair.drive();
    assert!(matches!(pair.take(Side::Client)[..], [Event::Result { class: 0, .. }, _]));
    let budgets = pair.frames(Side::Server, |frame| frame.get("applied_budget_policy"));
    assert_eq!(budgets, [Some(0x6)]);
}

#[test]
fn results_beyond_the_allowance_are_refused_and_fail_the_operation() {
    let unallowed = [
        ResultPush { applied_budget_policy: 0x1, ..ResultPush::default() },
        ResultPush { result_class: 2, ..ResultPush::default() },
    ];
    for meta in unallowed {
        let mut pair = running();
        pair.inject_frame(Side::Client, &Frame::new(meta, &[]).at(1, 1, 0));
        let (session, frame, code) = (1, 1, MALFORMED_BODY);
        let rejected = Event::Rejected { conn: ConnId(0), session, frame, code };
        pair.check(Side::Client, &[rejected, ended(1, Outcome::Failed)]);
    }
}

#[test]
fn results_of_unknown_frames_are_refused_and_late_ones_dropped() {
    let mut pair = running();
    let result = |frame| Frame::new(ResultPush::default(), &[]).at(1, frame, 0).to_vec();
    pair.inject(Side::Client, 0, &result(9));
    assert!(matches!(
        pair.take(Side::Client)[..],
        [Event::Rejected { session: 1, frame: 9, code: INVALID_STATE, .. }]
    ));
    pair.inject(Side::Client, 0, &result(1));
    assert_eq!(pair.take(Side::Client).len(), 2);
    pair.inject(Side::Client, 0, &result(1));
    pair.check(Side::Client, &[]);
}

#[test]
fn unknown_dependencies_and_repeated_frames_are_refused() {
    let mut pair = running();
    let mut other = Pair::open(Setup::default(), 0);
    other.submit(1);
    let mut repeat = other.sent.pop().expect("sent").2;
    // A message of its own, under a trace id of its own.
    repeat[32] = 77;
    pair.inject(Side::Server, 0, &repeat);
    let rejected = |frame, code| Event::Rejected { conn: ConnId(0), session: 1, frame, code };
    pair.check(Side::Server, &[rejected(0, INVALID_STATE)]);
    pair.client(Command::Submit(Submit { session: 1, dependency: 9, ..Submit::default() }));
    pair.drive();
    pair.check(Side::Server, &[rejected(2, INVALID_STATE)]);
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(2, Outcome::Failed)));
    // The original goes on.
    pair.push(1, 1);
    pair.drive();
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(1, Outcome::Completed)));
}

#[test]
fn hints_need_an_operation_or_background_results() {
    let hint = Command::Hint(Hint { session: 1, reason: 1, ..Hint::default() });
    for (flags, operations, arrives) in [(0, 0, false), (0, 1, true), (2, 0, true)] {
        let mut pair = Pair::open(Setup::default(), flags);
        for _ in 0..operations {
            pair.submit(1);
        }
        pair.drive();
        pair.forget();
        pair.server(hint.clone());
        pair.drive();
        let expected = Event::Hinted { session: 1, frame: 0, reason: 1, retry_after_ms: 0 };
        pair.check(Side::Client, if arrives { core::slice::from_ref(&expected) } else { &[] });
    }
}

/// On a carrier with streams a result may overtake the drop of another, and lanes are apart.
#[test]
fn lanes_count_their_own_frames() {
    let mut pair = Pair::new(Setup::default(), Setup { echo: true, ..Setup::default() });
    pair.connect(Carrier::Multistream);
    pair.hello(0);
    pair.client(Command::Open(Open::default()));
    pair.drive();
    pair.forget();
    for lane in [2, 0, 2, 1] {
        pair.client(Command::Submit(Submit { session: 1, lane, ..Submit::default() }));
    }
    pair.drive();
    let ends: Vec<_> = pair
        .take(Side::Client)
        .into_iter()
        .filter_map(|event| match event {
            Event::Ended { lane, frame, .. } => Some((lane, frame)),
            _ => None,
        })
        .collect();
    assert_eq!(ends, [(2, 1), (0, 1), (2, 2), (1, 1)]);
}

/// NNRP-SUB-006: what a keyframe brings must not get lost.
#[test]
fn a_keyframe_is_not_sent_as_fire_and_forget() {
    for (frame_class, loss_tolerance, goes) in [(0, 3, false), (0, 2, true), (1, 3, true)] {
        let mut pair = Pair::open(Setup::default(), 0);
        let submit = Submit { session: 1, frame_class, loss_tolerance, ..Submit::default() };
        pair.client(Command::Submit(submit));
        pair.drive();
        let blocked = Event::Blocked { session: 1, lane: 0, frame: 0, why: Hold::State };
        let seen = pair.take(Side::Client);
        assert_eq!(seen, if goes { vec![] } else { vec![blocked] }, "{frame_class}");
        assert_eq!(pair.kinds(Side::Client).len(), usize::from(goes), "{frame_class}");
    }
}

/// NNRP-RLT-017, reading R-49.
#[test]
fn results_say_how_long_they_took() {
    let mut pair = running();
    for (wait, total) in [(7, 7), (30, 37), (70_000, u16::MAX)] {
        pair.step(wait);
        let push = Push { session: 1, frame: 1, partial: true, ..Push::default() };
        pair.server(Command::Push(push));
        let times = pair.frames(Side::Server, |frame| match &frame.meta {
            Metadata::ResultPush(push) => (push.queue_ms, push.inference_ms, push.server_total_ms),
            other => panic!("{other:?}"),
        });
        assert_eq!(times.last(), Some(&(0, total, total)));
    }
}
