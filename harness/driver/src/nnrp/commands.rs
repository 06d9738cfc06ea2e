//! Sessions by tag, and reactions that take their ids from an event.

use wireproof_base::ConnId;
use wireproof_wire::nnrp::{Command, Event};

/// Puts the session number in place of a tag.
pub fn resolve(command: &mut Command, tag_to_session: &dyn Fn(u64) -> Option<u32>) {
    if let Some(session) = command.session_mut()
        && let Some(number) = tag_to_session(u64::from(*session))
    {
        *session = number;
    }
}

/// The tag and the session an event connects.
pub const fn learn(event: &Event) -> Option<(u64, u32)> {
    match event {
        Event::Opened { tag, session, .. } => Some((*tag, *session)),
        _ => None,
    }
}

/// Where an event happened; absent parts are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    conn: Option<ConnId>,
    session: Option<u32>,
    lane: Option<u16>,
    frame: Option<u32>,
}

const fn place(event: &Event) -> Place {
    let none = Place { conn: None, session: None, lane: None, frame: None };
    match *event {
        Event::Ready { conn }
        | Event::Down { conn, .. }
        | Event::Refused { conn, .. }
        | Event::Probed { conn, .. } => Place { conn: Some(conn), ..none },
        Event::Opened { conn, session, .. }
        | Event::Flow { conn, session, .. }
        | Event::Migrated { session, conn, .. }
        | Event::Pong { conn, session } => {
            Place { conn: Some(conn), session: Some(session), ..none }
        }
        Event::Submitted { session, lane, frame, .. }
        | Event::Blocked { session, lane, frame, .. }
        | Event::Result { session, lane, frame, .. }
        | Event::Ended { session, lane, frame, .. } => {
            Place { session: Some(session), lane: Some(lane), frame: Some(frame), ..none }
        }
        Event::Hinted { session, frame, .. } => {
            Place { session: Some(session), frame: Some(frame), ..none }
        }
        Event::Patched { session, .. }
        | Event::Cached { session, .. }
        | Event::Invalidated { session, .. }
        | Event::Draining { session }
        | Event::Closed { session, .. }
        | Event::CloseRejected { session }
        | Event::Detached { session } => Place { session: Some(session), ..none },
        Event::Error { conn, session, lane, frame, .. } => {
            Place { conn: Some(conn), session: Some(session), lane: Some(lane), frame: Some(frame) }
        }
        Event::Rejected { conn, session, frame, .. } => {
            Place { conn: Some(conn), session: Some(session), lane: None, frame: Some(frame) }
        }
    }
}

/// Fills session, connection, lane and frame where the reaction left them 0.
pub fn fill(command: &mut Command, from: &Event) {
    let place = place(from);
    if let (Some(session), Some(slot)) = (place.session, command.session_mut())
        && *slot == 0
    {
        *slot = session;
    }
    if let (Some(conn), Some(slot)) = (place.conn, conn_mut(command))
        && *slot == ConnId(0)
    {
        *slot = conn;
    }
    if let Some((lane, frame)) = operation_mut(command)
        && *frame == 0
    {
        *frame = place.frame.unwrap_or(0);
        if *lane == 0 {
            *lane = place.lane.unwrap_or(0);
        }
    }
}

const fn conn_mut(command: &mut Command) -> Option<&mut ConnId> {
    match command {
        Command::Hello(hello) => Some(&mut hello.conn),
        Command::Open(open) => Some(&mut open.conn),
        Command::Resume(resume) => Some(&mut resume.conn),
        Command::Migrate(migrate) => Some(&mut migrate.conn),
        Command::Probe(probe) => Some(&mut probe.conn),
        Command::Flow(flow) => Some(&mut flow.conn),
        Command::Put(put) => Some(&mut put.conn),
        Command::Invalidate(invalidate) => Some(&mut invalidate.conn),
        Command::Shutdown(shutdown) => Some(&mut shutdown.conn),
        Command::Ping(ping) => Some(&mut ping.conn),
        _ => None,
    }
}

/// Lane and frame of a command about an existing operation. A submit makes a new one.
const fn operation_mut(command: &mut Command) -> Option<(&mut u16, &mut u32)> {
    match command {
        Command::Cancel(target) | Command::Drop(target) => {
            Some((&mut target.lane, &mut target.frame))
        }
        Command::Push(push) => Some((&mut push.lane, &mut push.frame)),
        Command::Hint(hint) => Some((&mut hint.lane, &mut hint.frame)),
        _ => None,
    }
}
