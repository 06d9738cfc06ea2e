//! SESSION_MIGRATE and SESSION_PATCH.

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId, Duration};
use wireproof_wire::nnrp::code::{INVALID_STATE, LIMIT_EXCEEDED};
use wireproof_wire::nnrp::command::{Hello, Migrate, Patch, Resume, Setup, Submit};
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::hello::ServerHelloAck;
use wireproof_wire::nnrp::session::ALLOW_RESUME;
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType};

fn ended(frame: u32, outcome: Outcome) -> Event {
    Event::Ended { session: 1, lane: 0, frame, outcome }
}

fn blocked(lane: u16, frame: u32) -> Event {
    Event::Blocked { session: 1, lane, frame, why: Hold::State }
}

fn migrate(pair: &mut Pair) -> ConnId {
    let conn = pair.connect(Carrier::Multistream);
    pair.hello(conn.0);
    pair.forget();
    pair.client(Command::Migrate(Migrate { session: 1, conn }));
    conn
}

#[test]
fn a_session_moves_with_its_operations() {
    let mut pair = Pair::open(Setup { session_credit: 2, ..Setup::default() }, ALLOW_RESUME);
    pair.submit(1);
    pair.submit(1);
    pair.drive();
    pair.push(1, 1);
    pair.drive();
    let conn = migrate(&mut pair);
    pair.drive();
    let migrated = Event::Migrated { session: 1, conn, code: 0, resume_from: 3 };
    pair.check(Side::Client, &[migrated]);
    pair.check(Side::Server, &[migrated]);
    pair.forget();
    pair.push(1, 2);
    assert!(pair.sent.iter().all(|(_, over, _)| *over == conn));
    pair.drive();
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(2, Outcome::Completed)));
    pair.submit(1);
    pair.drive();
    assert!(matches!(pair.take(Side::Server)[..], [_, Event::Submitted { frame: 3, .. }]));
    // The old connection takes nothing along when it goes.
    pair.step(200);
    pair.kill(0);
    pair.check(Side::Server, &[Event::Down { conn: ConnId(0), code: 0 }]);
    assert_eq!(pair.wakes(), [None, None]);
}

/// A token that is longer than the limit of the new path stays at home (NNRP-ENC-007).
#[test]
fn a_token_keeps_to_the_limit_of_the_new_path() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    let conn = pair.connect(Carrier::Stream);
    pair.client(Command::Hello(Hello { conn, ..Hello::default() }));
    pair.deliver(Side::Server);
    let ack = ServerHelloAck {
        selected_version_major: 1,
        max_body_bytes: 2,
        ..ServerHelloAck::default()
    };
    pair.inject(Side::Client, conn.0, &Frame::new(ack, &[]).to_vec());
    pair.forget();
    pair.client(Command::Migrate(Migrate { session: 1, conn }));
    let (code, resume_from) = (LIMIT_EXCEEDED, 0);
    pair.check(Side::Client, &[Event::Migrated { session: 1, conn, code, resume_from }]);
    assert!(pair.sent.is_empty());
}

/// A submit that the new path has no room for is not repeated there: it is given up.
#[test]
fn repeated_submits_keep_to_the_limit_of_the_new_path() {
    for (max_body_bytes, fits) in [(61, false), (62, true)] {
        let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
        let small = Submit { session: 1, text: "prompt".into(), ..Submit::default() };
        pair.client(Command::Submit(small));
        pair.lose_everything();
        let conn = pair.connect(Carrier::Stream);
        pair.client(Command::Hello(Hello { conn, ..Hello::default() }));
        while pair.deliver(Side::Server) {}
        pair.lose_everything();
        let ack = ServerHelloAck {
            selected_version_major: 1,
            max_lane_count: 1,
            max_body_bytes,
            ..ServerHelloAck::default()
        };
        pair.inject(Side::Client, conn.0, &Frame::new(ack, &[]).to_vec());
        pair.client(Command::Migrate(Migrate { session: 1, conn }));
        pair.forget();
        pair.drive();
        let moved = Event::Migrated { session: 1, conn, code: 0, resume_from: 1 };
        let submits = pair.kinds(Side::Client);
        if fits {
            pair.check(Side::Client, &[moved]);
            assert_eq!(submits, [MessageType::FrameSubmit]);
        } else {
            pair.check(Side::Client, &[moved, ended(1, Outcome::Failed)]);
            assert!(submits.is_empty(), "{submits:?}");
        }
    }
}

/// What is on its way on the old path when the migration is accepted is not lost.
#[test]
fn submits_and_results_cross_a_migration() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    let conn = pair.connect(Carrier::Multistream);
    pair.hello(conn.0);
    pair.forget();
    pair.push(1, 1);
    pair.client(Command::Migrate(Migrate { session: 1, conn }));
    // The submit on the old path arrives after the migration.
    pair.client(Command::Submit(wireproof_wire::nnrp::command::Submit {
        session: 1,
        ..Default::default()
    }));
    pair.drive();
    let server = pair.take(Side::Server);
    assert!(
        server.iter().any(|event| matches!(
            event,
            Event::Rejected { session: 1, frame: 0, code: INVALID_STATE, .. }
        )),
        "{server:?}"
    );
    assert!(server.iter().any(|event| matches!(event, Event::Submitted { frame: 2, .. })));
    assert!(pair.take(Side::Client).contains(&ended(1, Outcome::Completed)));
    pair.push(1, 2);
    pair.drive();
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(2, Outcome::Completed)));
}

/// Both paths of a migration die, the new one first: what was told waits for the resume (S17).
#[test]
fn nothing_is_told_again_over_a_path_that_is_gone() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    pair.push(1, 1);
    let conn = migrate(&mut pair);
    pair.drive();
    pair.kill(conn.0);
    pair.forget();
    pair.kill(0);
    pair.check(Side::Server, &[Event::Down { conn: ConnId(0), code: 0 }]);
    assert!(pair.sent.is_empty());
}

/// The grace window of the path before the last ends with the second migration, and its timer too.
#[test]
fn a_session_moves_twice_within_the_grace_window() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    for _ in 0..2 {
        migrate(&mut pair);
        pair.drive();
        pair.step(50);
    }
    pair.step(150);
    assert_eq!(pair.wakes(), [None, None]);
    pair.push(1, 1);
    pair.drive();
    assert_eq!(pair.take(Side::Client).last(), Some(&ended(1, Outcome::Completed)));
}

#[test]
fn only_resumable_sessions_move() {
    let mut pair = Pair::open(Setup::default(), 0);
    let conn = migrate(&mut pair);
    pair.drive();
    let (code, resume_from) = (INVALID_STATE, 0);
    pair.check(Side::Client, &[Event::Migrated { session: 1, conn, code, resume_from }]);
    assert!(pair.sent.is_empty(), "there is no token to send");
}

#[test]
fn a_detached_session_may_come_back_by_migration() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    pair.kill(0);
    pair.push(1, 1);
    let conn = migrate(&mut pair);
    pair.drive();
    let events = pair.take(Side::Client);
    assert!(matches!(events[0], Event::Migrated { code: 0, conn: on, .. } if on == conn));
    assert!(events.contains(&ended(1, Outcome::Completed)));
    assert_eq!(pair.wakes(), [None, None]);
}

/// The server had the frames below the cursor, so a later resume does not bring them again.
#[test]
fn what_was_under_way_at_a_migration_is_not_submitted_after_a_loss() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    let moved = migrate(&mut pair);
    pair.drive();
    pair.submit(1);
    pair.drive();
    pair.kill(0);
    pair.kill(moved.0);
    let conn = pair.connect(Carrier::Stream);
    pair.hello(conn.0);
    pair.forget();
    pair.client(Command::Resume(Resume { session: 1, conn, tag: 1, ..Resume::default() }));
    pair.drive();
    let frames = pair.frames(Side::Client, |frame| frame.header.frame_id);
    assert_eq!(frames, [0, 2], "the resume, and the frame the cursor does not cover");
}

/// The grace window of the path left last is the only one that counts.
#[test]
fn a_second_move_ends_the_first_grace_window() {
    let mut pair = Pair::open(Setup { grace_window_ms: 200, ..Setup::default() }, ALLOW_RESUME);
    migrate(&mut pair);
    pair.drive();
    pair.step(100);
    migrate(&mut pair);
    pair.drive();
    let end = pair.now + Duration::from_millis(200);
    assert_eq!(pair.wakes(), [Some(end); 2]);
    pair.step(200);
    assert_eq!(pair.wakes(), [None, None]);
}

/// A resume on the path that a migration left makes it the path of the session again.
#[test]
fn a_path_that_was_left_and_found_again_is_no_old_path() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    migrate(&mut pair);
    pair.drive();
    pair.push(1, 1);
    pair.drive();
    pair.client(Command::Resume(Resume { session: 1, tag: 1, ..Resume::default() }));
    pair.drive();
    pair.forget();
    pair.kill(0);
    assert!(pair.sent.is_empty(), "{:?}", pair.kinds(Side::Server));
    assert_eq!(pair.take(Side::Server)[0], Event::Detached { session: 1 });
}

/// One cursor for all lanes, also for one that has not been used yet.
#[test]
fn a_fresh_lane_starts_at_the_cursor() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    for frame in 1..=2 {
        pair.submit(1);
        pair.drive();
        pair.push(1, frame);
        pair.drive();
    }
    migrate(&mut pair);
    pair.drive();
    pair.forget();
    let submit = |frame| Submit { session: 1, lane: 1, frame, ..Submit::default() };
    pair.client(Command::Submit(submit(2)));
    pair.check(Side::Client, &[blocked(1, 2)]);
    pair.client(Command::Submit(submit(0)));
    assert_eq!(pair.frames(Side::Client, |frame| frame.header.frame_id), [3]);
}

/// What comes late on the old path and lies below the cursor is lost, and said to be.
#[test]
fn a_late_submit_below_the_cursor_has_failed() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    let submit = |lane| Submit { session: 1, lane, ..Submit::default() };
    for _ in 0..2 {
        pair.client(Command::Submit(submit(1)));
    }
    pair.drive();
    migrate(&mut pair);
    pair.client(Command::Submit(submit(0)));
    pair.drive();
    let events = pair.take(Side::Client);
    assert!(events.contains(&ended(1, Outcome::Failed)), "{events:?}");
    assert_eq!(pair.frames(Side::Client, |frame| frame.header.view_id), [0, 0]);
}

/// When the old path dies, an aborted session gets nothing from it any more.
#[test]
fn nothing_is_sent_again_after_an_abort() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    pair.submit(1);
    pair.drive();
    migrate(&mut pair);
    pair.drive();
    pair.push(1, 1);
    pair.drive();
    pair.close(Side::Server, 1, 0);
    pair.forget();
    pair.kill(0);
    assert!(pair.kinds(Side::Server).is_empty(), "{:?}", pair.kinds(Side::Server));
}

/// The close was refused where it went; what it crossed is not followed by anything new.
#[test]
fn a_close_that_crosses_a_migration_is_the_last_word() {
    let mut pair = Pair::open(Setup::default(), ALLOW_RESUME);
    migrate(&mut pair);
    pair.submit(1);
    pair.close(Side::Client, 1, 100);
    pair.drive();
    let sent = pair.kinds(Side::Client);
    use MessageType::{FrameSubmit, SessionClose, SessionMigrate};
    assert_eq!(sent, [SessionMigrate, FrameSubmit, SessionClose]);
}

#[test]
fn a_patch_is_taken_over_field_by_field() {
    let mut pair = Pair::open(Setup::default(), 0);
    for (mask, lanes, status, applied, rejected) in
        [(0x3, 0, 0, 0x3, 0), (0x9, 0x10, 1, 0x1, 0x8), (0x8, 0, 2, 0, 0x8), (0x8, 0xF, 0, 0x8, 0)]
    {
        pair.client(Command::Patch(Patch { session: 1, mask, lanes, ..Patch::default() }));
        pair.drive();
        pair.check(Side::Client, &[Event::Patched { session: 1, status, applied, rejected }]);
    }
    assert_eq!(pair.kinds(Side::Server), [MessageType::SessionPatchAck; 4]);
}
