//! What comes too late: ends that were held back, frames that were overtaken, grants for what was
//! given up.

use super::Case;
use super::cache::leased;
use super::frames::*;
use super::laden::refers;
use super::story::{C, S, Story};
use wireproof_wire::nnrp::command::Push;
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::{Command, Event};

fn closed(s: &mut Story, who: wireproof_base::Role, session: u32) -> &mut Story {
    s.event(who, Event::Closed { session, code: 0 })
}

/// The server ends frame 1 while the client is away, and the client does not need to hear of it.
fn ended_in_absence(s: &mut Story) -> &mut Story {
    let push = Push { session: 7, frame: 1, ..Push::default() };
    s.session(7).submit(7, 1).lose().command(S, Command::Push(push));
    s.ended(S, 7, 1, Outcome::Completed).connect(1).hello();
    s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2)).opened(7, true)
}

/// Frame 2 retries frame 1 and comes before it; then the client is lost.
fn overtaken(s: &mut Story, retry_of: u64) {
    s.session(7).sends(C, &submit(7, 1)).sends(C, &submit(7, 2).with("retry_of_frame", retry_of));
    s.gets(S, &submit(7, 2).with("retry_of_frame", retry_of)).submitted(7, 2);
    s.gets(S, &submit(7, 1)).submitted(7, 1).lose();
    s.ended(S, 7, 1, Outcome::Superseded);
}

/// A frame names an object of another session, is refused, and after a loss once more.
fn refused_twice(s: &mut Story) -> &mut Story {
    leased(s).open(8).say(C, refers(8, 1, 9)).sends(S, &error(0x0003_0001, 8, 1)).resume(8);
    s.say(C, refers(8, 1, 9)).sends(S, &error(0x0003_0001, 8, 1))
}

/// A migration to connection 1 has recovered a session, while the grants of two resumes, the last
/// of them there too, are still on their way to the client.
fn recovered_twice(s: &mut Story) -> &mut Story {
    s.session(7).lose().connect(1).hello().connect(2).hello();
    s.sends(C, &reopen(7, 7, 1)).on(1).sends(C, &migrate(7, 0)).sends(C, &reopen(7, 7, 1));
    s.gets(S, &migrate(7, 0)).sends(S, &migrate_ack(7, 1));
    s.on(2).gets(S, &reopen(7, 7, 1)).sends(S, &resumed(7, 2));
    s.on(1).gets(S, &reopen(7, 7, 1)).sends(S, &resumed(7, 3)).gets(C, &migrate_ack(7, 1))
}

/// Both grants come to the client.
fn granted_twice(s: &mut Story) -> &mut Story {
    s.on(2).gets(C, &resumed(7, 2)).on(1).gets(C, &resumed(7, 3))
}

pub(super) const CASES: &[Case] = &[
    Case {
        // The client closes before the grant comes, which does not take the close back.
        name: "session_closes_only_for_a_reason",
        id: "CON-002",
        reading: None,
        trip: |s| {
            closed(granted_twice(recovered_twice(s)), C, 7);
        },
        legal: |s| {
            granted_twice(recovered_twice(s).sends(C, &close(7, 0, 50)));
            closed(s.gets(S, &close(7, 0, 50)).say(S, close_ack(7, 2)), C, 7);
        },
    },
    Case {
        name: "draining_is_not_cut_short",
        id: "SES-029",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).resume(7).say(C, submit(7, 1)).say(C, close(7, 0, 50));
            s.wait(1).say(S, close_ack(7, 2));
        },
        legal: |s| {
            ended_in_absence(s).say(C, close(7, 0, 50)).wait(1).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "watermark_names_a_settled_operation",
        id: "SES-034",
        reading: Some("R-36"),
        trip: |s| {
            s.session(7).submit(7, 1).resume(7).say(C, submit(7, 1));
            s.say(S, close(7, 0, 50).with("last_operation_id", 1)).say(C, close_ack(7, 1));
        },
        legal: |s| {
            ended_in_absence(s).say(S, close(7, 0, 50).with("last_operation_id", 1));
            s.say(C, close_ack(7, 2));
        },
    },
    Case {
        name: "ended_agrees_with_the_wire",
        id: "OP-005",
        reading: None,
        trip: |s| overtaken(s, 0),
        legal: |s| overtaken(s, 1),
    },
    Case {
        name: "granted_session_ids_are_unique_and_not_zero",
        id: "SES-010",
        reading: Some("R-06"),
        trip: |s| {
            s.session(7).lose().wait(999).connect(1).hello().say(C, open());
            s.sends(S, &open_ack(7));
        },
        legal: |s| {
            s.session(7).lose().wait(1_000).connect(1).hello().say(C, open());
            s.sends(S, &open_ack(7));
        },
    },
    Case {
        // The grant comes when the window is over for the client, which has said so.
        name: "ended_sessions_are_let_go",
        id: "CON-005",
        reading: None,
        trip: |s| {
            s.session(7).open(8);
            closed(s.lose(), C, 8).connect(1).hello().say(C, reopen(7, 7, 1));
            s.say(S, resumed(7, 2)).opened(7, true).say(C, shut()).shutdown(S);
        },
        legal: |s| {
            s.session(7).lose().wait(999).connect(1).hello().sends(C, &reopen(7, 7, 1));
            s.gets(S, &reopen(7, 7, 1)).sends(S, &resumed(7, 2)).wait(2);
            closed(s, C, 7).gets(C, &resumed(7, 2)).say(C, shut()).shutdown(S);
        },
    },
    Case {
        // A miss is mended, and the frame sent again after a loss.
        name: "references_resolve_or_are_refused",
        id: "CON-002",
        reading: None,
        trip: |s| {
            refused_twice(s).submit_as(refers(8, 1, 9), 8, 1);
        },
        legal: |s| {
            refused_twice(s).say(C, put(8)).say(S, put_ack(8));
            s.lose().connect(2).hello().say(C, reopen(8, 8, 2)).say(S, resumed(8, 3));
            s.opened(8, true).submit_as(refers(8, 1, 9), 8, 1);
        },
    },
];
