//! Which part of the Agent handles which frame and command.

use super::Agent;
use crate::ncp::connection::Event as Move;
use crate::ncp::endpoint::{Core, Out, Side, blocked};
use wireproof_base::StreamId;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::caps::SYSTEM_CAPS;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::violation::Violation;

impl Side for Agent {
    #[inline]
    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn greeting(&mut self, link: usize, frame: Frame, out: &mut Out) {
        self.on_greeting(link, frame, out);
    }

    fn misgreeting(&mut self, link: usize, _: &Header, violation: &Violation, out: &mut Out) {
        self.on_misgreeting(link, violation, out);
    }

    fn frame(&mut self, link: usize, stream: StreamId, frame: Frame, out: &mut Out) {
        self.core.links[link].step(Move::Frame);
        match frame {
            Frame::Stream(frame) => {
                if self.core.on_stream(link, stream, &frame, out) {
                    self.answered_by(link, &frame);
                }
            }
            Frame::Caps(caps) if caps.anchor_ref == SYSTEM_CAPS => {
                self.core.foreign(link, true, out);
            }
            Frame::Caps(caps) => self.on_caps(link, caps, out),
            Frame::Anchor(anchor) => self.on_anchor(link, &anchor, out),
            Frame::Diff(diff) => {
                if let Some(after) = self.core.on_diff(link, &diff, out) {
                    self.resume(link, diff.stream_id.as_deref().unwrap_or_default(), after, out);
                }
            }
            Frame::Error(error) => self.on_error(link, &error, out),
            Frame::Companion(frame) => self.core.on_companion(link, &frame, out),
            // OP-54.
            Frame::Hello(_) => self.core.foreign(link, true, out),
            Frame::Query(_) | Frame::Action(_) | Frame::Subscribe(_) => {
                self.core.foreign(link, false, out);
            }
        }
    }

    fn message(&mut self, link: usize, stream: StreamId, bytes: &[u8], out: &mut Out) {
        self.on_response(link, stream, bytes, out);
    }

    fn command(&mut self, command: &Command, out: &mut Out) {
        if let Some(conn) = command.conn().filter(|conn| self.core.is_http(*conn))
            && !travels(command)
        {
            return blocked(conn, "", Hold::State, out);
        }
        match command {
            Command::Hello(target) => self.hello(target.conn, out),
            Command::Query(query) => self.query(query, out),
            Command::Action(action) => self.action(action, out),
            Command::Subscribe(subscribe) => self.subscribe(subscribe, out),
            Command::Fetched(fetched) => self.fetched(fetched, out),
            Command::Open(open) => self.open(open, out),
            Command::Chunk(chunk) => self.core.chunk(chunk, out),
            Command::Abort(abort) => self.core.abort(abort, out),
            Command::Window(window) => self.core.window(window, out),
            Command::Cancel(cancel) => self.core.cancel(cancel, out),
            Command::Follow(follow) => self.core.follow(follow, out),
            Command::Companion(companion) => self.core.companion(companion, out),
            Command::Close(target) => self.core.close(target.conn, out),
            Command::Publish(_)
            | Command::Withdraw(_)
            | Command::Push(_)
            | Command::Answer(_)
            | Command::Refuse(_)
            | Command::Change(_) => {
                blocked(command.conn().unwrap_or_default(), "", Hold::Role, out);
            }
        }
    }

    fn expire(&mut self, out: &mut Out) {
        for link in 0..self.core.links.len() {
            if self.core.links[link].deadline.is_some_and(|at| at <= self.core.now) {
                if self.core.links[link].pending().is_some() {
                    self.give_up_waiting(link, out);
                } else {
                    self.caps_overdue(link, out);
                }
            }
        }
    }
}

/// Whether a command has a place in HTTP mode, which knows neither Hello nor frames unasked for.
const fn travels(command: &Command) -> bool {
    matches!(
        command,
        Command::Query(_) | Command::Action(_) | Command::Fetched(_) | Command::Close(_)
    )
}
