//! What must have happened when a run ends.

use super::Case;
use super::frames::*;
use super::story::{C, S};
use wireproof_wire::nnrp::command::{Command, Push, Target};

fn pushed(partial: bool) -> Command {
    Command::Push(Push { session: 7, frame: 1, partial, ..Push::default() })
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "commanded_ends_are_sent",
        id: "RLT-007",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).command(S, pushed(false));
        },
        legal: |s| {
            s.session(7).submit(7, 1).command(S, pushed(true)).say(S, partial(7, 1));
        },
    },
    Case {
        name: "commanded_ends_are_sent",
        id: "RLT-007",
        reading: None,
        trip: |s| {
            let target = Target { session: 7, frame: 1, ..Target::default() };
            s.session(7).submit(7, 1).command(S, Command::Drop(target));
        },
        legal: |s| {
            s.session(7).submit(7, 1).command(S, pushed(false)).say(S, push(7, 1));
        },
    },
    Case {
        name: "cancel_ends_the_operation",
        id: "SUB-014",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, cancel(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, cancel(7, 1)).say(S, error(9, 7, 1));
        },
    },
    // Streams may let a cancel overtake its submit, and ignoring it is accepted.
    Case {
        name: "cancel_ends_the_operation",
        id: "SUB-014",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, cancel(7, 1)).say(C, cancel(7, 1));
        },
        legal: |s| {
            s.session(7).say(C, cancel(7, 1)).submit(7, 1);
        },
    },
    Case {
        name: "every_submit_is_taken_or_refused",
        id: "OP-002",
        reading: None,
        trip: |s| {
            s.session(7).say(C, submit(7, 1));
        },
        legal: |s| {
            s.session(7).say(C, submit(7, 1).traced(8)).say(S, error(0xB, 7, 0).traced(8));
        },
    },
];
