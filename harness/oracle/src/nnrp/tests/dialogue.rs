//! A whole life in order, what it reaches, and what a datagram carrier excuses.

use super::frames::*;
use super::story::{C, S, Story};
use alloc::vec::Vec;
use wireproof_base::{Carrier, Judge as _, Role};
use wireproof_wire::nnrp::event::Outcome;

fn life(s: &mut Story) {
    s.say(C, probe(1)).say(S, probe_ack(1)).session(7).open(8);
    s.say(C, ping().traced(4)).say(S, pong().traced(4));
    s.say(C, patch(7)).say(S, patch_ack(7)).say(C, put(7)).say(S, put_ack(7));
    for frame in 1..=3 {
        s.submit(7, frame).partial(7, frame).result(7, frame);
    }
    s.say(S, flow(7, 1, 1)).submit(8, 1).submit(7, 4);
    s.say(C, cancel(7, 4)).say(S, drop_result(7, 4)).ended(C, 7, 4, Outcome::Cancelled);
    s.say(S, flow(7, 2, 2).with("update_reason", 2)).say(S, flow(7, 3, 2));
    s.submit(7, 5).sends(S, &push(7, 5)).resume(7);
    s.gets(C, &push(7, 1)).sends(S, &push(7, 1));
    for frame in [2, 3] {
        s.say(S, push(7, frame));
    }
    s.result(7, 5).say(S, drop_result(7, 4)).submit(7, 6).result(7, 6);
    s.submit(7, 7).say(C, close(7, 0, 50)).say(S, close_ack(7, 1)).wait(20);
    s.result(7, 7).say(S, close_ack(7, 2));
    s.say(C, shut()).say(S, shut()).shutdown(S);
}

#[test]
fn a_whole_dialogue_trips_nothing() {
    let mut story = Story::new();
    life(&mut story);
    let reached = story.judge.reached().to_vec();
    let findings = story.end();
    assert_eq!(findings, Vec::new());
    for marker in ["resumed", "drained", "credit_exhausted", "late_result_dropped", "paused"] {
        assert!(reached.contains(&marker), "{marker} not in {reached:?}");
    }
}

#[test]
fn a_judge_that_was_reset_remembers_nothing() {
    let mut story = Story::new();
    story.session(7).submit(7, 1).sends(C, &submit(7, 1));
    assert_eq!(story.findings.len(), 1);
    story.findings.clear();
    story.judge.reset(Carrier::Stream, &[Role::Client, Role::Server]);
    story.connect(0);
    life(&mut story);
    assert_eq!(story.end(), Vec::new());
}

#[test]
fn on_datagrams_only_safety_is_judged() {
    let mut story = Story::over(Carrier::Datagram);
    story.session(7).gets(S, &submit(7, 1).with("reserved0", 1)).gets(C, &ping());
    assert_eq!(story.end(), Vec::new());
    let mut story = Story::over(Carrier::Datagram);
    story.session(7).submit(7, 1).say(S, drop_result(7, 1)).say(S, push(7, 1));
    assert_eq!(story.end().len(), 1);
}

#[test]
fn liveness_is_due_only_after_healing() {
    let mut story = Story::new();
    story.session(7).say(C, ping());
    story.judge.finish(wireproof_base::Instant::ZERO, false, &mut story.findings);
    assert_eq!(story.findings, Vec::new());
}
